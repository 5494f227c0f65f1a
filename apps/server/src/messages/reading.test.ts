import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { chatsOver, codeOf } from "../../testing/messages/chats.ts";
import type { Chats } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";

const chat = "si_ann_bob";

/** Messages of ann to bob, who has read none. */
async function chatsWith(storage: TestStorage, count: number) {
  const chats = await chatsOver(storage, { groups: { tea: ["ann", "bob"] } });
  for (let i = 0; i < count; i++) await chats.say("ann", "bob");
  chats.told();
  return chats;
}

/** The content of the newest push. */
function receipt({ pushes }: Chats) {
  const data = pushes.at(-1)?.data;
  if (!data) throw new Error("nobody was told");
  const { content } = MsgData.decode(data);
  const { detail } = JSON.parse(new TextDecoder().decode(content)) as {
    detail: string;
  };
  return JSON.parse(detail) as { hasReadSeq: number; seqs: number[] | null };
}

const positionOf = async ({ userSeqs }: Chats, userID = "bob", id = chat) =>
  (await userSeqs.get(userID, id)).readSeq;

/** The seqs that their sender sees as read. */
async function seenAsRead({ pulling }: Chats, count: number) {
  const range = { conversationID: chat, begin: 1, end: count, num: count };
  const [pulled] = await pulling.byRanges("ann", [range], 0, 1_000_000);
  return (pulled?.messages ?? [])
    .filter(({ data }) => MsgData.decode(data).isRead)
    .map(({ seq }) => seq);
}

forEachEngine("a read receipt", (open) => {
  test("of a conversation reaches both, names what is newly read, and shows on the messages", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 4);
    await chats.reading.markConversation("op", "bob", chat, 3, []);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 3, seqs: [1, 2, 3] });
    expect(chats.told()).toEqual([[2200, "n_ann_bob", "ann", "bob"]]);
    expect(await positionOf(chats)).toBe(3);
    expect(await seenAsRead(chats, 4)).toEqual([1, 2, 3]);

    await chats.reading.markConversation("op", "bob", chat, 4, []);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 4, seqs: [4] });
    expect(await seenAsRead(chats, 4)).toEqual([1, 2, 3, 4]);
  });

  test("does not lower a position, nor raise it above the newest message", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 4);
    await chats.reading.markConversation("op", "bob", chat, 3, []);
    await chats.reading.markConversation("op", "bob", chat, 1, []);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 3 });
    expect(await positionOf(chats)).toBe(3);
    await chats.reading.markConversation("op", "bob", chat, 99, []);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 4, seqs: [4] });
    expect(await positionOf(chats)).toBe(4);
  });

  test("of single messages marks just these, and the last of them is the position", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 4);
    await chats.reading.markMessages("op", "bob", chat, [2, 4]);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 4, seqs: [2, 4] });
    expect(await seenAsRead(chats, 4)).toEqual([2, 4]);
    expect(await positionOf(chats)).toBe(4);
    await chats.reading.markMessages("op", "bob", chat, [1]);
    expect(await positionOf(chats)).toBe(4);
    expect(await seenAsRead(chats, 4)).toEqual([1, 2, 4]);
    const above = chats.reading.markMessages("op", "bob", chat, [5]);
    expect(await codeOf(above)).toBe(1001);
  });

  test("of one's own messages shows nothing as read", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 2);
    await chats.reading.markMessages("op", "ann", chat, [1, 2]);
    expect(await seenAsRead(chats, 2)).toEqual([]);
  });

  test("of a position alone is for one's own devices, and stays in bounds", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 3);
    const { reading } = chats;
    await reading.setPosition("op", "bob", chat, 2);
    expect(receipt(chats)).toMatchObject({ hasReadSeq: 2 });
    expect(chats.told()).toEqual([[2200, "n_bob_bob", "bob"]]);
    expect(await seenAsRead(chats, 3)).toEqual([]);
    expect(await codeOf(reading.setPosition("op", "bob", chat, 4))).toBe(1001);
    // A stranger does not learn which seqs there are.
    for (const seq of [1, 4])
      expect(await codeOf(reading.setPosition("op", "cat", chat, seq))).toBe(
        1004,
      );
    expect(chats.told()).toEqual([]);
  });

  test("in a group tells oneself for the conversation, and members for single messages", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 0);
    await chats.say("ann", { groupID: "tea" });
    await chats.say("ann", { groupID: "tea" });
    chats.told();
    await chats.reading.markConversation("op", "bob", "sg_tea", 1, []);
    expect(chats.told()).toEqual([[2200, "n_bob_bob", "bob"]]);
    await chats.reading.markMessages("op", "bob", "sg_tea", [2]);
    expect(chats.told()).toEqual([[2200, "n_tea", "ann", "bob"]]);
    expect(await positionOf(chats, "bob", "sg_tea")).toBe(2);
    // A former member's reading is no longer the group's business.
    await chats.leave("tea", "bob");
    chats.told();
    await chats.reading.markMessages("op", "bob", "sg_tea", [1]);
    expect(chats.told()).toEqual([[2200, "n_bob_bob", "bob"]]);
  });

  test("is for one's own conversations", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 1);
    const { reading } = chats;
    for (const refused of [
      reading.markConversation("op", "cat", chat, 1, []),
      reading.markMessages("op", "cat", chat, [1]),
    ])
      expect(await codeOf(refused)).toBe(1004);
    expect(chats.told()).toEqual([]);
    expect(await positionOf(chats, "cat")).toBe(0);
  });
});
