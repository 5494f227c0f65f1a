import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import {
  causeOf,
  chatsOver,
  codeOf,
  newUser,
  root,
} from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createServerSending } from "./server-send.ts";
import type { ServerMessage } from "./server-send.ts";
import { createSimpleSend } from "./simple-send.ts";
import { createTyping } from "./typing.ts";

const now = 1_700_000_500_000;
const cause = causeOf(root);

const newMessage = (more: Partial<ServerMessage> = {}): ServerMessage => ({
  ...{ sendID: "ann", recvID: "bob", groupID: "" },
  ...{ senderNickname: "Ann", senderFaceURL: "", senderPlatformID: 5 },
  ...{ content: { content: "hello" }, contentType: 101, sessionType: 1 },
  ...{ isOnlineOnly: false, notOfflinePush: false, sendTime: 0 },
  ...{ offlinePushInfo: null, ex: "" },
  ...more,
});

/** Ann, Bob and Deaf, who takes no messages, News, and a backend. */
async function backendOver(storage: TestStorage) {
  const users = [
    ...["ann", "bob", root].map((userID) => newUser(userID)),
    newUser("news", { appMangerLevel: 3 }),
    newUser("deaf", { globalRecvMsgOpt: 1 }),
    ...Array.from({ length: 40 }, (_, i) => newUser(`user${i}`)),
  ];
  const chats = await chatsOver(storage, {
    ...{ users, groups: { tea: ["ann", "bob"] } },
  });
  const parts = {
    ...{ sending: chats.sending, now: () => now },
    findUser: (userID: string) =>
      users.find((user) => user.userID === userID) ?? null,
  };
  return {
    chats,
    ...createServerSending(parts),
    sendSimple: createSimpleSend(parts),
    sayTyping: createTyping(chats.sending),
    /** Messages that were delivered since the last call. */
    delivered: () =>
      chats.pushes.splice(0).map(({ data, userIDs, conversationID }) => ({
        ...{ conversationID, userIDs, ...MsgData.decode(data) },
        text: Buffer.from(MsgData.decode(data).content).toString(),
      })),
  };
}

forEachEngine("a message that a backend sends", (open) => {
  test("is its sender's, made now, with content in the order of keys", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    const sent = await send(
      cause,
      newMessage({ content: { b: 1, a: "x", content: "hi" } }),
    );
    expect(delivered()).toMatchObject([
      {
        ...{ conversationID: "si_ann_bob", userIDs: ["bob", "ann"] },
        ...{ msgFrom: 200, createTime: now, senderNickname: "Ann" },
        ...{ clientMsgID: sent.clientMsgID, serverMsgID: sent.serverMsgID },
        text: '{"a":"x","b":1,"content":"hi"}',
      },
    ]);
    expect(sent.modify).toEqual({});
  });

  test("goes to a group where its session type says so, else to a user", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    const both = { recvID: "bob", groupID: "tea" };
    await send(cause, newMessage({ ...both, recvID: "", sessionType: 3 }));
    await send(cause, newMessage(both));
    expect(
      delivered().map(({ conversationID, groupID }) => [
        conversationID,
        groupID,
      ]),
    ).toEqual([
      ["sg_tea", "tea"],
      ["si_ann_bob", ""],
    ]);
  });

  test("without an id is another one each time, with one it is stored once", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    const first = await send(cause, newMessage());
    const second = await send(cause, newMessage());
    expect(second.clientMsgID).not.toBe(first.clientMsgID);
    const again = newMessage({ clientMsgID: "c1" });
    expect(await send(cause, again)).toEqual(await send(cause, again));
    expect(delivered()).toHaveLength(3);
  });

  test("passes by who is not online, if that is asked for", async () => {
    await using storage = await open();
    const { chats, send, delivered } = await backendOver(storage);
    await send(cause, newMessage({ isOnlineOnly: true }));
    expect(delivered()).toMatchObject([{ userIDs: ["bob"] }]);
    expect((await chats.log.find("si_ann_bob"))?.maxSeq ?? 0).toBe(0);
  });

  test("rings nobody, if that is asked for", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    await send(cause, newMessage({ notOfflinePush: true }));
    await send(cause, newMessage());
    expect(delivered().map(({ options }) => options)).toEqual([
      { offlinePush: false },
      {},
    ]);
  });

  test("names the users of a text that mentions some", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    const content = { text: "@bob", atUserList: ["bob"], isAtSelf: false };
    const to = { recvID: "", groupID: "tea", sessionType: 3 };
    await send(cause, newMessage({ ...to, content, contentType: 106 }));
    expect(delivered()).toMatchObject([{ atUserIDList: ["bob"] }]);
    const text = { content: "hi", atUserList: ["bob"] };
    await send(cause, newMessage({ ...to, content: text }));
    expect(delivered()).toMatchObject([{ atUserIDList: [] }]);
  });

  test("needs the content of its type", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    expect(await codeOf(send(cause, newMessage({ content: {} })))).toBe(500);
    expect(delivered()).toEqual([]);
  });
});

forEachEngine("a notice of an official account", (open) => {
  const content = {
    ...{ notificationName: "N", notificationType: 1, text: "t", mixType: 0 },
    ...{ externalUrl: "", notificationFaceURL: "" },
  };
  const notice = { content, contentType: 1400, sessionType: 1 };

  test("is of session type 4, and wrapped as its clients read it", async () => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    await send(cause, newMessage({ ...notice, sendID: "news" }));
    const [pushed, ...others] = delivered();
    expect(others).toEqual([]);
    expect(pushed).toMatchObject({ sessionType: 4, recvID: "bob" });
    const { detail } = JSON.parse(pushed?.text ?? "{}") as { detail: string };
    expect(JSON.parse(detail)).toMatchObject({ notificationName: "N" });
  });

  test.each([
    ["of nobody", "nobody", 1101],
    ["of an ordinary user", "ann", 1002],
  ])("is refused as one %s", async (_of, sendID, code) => {
    await using storage = await open();
    const { send, delivered } = await backendOver(storage);
    expect(await codeOf(send(cause, newMessage({ ...notice, sendID })))).toBe(
      code,
    );
    expect(delivered()).toEqual([]);
  });
});

forEachEngine("a message to many", (open) => {
  test("is one for each of them, and those who cannot get it are named", async () => {
    await using storage = await open();
    const { sendToMany, delivered } = await backendOver(storage);
    const some = Array.from({ length: 40 }, (_, i) => `user${i}`);
    const to = ["deaf", ...some, "nobody"];
    const { results, failedUserIDs } = await sendToMany(
      ...[cause, newMessage(), to],
    );
    expect(failedUserIDs).toEqual(["deaf", "nobody"]);
    expect(results.map(({ recvID }) => recvID)).toEqual(some);
    expect(new Set(results.map(({ serverMsgID }) => serverMsgID)).size).toBe(
      40,
    );
    expect(
      delivered()
        .map(({ recvID }) => recvID)
        .toSorted(),
    ).toEqual(some.toSorted());
  });

  test("fails as a whole where it is wrong for everybody", async () => {
    await using storage = await open();
    const { sendToMany, delivered } = await backendOver(storage);
    const wrong = newMessage({ content: {} });
    expect(await codeOf(sendToMany(cause, wrong, ["bob"]))).toBe(500);
    expect(delivered()).toEqual([]);
  });
});

forEachEngine("an answer to a webhook", (open) => {
  const keyOf = (key: object): string =>
    Buffer.from(JSON.stringify(key)).toString("base64");
  const asked = { sendID: "", content: "yes", offlinePushInfo: null, ex: "" };

  test("goes back to the sender, in the name of the receiver", async () => {
    await using storage = await open();
    const { sendSimple, delivered } = await backendOver(storage);
    const key = keyOf({ sendID: "ann", recvID: "bob", groupID: "" });
    // Whom the request names counts in groups only.
    await sendSimple(cause, key, { ...asked, sendID: "ann" });
    expect(delivered()).toMatchObject([
      {
        ...{ sendID: "bob", recvID: "ann", sessionType: 1, msgFrom: 100 },
        ...{ senderNickname: "nick-bob", text: '{"Content":"yes"}' },
        createTime: now,
      },
    ]);
  });

  test("goes to the group, in the name of whom the request names", async () => {
    await using storage = await open();
    const { sendSimple, delivered } = await backendOver(storage);
    const key = keyOf({ sendID: "ann", recvID: "", groupID: "tea" });
    await sendSimple(cause, key, { ...asked, sendID: "bob" });
    expect(delivered()).toMatchObject([
      { sendID: "bob", recvID: "", groupID: "tea", sessionType: 3 },
    ]);
    expect(await codeOf(sendSimple(cause, key, asked))).toBe(1001);
  });

  test.each([
    ["no key", "", 1001],
    ["no base64", "%%%", 1001],
    ["no JSON", Buffer.from("{").toString("base64"), 1001],
    [
      "no such sender",
      keyOf({ sendID: "ann", recvID: "x", groupID: "" }),
      1004,
    ],
    ["NUL in it", keyOf({ sendID: "a\0", recvID: "bob", groupID: "" }), 1001],
  ])("is refused with %s", async (_what, key, code) => {
    await using storage = await open();
    const { sendSimple, delivered } = await backendOver(storage);
    expect(await codeOf(sendSimple(cause, key, asked))).toBe(code);
    expect(delivered()).toEqual([]);
  });
});

forEachEngine("typing", (open) => {
  test("shows to the other while it lasts, and is kept nowhere", async () => {
    await using storage = await open();
    const { chats, sayTyping, delivered } = await backendOver(storage);
    await sayTyping("op", "ann", "bob", true);
    await sayTyping("op", "ann", "bob", false);
    expect(delivered()).toMatchObject([
      { contentType: 113, userIDs: ["bob"], text: '{"msgTips":"yes"}' },
      { contentType: 113, userIDs: ["bob"], text: '{"msgTips":"no"}' },
    ]);
    expect(await chats.conversations.listIDs("bob")).toEqual([]);
  });
});
