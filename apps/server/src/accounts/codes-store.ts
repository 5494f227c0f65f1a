import type { Insertable, Kysely, Selectable } from "kysely";

import type { VerifyCodeTable } from "./tables.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

type SentCode = Selectable<VerifyCodeTable>;

/** Counts the unexpired codes of a target, or of a network address. */
export async function countSent(
  db: Kysely<Schema>,
  by: { target: string } | { ip: string },
  since: number,
): Promise<number> {
  const counted = db
    .selectFrom("verify_codes")
    .select((of) => of.fn.countAll().as("count"))
    .where("create_time", ">", since);
  const { count } = await (
    "target" in by
      ? counted.where("target", "=", by.target).where("used", "=", 0)
      : counted.where("ip", "=", by.ip)
  ).executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertCode(
  { db }: Transaction,
  code: Insertable<VerifyCodeTable>,
): Promise<number> {
  const { id } = await db
    .insertInto("verify_codes")
    .values(code)
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** The newest that was sent to any of them. */
export async function findNewestCode(
  db: Kysely<Schema>,
  targets: readonly string[],
): Promise<SentCode | undefined> {
  return db
    .selectFrom("verify_codes")
    .selectAll()
    .where(isAmong(db, "target", targets))
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function updateCode(
  { db }: Transaction,
  id: number,
  change: Partial<Pick<SentCode, "attempts" | "used" | "target">>,
): Promise<void> {
  await db
    .updateTable("verify_codes")
    .set(change)
    .where("id", "=", id)
    .execute();
}

/** Deletes up to `limit` codes that no check looks at any more. */
export async function deleteOldCodes(
  { db }: Transaction,
  before: number,
  limit: number,
): Promise<number> {
  const old = db
    .selectFrom("verify_codes")
    .select("id")
    .where("create_time", "<", before)
    .orderBy("id")
    .limit(limit);
  const { numDeletedRows } = await db
    .deleteFrom("verify_codes")
    .where("id", "in", old)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
