import { GetAdminToken, GetUserToken } from "@parley/protocol/methods/auth";
import { UserRegister } from "@parley/protocol/methods/users";
import { CreateGroup } from "@parley/protocol/methods/groups";
import type { Method } from "@parley/protocol/method";

/** Calls the REST API of a server as its administrator. */
export interface Rest {
  registerUsers(userIDs: readonly string[]): Promise<void>;
  /** Tokens in the order of the users. */
  userTokens(userIDs: readonly string[], platformID: number): Promise<string[]>;
  /** undefined: the server has no such route. */
  createGroup(
    ownerUserID: string,
    memberUserIDs: readonly string[],
  ): Promise<string | undefined>;
  /** Calls a route. Throws if the server has none. */
  post<Data>(method: Pick<Method, "path">, body: unknown): Promise<Data>;
}

interface Envelope<Data> {
  errCode: number;
  errMsg: string;
  errDlt: string;
  data: Data;
}

/** Calls under way at the same time. */
const concurrency = 64;
const usersPerCall = 500;
/** Members that one call may bring. */
const workGroup = 2;

export async function signInToRest(api: string): Promise<Rest> {
  let calls = 0;
  let token = "";

  async function call<Data>(
    { path }: Pick<Method, "path">,
    body: unknown,
  ): Promise<Data | undefined> {
    const response = await fetch(api + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        operationID: `bench_${++calls}`,
        ...(token !== "" && { token }),
      },
      body: JSON.stringify(body),
    });
    if (response.status === 404) return undefined;
    const answer = (await response.json()) as Envelope<Data>;
    if (answer.errCode === 0) return answer.data;
    const { errCode, errMsg, errDlt } = answer;
    throw new Error(`${path}: ${errCode} ${errMsg} ${errDlt}`);
  }

  async function need<Data>(
    method: Pick<Method, "path">,
    body: unknown,
  ): Promise<Data> {
    const data = await call<Data>(method, body);
    if (data === undefined) throw new Error(`the server has no ${method.path}`);
    return data;
  }

  ({ token } = await need<{ token: string }>(GetAdminToken, {
    secret: "openIM123",
    userID: "imAdmin",
  }));

  return {
    async registerUsers(userIDs) {
      for (let at = 0; at < userIDs.length; at += usersPerCall) {
        const users = userIDs
          .slice(at, at + usersPerCall)
          .map((userID) => ({ userID, nickname: userID, faceURL: "" }));
        await call(UserRegister, { users });
      }
    },
    userTokens: (userIDs, platformID) =>
      mapConcurrently(userIDs, concurrency, async (userID) => {
        const data = await need<{ token: string }>(GetUserToken, {
          userID,
          platformID,
        });
        return data.token;
      }),
    async createGroup(ownerUserID, memberUserIDs) {
      const data = await call<{ groupInfo: { groupID: string } }>(CreateGroup, {
        ownerUserID,
        memberUserIDs,
        groupInfo: { groupName: "bench", groupType: workGroup },
      });
      return data?.groupInfo.groupID;
    },
    async post<Data>(method: Pick<Method, "path">, body: unknown) {
      return (await call<Data>(method, body)) as Data;
    },
  };
}

/** Results come in the order of the items. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!, index);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, worker),
  );
  return results;
}
