import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { chatsOver, newUser } from "../../testing/messages/chats.ts";
import type { Chats, ChatsOptions } from "../../testing/messages/chats.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { readUpTo } from "./access.ts";
import { toRanges } from "./marks.ts";

const chat = "si_ann_bob";
const plenty = 1_000_000;
const [ascending, descending] = [0, 1];

async function chatsWith(
  storage: TestStorage,
  count: number,
  options: ChatsOptions = {},
) {
  const chats = await chatsOver(storage, options);
  for (let i = 0; i < count; i++) await chats.say("ann", "bob");
  return chats;
}

/** The seqs that a pull of a range answers, and whether there is no more. */
async function pull(
  { pulling }: Chats,
  userID: string,
  [begin, end, num = 100]: number[],
  { order = ascending, conversationID = chat, maxBytes = plenty } = {},
) {
  const [pulled] = await pulling.byRanges(
    userID,
    [{ conversationID, begin: begin ?? 0, end: end ?? 0, num }],
    order,
    maxBytes,
  );
  return pulled && [pulled.messages.map(({ seq }) => seq), pulled.isEnd];
}

test.each<[seqs: number[], ranges: string]>([
  [[], ""],
  [[3], "3-3"],
  [[3, 1, 2, 2, 7, 6], "1-3 6-7"],
])("seqs %p are the ranges '%s'", (seqs, ranges) => {
  expect(
    toRanges(seqs)
      .map(({ from, to }) => `${from}-${to}`)
      .join(" "),
  ).toBe(ranges);
});

test.each<[readSeq: number, minSeq: number, maxSeq: number, shown: number]>([
  [0, 0, 9, 0],
  [4, 0, 9, 4],
  [0, 4, 9, 3], // before joining, or cleared
  [5, 4, 9, 5],
  [0, 12, 9, 9], // all of it is cleared
  [7, 0, 0, 7],
])(
  "read up to %d with the bounds %d to %d shows as read up to %d",
  (readSeq, minSeq, maxSeq, shown) => {
    expect(readUpTo(readSeq, { minSeq, maxSeq })).toBe(shown);
  },
);

forEachEngine("a pull", (open) => {
  test("of a range answers what there is of it, and the newest of too much", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 6);
    const cases: [range: number[], seqs: number[], isEnd: boolean][] = [
      [[1, 6], [1, 2, 3, 4, 5, 6], true],
      [[2, 4], [2, 3, 4], false],
      [[0, 2], [1, 2], false],
      [[5, 99], [5, 6], true],
      [[1, 6, 2], [5, 6], true],
    ];
    for (const [range, seqs, isEnd] of cases)
      expect(await pull(chats, "bob", range)).toEqual([seqs, isEnd]);
    for (const range of [
      [7, 9],
      [4, 3],
      [1, 6, 0],
    ])
      expect(await pull(chats, "bob", range)).toBeUndefined();
    const order = descending;
    expect(await pull(chats, "bob", [3, 6], { order })).toEqual([
      [3, 4, 5, 6],
      false,
    ]);
    expect(await pull(chats, "bob", [0, 6], { order })).toEqual([
      [1, 2, 3, 4, 5, 6],
      true,
    ]);
  });

  test("answers nothing of others' conversations, nor of one that its reader deleted", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 2);
    expect(await pull(chats, "cat", [1, 2])).toBeUndefined();
    expect(await pull(chats, "ann", [1, 2])).toEqual([[1, 2], true]);
    await chats.conversations.delete("ann", [chat]);
    expect(await pull(chats, "ann", [1, 2])).toBeUndefined();
    expect(await pull(chats, "bob", [1, 2])).toEqual([[1, 2], true]);
  });

  test("begins where its reader cleared, for that reader alone", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 5);
    await chats.transact((tx) =>
      chats.userSeqs.raiseMins(tx, "bob", [
        { conversationID: chat, minSeq: 4 },
      ]),
    );
    expect(await pull(chats, "bob", [1, 5])).toEqual([[4, 5], true]);
    expect(await pull(chats, "bob", [1, 3])).toBeUndefined();
    expect(await pull(chats, "ann", [1, 3])).toEqual([[1, 2, 3], false]);
    const order = descending;
    // Below its first message there is nothing more.
    expect(await pull(chats, "bob", [4, 5], { order })).toEqual([[4, 5], true]);
    const states = await chats.pulling.seqStates("bob", [chat]);
    expect(states.get(chat)).toMatchObject({
      ...{ minSeq: 4, maxSeq: 5, hasReadSeq: 3 },
    });
    expect(await chats.pulling.unread("bob", states)).toEqual(
      new Map([[chat, 2]]),
    );
  });

  test("begins for everyone where all was removed", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 3);
    const head = await chats.log.open(chat);
    await chats.transact((tx) => chats.log.raiseMinSeq(tx, head, 3));
    for (const reader of ["ann", "bob"])
      expect(await pull(chats, reader, [1, 3])).toEqual([[3], true]);
  });

  test("ends for a former member of a group at the newest message of then", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage, { groups: { tea: ["ann", "bob"] } });
    const say = () => chats.say("ann", { groupID: "tea" });
    const conversationID = "sg_tea";
    await say();
    await say();
    await chats.leave("tea", "bob");
    await say();
    const of = { conversationID };
    expect(await pull(chats, "bob", [1, 3], of)).toEqual([[1, 2], true]);
    expect(await pull(chats, "bob", [3, 3], of)).toBeUndefined();
    expect(await pull(chats, "ann", [1, 3], of)).toEqual([[1, 2, 3], true]);
    expect(
      (await chats.pulling.newest("bob", [conversationID])).get(conversationID)
        ?.seq,
    ).toBe(2);
    // Who comes later reads from then on.
    await chats.enter("tea", "cat", 4);
    expect(await pull(chats, "cat", [1, 3], of)).toBeUndefined();
    await say();
    expect(await pull(chats, "cat", [1, 4], of)).toEqual([[4], true]);
  });

  test("of single seqs answers those in bounds, in the order asked for, and says what is past", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 5);
    await chats.transact((tx) =>
      chats.userSeqs.raiseMins(tx, "bob", [
        { conversationID: chat, minSeq: 2 },
      ]),
    );
    const bySeqs = async (seqs: number[], order = ascending) => {
      const wanted = [{ conversationID: chat, seqs }];
      const [pulled] = await chats.pulling.bySeqs("bob", wanted, order, plenty);
      const { messages = [], isEnd, endSeq } = pulled ?? {};
      return [messages.map(({ seq }) => seq), isEnd, endSeq];
    };
    expect(await bySeqs([4, 2, 3])).toEqual([[4, 2, 3], false, 0]);
    expect(await bySeqs([5, 1, 6])).toEqual([[5], true, 5]);
    expect(await bySeqs([1, 2], descending)).toEqual([[2], true, 2]);
    expect(await bySeqs([0, -1])).toEqual([[], false, 0]);
  });

  test("of many conversations or seqs held up everybody else until it was done", async () => {
    await using storage = await open();
    const count = 1_000;
    const friends = Array.from({ length: count }, (_, i) => `x${i}`);
    const users = ["ann", "bob", ...friends].map((each) => newUser(each));
    const chats = await chatsOver(storage, { users });
    await Promise.all(
      friends.flatMap((friend) => [
        chats.say("ann", friend),
        chats.say("ann", "bob"),
        chats.say("ann", "bob"),
      ]),
    );
    const ids = friends.map((friend) => `si_ann_${friend}`);
    const ranges = ids.map((conversationID) => ({
      ...{ conversationID, begin: 1, end: 1, num: 1 },
    }));
    const apart = Array.from({ length: count }, (_, i) => 2 * i + 1);
    const wanted = [{ conversationID: chat, seqs: apart }];
    const { pulling } = chats;
    const pulls = {
      byRanges: () => pulling.byRanges("ann", ranges, ascending, plenty),
      bySeqs: async () =>
        (await pulling.bySeqs("ann", wanted, ascending, plenty))[0]!.messages,
      newest: async () => [...(await pulling.newest("ann", ids))],
    };
    for (const [name, pull] of Object.entries(pulls)) {
      // The first one waits for what is not remembered yet.
      await pull();
      let turns = 0;
      const next = () => {
        turns++;
        turn = setImmediate(next);
      };
      let turn = setImmediate(next);
      const found = await pull();
      clearImmediate(turn);
      expect([name, found.length, turns > 0]).toEqual([name, count, true]);
    }
  });

  test("that has no room for all keeps the newest", async () => {
    await using storage = await open();
    const chats = await chatsOver(storage);
    for (let i = 0; i < 4; i++)
      await chats.say("ann", "bob", {
        content: new Uint8Array(2_000).fill(65),
      });
    const maxBytes = 4_096 + 2_500;
    const [seqs] = (await pull(chats, "bob", [1, 4], { maxBytes })) ?? [];
    expect(seqs).toEqual([2, 3, 4]);
  });

  test("answers an entry for every seq of a range, also for what was removed", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 4);
    await chats.deleting.deletePhysically(chat, [1, 3]);
    const range = { conversationID: chat, begin: 1, end: 4, num: 9 };
    const [pulled] = await chats.pulling.byRanges(
      ...(["bob", [range], ascending, plenty] as const),
    );
    const messages = (pulled?.messages ?? []).map(({ data }) =>
      MsgData.decode(data),
    );
    expect(
      messages.map(({ seq, status, content }) => [seq, status, content.length]),
    ).toEqual([
      [1, 4, 0],
      [2, expect.any(Number), expect.any(Number)],
      [3, 4, 0],
      [4, expect.any(Number), expect.any(Number)],
    ]);
    expect(messages[1]?.content.length).toBeGreaterThan(0);
    // An emptied message has the time of the one before it.
    expect(messages[2]?.sendTime).toBe(messages[1]?.sendTime ?? 0);
    expect((await chats.pulling.newest("bob", [chat])).get(chat)?.seq).toBe(4);
    await chats.deleting.deletePhysically(chat, [4]);
    expect((await chats.pulling.newest("bob", [chat])).get(chat)?.seq).toBe(2);
  });

  test("of counts of unread messages counts no others', and none where all are deleted", async () => {
    await using storage = await open();
    const chats = await chatsWith(storage, 2);
    const unread = async (userID: string) => {
      const states = await chats.pulling.seqStates(userID, []);
      return chats.pulling.unread(userID, states);
    };
    expect(await unread("bob")).toEqual(new Map([[chat, 2]]));
    expect(await unread("ann")).toEqual(new Map());
    await chats.deleting.deletePhysically(chat, [1]);
    expect(await unread("bob")).toEqual(new Map([[chat, 2]]));
    await chats.deleting.deletePhysically(chat, [2]);
    expect(await unread("bob")).toEqual(new Map());
  });
});
