import { afterAll, expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { sql } from "kysely";

import {
  openEmptyDatabase,
  stopPostgres,
} from "../../testing/storage/engines.ts";
import { createCaches } from "../storage/caches.ts";
import { migrations } from "../storage/migrations.ts";
import { openStorage } from "../storage/open.ts";
import { createWriter } from "../storage/writer.ts";
import { openMessageLog } from "./log.ts";
import { sharedLogMigration } from "./shared-log-migration.ts";
import { CountKind } from "./tally.ts";

afterAll(stopPostgres);

const options = (databaseURL: string) => ({
  dataFolder: "",
  databaseURL,
  warn: (message: string) => {
    throw new Error(message);
  },
});

const hour = 1_000;

/** Writes a log as a killed process leaves it: the merged tables have the first message only. */
async function fill(databaseURL: string): Promise<void> {
  const engine = await openStorage({ ...options(databaseURL), migrations });
  const db = engine.write;
  await sql`
    insert into message_heads (id, conversation_id, max_seq, max_seq_time)
    values (1, 'si_a_b', 1, ${hour * 3_600_000}), (2, 'sg_g', 0, 0)
  `.execute(db);
  const messages: [number, number, string][] = [
    [1, 1, "a"],
    [1, 2, "b"],
    [1, 3, "a"],
    [2, 1, "c"],
    [2, 2, "c"],
  ];
  for (const [i, [headID, seq, sendID]] of messages.entries()) {
    const sendTime = hour * 3_600_000 + i;
    const data = MsgData.encode({
      ...{ sendID, seq, sendTime, contentType: 101, clientMsgID: `m${i}` },
    });
    await sql`
      insert into message_log (position, head_id, seq, resend_key, data)
      values (${i + 1}, ${headID}, ${seq}, ${i + 100}, ${Buffer.from(data)})
    `.execute(db);
  }
  await sql`insert into message_index values (1, 1, 1)`.execute(db);
  await sql`insert into message_keys values (100, 1)`.execute(db);
  await sql`insert into meta values ('merged_position', '1')`.execute(db);
  await engine.close();
}

async function openMigrated(databaseURL: string) {
  const engine = await openStorage({
    ...options(databaseURL),
    migrations: [...migrations, sharedLogMigration],
  });
  const writer = createWriter(engine, {
    broken(error) {
      throw error;
    },
  });
  const log = await openMessageLog({
    ...{ engine, writer, caches: createCaches(), now: Date.now },
    raiseReadSeqs: () => Promise.resolve(),
  });
  return { engine, writer, log };
}

test("a database of a killed process is taken over with all that it acknowledged", async () => {
  const databaseURL = await openEmptyDatabase();
  await fill(databaseURL);
  const { engine, writer, log } = await openMigrated(databaseURL);

  const pair = await log.find("si_a_b");
  const group = await log.find("sg_g");
  expect([pair?.maxSeq, group?.maxSeq]).toEqual([3, 2]);
  expect(pair?.maxSeqTime).toBe(hour * 3_600_000 + 2);
  expect((await log.read(pair!, 1, 9)).map(({ seq }) => seq)).toEqual([
    1, 2, 3,
  ]);
  for (const [head, key] of [
    [pair, 100],
    [pair, 102],
    [group, 104],
  ] as const)
    expect(await log.findResend(head, key)).toBeDefined();
  const sentBy = async (userID: string) => {
    const seqOf = await log.sentSeqs(userID, [pair!, group!]);
    return [seqOf(pair!), seqOf(group!)];
  };
  expect(await sentBy("a")).toEqual([3, 0]);
  expect(await sentBy("b")).toEqual([2, 0]);
  expect((await sentBy("c"))[1]).toBe(2);

  await log.merge();
  const counts = await engine.read
    .selectFrom("message_counts")
    .select(["kind", "id", "count"])
    .orderBy("kind")
    .orderBy("id")
    .execute();
  // The first message had been counted before the kill.
  expect(counts).toEqual([
    { kind: CountKind.single, id: "a", count: 1 },
    { kind: CountKind.single, id: "b", count: 1 },
    { kind: CountKind.inGroups, id: "c", count: 2 },
    { kind: CountKind.ofGroup, id: "g", count: 2 },
  ]);
  await writer.transact(async (tx) =>
    log.append(tx, group!, {
      ...{ unsealed: MsgData.encode({ sendID: "c" }), sendID: "c" },
      ...{ contentType: 101, sendTime: 0, resendKey: 0 },
    }),
  );
  expect((await log.find("sg_g"))?.maxSeq).toBe(3);
  await writer.close();
  await engine.close();
});

test("a kill amid the migration leaves the database as it was", async () => {
  const databaseURL = await openEmptyDatabase();
  await fill(databaseURL);
  const killed = openStorage({
    ...options(databaseURL),
    migrations: [
      ...migrations,
      {
        ...sharedLogMigration,
        async up(db, kind) {
          await sharedLogMigration.up(db, kind);
          throw new Error("killed");
        },
      },
    ],
  });
  expect(await killed.catch(String)).toContain("killed");
  const { engine, writer, log } = await openMigrated(databaseURL);
  expect((await log.find("si_a_b"))?.maxSeq).toBe(3);
  await writer.close();
  await engine.close();
});
