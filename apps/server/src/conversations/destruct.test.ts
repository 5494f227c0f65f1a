import { expect, test } from "bun:test";

import { chatsOver, start } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { destructMessages } from "./destruct.ts";

const chat = "si_ann_bob";
const hour = 3_600_000;

/** Runs the job at this time. Returns the number of conversations that were due. */
const destruct = ({ db }: TestStorage, chats: Chats, at: number) =>
  destructMessages(
    { ...chats, db, now: () => at },
    "op",
    new AbortController().signal,
  );

/** Two messages, the second an hour later; bob keeps them for half an hour. */
async function chatsWith(storage: TestStorage, lifetime: number) {
  const chats = await chatsOver(storage);
  await chats.say("ann", "bob", { sendTime: start });
  await chats.say("ann", "bob", { sendTime: start + hour });
  await chats.conversations.set("op", ["bob"], {
    ...{ conversationID: chat, conversationType: 1, userID: "ann" },
    ...{ groupID: "", recvMsgOpt: null, isPinned: null, attachedInfo: null },
    ...{ ex: null, isPrivateChat: null, burnDuration: null, minSeq: null },
    ...{ maxSeq: null, groupAtType: null },
    ...{ msgDestructTime: lifetime, isMsgDestruct: true },
  });
  chats.told();
  return chats;
}

const minOf = async ({ userSeqs, conversations }: Chats, userID: string) => [
  (await userSeqs.get(userID, chat)).minSeq,
  (await conversations.get(userID, chat)).minSeq,
];

forEachEngine("messages that destruct themselves", (open) => {
  test("are hidden from their reader when they are old enough, who is told", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 1_800);
    const follower = await chats.followConversations("bob");
    expect(await destruct(storage, chats, start + hour + 1_000)).toBe(1);
    expect(await minOf(chats, "bob")).toEqual([2, 2]);
    expect(await minOf(chats, "ann")).toEqual([0, 0]);
    expect(chats.told()).toEqual([[1300, "n_bob_bob", "bob"]]);
    await follower.agrees();
    // Not again before half an hour has passed.
    expect(await destruct(storage, chats, start + hour + 2_000)).toBe(0);
    expect(await destruct(storage, chats, start + 2 * hour)).toBe(1);
    expect(await minOf(chats, "bob")).toEqual([3, 3]);
  });

  test("come not back to who had cleared more", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 1_800);
    await chats.transact((tx) =>
      chats.userSeqs.raiseMins(tx, "bob", [
        { conversationID: chat, minSeq: 3 },
      ]),
    );
    await destruct(storage, chats, start + hour + 1_000);
    expect(await minOf(chats, "bob")).toEqual([3, 3]);
  });

  test("stay while nobody set a time", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 0);
    expect(await destruct(storage, chats, start + 99 * hour)).toBe(0);
    expect(await minOf(chats, "bob")).toEqual([0, 0]);
    expect(chats.told()).toEqual([]);
  });
});
