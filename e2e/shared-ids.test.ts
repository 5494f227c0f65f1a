import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import { UserRegister } from "@parley/protocol/methods/users";
import {
  ClearConversationMsg,
  DeleteMsgs,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  RevokeMsg,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";
import { GetJssdkConversations } from "@parley/protocol/methods/jssdk";
import {
  DeleteConversations,
  GetAllConversations,
  SetConversations,
} from "@parley/protocol/methods/conversations";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { Admin, Client, post, textOf } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// Users a and b_c, and a_b and c, share the conversation id si_a_b_c.

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

interface Person extends AsyncDisposable {
  userID: string;
  client: Client;
  post<Data = undefined>(route: Called, body: object): Promise<Data>;
}

describe.each(["sqlite", "postgres"])("two pairs of one id, %s", (database) => {
  let server: RunningServer;
  let admin: Admin;
  let people: [a: Person, bc: Person, ab: Person, c: Person];
  let conversationID: string;
  beforeAll(async () => {
    if (database === "postgres") postgres = await startPostgres();
    const databaseURL = (await postgres?.createDatabase()) ?? "";
    server = await startServer({
      environment: { PARLEY_DATABASE_URL: databaseURL },
    });
    admin = await Admin.signIn(server.api);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function signIn(userID: string): Promise<Person> {
    const token = await admin.tokenOf(userID);
    const client = await Client.connect(server.ws, userID, token);
    return {
      userID,
      client,
      post: (route, body) => post(server.api, route, body, token),
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    };
  }

  /** a says 1 and 3 to b_c, a_b says 2 and 4 to c. */
  beforeEach(async () => {
    const run = crypto.randomUUID().slice(0, 6);
    const userIDs = [`a${run}`, "b_c", `a${run}_b`, "c"].map((id, i) =>
      i % 2 === 0 ? id : `${id}${run}`,
    );
    await admin.post(UserRegister, {
      users: userIDs.map((userID) => ({ userID, nickname: userID })),
    });
    people = (await Promise.all(userIDs.map(signIn))) as typeof people;
    const [a, bc, ab, c] = people;
    conversationID = singleChatID(a.userID, bc.userID);
    expect(singleChatID(ab.userID, c.userID)).toBe(conversationID);
    await a.client.say(bc.userID, "1");
    await ab.client.say(c.userID, "2");
    await a.client.say(bc.userID, "3");
    await ab.client.say(c.userID, "4");
    return () =>
      Promise.all(people.map((each) => each.client[Symbol.asyncDispose]()));
  });

  const messagesOf = async ({ client }: Person) =>
    (await client.pull(conversationID, 1, 9)).filter(
      ({ status }) => status < 4,
    );
  const textsOf = async (person: Person) =>
    (await messagesOf(person)).map((message) =>
      message.contentType === 101 ? textOf(message) : message.contentType,
    );
  const codeOf = (work: Promise<unknown>): Promise<number> =>
    work.then(
      () => 0,
      (error: { code: number }) => error.code,
    );

  /** Nothing of what the second pair did may be seen by the first. */
  async function firstPairSeesAll(): Promise<void> {
    const [a, bc] = people;
    for (const each of [a, bc]) {
      const messages = await messagesOf(each);
      expect(messages.map(textOf)).toEqual(["1", "3"]);
      expect(messages.map(({ isRead }) => isRead)).toEqual([false, false]);
      const told = each.client.pushed.filter(
        ({ message }) => message.contentType >= 1000,
      );
      expect(told).toEqual([]);
    }
  }

  const both = { IsSyncSelf: true, IsSyncOther: true };

  test.each([
    [ClearConversationMsg.path, true],
    [UserClearAllMsg.path, false],
  ])(
    "%s of one pair for both cleared the other's history",
    async (route, names) => {
      const [, , ab, c] = people;
      await c.post(route, {
        userID: c.userID,
        ...(names && { conversationIDs: [conversationID] }),
        deleteSyncOpt: both,
      });
      for (const each of [ab, c]) expect(await textsOf(each)).toEqual([]);
      await firstPairSeesAll();
      await ab.client.say(c.userID, "5");
      for (const each of [ab, c]) expect(await textsOf(each)).toEqual(["5"]);
      await firstPairSeesAll();
    },
  );

  test("an administrator who deletes for everyone in one pair's name deletes nothing of the other's", async () => {
    const [, , ab, c] = people;
    await admin.post(DeleteMsgs, {
      userID: c.userID,
      conversationID,
      seqs: [1, 2, 3],
      deleteSyncOpt: both,
    });
    for (const each of [ab, c]) expect(await textsOf(each)).toEqual(["4"]);
    await firstPairSeesAll();
  });

  test("nobody deletes for everyone what is of the other pair", async () => {
    const [, , ab, c] = people;
    for (const each of [ab, c])
      await each
        .post(DeleteMsgs, {
          userID: each.userID,
          conversationID,
          seqs: [1, 3],
          deleteSyncOpt: both,
        })
        .catch(() => undefined);
    await firstPairSeesAll();
  });

  test("an administrator who revokes in one pair's name finds none of the other's", async () => {
    const [, , ab, c] = people;
    const revoke = (seq: number) =>
      admin.post(RevokeMsg, { userID: c.userID, conversationID, seq });
    expect(await codeOf(revoke(1))).toBe(1004);
    expect(await codeOf(revoke(2))).toBe(0);
    for (const each of [ab, c])
      expect(await textsOf(each)).toEqual([2101, "4"]);
    await firstPairSeesAll();
  });

  test.each([
    [MarkConversationAsRead.path, { hasReadSeq: 4, seqs: [1, 3] }],
    [MarkMsgsAsRead.path, { seqs: [1, 2, 3, 4] }],
  ])(
    "%s of one pair marked the other's messages as read",
    async (route, body) => {
      const [, , ab, c] = people;
      await c.post(route, { userID: c.userID, conversationID, ...body });
      expect((await messagesOf(ab)).map(({ isRead }) => isRead)).toEqual([
        true,
        true,
      ]);
      await firstPairSeesAll();
    },
  );

  test("the newest message of a pair is its own, not the other's", async () => {
    for (const [person, newest] of people.map(
      (each, i) => [each, i < 2 ? "3" : "4"] as const,
    )) {
      const { conversations } = await person.post<{
        conversations: { lastMsg: { content: string } }[];
      }>(GetJssdkConversations, { conversationIDs: [conversationID] });
      expect(
        conversations.map(({ lastMsg }) =>
          JSON.parse(Buffer.from(lastMsg.content, "base64").toString()),
        ),
      ).toEqual([{ content: newest }]);
    }
  });

  test("settings, deletions of the list and one's own stay with one pair", async () => {
    const [, , ab, c] = people;
    await c.post(SetConversations, {
      userIDs: [c.userID],
      conversation: {
        conversationID,
        conversationType: 1,
        userID: ab.userID,
        isPrivateChat: true,
        isMsgDestruct: true,
        msgDestructTime: 1,
      },
    });
    await c.post(DeleteMsgs, {
      userID: c.userID,
      conversationID,
      seqs: [1, 2, 3],
    });
    await c.post(DeleteConversations, {
      ownerUserID: c.userID,
      conversationIDs: [conversationID],
    });
    expect(await textsOf(ab)).toContain("2");
    await firstPairSeesAll();
    const [a] = people;
    const { conversations } = await a.post<{
      conversations: { isPrivateChat: boolean; isMsgDestruct: boolean }[];
    }>(GetAllConversations, { ownerUserID: a.userID });
    expect(conversations).toMatchObject([
      { isPrivateChat: false, isMsgDestruct: false },
    ]);
  });
});
