import type { Insertable, Kysely, Selectable, Updateable } from "kysely";

import type { AdministratorTable } from "./tables.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

export type Administrator = Selectable<AdministratorTable>;

export async function findAdministrator(
  db: Kysely<Schema>,
  column: "account" | "user_id",
  value: string,
): Promise<Administrator | undefined> {
  return db
    .selectFrom("administrators")
    .selectAll()
    .where(column, "=", value)
    .orderBy("id")
    .executeTakeFirst();
}

/** Skips unknown ids. */
export async function findAdministrators(
  db: Kysely<Schema>,
  userIDs: readonly string[],
): Promise<Administrator[]> {
  return db
    .selectFrom("administrators")
    .selectAll()
    .where(isAmong(db, "user_id", userIDs))
    .execute();
}

export async function listAdministrators(
  db: Kysely<Schema>,
): Promise<Administrator[]> {
  return db.selectFrom("administrators").selectAll().orderBy("id").execute();
}

export async function insertAdministrator(
  { db }: Pick<Transaction, "db">,
  administrator: Insertable<AdministratorTable>,
): Promise<void> {
  await db.insertInto("administrators").values(administrator).execute();
}

export async function updateAdministrator(
  { db }: Pick<Transaction, "db">,
  id: number,
  change: Updateable<AdministratorTable>,
): Promise<void> {
  await db
    .updateTable("administrators")
    .set(change)
    .where("id", "=", id)
    .execute();
}

export async function deleteAdministrators(
  { db }: Transaction,
  userIDs: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("administrators")
    .where(isAmong(db, "user_id", userIDs))
    .execute();
}

export async function countAdministrators(
  db: Kysely<Schema>,
  level: number,
): Promise<number> {
  const { total } = await db
    .selectFrom("administrators")
    .select((eb) => eb.fn.countAll<number>().as("total"))
    .where("level", "=", level)
    .executeTakeFirstOrThrow();
  return Number(total);
}

/** The newest first. */
export async function pageOfAdministrators(
  db: Kysely<Schema>,
  level: number,
  { offset, limit }: Page,
): Promise<Administrator[]> {
  return db
    .selectFrom("administrators")
    .selectAll()
    .where("level", "=", level)
    .orderBy("create_time", "desc")
    .orderBy("id", "desc")
    .offset(offset)
    .limit(limit)
    .execute();
}
