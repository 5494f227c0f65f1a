import { sql } from "kysely";
import type { Insertable, Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isPostgres } from "../storage/id-list.ts";
import { insertAll } from "../storage/insert-all.ts";
import type { Schema } from "../storage/schema.ts";
import type { FollowUpTable } from "./tables.ts";

/** A row as it is done. */
export interface StoredFollowUp {
  id: number;
  lane: string;
  what: string;
  size: number;
  createdAt: number;
  tries: number;
  dueAt: number;
}

export type NewFollowUp = Pick<
  Insertable<FollowUpTable>,
  "kind" | "lane" | "user_id" | "what" | "size" | "created_at" | "node"
> & { tries: number; due_at: number };

/** Returns the ids, in the order of the rows. */
export async function insertFollowUps(
  db: Kysely<Schema>,
  rows: readonly NewFollowUp[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const chunk of chunksOf(rows)) {
    const inserted = await insertAll(db, "follow_ups", chunk)
      .returning("id")
      .execute();
    // They are numbered as they stand, whatever the order of the answer.
    ids.push(...inserted.map(({ id }) => id).sort((a, b) => a - b));
  }
  return ids;
}

export async function deleteFollowUps(
  db: Kysely<Schema>,
  ids: readonly number[],
): Promise<void> {
  for (const chunk of chunksOf(ids, 5_000))
    await db
      .deleteFrom("follow_ups")
      .where(
        isPostgres(db)
          ? sql<boolean>`id = any(${chunk}::bigint[])`
          : sql<boolean>`id in (select value from json_each(${JSON.stringify(chunk)}))`,
      )
      .execute();
}

export async function rescheduleFollowUp(
  db: Kysely<Schema>,
  { id, what, size, tries, dueAt }: StoredFollowUp,
): Promise<void> {
  await db
    .updateTable("follow_ups")
    .set({ what, size, tries, due_at: dueAt })
    .where("id", "=", id)
    .execute();
}

/** Returns a node's rows of a kind in order, with ids above `after` up to `upTo`. */
export async function listFollowUps(
  db: Kysely<Schema>,
  of: {
    kind: string;
    node: string;
    after: number;
    upTo: number;
    lane?: string;
  },
  limit: number,
): Promise<StoredFollowUp[]> {
  const { kind, node, after, upTo, lane } = of;
  let query = db
    .selectFrom("follow_ups")
    .select(["id", "lane", "what", "size", "created_at", "tries", "due_at"])
    .where("id", ">", after)
    .where("id", "<=", upTo)
    .where("kind", "=", kind)
    .where("node", "=", node);
  if (lane !== undefined) query = query.where("lane", "=", lane);
  const rows = await query.orderBy("id").limit(limit).execute();
  return rows.map(({ created_at: createdAt, due_at: dueAt, ...row }) => ({
    ...row,
    createdAt,
    dueAt,
  }));
}

/** Returns ids of all kinds above `after` up to `upTo`, in order. */
export async function listIDs(
  db: Kysely<Schema>,
  after: number,
  upTo: number,
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom("follow_ups")
    .select("id")
    .where("id", ">", after)
    .where("id", "<=", upTo)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

export interface DeletedFollowUp {
  id: number;
  kind: string;
  size: number;
}

/** Deletes the user's rows with ids above `after` up to `upTo`. */
export const deleteOf = (
  db: Kysely<Schema>,
  userID: string,
  after: number,
  upTo: number,
): Promise<DeletedFollowUp[]> =>
  db
    .deleteFrom("follow_ups")
    .where("id", ">", after)
    .where("id", "<=", upTo)
    .where("user_id", "=", userID)
    .returning(["id", "kind", "size"])
    .execute();

export interface KindCount {
  kind: string;
  count: number;
  size: number;
}

/** Returns the numbers of a node's rows by kind, and the newest id. */
export async function countFollowUps(
  db: Kysely<Schema>,
  node: string,
): Promise<{ kinds: KindCount[]; newest: number }> {
  const rows = await db
    .selectFrom("follow_ups")
    .select((e) => [
      "kind",
      e.fn.countAll().as("count"),
      e.fn.sum("size").as("size"),
      e.fn.max("id").as("newest"),
    ])
    .where("node", "=", node)
    .groupBy("kind")
    .execute();
  return {
    kinds: rows.map(({ kind, count, size }) => ({
      kind,
      count: Number(count),
      size: Number(size),
    })),
    newest: Math.max(0, ...rows.map(({ newest }) => Number(newest))),
  };
}

export interface Orphan extends Omit<StoredFollowUp, "id"> {
  kind: string;
  userID: string;
}

/**
 * Takes rows away from nodes that are no more, the oldest first, so that they can be
 * written again behind the caller's own.
 */
export async function takeOrphans(
  db: Kysely<Schema>,
  live: readonly string[],
  limit: number,
): Promise<Orphan[]> {
  const rows = await db
    .selectFrom("follow_ups")
    .selectAll()
    .where("node", "not in", live)
    .orderBy("id")
    .limit(limit)
    .execute();
  await deleteFollowUps(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map(({ kind, lane, what, size, tries, ...row }) => ({
    ...{ kind, lane, what, size, tries },
    userID: row.user_id,
    createdAt: row.created_at,
    dueAt: row.due_at,
  }));
}

/** Makes the caller the holder of the lease, and returns its fence. */
export async function takeLease(
  db: Kysely<Schema>,
  name: string,
  node: string,
): Promise<number> {
  const { fence } = await db
    .insertInto("leases")
    .values({ name, node, until: 0, fence: 1 })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({ node, until: 0, fence: sql`leases.fence + 1` }),
    )
    .returning("fence")
    .executeTakeFirstOrThrow();
  return Number(fence);
}

export async function holdsLease(
  db: Kysely<Schema>,
  name: string,
  fence: number,
): Promise<boolean> {
  const row = await db
    .selectFrom("leases")
    .select("fence")
    .where("name", "=", name)
    .executeTakeFirst();
  return Number(row?.fence) === fence;
}
