import type {
  UserFullInfo,
  UserPublicInfo,
} from "@parley/protocol/chat/shared";
import type { Insertable, Kysely, Selectable, Updateable } from "kysely";

import type { AccountTable, LoginRecordTable } from "./tables.ts";
import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

export type Account = Selectable<AccountTable>;
export type NewAccount = Insertable<AccountTable>;

/** Kinds of credentials (docs/wire/accounts.md#credentials). */
export const CredentialType = { account: 0, phone: 1, email: 2 } as const;

export interface Credential {
  credential: string;
  userID: string;
  type: number;
}

/** Returns accounts in the order of the ids, without duplicates and unknown ids. */
export async function findAccounts(
  db: Kysely<Schema>,
  userIDs: readonly string[],
): Promise<Account[]> {
  const wanted = [...new Set(userIDs)];
  const found = new Map<string, Account>();
  for (const chunk of chunksOf(wanted)) {
    const rows = await db
      .selectFrom("accounts")
      .selectAll()
      .where(isAmong(db, "user_id", chunk))
      .execute();
    for (const row of rows) found.set(row.user_id, row);
  }
  return wanted.flatMap((userID) => found.get(userID) ?? []);
}

export async function findAccount(
  db: Kysely<Schema>,
  userID: string,
): Promise<Account | undefined> {
  const [account] = await findAccounts(db, [userID]);
  return account;
}

/** Inserts accounts with their credentials. */
export async function insertAccounts(
  { db }: Transaction,
  accounts: readonly (NewAccount & {
    credentials: readonly Omit<Credential, "userID">[];
  })[],
): Promise<void> {
  const rows = accounts.map(({ credentials: _apart, ...row }) => row);
  for (const chunk of chunksOf(rows))
    await db.insertInto("accounts").values(chunk).execute();
  const credentials = accounts.flatMap((each) =>
    each.credentials.map(({ credential, type }) => ({
      credential,
      type,
      user_id: each.user_id,
    })),
  );
  for (const chunk of chunksOf(credentials))
    await db.insertInto("credentials").values(chunk).execute();
}

/** Returns false if the account does not exist. */
export async function updatePassword(
  { db }: Transaction,
  userID: string,
  password: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("accounts")
    .set({ password, change_time: now })
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function findCredentials(
  db: Kysely<Schema>,
  credentials: readonly string[],
): Promise<Credential[]> {
  const rows = await db
    .selectFrom("credentials")
    .selectAll()
    .where(isAmong(db, "credential", credentials))
    .execute();
  return rows.map(({ user_id: userID, ...rest }) => ({ userID, ...rest }));
}

/**
 * Finds the account of a credential. Before spellings were folded, two people
 * could register two spellings of one credential: each keeps the own one.
 */
export async function findCredential(
  db: Kysely<Schema>,
  {
    credential,
    spelled = credential,
  }: { credential: string; spelled?: string },
): Promise<Credential | undefined> {
  const found = await findCredentials(db, [spelled, credential]);
  return (
    found.find((each) => each.credential === spelled) ??
    found.find((each) => each.credential === credential)
  );
}

export async function listCredentials(
  db: Kysely<Schema>,
  userID: string,
): Promise<Credential[]> {
  const rows = await db
    .selectFrom("credentials")
    .selectAll()
    .where("user_id", "=", userID)
    .orderBy("type")
    .execute();
  return rows.map((row) => ({ ...row, userID }));
}

/** One of each type for a user; an empty text takes it away. */
export async function setCredential(
  { db }: Transaction,
  { userID, type, credential }: Credential,
): Promise<void> {
  await db
    .deleteFrom("credentials")
    .where("user_id", "=", userID)
    .where("type", "=", type)
    .execute();
  if (credential !== "")
    await db
      .insertInto("credentials")
      .values({ type, credential, user_id: userID })
      .execute();
}

export async function updateAccount(
  { db }: Transaction,
  userID: string,
  change: Updateable<AccountTable>,
): Promise<void> {
  await db
    .updateTable("accounts")
    .set(change)
    .where("user_id", "=", userID)
    .execute();
}

/** The account and what opens it, as if nobody had registered. */
export async function deleteAccount(
  { db }: Transaction,
  userID: string,
): Promise<void> {
  for (const table of ["account_tokens", "credentials", "accounts"] as const)
    await db.deleteFrom(table).where("user_id", "=", userID).execute();
  await db.deleteFrom("sign_in_places").where("account", "=", userID).execute();
}

export async function insertLoginRecord(
  { db }: Transaction,
  record: Insertable<LoginRecordTable>,
): Promise<void> {
  await db.insertInto("login_records").values(record).execute();
}

export const toPublicInfo = (account: Account): UserPublicInfo => ({
  userID: account.user_id,
  account: account.account,
  email: account.email,
  nickname: account.nickname,
  faceURL: account.face_url,
  gender: account.gender,
  level: account.level,
});

export const toFullInfo = (account: Account): UserFullInfo => ({
  ...toPublicInfo(account),
  password: "",
  phoneNumber: account.phone_number,
  areaCode: account.area_code,
  birth: account.birth,
  allowAddFriend: account.allow_add_friend,
  allowBeep: account.allow_beep,
  allowVibration: account.allow_vibration,
  globalRecvMsgOpt: account.global_recv_msg_opt,
  registerType: account.register_type,
});
