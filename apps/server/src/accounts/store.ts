import type {
  UserFullInfo,
  UserPublicInfo,
} from "@parley/protocol/chat/shared";
import type { Insertable, Kysely, Selectable } from "kysely";

import type { AccountTable } from "../storage/accounts-schema.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

export type Account = Selectable<AccountTable>;
export type NewAccount = Insertable<AccountTable>;

/** What one signs in with (chat.md §7). */
export const CredentialType = { account: 0, phone: 1, email: 2 } as const;

export interface Credential {
  credential: string;
  userID: string;
  type: number;
}

/** As credentials and codes name a phone. */
export const phoneOf = (areaCode: string, phoneNumber: string): string =>
  `${areaCode} ${phoneNumber}`;

/** In the order asked for; unknown ones are left out, each is there once. */
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
      .where("user_id", "in", chunk)
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

export async function insertAccount(
  { db }: Transaction,
  account: NewAccount,
  credentials: readonly Omit<Credential, "userID">[],
): Promise<void> {
  await db.insertInto("accounts").values(account).execute();
  await insertCredentials({ db }, account.user_id, credentials);
}

/** Whether there is such an account. */
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

export async function insertCredentials(
  { db }: Pick<Transaction, "db">,
  userID: string,
  credentials: readonly Omit<Credential, "userID">[],
): Promise<void> {
  if (credentials.length === 0) return;
  await db
    .insertInto("credentials")
    .values(credentials.map((each) => ({ ...each, user_id: userID })))
    .execute();
}

export async function findCredential(
  db: Kysely<Schema>,
  credential: string,
): Promise<Credential | undefined> {
  const row = await db
    .selectFrom("credentials")
    .selectAll()
    .where("credential", "=", credential)
    .executeTakeFirst();
  return row && { credential, userID: row.user_id, type: row.type };
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
