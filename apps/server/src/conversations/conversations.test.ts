import { expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";
import type { ConversationReq } from "@parley/protocol/generated/conversation";

import { chatsOver, codeOf } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

const chat = singleChatID("ann", "bob");

/** A request that changes nothing but these fields. */
const request = (change: Partial<ConversationReq>): ConversationReq => ({
  ...{ conversationID: chat, conversationType: 1, userID: "bob", groupID: "" },
  ...{ recvMsgOpt: null, isPinned: null, attachedInfo: null, ex: null },
  ...{ isPrivateChat: null, burnDuration: null, minSeq: null, maxSeq: null },
  ...{ groupAtType: null, msgDestructTime: null, isMsgDestruct: null },
  ...change,
});

const idsOf = (chats: Chats, userID: string) =>
  chats.conversations.listIDs(userID);

forEachEngine("conversations", (open) => {
  test("of a pair begin with the first message, for both, without a notice", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    expect(await idsOf(chats, "ann")).toEqual([chat]);
    expect(await chats.conversations.get("ann", chat)).toMatchObject({
      ...{ ownerUserID: "ann", userID: "bob", conversationType: 1 },
      ...{ isPinned: false, recvMsgOpt: 0, minSeq: 0, maxSeq: 0 },
    });
    expect(await chats.conversations.get("bob", chat)).toMatchObject({
      ...{ ownerUserID: "bob", userID: "ann" },
    });
    expect(chats.told()).toEqual([[101, chat, "bob", "ann"]]);
    expect(await codeOf(chats.conversations.get("cat", chat))).toBe(1004);
  });

  test("with oneself have one row", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "ann");
    const { total, conversations } = await chats.conversations.page("ann", {
      offset: 0,
      limit: 10,
    });
    expect(total).toBe(1);
    expect(conversations).toMatchObject([{ userID: "ann" }]);
  });

  test("keep what was set, tell its owner once, and leave the peer's row alone", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const { conversations } = chats;
    await chats.say("ann", "bob");
    chats.told();
    const change = { isPinned: true, recvMsgOpt: 2, ex: "e" };
    await conversations.set("op", ["ann"], request(change));
    expect(await conversations.get("ann", chat)).toMatchObject(change);
    expect(await conversations.get("bob", chat)).toMatchObject({
      ...{ isPinned: false, recvMsgOpt: 0, ex: "" },
    });
    expect(chats.told()).toEqual([[1300, "n_ann_ann", "ann"]]);

    const before = await conversations.fullIDs("ann", 0n);
    await conversations.set("op", ["ann"], request(change));
    expect(chats.told()).toEqual([]);
    expect(await conversations.fullIDs("ann", 0n)).toEqual(before);
    expect(await conversations.listIDs("ann", { isPinned: true })).toEqual([
      chat,
    ]);
    expect(await conversations.listIDs("ann", { recvMsgOpt: 1 })).toEqual([]);
  });

  test("can be set before the first message, which makes no second row", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.conversations.set("op", ["ann"], request({ isPinned: true }));
    expect(await idsOf(chats, "bob")).toEqual([]);
    await chats.say("bob", "ann");
    expect(await chats.conversations.list("ann")).toMatchObject([
      { isPinned: true },
    ]);
    expect(await idsOf(chats, "bob")).toEqual([chat]);
  });

  test.each<[why: string, change: Partial<ConversationReq>, code: number]>([
    ["the id of two others", { conversationID: "si_bob_cat" }, 1001],
    ["another peer than its id says", { userID: "cat" }, 1001],
    ["a type that there is not", { conversationType: 2 }, 1001],
    [
      "a group of which one never was a member",
      {
        ...{ conversationID: "sg_tea", conversationType: 3 },
        ...{ userID: "", groupID: "tea" },
      },
      1002,
    ],
  ])("are not opened by %s", async (_why, change, code) => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["bob"] } });
    const wanted = request({ ex: "x", ...change });
    // All or none: the owner who may gets nothing either.
    expect(await codeOf(chats.conversations.set("op", ["ann"], wanted))).toBe(
      code,
    );
    expect(await idsOf(chats, "ann")).toEqual([]);
    expect(chats.told()).toEqual([]);
  });

  test("become private on both sides, also where one has no row yet", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const { conversations } = chats;
    const setPrivate = (isPrivateChat: boolean) =>
      conversations.set("op", ["ann"], request({ isPrivateChat }));
    await setPrivate(true);
    for (const [owner, peer] of [
      ["ann", "bob"],
      ["bob", "ann"],
    ] as const)
      expect(await conversations.get(owner, chat)).toMatchObject({
        ...{ isPrivateChat: true, userID: peer },
      });
    // As a visible message, too, which is the first of the chat.
    expect(chats.told()).toEqual([
      [1701, chat, "bob", "ann"],
      [1701, "n_ann_bob", "bob", "ann"],
    ]);
    // Again changes no row, so that no client has anything to fetch.
    const { version } = await conversations.fullIDs("bob", 0n);
    await setPrivate(true);
    expect(await conversations.fullIDs("bob", 0n)).toMatchObject({ version });
    await setPrivate(false);
    expect(await conversations.get("bob", chat)).toMatchObject({
      isPrivateChat: false,
    });
  });

  test("are private for nobody in a group, where the wish is left out", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["ann", "bob"] } });
    await chats.say("ann", { groupID: "tea" });
    chats.told();
    await chats.conversations.set(
      "op",
      ["ann"],
      request({
        ...{ conversationID: "sg_tea", conversationType: 3 },
        ...{ userID: "", groupID: "tea", isPrivateChat: true },
      }),
    );
    expect(await chats.conversations.get("ann", "sg_tea")).toMatchObject({
      isPrivateChat: false,
    });
    expect(chats.told()).toEqual([]);
  });

  test("go for their owner alone, and return with the next message, as new", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    const { conversations } = chats;
    await chats.say("ann", "bob");
    await conversations.set("op", ["ann"], request({ isPinned: true }));
    const followers = [
      await chats.followConversations("ann"),
      await chats.followConversations("bob"),
    ];
    const agree = async () => {
      for (const each of followers) await each.agrees();
    };
    await conversations.delete("ann", [chat]);
    await agree();
    expect(await idsOf(chats, "ann")).toEqual([]);
    expect(await idsOf(chats, "bob")).toEqual([chat]);
    expect(await chats.rows.isDeleted("ann", chat)).toBe(true);
    // A second time there is nothing that a client would have to hear of.
    const before = await conversations.fullIDs("ann", 0n);
    await conversations.delete("ann", [chat]);
    expect(await conversations.fullIDs("ann", 0n)).toEqual(before);

    await chats.say("bob", "ann");
    await agree();
    expect(await conversations.list("ann")).toMatchObject([
      { conversationID: chat, isPinned: false },
    ]);
    expect(await chats.rows.isDeleted("ann", chat)).toBe(false);
    expect(followers.map(({ fullSyncs }) => fullSyncs)).toEqual([1, 1]);
  });

  test("take a peer's new ex in every row of a chat with them, and in no other", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    await chats.say("cat", "bob");
    await chats.say("ann", "cat");
    await chats.conversations.setExOfPeer("bob", "away");
    const exOf = async (owner: string) =>
      (await chats.conversations.list(owner)).map(({ userID, ex }) => [
        userID,
        ex,
      ]);
    expect((await exOf("ann")).sort()).toEqual([
      ["bob", "away"],
      ["cat", ""],
    ]);
    expect((await exOf("cat")).sort()).toEqual([
      ["ann", ""],
      ["bob", "away"],
    ]);
    expect((await exOf("bob")).sort()).toEqual([
      ["ann", ""],
      ["cat", ""],
    ]);
  });
});
