import { expect, test } from "bun:test";

import { chatsOver } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";

const chat = "sg_tea";
const groups = { tea: ["ann", "bob"] };

/** The rows of these users: last readable seq, or none. */
const rowsOf = async (chats: Chats, ...userIDs: string[]) =>
  Promise.all(
    userIDs.map(async (userID) => {
      const [row] = await chats.conversations.list(userID, [chat]);
      return row?.maxSeq ?? "none";
    }),
  );

forEachEngine("a group's conversation", (open) => {
  test("begins for all members with its first message, as the group's", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    expect(await rowsOf(chats, "ann", "bob")).toEqual(["none", "none"]);
    await chats.say("ann", { groupID: "tea" });
    expect(await rowsOf(chats, "ann", "bob", "cat")).toEqual([0, 0, "none"]);
    expect(await chats.conversations.get("bob", chat)).toMatchObject({
      ...{ conversationType: 3, groupID: "tea", userID: "" },
    });
    expect(chats.told()).toEqual([[101, chat, "ann", "bob"]]);
  });

  test("is there at once for who enters, who is told and may read from a seq on", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    await chats.say("ann", { groupID: "tea" });
    chats.told();
    await chats.enter("tea", "cat", 2);
    expect(await rowsOf(chats, "cat")).toEqual([0]);
    expect(await chats.userSeqs.get("cat", chat)).toMatchObject({
      ...{ minSeq: 2, maxSeq: 0 },
    });
    expect(chats.told()).toEqual([[1300, "n_cat_cat", "cat"]]);
  });

  test("ends for who left at the message that was the newest, and goes on for others", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    await chats.say("ann", { groupID: "tea" });
    await chats.say("ann", { groupID: "tea" });
    const follower = await chats.followConversations("bob");
    chats.told();
    await chats.leave("tea", "bob");
    await follower.agrees();
    expect(await rowsOf(chats, "ann", "bob")).toEqual([0, 2]);
    expect(chats.told()).toEqual([[1300, "n_bob_bob", "bob"]]);

    await chats.say("ann", { groupID: "tea" });
    expect(chats.told()).toEqual([[101, chat, "ann"]]);
    const window = await chats.access.windowOf("bob", chat);
    expect(window).toMatchObject({ min: 0, max: 2 });

    await chats.enter("tea", "bob");
    await follower.agrees();
    expect(await rowsOf(chats, "bob")).toEqual([0]);
    expect(await chats.access.windowOf("bob", chat)).toMatchObject({ max: 3 });
  });

  test("is gone for who left before there was a message", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    await chats.enter("tea", "cat");
    expect(await rowsOf(chats, "cat")).toEqual([0]);
    await chats.leave("tea", "cat");
    expect(await rowsOf(chats, "cat")).toEqual(["none"]);
    await chats.say("ann", { groupID: "tea" });
    expect(await rowsOf(chats, "ann", "bob", "cat")).toEqual([0, 0, "none"]);
    expect(await chats.access.concerns("cat", chat)).toBe(false);
  });

  test("comes back with the next message for a member who deleted it, not for who left", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, {
      groups: { tea: ["ann", "bob", "cat"] },
    });
    await chats.say("ann", { groupID: "tea" });
    await chats.conversations.delete("bob", [chat]);
    await chats.conversations.delete("cat", [chat]);
    await chats.leave("tea", "cat");
    expect(await rowsOf(chats, "bob", "cat")).toEqual(["none", "none"]);
    await chats.say("ann", { groupID: "tea" });
    expect(await rowsOf(chats, "bob", "cat")).toEqual([0, "none"]);
    // Who left and deleted it has no window either.
    expect(await chats.access.windowOf("cat", chat)).toBeUndefined();
  });

  test("marks those who are named, and tells only who has a row", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups });
    await chats.say("ann", { groupID: "tea" });
    chats.told();
    await chats.transact((tx) =>
      chats.groupConversations.mark(tx, "op", "tea", ["bob", "cat"], 1),
    );
    expect(await chats.conversations.get("bob", chat)).toMatchObject({
      groupAtType: 1,
    });
    expect(await chats.conversations.get("ann", chat)).toMatchObject({
      groupAtType: 0,
    });
    expect(chats.told()).toEqual([[1300, "n_bob_bob", "bob"]]);
  });
});
