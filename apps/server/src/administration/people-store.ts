import type { Insertable, Kysely, Selectable } from "kysely";

import { nextTurn } from "../pace/turns.ts";
import type { BlockedAccountTable, DefaultFriendTable } from "./tables.ts";
import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText } from "../storage/text-search.ts";
import type { Transaction } from "../storage/writer.ts";

type DB = Kysely<Schema>;

export type Block = Selectable<BlockedAccountTable>;
export type DefaultFriend = Selectable<DefaultFriendTable>;

/** Skips unknown ids. */
export async function findBlocks(
  db: DB,
  userIDs: readonly string[],
): Promise<Block[]> {
  return db
    .selectFrom("blocked_accounts")
    .selectAll()
    .where(isAmong(db, "user_id", userIDs))
    .execute();
}

export async function insertBlock(
  { db }: Transaction,
  block: Insertable<BlockedAccountTable>,
): Promise<void> {
  await db.insertInto("blocked_accounts").values(block).execute();
}

export async function deleteBlocks(
  { db }: Transaction,
  userIDs: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("blocked_accounts")
    .where(isAmong(db, "user_id", userIDs))
    .execute();
}

/** `keyword` is a part of the user's id, the reason or the operator's id. */
export async function searchBlocks(
  db: DB,
  keyword: string,
  page: Page,
): Promise<{ total: number; rows: Block[] }> {
  let matching = db.selectFrom("blocked_accounts");
  if (keyword !== "")
    matching = matching.where((eb) =>
      eb.or([
        containsText(db, "user_id", keyword),
        containsText(db, "reason", keyword),
        containsText(db, "operator_user_id", keyword),
      ]),
    );
  return selectPage(matching.selectAll().orderBy("id"), page);
}

/** Lists default friends, the oldest first. */
export async function listDefaultFriends(db: DB): Promise<string[]> {
  const rows = await db
    .selectFrom("default_friends")
    .select("user_id")
    .orderBy("id")
    .execute();
  return rows.map((row) => row.user_id);
}

/** Skips unknown ids. */
export async function findDefaultFriends(
  db: DB,
  userIDs: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom("default_friends")
    .select("user_id")
    .where(isAmong(db, "user_id", userIDs))
    .execute();
  return rows.map((row) => row.user_id);
}

export async function insertDefaultFriends(
  { db }: Transaction,
  userIDs: readonly string[],
  now: number,
): Promise<void> {
  for (const chunk of chunksOf(userIDs))
    await db
      .insertInto("default_friends")
      .values(chunk.map((user_id) => ({ user_id, create_time: now })))
      .execute();
}

export async function deleteDefaultFriends(
  { db }: Transaction,
  userIDs: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("default_friends")
    .where(isAmong(db, "user_id", userIDs))
    .execute();
}

/** `keyword` is a part of the id. */
export async function searchDefaultFriends(
  db: DB,
  keyword: string,
  page: Page,
): Promise<{ total: number; rows: DefaultFriend[] }> {
  let matching = db.selectFrom("default_friends");
  if (keyword !== "")
    matching = matching.where(containsText(db, "user_id", keyword));
  return selectPage(matching.selectAll().orderBy("id"), page);
}

/** Lists default groups, the oldest first. */
export async function listDefaultGroups(db: DB): Promise<string[]> {
  const rows = await db
    .selectFrom("default_groups")
    .select("group_id")
    .orderBy("id")
    .execute();
  return rows.map((row) => row.group_id);
}

/** Skips unknown ids. */
export async function findDefaultGroups(
  db: DB,
  groupIDs: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom("default_groups")
    .select("group_id")
    .where(isAmong(db, "group_id", groupIDs))
    .execute();
  return rows.map((row) => row.group_id);
}

export async function insertDefaultGroups(
  { db }: Transaction,
  groupIDs: readonly string[],
  now: number,
): Promise<void> {
  for (const chunk of chunksOf(groupIDs))
    await db
      .insertInto("default_groups")
      .values(chunk.map((group_id) => ({ group_id, create_time: now })))
      .execute();
}

export async function deleteDefaultGroups(
  { db }: Transaction,
  groupIDs: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("default_groups")
    .where(isAmong(db, "group_id", groupIDs))
    .execute();
}

/** `keyword` is a part of the id. */
export async function searchDefaultGroups(
  db: DB,
  keyword: string,
  page: Page,
): Promise<{ total: number; groupIDs: string[] }> {
  let matching = db.selectFrom("default_groups");
  if (keyword !== "")
    matching = matching.where(containsText(db, "group_id", keyword));
  const { total } = await matching
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select("group_id")
    .orderBy("id")
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return { total: Number(total), groupIDs: rows.map((row) => row.group_id) };
}

const dayMs = 86_400_000;

/**
 * Counts the people who signed in on each day (UTC) from `start` to before
 * `end`; days without any are left out. Reads one day at a time, so that others
 * get their turn.
 */
export async function countLoginsByDay(
  db: DB,
  start: number,
  end: number,
): Promise<{ day: number; users: number }[]> {
  const days: { day: number; users: number }[] = [];
  for (let from = start; from < end; await nextTurn()) {
    const first = await db
      .selectFrom("login_records")
      .select("login_time")
      .where("login_time", ">=", from)
      .where("login_time", "<", end)
      .orderBy("login_time")
      .limit(1)
      .executeTakeFirst();
    if (!first) break;
    const day = Math.floor(first.login_time / dayMs) * dayMs;
    const until = Math.min(day + dayMs, end);
    const { users } = await db
      .selectFrom("login_records")
      .select((eb) => eb.fn.count<number>("user_id").distinct().as("users"))
      .where("login_time", ">=", first.login_time)
      .where("login_time", "<", until)
      .executeTakeFirstOrThrow();
    days.push({ day, users: Number(users) });
    from = until;
  }
  return days;
}

export async function countAccounts(db: DB): Promise<number> {
  const { total } = await db
    .selectFrom("accounts")
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return Number(total);
}

const registrationKey = "allowRegister";

/** undefined: no administrator ever said. */
export async function findAllowRegister(db: DB): Promise<boolean | undefined> {
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", registrationKey)
    .executeTakeFirst();
  return row && row.value === "1";
}

export async function setAllowRegister(
  { db }: Transaction,
  isAllowed: boolean,
): Promise<void> {
  const value = isAllowed ? "1" : "0";
  await db
    .insertInto("meta")
    .values({ key: registrationKey, value })
    .onConflict((row) => row.column("key").doUpdateSet({ value }))
    .execute();
}
