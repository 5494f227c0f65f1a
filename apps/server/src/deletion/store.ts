import { removedKinds } from "@parley/protocol/deletion";
import type { Removed } from "@parley/protocol/deletion";
import type { Kysely, Selectable } from "kysely";

import type { Counts } from "../feature/departing.ts";
import type { Schema } from "../storage/schema.ts";
import type { UserDeletionTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

export interface StoredDeletion {
  userID: string;
  withMessages: boolean;
  operatorUserID: string;
  operationID: string;
  part: string;
  removed: Removed;
  startTime: number;
  /** 0 = it is not finished. */
  endTime: number;
}

export async function findDeletion(
  db: Kysely<Schema>,
  userID: string,
): Promise<StoredDeletion | undefined> {
  const row = await db
    .selectFrom("user_deletions")
    .selectAll()
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row && toDeletion(row);
}

/** Lists the unfinished deletions, the oldest first. */
export async function listUnfinished(
  db: Kysely<Schema>,
): Promise<StoredDeletion[]> {
  const rows = await db
    .selectFrom("user_deletions")
    .selectAll()
    .where("end_time", "=", 0)
    .orderBy("start_time")
    .execute();
  return rows.map(toDeletion);
}

/** Takes the place of one before it. */
export async function saveDeletion(
  { db }: Transaction,
  deletion: StoredDeletion,
): Promise<void> {
  const { userID, withMessages, removed, ...rest } = deletion;
  const values = {
    with_messages: withMessages ? 1 : 0,
    operator_user_id: rest.operatorUserID,
    operation_id: rest.operationID,
    part: rest.part,
    removed: JSON.stringify(removed),
    start_time: rest.startTime,
    end_time: rest.endTime,
  };
  await db
    .insertInto("user_deletions")
    .values({ user_id: userID, ...values })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(values))
    .execute();
}

/** Onto the receipt. */
export async function addRemoved(
  tx: Transaction,
  userID: string,
  counts: Counts,
): Promise<void> {
  const deletion = await findDeletion(tx.db, userID);
  if (!deletion) throw new Error(`nobody deletes '${userID}'`);
  const removed = { ...deletion.removed };
  for (const kind of removedKinds) removed[kind] += counts[kind] ?? 0;
  await saveDeletion(tx, { ...deletion, removed });
}

export const nothingRemoved = (): Removed =>
  Object.fromEntries(removedKinds.map((kind) => [kind, 0])) as Removed;

const toDeletion = (row: Selectable<UserDeletionTable>): StoredDeletion => ({
  userID: row.user_id,
  withMessages: row.with_messages === 1,
  operatorUserID: row.operator_user_id,
  operationID: row.operation_id,
  part: row.part,
  removed: {
    ...nothingRemoved(),
    ...(JSON.parse(row.removed) as Partial<Removed>),
  },
  startTime: row.start_time,
  endTime: row.end_time,
});
