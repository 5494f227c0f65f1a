import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import {
  notificationTwin,
  ownNotificationID,
  singleChatID,
} from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { DelUserPushTokenReq } from "@parley/protocol/generated/push";
import {
  GetLastMessageReq,
  GetLastMessageResp,
  GetSeqMessageReq,
  GetSeqMessageResp,
} from "@parley/protocol/generated/msg";
import {
  ClearConversationMsg,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  SendMsg,
  SetConversationHasReadSeq,
} from "@parley/protocol/methods/messages";
import {
  GetAllUserIDs,
  GetUsers,
  GetUsersStatus,
  ProcessUserCommandAdd,
  ProcessUserCommandGet,
  SetGlobalMsgRecvOpt,
  UserRegister,
} from "@parley/protocol/methods/users";
import {
  DeleteConversations,
  GetConversation,
  SetConversations,
} from "@parley/protocol/methods/conversations";

import { Admin, Client, post, textOf } from "./client.ts";
import type { ConnectOptions } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import type { Called } from "./client.ts";

// Parley differs from OpenIM on purpose here; the recordings mark these steps
// with `skip`.

let server: RunningServer;
let admin: Admin;

beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Person extends AsyncDisposable {
  userID: string;
  client: Client;
  /** Calls a route with the person's own token. */
  post<Data = undefined>(route: Called, body: object): Promise<Data>;
}

async function signIn(
  userID: string,
  options: ConnectOptions = {},
): Promise<Person> {
  const token = await admin.tokenOf(userID, options.platformID);
  const client = await Client.connect(server.ws, userID, token, options);
  return {
    userID,
    client,
    post: (route, body) => post(server.api, route, body, token),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

async function people(...names: string[]): Promise<Person[]> {
  const userIDs = await admin.users(...names);
  return Promise.all(userIDs.map((userID) => signIn(userID)));
}

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    (error: { code: number }) => error.code,
  );

describe("sending", () => {
  test("the same clientMsgID again is answered with the first ids and stored once", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const id = singleChatID(ann.userID, bob.userID);
    const first = await ann.client.say(bob.userID, "once", {
      clientMsgID: "m1",
    });
    const again = await ann.client.say(bob.userID, "once", {
      clientMsgID: "m1",
    });
    expect(again).toEqual(first);
    await ann.client.say(bob.userID, "last");
    await bob.client.until(() => bob.client.heard().includes("last"));
    expect(bob.client.heard()).toEqual(["once", "last"]);
    expect(await ann.client.newestSeqs()).toEqual({ [id]: 2 });
  });

  test("two copies on their way at once are one message", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const say = () => ann.client.say(bob.userID, "once", { clientMsgID: "m1" });
    const acks = await Promise.all([say(), say(), say()]);
    expect(new Set(acks.map(({ serverMsgID }) => serverMsgID)).size).toBe(1);
    expect(Object.values(await ann.client.newestSeqs())).toEqual([1]);
  });

  test("another sender's message with that clientMsgID is another message", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    await ann.client.say(bob.userID, "a", { clientMsgID: "m1" });
    await bob.client.say(ann.userID, "b", { clientMsgID: "m1" });
    expect(Object.values(await ann.client.newestSeqs())).toEqual([2]);
  });

  test("no message is taken for a repetition without a clientMsgID", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const more = { clientMsgID: "" };
    await ann.client.say(bob.userID, "a", more);
    await ann.client.say(bob.userID, "a", more);
    expect(Object.values(await ann.client.newestSeqs())).toEqual([2]);
  });

  test.each([1201, 1501, 2101, 2200, 5000])(
    "a client may not send a notification of type %i",
    async (contentType) => {
      const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
      const forged = ann.client.say(bob.userID, "x", { contentType });
      expect(await codeOf(forged)).toBe(1002);
    },
  );

  test("a plain user may not write as an official account", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const official = { sessionType: 4, contentType: 1400 };
    expect(await codeOf(ann.client.say(bob.userID, "x", official))).toBe(1002);
  });

  test("a backend may not write sessionType 4 with another type than 1400", async () => {
    const [ann, bob] = await admin.users("ann", "bob");
    const sent = admin.post(SendMsg, {
      sendID: ann,
      recvID: bob,
      contentType: 101,
      sessionType: 4,
      content: { content: "x" },
    });
    expect(await codeOf(sent)).toBe(1001);
  });

  test("a group nobody made is 1004", async () => {
    const [ann] = await admin.users("ann");
    const sent = admin.post(SendMsg, {
      sendID: ann,
      groupID: "nogroup",
      contentType: 101,
      sessionType: 3,
      content: { content: "x" },
    });
    expect(await codeOf(sent)).toBe(1004);
  });

  test("typing without options is online only and takes no seq", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    await ann.client.say(bob.userID, "typing", { contentType: 113 });
    await bob.client.until(() => bob.client.pushed.length === 1);
    expect(bob.client.pushed[0]?.message).toMatchObject({
      seq: 0,
      options: { history: false, unreadCount: false },
    });
    expect(await bob.client.newestSeqs()).toEqual({});
  });
});

describe("connecting", () => {
  test("pushes come from the connect result on", async () => {
    const [ann, bob] = (await admin.users("ann", "bob")) as [string, string];
    await using sender = await signIn(ann);
    for (let i = 0; i < 20; i++) {
      await using receiver = await signIn(bob);
      await sender.client.say(bob, `hello ${i}`);
      await receiver.client.until(() => receiver.client.heard().length === 1);
    }
  });

  test("an iOS app that connects in the background gets no pushes until it comes back", async () => {
    const [ann, bob] = (await admin.users("ann", "bob")) as [string, string];
    await using sender = await signIn(ann);
    await using phone = await signIn(bob, {
      platformID: 1,
      isBackground: true,
    });
    await using tablet = await signIn(bob, { platformID: 9 });
    await sender.client.say(bob, "one");
    await tablet.client.until(() => tablet.client.heard().length === 1);
    expect(phone.client.heard()).toEqual([]);
    await phone.client.request(
      ReqIdentifier.setBackgroundStatus,
      new Uint8Array(),
    );
    await sender.client.say(bob, "two");
    await phone.client.until(() => phone.client.heard().length === 1);
    expect(phone.client.heard()).toEqual(["two"]);
  });

  test("any two tokens differ, and the older one is kicked", async () => {
    const [ann = ""] = await admin.users("ann");
    const first = await admin.tokenOf(ann);
    const second = await admin.tokenOf(ann);
    expect(first).not.toBe(second);
    expect(await codeOf(Client.connect(server.ws, ann, first))).toBe(1506);
  });

  test("signalling is refused and the connection stays", async () => {
    const [ann] = (await people("ann")) as [Person];
    const signal = ann.client.request(1004, new Uint8Array());
    expect(await codeOf(signal)).toBe(500);
    expect(await ann.client.newestSeqs()).toEqual({});
  });

  test("signing out without saying who is 1001 and ends the connection", async () => {
    const [ann] = (await people("ann")) as [Person];
    const out = ann.client.request(
      ReqIdentifier.logout,
      DelUserPushTokenReq.encode({ userID: ann.userID }),
    );
    expect(await codeOf(out)).toBe(1001);
    await ann.client.closed();
  });
});

describe("presence", () => {
  const onlineOf = async (watcher: Person, userID: string) => {
    const { statusList } = await watcher.post<{
      statusList: { platformIDs: number[] | null }[];
    }>(GetUsersStatus, { userID: "x", userIDs: [userID] });
    return statusList[0]?.platformIDs;
  };

  test("each change of a watched user's platforms is told once", async () => {
    const [ann, bob] = (await admin.users("ann", "bob")) as [string, string];
    await using watcher = await signIn(ann);
    expect(await watcher.client.watch(bob)).toEqual([]);
    const changes = watcher.client.presence;
    const first = await signIn(bob, { platformID: 5 });
    await watcher.client.until(() => changes.length === 1);
    const phone = await signIn(bob, { platformID: 2 });
    await watcher.client.until(() => changes.length === 2);
    await first[Symbol.asyncDispose]();
    await watcher.client.until(() => changes.length === 3);
    expect(await onlineOf(watcher, bob)).toEqual([2]);
    await phone[Symbol.asyncDispose]();
    await watcher.client.until(() => changes.length === 4);
    expect(changes).toEqual([
      { userID: bob, onlinePlatformIDs: [5] },
      { userID: bob, onlinePlatformIDs: [2, 5] },
      { userID: bob, onlinePlatformIDs: [2] },
      { userID: bob, onlinePlatformIDs: [] },
    ]);
  });

  test("a second connection of the same platform changes nothing", async () => {
    const [ann, bob] = (await admin.users("ann", "bob")) as [string, string];
    await using watcher = await signIn(ann);
    await watcher.client.watch(bob);
    const token = await admin.tokenOf(bob);
    const one = await Client.connect(server.ws, bob, token);
    const two = await Client.connect(server.ws, bob, token);
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    await watcher.client.until(() => watcher.client.presence.length === 2);
    expect(
      watcher.client.presence.map((each) => each.onlinePlatformIDs),
    ).toEqual([[5], []]);
  });

  test("nothing is told after unsubscribing", async () => {
    const [ann, bob, cat] = (await admin.users("ann", "bob", "cat")) as [
      string,
      string,
      string,
    ];
    await using watcher = await signIn(ann);
    await watcher.client.watch(bob, cat);
    await watcher.client.unwatch(bob);
    const others = [await signIn(bob), await signIn(cat)];
    await watcher.client.until(() => watcher.client.presence.length === 1);
    expect(watcher.client.presence[0]?.userID).toBe(cat);
    for (const other of others) await other[Symbol.asyncDispose]();
  });
});

describe("a conversation that the user deleted", () => {
  test("comes back with the next stored message", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const id = singleChatID(ann.userID, bob.userID);
    await ann.client.say(bob.userID, "one");
    await ann.post(DeleteConversations, {
      ownerUserID: ann.userID,
      conversationIDs: [id],
    });
    const seqs = () =>
      ann.post<{ seqs: Record<string, { maxSeq: number }> }>(
        GetConversationsHasReadAndMaxSeq,
        { userID: ann.userID, conversationIDs: [id] },
      );
    expect((await seqs()).seqs[id]).toEqual({
      maxSeq: 0,
      hasReadSeq: 0,
      maxSeqTime: 0,
    } as never);
    expect(await ann.client.pull(id, 1, 5)).toEqual([]);

    await bob.client.say(ann.userID, "two");
    await ann.client.until(() => ann.client.heard().includes("two"));
    expect((await seqs()).seqs[id]?.maxSeq).toBe(2);
    expect(await ann.client.newestSeqs()).toEqual({ [id]: 2 });
    expect((await ann.client.pull(id, 1, 5)).map(textOf)).toEqual([
      "one",
      "two",
    ]);
    await ann.post(GetConversation, {
      ownerUserID: ann.userID,
      conversationID: id,
    });
  });

  test("is there at once when it is set anew", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const id = singleChatID(ann.userID, bob.userID);
    await ann.client.say(bob.userID, "one");
    const key = { ownerUserID: ann.userID, conversationIDs: [id] };
    await ann.post(DeleteConversations, key);
    await ann.post(SetConversations, {
      userIDs: [ann.userID],
      conversation: {
        conversationID: id,
        conversationType: 1,
        userID: bob.userID,
        isPinned: true,
      },
    });
    const { conversation } = await ann.post<{
      conversation: { isPinned: boolean };
    }>(GetConversation, {
      ownerUserID: ann.userID,
      conversationID: id,
    });
    expect(conversation.isPinned).toBe(true);
    expect((await ann.client.pull(id, 1, 5)).map(textOf)).toEqual(["one"]);
  });

  test("and one without an id is refused", async () => {
    const [ann] = (await people("ann")) as [Person];
    const set = ann.post(SetConversations, {
      userIDs: [ann.userID],
      conversation: {
        conversationID: "",
        conversationType: 1,
        userID: "x",
        ex: "x",
      },
    });
    expect(await codeOf(set)).toBe(1001);
  });
});

describe("reading what is not one's own", () => {
  async function three() {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [
      Person,
      Person,
      Person,
    ];
    const id = singleChatID(ann.userID, bob.userID);
    await ann.client.say(bob.userID, "between us");
    return { ann, bob, cat, id };
  }

  test("1005 and 1007 without data or for another user are 1002", async () => {
    const { ann, bob } = await three();
    for (const op of [
      ReqIdentifier.pullMsgBySeqList,
      ReqIdentifier.pullConvLastMessage,
    ]) {
      expect(await codeOf(ann.client.request(op, new Uint8Array()))).toBe(1002);
      const asBob = GetLastMessageReq.encode({ userID: bob.userID });
      expect(await codeOf(ann.client.request(op, asBob))).toBe(1002);
    }
  });

  test("1005 answers a stranger as for an unknown conversation", async () => {
    const { cat, id } = await three();
    const answer = GetSeqMessageResp.decode(
      await cat.client.request(
        ReqIdentifier.pullMsgBySeqList,
        GetSeqMessageReq.encode({
          userID: cat.userID,
          conversations: [{ conversationID: id, seqs: [1] }],
        }),
      ),
    );
    expect(answer.msgs[id]?.Msgs).toEqual([]);
  });

  test("1007 leaves out conversations of others and what the user cleared", async () => {
    const { ann, cat, id } = await three();
    const newest = async ({ client, userID }: Person) =>
      GetLastMessageResp.decode(
        await client.request(
          ReqIdentifier.pullConvLastMessage,
          GetLastMessageReq.encode({ userID, conversationIDs: [id] }),
        ),
      ).msgs;
    expect(Object.keys(await newest(ann))).toEqual([id]);
    expect(await newest(cat)).toEqual({});
    await ann.post(ClearConversationMsg, {
      userID: ann.userID,
      conversationIDs: [id],
    });
    expect(await newest(ann)).toEqual({});
  });

  test("the notifications of two others are not told", async () => {
    const { ann, bob, cat, id } = await three();
    await bob.post(MarkConversationAsRead, {
      userID: bob.userID,
      conversationID: id,
      hasReadSeq: 1,
    });
    const notices = notificationTwin(id);
    expect(await ann.client.pull(notices, 1, 5)).toHaveLength(1);
    expect(await cat.client.pull(notices, 1, 5)).toEqual([]);
  });

  test("an id in which two pairs meet shows each only its own", async () => {
    const run = crypto.randomUUID().slice(0, 6);
    const ids = [`a${run}`, `x_b${run}`, `a${run}_x`, `b${run}`];
    await admin.post(UserRegister, {
      users: ids.map((userID) => ({ userID, nickname: userID })),
    });
    const [a, xb, ax, b] = (await Promise.all(
      ids.map((userID) => signIn(userID)),
    )) as [Person, Person, Person, Person];
    const id = singleChatID(a.userID, xb.userID);
    expect(singleChatID(ax.userID, b.userID)).toBe(id);
    await a.client.say(xb.userID, "secret of the first pair");
    await ax.client.say(b.userID, "of the second");
    const seen = await b.client.pull(id, 1, 5);
    expect(seen.map(({ status }) => status)).toEqual([4, 2]);
    expect(textOf(seen[1] ?? ({} as never))).toBe("of the second");
  });

  test("a conversation's seqs are nobody else's", async () => {
    const { cat, id } = await three();
    const { seqs } = await cat.post<{ seqs: Record<string, object> }>(
      GetConversationsHasReadAndMaxSeq,
      { userID: cat.userID, conversationIDs: [id] },
    );
    expect(seqs[id]).toEqual({ maxSeq: 0, hasReadSeq: 0, maxSeqTime: 0 });
    const set = cat.post(SetConversationHasReadSeq, {
      userID: cat.userID,
      conversationID: id,
      hasReadSeq: 1,
    });
    expect(await codeOf(set)).toBe(1004);
  });

  test.each([0, -5])("a pull from %i begins at 1", async (begin) => {
    const { ann, id } = await three();
    const messages = await ann.client.pull(id, begin, 5);
    expect(messages.map(({ seq }) => seq)).toEqual([1]);
  });
});

describe("deleting", () => {
  test("for everyone takes the author, and a stranger finds no conversation", async () => {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [
      Person,
      Person,
      Person,
    ];
    const conversationID = singleChatID(ann.userID, bob.userID);
    await ann.client.say(bob.userID, "one");
    const remove = ({ userID, post }: Person) =>
      codeOf(
        post(DeleteMsgs, {
          userID,
          conversationID,
          seqs: [1],
          deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: true },
        }),
      );
    expect(await remove(cat)).toBe(1004);
    expect(await remove(bob)).toBe(1002);
    const [kept] = await bob.client.pull(conversationID, 1, 1);
    expect(kept && textOf(kept)).toBe("one");
    expect(await remove(ann)).toBe(0);
    const [gone] = await bob.client.pull(conversationID, 1, 1);
    expect(gone).toMatchObject({ seq: 1, status: 4, clientMsgID: "" });
  });
});

describe("read positions", () => {
  test("above the newest seq are capped, and empty lists refused", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const conversationID = singleChatID(ann.userID, bob.userID);
    await ann.client.say(bob.userID, "one");
    const { userID } = bob;
    const key = { userID, conversationID };
    await bob.post(MarkConversationAsRead, {
      ...key,
      hasReadSeq: 99,
    });
    const { seqs } = await bob.post<{
      seqs: Record<string, { hasReadSeq: number }>;
    }>(GetConversationsHasReadAndMaxSeq, { userID });
    expect(seqs[conversationID]?.hasReadSeq).toBe(1);
    const empty = bob.post(MarkMsgsAsRead, { ...key, seqs: [] });
    expect(await codeOf(empty)).toBe(1001);
  });
});

describe("users", () => {
  test("a command keeps its value and its ex", async () => {
    const [ann] = (await people("ann")) as [Person];
    const { userID } = ann;
    await ann.post(ProcessUserCommandAdd, {
      userID,
      type: 9,
      uuid: "u",
      value: "v",
      ex: "e",
    });
    const { CommandResp } = await ann.post<{ CommandResp: object[] }>(
      ProcessUserCommandGet,
      { userID, type: 9 },
    );
    expect(CommandResp).toMatchObject([{ value: "v", ex: "e" }]);
  });

  test("only oneself and administrators change a global option, only administrators list users", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const option = { userID: ann.userID, globalRecvMsgOpt: 1 };
    expect(await codeOf(bob.post(SetGlobalMsgRecvOpt, option))).toBe(1002);
    const pagination = { pageNumber: 1, showNumber: 5 };
    for (const route of [GetUsers.path, GetAllUserIDs.path])
      expect(await codeOf(bob.post(route, { pagination }))).toBe(1002);
    const { total } = await admin.post<{ total: number }>(GetUsers, {
      pagination,
      userID: "^ann.*$",
    });
    expect(total).toBe(0);
  });
});

test("what a user tells only its own devices lies in a conversation of its own", async () => {
  const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
  const conversationID = singleChatID(ann.userID, bob.userID);
  await ann.client.say(bob.userID, "one");
  await ann.post(DeleteMsgs, {
    userID: ann.userID,
    conversationID,
    seqs: [1],
    deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
  });
  const own = ownNotificationID(ann.userID);
  expect(await ann.client.pull(own, 1, 5)).toHaveLength(1);
  expect(await bob.client.pull(own, 1, 5)).toEqual([]);
});

test("a pull of more than a client takes in one frame brings the newest that fit", async () => {
  const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
  const id = singleChatID(ann.userID, bob.userID);
  const big = "x".repeat(25_000);
  for (let i = 0; i < 60; i++) await ann.client.say(bob.userID, `${i}${big}`);
  const pulled = await bob.client.pull(id, 1, 60);
  const size = pulled.reduce((sum, { content }) => sum + content.length, 0);
  // JSON carries three bytes in four letters.
  expect(size).toBeGreaterThan(700_000);
  expect(bob.client.largestFrame).toBeLessThanOrEqual(1_048_576);
  expect(pulled.at(-1)?.seq).toBe(60);
  expect(pulled[0]?.seq).toBe(61 - pulled.length);
});
