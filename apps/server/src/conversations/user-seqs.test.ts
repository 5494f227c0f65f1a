import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import type { Transaction } from "../storage/writer.ts";
import { createUserSeqs } from "./user-seqs.ts";
import type { UserSeqs } from "./user-seqs.ts";

const chat = "si_ann_bob";

function seqsOver({ db, caches, transact }: TestStorage) {
  const userSeqs = createUserSeqs(db, caches);
  const get = async (userID = "ann", id = chat) => {
    const known = await userSeqs.get(userID, id);
    // What is in memory is what a fresh start would read.
    expect((await userSeqs.list(userID)).get(id) ?? known).toEqual(known);
    return [known.minSeq, known.maxSeq, known.readSeq];
  };
  return { userSeqs, get, transact };
}

type Change = (userSeqs: UserSeqs, tx: Transaction) => Promise<void>;

const raiseMin =
  (minSeq: number): Change =>
  (userSeqs, tx) =>
    userSeqs.raiseMins(tx, "ann", [{ conversationID: chat, minSeq }]);
const raiseRead =
  (seq: number): Change =>
  (userSeqs, tx) =>
    userSeqs.raiseRead(tx, [{ userID: "ann", conversationID: chat, seq }]);
const setMax =
  (maxSeq: number): Change =>
  (userSeqs, tx) =>
    userSeqs.setMax(tx, "ann", chat, maxSeq);
const setBounds =
  (bounds: { minSeq?: number; maxSeq?: number }): Change =>
  (userSeqs, tx) =>
    userSeqs.setBounds(tx, chat, ["ann"], bounds);
const bar =
  (newestSeq: number): Change =>
  (userSeqs, tx) =>
    userSeqs.bar(tx, "ann", [{ conversationID: chat, newestSeq }]);
const forget: Change = (userSeqs, tx) => userSeqs.forget(tx, "ann", [chat]);

forEachEngine("a user's bounds of a conversation", (open) => {
  test.each<[what: string, changes: Change[], seqs: number[]]>([
    ["are none at first", [], [0, 0, 0]],
    ["rise at the bottom", [raiseMin(3), raiseMin(7)], [7, 0, 0]],
    ["do not fall at the bottom", [raiseMin(7), raiseMin(3)], [7, 0, 0]],
    ["rise where one has read", [raiseRead(3), raiseRead(5)], [0, 0, 5]],
    ["do not fall where one has read", [raiseRead(5), raiseRead(3)], [0, 0, 5]],
    ["hold the last message of who left", [raiseRead(2), setMax(4)], [0, 4, 2]],
    ["open again for who came back", [setMax(4), setMax(0)], [0, 0, 0]],
    [
      "keep the bound that is not named",
      [raiseMin(3), setBounds({ maxSeq: 9 })],
      [3, 9, 0],
    ],
    [
      "may begin later for who came back",
      [setBounds({ maxSeq: 4 }), setBounds({ minSeq: 8, maxSeq: 0 })],
      [8, 0, 0],
    ],
    [
      "hide all that there is from who was deleted, as read",
      [raiseMin(2), setMax(4), raiseRead(1), bar(6)],
      [7, 0, 6],
    ],
    ["are gone once forgotten", [raiseMin(2), raiseRead(3), forget], [0, 0, 0]],
  ])("%s", async (_what, changes, seqs) => {
    await using storage = await open();
    const { userSeqs, get, transact } = seqsOver(storage);
    await get();
    for (const change of changes) await transact((tx) => change(userSeqs, tx));
    expect(await get()).toEqual(seqs);
    // Nobody else's, and nowhere else.
    expect(await get("bob")).toEqual([0, 0, 0]);
    expect(await get("ann", "si_ann_cat")).toEqual([0, 0, 0]);
  });

  test("are as before after a change that failed", async () => {
    await using storage = await open();
    const { userSeqs, get, transact } = seqsOver(storage);
    await transact((tx) => raiseMin(3)(userSeqs, tx));
    expect(await get()).toEqual([3, 0, 0]);
    await expect(
      transact(async (tx) => {
        await raiseMin(9)(userSeqs, tx);
        throw new Error("a fault of what comes after");
      }),
    ).rejects.toThrow("a fault");
    expect(await get()).toEqual([3, 0, 0]);
  });

  test("are read and written for more conversations than a statement has room for", async () => {
    await using storage = await open();
    const { userSeqs, transact } = seqsOver(storage);
    const ids = Array.from({ length: 1_200 }, (_, i) => `sg_${i}`);
    await transact((tx) =>
      userSeqs.raiseRead(
        tx,
        ids.map((conversationID, i) => ({
          ...{ userID: "ann", conversationID, seq: i + 1 },
        })),
      ),
    );
    const listed = await userSeqs.list("ann", ids);
    expect(ids.map((id) => listed.get(id)?.readSeq)).toEqual(
      ids.map((_, i) => i + 1),
    );
    expect(await userSeqs.list("ann", [])).toEqual(new Map());
  });
});
