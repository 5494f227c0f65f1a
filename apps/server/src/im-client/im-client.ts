import type { UserDeletion } from "@parley/protocol/deletion";
import { errors, ProtocolError } from "@parley/protocol/errors";
import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import type { UserRegisterCountResp } from "@parley/protocol/generated/user";
import type { MessageType } from "@parley/protocol/message";
import type { Method } from "@parley/protocol/method";
import {
  ForceLogout,
  ForceLogoutAll,
  GetAdminToken,
  GetUserToken,
} from "@parley/protocol/methods/auth";
import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";
import { GetFriendID, ImportFriend } from "@parley/protocol/methods/friends";
import {
  GetGroupsInfo,
  InviteUserToGroup,
} from "@parley/protocol/methods/groups";
import { CountRegisteredUsers } from "@parley/protocol/methods/statistics";
import {
  AccountCheck,
  UpdateUserInfo,
  UserRegister,
} from "@parley/protocol/methods/users";
import { platformIDs } from "@parley/protocol/platforms";

import { readAnswerText } from "../http/answer-body.ts";
import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { goThrough, nextTurn } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";

/**
 * The IM server as accounts and their administration see it: its REST API,
 * asked as one of its administrators (docs/wire/accounts.md#messaging-server), in this process or
 * elsewhere. Everything throws what the IM server refuses, with its code, or
 * 500 when it cannot be reached. `operationID` is the caller's.
 */
export interface IMClient {
  /** The administrator in whose name it asks. */
  readonly adminUserID: string;
  adminToken(operationID: string): Promise<string>;
  userToken(
    operationID: string,
    userID: string,
    platformID: number,
  ): Promise<string>;
  /** Ends the user's sessions on all platforms. */
  forceLogout(operationID: string, userID: string): Promise<void>;
  /** Returns the userIDs that the IM server knows. */
  findRegistered(
    operationID: string,
    userIDs: readonly string[],
  ): Promise<Set<string>>;
  /** All of them or none. */
  registerUsers(
    operationID: string,
    users: readonly IMProfile[],
  ): Promise<void>;
  /** Empty texts stay as they are. */
  updateProfile(operationID: string, user: IMProfile): Promise<void>;
  /** Makes them friends of each other, without being asked. */
  importFriends(
    operationID: string,
    userID: string,
    friendUserIDs: readonly string[],
  ): Promise<void>;
  listFriendIDs(operationID: string, userID: string): Promise<string[]>;
  joinGroup(
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void>;
  /** Skips unknown ids. */
  listGroups(
    operationID: string,
    groupIDs: readonly string[],
  ): Promise<GroupInfo[]>;
  countRegistered(
    operationID: string,
    start: number,
    end: number,
  ): Promise<UserRegisterCountResp>;
  /** Returns the receipt, or the progress so far. Throws 1004. */
  deleteUser(
    operationID: string,
    userID: string,
    deleteMessages: boolean,
  ): Promise<UserDeletion>;
  /** Throws 1004. */
  getUserDeletion(operationID: string, userID: string): Promise<UserDeletion>;
  /** Calls any other method; answers what `data` holds, defaults where it is absent. */
  call<Request extends object, Response>(
    operationID: string,
    method: Method<Request, Response>,
    request: Partial<Request>,
  ): Promise<Response>;
}

export interface IMProfile {
  userID: string;
  nickname: string;
  faceURL: string;
  /** UTC milliseconds; 0 = the time of the call. */
  createTime?: number;
}

export interface IMClientDeps {
  /** Address of the REST API, without a trailing slash. */
  address: string;
  secret: string;
  adminUserID: string;
  /** Like fetch; calls the API directly, without a socket, if it is in this process. */
  send(request: Request): Promise<Response>;
  /** Timeout of an answer in ms. */
  limitMs?: number;
  now: () => number;
}

/** Maximum size of an answer: 500 groups with the longest texts fit. */
const maxAnswerBytes = 67_108_864;

/** OpenIM's timeout (docs/wire/accounts.md#messaging-server). */
const usualLimitMs = 10_000;
/**
 * Time in ms that an administrator's token is reused
 * (docs/wire/accounts.md#messaging-server).
 */
const tokenLifeMs = 240_000;

export function createIMClient(deps: IMClientDeps): IMClient {
  const { address, adminUserID, send, limitMs = usualLimitMs, now } = deps;
  const breaker = createCircuitBreaker({
    name: `the IM server at ${address}`,
    now,
  });

  /** Throws when there is nobody, or no answer in time. */
  async function exchange(path: string, init: RequestInit): Promise<string> {
    const signal = AbortSignal.timeout(limitMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () =>
        reject(new Error(`no answer in ${limitMs / 1_000} s`)),
      );
    });
    const request = new Request(`${address}${path}`, { ...init, signal });
    const answered = send(request).then((response) =>
      readAnswerText(response, maxAnswerBytes),
    );
    return Promise.race([answered, late]);
  }

  let token: { text: Promise<string>; until: number } | undefined;

  async function post<Request, Response>(
    { path, request, response }: Method<Request, Response>,
    headers: Record<string, string>,
    value: Partial<Request>,
  ): Promise<Response> {
    const init = {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: await toBody(request, value),
    };
    let answer: string;
    try {
      answer = await breaker.run(() => exchange(path, init));
    } catch (cause) {
      throw errors.internal(
        cause instanceof CircuitOpen
          ? cause.message
          : `the IM server at ${address} cannot be reached: ${(cause as Error).message}`,
        { cause },
      );
    }
    if (answer.startsWith("404 page not found")) throw new NoSuchRoute(path);
    const envelope = readEnvelope(answer);
    if (!envelope)
      throw errors.internal(
        `${path} at ${address} does not answer as an IM server does`,
      );
    const { errCode, errMsg, errDlt, data } = envelope;
    if (errCode !== 0) throw new ProtocolError(errCode, errDlt, { errMsg });
    const text = data === undefined ? "{}" : JSON.stringify(data);
    return response?.fromJSON(text) as Response;
  }

  function adminToken(operationID: string): Promise<string> {
    if (!token || token.until < now()) {
      const text = post(
        GetAdminToken,
        { operationID },
        { secret: deps.secret, userID: adminUserID },
      ).then((answer) => answer.token);
      const mine = { text, until: now() + tokenLifeMs };
      token = mine;
      // The next caller tries again.
      text.catch(() => {
        if (token === mine) token = undefined;
      });
    }
    return token.text;
  }

  const call: IMClient["call"] = async (operationID, method, request) =>
    post(
      method,
      { operationID, token: await adminToken(operationID) },
      request,
    );

  const toUser = ({
    userID,
    nickname,
    faceURL,
    createTime = 0,
  }: IMProfile) => ({
    userID,
    nickname,
    faceURL,
    ex: "",
    createTime,
    appMangerLevel: 0,
    globalRecvMsgOpt: 0,
  });

  return {
    adminUserID,
    adminToken,

    async userToken(operationID, userID, platformID) {
      const answer = await call(operationID, GetUserToken, {
        userID,
        platformID,
      });
      return answer.token;
    },

    async forceLogout(operationID, userID) {
      try {
        await call(operationID, ForceLogoutAll, { userID });
        return;
      } catch (error) {
        if (!(error instanceof NoSuchRoute)) throw error;
      }
      // An OpenIM server: every platform, whatever comes of one, since it knows
      // no HarmonyOS here.
      const asked = await Promise.allSettled(
        platformIDs.map((platformID) =>
          call(operationID, ForceLogout, {
            userID,
            platformID,
          }),
        ),
      );
      const isUnknown = (error: unknown) =>
        error instanceof ProtocolError && error.code === 1001;
      const failed = asked.find(
        (each) => each.status === "rejected" && !isUnknown(each.reason),
      );
      if (failed?.status === "rejected") throw failed.reason;
    },

    async findRegistered(operationID, userIDs) {
      const known = new Set<string>();
      for (const checkUserIDs of chunksOf(userIDs)) {
        const answer = await call(operationID, AccountCheck, { checkUserIDs });
        for (const { userID, accountStatus } of answer.results)
          if (accountStatus === 1) known.add(userID);
      }
      return known;
    },

    async registerUsers(operationID, users) {
      await call(operationID, UserRegister, {
        users: users.map(toUser),
      });
    },

    async updateProfile(operationID, user) {
      await call(operationID, UpdateUserInfo, {
        userInfo: toUser(user),
      });
    },

    async importFriends(operationID, ownerUserID, friendUserIDs) {
      for (const some of chunksOf(friendUserIDs))
        await call(operationID, ImportFriend, {
          ownerUserID,
          friendUserIDs: some,
        });
    },

    async listFriendIDs(operationID, userID) {
      const answer = await call(operationID, GetFriendID, { userID });
      return answer.friendIDs;
    },

    async joinGroup(operationID, groupID, userIDs) {
      await call(operationID, InviteUserToGroup, {
        groupID,
        reason: "",
        invitedUserIDs: [...userIDs],
        sendMessage: null,
      });
    },

    async listGroups(operationID, groupIDs) {
      const groups: GroupInfo[] = [];
      for (const some of chunksOf(groupIDs)) {
        const answer = await call(operationID, GetGroupsInfo, {
          groupIDs: some,
        });
        groups.push(...answer.groupInfos);
      }
      return groups;
    },

    countRegistered: (operationID, start, end) =>
      call(operationID, CountRegisteredUsers, { start, end }),

    deleteUser: (operationID, userID, deleteMessages) =>
      call(operationID, DeleteUser, { userID, deleteMessages }),

    getUserDeletion: (operationID, userID) =>
      call(operationID, GetUserDeletion, { userID }),

    call,
  };
}

/** One of thousands of users lets others come between its pieces. */
async function toBody<Request>(
  type: MessageType<Request>,
  value: Partial<Request>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Buffer[] = [];
  await goThrough(type.toJSONPieces(value), (piece) =>
    pieces.push(Buffer.from(piece)),
  );
  const body = Buffer.concat(pieces);
  // Whoever sends it copies it again.
  await nextTurn();
  return body;
}

/** OpenIM's servers have none of our own routes. */
class NoSuchRoute extends ProtocolError {
  constructor(path: string) {
    super(500, `the IM server has no route ${path}: is it Parley?`);
  }
}

interface Envelope {
  errCode: number;
  errMsg: string;
  errDlt: string;
  data: unknown;
}

/** undefined: it is none. */
function readEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const {
    errCode,
    errMsg = "",
    errDlt = "",
    data,
  } = value as Partial<Envelope>;
  return typeof errCode === "number"
    ? { errCode, errMsg, errDlt, data }
    : undefined;
}
