import type { Kysely, Selectable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { BlackTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/** The owner wants no messages of the other. */
export interface StoredBlack {
  ownerUserID: string;
  blackUserID: string;
  createTime: number;
  addSource: number;
  operatorUserID: string;
  ex: string;
}

const toBlack = (row: Selectable<BlackTable>): StoredBlack => ({
  ownerUserID: row.owner_user_id,
  blackUserID: row.black_user_id,
  createTime: row.create_time,
  addSource: row.add_source,
  operatorUserID: row.operator_user_id,
  ex: row.ex,
});

/**
 * Returns blocks in the order of the request; users who are not blocked are
 * omitted.
 */
export async function findBlacks(
  db: Kysely<Schema>,
  ownerID: string,
  userIDs: readonly string[],
): Promise<StoredBlack[]> {
  const found = new Map<string, StoredBlack>();
  for (const chunk of chunksOf(userIDs)) {
    const rows = await db
      .selectFrom("blacks")
      .selectAll()
      .where("owner_user_id", "=", ownerID)
      .where(isAmong(db, "black_user_id", chunk))
      .execute();
    for (const row of rows) found.set(row.black_user_id, toBlack(row));
  }
  return userIDs.flatMap((userID) => found.get(userID) ?? []);
}

/** Pages through the blocked users, in order of blocking. */
export async function pageBlacks(
  db: Kysely<Schema>,
  ownerID: string,
  { offset, limit }: Page,
): Promise<{ total: number; blacks: StoredBlack[] }> {
  const { count } = await db
    .selectFrom("blacks")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("owner_user_id", "=", ownerID)
    .executeTakeFirstOrThrow();
  const total = Number(count);
  if (limit === 0) return { total, blacks: [] };
  const rows = await db
    .selectFrom("blacks")
    .selectAll()
    .where("owner_user_id", "=", ownerID)
    .orderBy("id")
    .limit(limit)
    .offset(offset)
    .execute();
  return { total, blacks: rows.map(toBlack) };
}

/** Lists the users who blocked this user. */
export async function listOwnersOfBlack(
  db: Kysely<Schema>,
  userID: string,
  after: number,
  limit: number,
): Promise<{ id: number; ownerID: string }[]> {
  const rows = await db
    .selectFrom("blacks")
    .select(["id", "owner_user_id"])
    .where("black_user_id", "=", userID)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id, owner_user_id }) => ({ id, ownerID: owner_user_id }));
}

/** Inserts a block; returns whether it is new. */
export async function insertBlack(
  { db }: Transaction,
  black: StoredBlack,
): Promise<boolean> {
  const row = await db
    .insertInto("blacks")
    .values({
      owner_user_id: black.ownerUserID,
      black_user_id: black.blackUserID,
      create_time: black.createTime,
      add_source: black.addSource,
      operator_user_id: black.operatorUserID,
      ex: black.ex,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes a block; returns whether there was one. */
export async function deleteBlack(
  { db }: Transaction,
  ownerID: string,
  userID: string,
): Promise<boolean> {
  const row = await db
    .deleteFrom("blacks")
    .where("owner_user_id", "=", ownerID)
    .where("black_user_id", "=", userID)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}
