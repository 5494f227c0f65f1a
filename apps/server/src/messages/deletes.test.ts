import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import {
  causeOf,
  chatsOver,
  codeOf,
  root,
} from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";

const chat = "si_ann_bob";
const forMe = { isSyncSelf: false, isSyncOther: false };
const onMyDevices = { isSyncSelf: true, isSyncOther: false };
const forEveryone = { isSyncSelf: false, isSyncOther: true };

async function chatsWith(storage: TestStorage, ...senders: string[]) {
  const groups = { tea: ["ann", "bob", "cat"] };
  const chats = await chatsOver(storage, { groups });
  for (const sender of senders) {
    await chats.say(sender, sender === "ann" ? "bob" : "ann");
    await chats.say(sender, { groupID: "tea" });
  }
  chats.told();
  return chats;
}

const remove = (
  chats: Chats,
  userID: string,
  seqs: number[],
  reach: typeof forMe,
  { conversationID = chat, as = userID } = {},
) =>
  chats.deleting.deleteMessages(
    causeOf(as),
    { userID, conversationID, seqs },
    reach,
  );

/** The seqs that still have their content for this user. */
async function readable(chats: Chats, userID: string, conversationID = chat) {
  const range = { conversationID, begin: 1, end: 9, num: 9 };
  const [pulled] = await chats.pulling.byRanges(userID, [range], 0, 1_000_000);
  return (pulled?.messages ?? [])
    .filter(({ data }) => MsgData.decode(data).content.length > 0)
    .map(({ seq }) => seq);
}

forEachEngine("deleting messages", (open) => {
  test("for oneself leaves them to others, and tells one's own devices if asked to", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, "ann", "bob", "ann");
    await remove(chats, "bob", [1, 3], forMe);
    expect(chats.told()).toEqual([]);
    expect(await readable(chats, "bob")).toEqual([2]);
    expect(await readable(chats, "ann")).toEqual([1, 2, 3]);
    await remove(chats, "bob", [2, 99], onMyDevices);
    expect(chats.told()).toEqual([[2102, "n_bob_bob", "bob"]]);
    expect(await readable(chats, "bob")).toEqual([]);
  });

  test.each<
    [
      who: string,
      as: string,
      conversationID: string,
      seqs: number[],
      code: number,
    ]
  >([
    ["bob", "bob", chat, [2], 0], // one's own
    ["bob", "bob", chat, [1], 1002], // the other's
    ["bob", "bob", chat, [2, 1], 1002], // one of them the other's
    ["bob", root, chat, [1], 0], // an administrator
    ["cat", "cat", chat, [1], 1004], // not their conversation
    ["bob", "bob", "sg_tea", [2], 0], // one's own
    ["cat", "cat", "sg_tea", [2], 1002], // another member's
    ["ann", "ann", "sg_tea", [2], 0], // of a group that one manages
  ])(
    "for everyone by %s as %s in %s of %p answers %d",
    async (who, as, conversationID, seqs, code) => {
      await using storage = await open();
      const chats = await chatsWith(storage, "ann", "bob");
      const of = { conversationID, as };
      expect(await codeOf(remove(chats, who, seqs, forEveryone, of))).toBe(
        code,
      );
      expect(await readable(chats, "ann", conversationID)).toEqual(
        [1, 2].filter((seq) => code !== 0 || !seqs.includes(seq)),
      );
      expect(chats.told().map(([type]) => type)).toEqual(
        code === 0 ? [2102] : [],
      );
    },
  );

  test("frees no seq: the next message comes after them", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, "ann", "bob");
    await remove(chats, "bob", [2], forEveryone);
    await chats.say("ann", "bob");
    expect(await readable(chats, "bob")).toEqual([1, 3]);
  });
});

forEachEngine("clearing a conversation", (open) => {
  const clear = (
    chats: Chats,
    userID: string,
    reach: typeof forMe,
    ids: string[] | undefined = [chat],
  ) => chats.deleting.clear(causeOf(userID), userID, ids, reach);

  test("for oneself hides what there is, and not what comes", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, "ann", "bob");
    const follower = await chats.followConversations("bob");
    await clear(chats, "bob", onMyDevices);
    await follower.agrees();
    expect(chats.told()).toEqual([
      [1300, "n_bob_bob", "bob"],
      [1703, "n_bob_bob", "bob"],
    ]);
    expect(await readable(chats, "bob")).toEqual([]);
    expect(await readable(chats, "ann")).toEqual([1, 2]);
    expect(await chats.userSeqs.get("bob", chat)).toMatchObject({
      ...{ minSeq: 3, readSeq: 2 },
    });
    expect(await chats.conversations.get("bob", chat)).toMatchObject({
      minSeq: 3,
    });
    await chats.say("ann", "bob");
    expect(await readable(chats, "bob")).toEqual([3]);
    expect(await readable(chats, "bob", "sg_tea")).toEqual([1, 2]);
  });

  test("of all takes every one of them", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, "ann");
    await chats.deleting.clear(causeOf("bob"), "bob", undefined, forMe);
    for (const id of [chat, "sg_tea"]) {
      expect(await readable(chats, "bob", id)).toEqual([]);
      expect(await readable(chats, "ann", id)).toEqual([1]);
    }
  });

  test("for everyone is for one of the pair, and for who manages a group", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, "ann", "bob");
    const group = ["sg_tea"];
    expect(await codeOf(clear(chats, "bob", forEveryone, group))).toBe(1002);
    expect(await readable(chats, "cat", "sg_tea")).toEqual([1, 2]);
    await clear(chats, "ann", forEveryone, group);
    expect(await readable(chats, "cat", "sg_tea")).toEqual([]);
    expect(chats.told()).toEqual([[1703, "n_tea", "ann", "bob", "cat"]]);
    await clear(chats, "bob", forEveryone);
    expect(await readable(chats, "ann")).toEqual([]);
    expect(chats.told()).toEqual([[1703, "n_ann_bob", "ann", "bob"]]);
    // Who has no such conversation clears nothing.
    await chats.say("ann", "bob");
    await clear(chats, "cat", forEveryone);
    expect(await readable(chats, "ann")).toEqual([3]);
  });
});
