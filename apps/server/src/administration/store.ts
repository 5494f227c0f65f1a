import type { Insertable, Kysely, Selectable } from "kysely";

import type { AdministratorTable } from "../storage/accounts-schema.ts";
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
    .executeTakeFirst();
}

export async function insertAdministrator(
  { db }: Transaction,
  administrator: Insertable<AdministratorTable>,
): Promise<void> {
  await db.insertInto("administrators").values(administrator).execute();
}
