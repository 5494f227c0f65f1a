import type { Kysely, Selectable } from "kysely";

import type {
  InvitationCodeTable,
  IPRuleTable,
  UserIPTable,
} from "./tables.ts";
import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText } from "../storage/text-search.ts";
import type { Transaction } from "../storage/writer.ts";

type DB = Kysely<Schema>;

export type InvitationCode = Selectable<InvitationCodeTable>;
export type IPRule = Selectable<IPRuleTable>;
export type UserIP = Selectable<UserIPTable>;

export async function findCodes(
  db: DB,
  codes: readonly string[],
): Promise<InvitationCode[]> {
  return db
    .selectFrom("invitation_codes")
    .selectAll()
    .where(isAmong(db, "code", codes))
    .execute();
}

export async function insertCodes(
  { db }: Transaction,
  codes: readonly string[],
  now: number,
): Promise<void> {
  for (const chunk of chunksOf(codes))
    await db
      .insertInto("invitation_codes")
      .values(
        chunk.map((code) => ({ code, used_user_id: "", create_time: now })),
      )
      .execute();
}

export async function deleteCodes(
  { db }: Transaction,
  codes: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("invitation_codes")
    .where(isAmong(db, "code", codes))
    .execute();
}

/** Takes an invitation code for this user. False: it is unknown or used. */
export async function takeCode(
  { db }: Transaction,
  code: string,
  userID: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("invitation_codes")
    .set({ used_user_id: userID })
    .where("code", "=", code)
    .where("used_user_id", "=", "")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function returnCode(
  { db }: Transaction,
  userID: string,
): Promise<void> {
  await db
    .updateTable("invitation_codes")
    .set({ used_user_id: "" })
    .where("used_user_id", "=", userID)
    .execute();
}

export interface WantedCodes {
  /** undefined: either. */
  isUsed: boolean | undefined;
  /** Empty: codes of all users. */
  userIDs: readonly string[];
  /** Empty: all codes. */
  codes: readonly string[];
  /** A part of the code or of the user's id. */
  keyword: string;
}

export async function searchCodes(
  db: DB,
  { isUsed, userIDs, codes, keyword }: WantedCodes,
  page: Page,
): Promise<{ total: number; rows: InvitationCode[] }> {
  let matching = db.selectFrom("invitation_codes");
  if (isUsed !== undefined)
    matching = matching.where("used_user_id", isUsed ? "<>" : "=", "");
  if (userIDs.length > 0)
    matching = matching.where(isAmong(db, "used_user_id", userIDs));
  if (codes.length > 0) matching = matching.where(isAmong(db, "code", codes));
  if (keyword !== "")
    matching = matching.where((eb) =>
      eb.or([
        containsText(db, "code", keyword),
        containsText(db, "used_user_id", keyword),
      ]),
    );
  return selectPage(matching.selectAll().orderBy("id"), page);
}

/** Skips unknown addresses. */
export async function findIPRules(
  db: DB,
  ips: readonly string[],
): Promise<IPRule[]> {
  return db
    .selectFrom("ip_rules")
    .selectAll()
    .where(isAmong(db, "ip", ips))
    .execute();
}

export async function insertIPRules(
  { db }: Transaction,
  rules: readonly Omit<IPRule, "id">[],
): Promise<void> {
  for (const chunk of chunksOf(rules))
    await db.insertInto("ip_rules").values(chunk).execute();
}

export async function deleteIPRules(
  { db }: Transaction,
  ips: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("ip_rules")
    .where(isAmong(db, "ip", ips))
    .execute();
}

export async function searchIPRules(
  db: DB,
  {
    keyword,
    limits,
  }: {
    /** A part of the address. */
    keyword: string;
    limits: Partial<Pick<IPRule, "limit_register" | "limit_login">>;
  },
  page: Page,
): Promise<{ total: number; rows: IPRule[] }> {
  let matching = db.selectFrom("ip_rules");
  if (keyword !== "")
    matching = matching.where(containsText(db, "ip", keyword));
  for (const column of ["limit_register", "limit_login"] as const) {
    const wanted = limits[column];
    if (wanted !== undefined) matching = matching.where(column, "=", wanted);
  }
  return selectPage(matching.selectAll().orderBy("id"), page);
}

/** All addresses that were named for this user. */
export async function listUserIPs(db: DB, userID: string): Promise<string[]> {
  const rows = await db
    .selectFrom("user_ips")
    .select("ip")
    .where("user_id", "=", userID)
    .execute();
  return rows.map(({ ip }) => ip);
}

export async function insertUserIPs(
  { db }: Transaction,
  rows: readonly Omit<UserIP, "id">[],
): Promise<void> {
  for (const chunk of chunksOf(rows))
    await db.insertInto("user_ips").values(chunk).execute();
}

export async function deleteUserIP(
  { db }: Transaction,
  { userID, ip }: { userID: string; ip: string },
): Promise<void> {
  await db
    .deleteFrom("user_ips")
    .where("user_id", "=", userID)
    .where("ip", "=", ip)
    .execute();
}

export async function searchUserIPs(
  db: DB,
  keyword: string,
  page: Page,
): Promise<{ total: number; rows: UserIP[] }> {
  let matching = db.selectFrom("user_ips");
  if (keyword !== "")
    matching = matching.where((eb) =>
      eb.or([
        containsText(db, "user_id", keyword),
        containsText(db, "ip", keyword),
      ]),
    );
  return selectPage(matching.selectAll().orderBy("id"), page);
}

export async function isBlocked(db: DB, userID: string): Promise<boolean> {
  const row = await db
    .selectFrom("blocked_accounts")
    .select("id")
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row !== undefined;
}
