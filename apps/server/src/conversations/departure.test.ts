import { expect, test } from "bun:test";

import { departing, removingOver } from "../../testing/deletion/removing.ts";
import { chatsOver } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createConversationDeparture } from "./departure.ts";

async function deleteAnn(storage: TestStorage, chats: Chats) {
  const { removing, removed } = removingOver(storage);
  const depart = createConversationDeparture({
    ...{ db: storage.db, userSeqs: chats.userSeqs },
    drop: chats.conversations.drop,
    newestSeq: chats.log.newestSeq,
  });
  await depart(departing("ann"), removing);
  return removed;
}

const pull = async (chats: Chats, userID: string, conversationID: string) => {
  const [pulled] = await chats.pulling.byRanges(
    userID,
    [{ conversationID, begin: 1, end: 99, num: 99 }],
    0,
    1_000_000,
  );
  return pulled?.messages.map(({ seq }) => seq) ?? [];
};

forEachEngine("the conversations of a user who is deleted", (open) => {
  test("go with their rows, and stay for all others", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["bob", "ann"] } });
    await chats.say("ann", "bob");
    await chats.say("ann", { groupID: "tea" });
    const bob = await chats.followConversations("bob");
    const removed = await deleteAnn(storage, chats);
    expect(await chats.conversations.listIDs("ann")).toEqual([]);
    expect((await chats.conversations.listIDs("bob")).toSorted()).toEqual([
      ...["sg_tea", "si_ann_bob"],
    ]);
    await bob.agrees();
    expect(await pull(chats, "bob", "si_ann_bob")).toEqual([1]);
    expect(removed).toMatchObject({ conversations: 2 });
  });

  test("show nothing of before to who gets the userID next", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    await chats.say("ann", "bob");
    await chats.say("bob", "ann");
    await deleteAnn(storage, chats);
    // Even a row of their own opens nothing.
    await chats.say("bob", "ann");
    expect(await pull(chats, "ann", "si_ann_bob")).toEqual([3]);
    expect(await pull(chats, "bob", "si_ann_bob")).toEqual([1, 2, 3]);
    const states = await chats.pulling.seqStates("ann", []);
    expect(await chats.pulling.unread("ann", states)).toEqual(
      new Map([["si_ann_bob", 1]]),
    );
  });

  test("keep no mark of what they read or deleted in groups", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["bob", "ann"] } });
    for (let i = 0; i < 3; i++) await chats.say("bob", { groupID: "tea" });
    await storage.transact((tx) =>
      chats.userSeqs.setBounds(tx, "sg_tea", ["ann", "bob"], { minSeq: 2 }),
    );
    const removed = await deleteAnn(storage, chats);
    expect((await chats.userSeqs.get("ann", "sg_tea")).minSeq).toBe(0);
    expect((await chats.userSeqs.get("bob", "sg_tea")).minSeq).toBe(2);
    expect(removed).toMatchObject({ readPositions: 1 });
  });
});
