import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../storage/caches.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { openMessageLog } from "./log.ts";
import type { MessageLog } from "./log.ts";
import { CountKind } from "./tally.ts";

const hour = 3_600_000;

const openLog = ({ engine, writer }: TestStorage): Promise<MessageLog> =>
  openMessageLog({
    caches: createCaches(),
    engine,
    writer,
    now: () => 0,
    raiseReadSeqs: async () => undefined,
  });

async function say(
  { transact }: TestStorage,
  log: MessageLog,
  conversationID: string,
  { sendID = "ann", sendTime = hour, contentType = 101 } = {},
  after: () => void = () => undefined,
): Promise<void> {
  const head = await log.open(conversationID);
  const fields = { sendID, sendTime, contentType };
  const unsealed = MsgData.encode(fields);
  await transact(async (tx) => {
    log.append(tx, head, { unsealed, ...fields, resendKey: 0 });
    after();
  });
}

const { single, inGroups, ofGroup } = CountKind;

async function counted({ db }: TestStorage): Promise<unknown[][]> {
  const rows = await db
    .selectFrom("message_counts")
    .selectAll()
    .orderBy("kind")
    .orderBy("hour")
    .orderBy("id")
    .execute();
  return rows.map(({ kind, hour, id, count }) => [kind, hour, id, count]);
}

forEachEngine("counts of messages", (open) => {
  test("are kept by hour, sender and group", async () => {
    await using storage = await open();
    const log = await openLog(storage);
    await say(storage, log, "si_ann_bob");
    await say(storage, log, "si_ann_eve", { sendTime: 2 * hour - 1 });
    await say(storage, log, "sg_tea", { sendTime: 2 * hour });
    await log.merge();
    await say(storage, log, "si_ann_bob");
    await say(storage, log, "sg_tea", { sendTime: 2 * hour, sendID: "bob" });
    await log.merge();

    expect(await counted(storage)).toEqual([
      [single, 1, "ann", 3],
      [inGroups, 2, "ann", 1],
      [inGroups, 2, "bob", 1],
      [ofGroup, 2, "tea", 2],
    ]);
  });

  test("leave out notices, official accounts and times that are none", async () => {
    await using storage = await open();
    const log = await openLog(storage);
    await say(storage, log, "sg_tea", { contentType: 1501 });
    await say(storage, log, "n_ann_bob", { contentType: 1201 });
    await say(storage, log, "sn_ann_news", { contentType: 1400 });
    await say(storage, log, "si_ann_bob", { sendTime: 2 ** 53 });
    await say(storage, log, "si_ann_bob", { sendTime: -1 });
    await log.merge();

    expect(await counted(storage)).toEqual([]);
  });

  test("leave out what was undone", async () => {
    await using storage = await open();
    const log = await openLog(storage);
    await say(storage, log, "si_ann_bob");
    const undone = say(storage, log, "sg_tea", {}, () => {
      throw new Error("no");
    });
    expect(undone).rejects.toThrow("no");
    await log.merge();

    expect(await counted(storage)).toEqual([[single, 1, "ann", 1]]);
  });

  test("are right after a stop without a merge", async () => {
    await using storage = await open();
    const first = await openLog(storage);
    await say(storage, first, "si_ann_bob");
    await first.merge();
    await say(storage, first, "si_ann_bob");
    await say(storage, first, "sg_tea");

    const second = await openLog(storage);
    await second.merge();
    expect(await counted(storage)).toEqual([
      [single, 1, "ann", 2],
      [inGroups, 1, "ann", 1],
      [ofGroup, 1, "tea", 1],
    ]);
  });
});
