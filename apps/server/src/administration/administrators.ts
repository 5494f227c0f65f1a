import { createHash } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { AccountTokens } from "../accounts/tokens.ts";
import type { Passwords } from "../accounts/passwords.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { findAdministrator, insertAdministrator } from "./store.ts";
import type { Administrator } from "./store.ts";

/** Who may change other administrators, and who may not (chat.md §7). */
export const AdministratorLevel = { super: 100, ordinary: 80 } as const;

/** As `UserType` in a token. */
const administratorType = 2;

export interface Administrators {
  /** Throws 20002 or 20001; answers whose token it is. */
  signIn(
    account: string,
    password: string,
  ): Promise<{ administrator: Administrator; token: string }>;
}

export interface AdministratorsDeps {
  db: Kysely<Schema>;
  passwords: Passwords;
  tokens: Pick<AccountTokens, "issue">;
}

export const createAdministrators = ({
  db,
  passwords,
  tokens,
}: AdministratorsDeps): Administrators => ({
  async signIn(account, password) {
    const administrator = await findAdministrator(db, "account", account);
    const isRight = await passwords.verify(password, administrator?.password);
    if (!administrator) throw errors.accountNotFound();
    if (!isRight) throw errors.wrongPassword();
    const { user_id: userID } = administrator;
    return {
      administrator,
      token: await tokens.issue(userID, administratorType),
    };
  },
});

/**
 * Makes those of the configuration that are missing; the password of the
 * others stays. `password` empty: the account's name (chat.md §7).
 */
export async function ensureConfigured(
  {
    db,
    transact,
    passwords,
  }: { db: Kysely<Schema>; transact: Transact; passwords: Passwords },
  accounts: readonly string[],
  { userID, password, now }: { userID: string; password: string; now: number },
): Promise<void> {
  for (const account of accounts) {
    if (await findAdministrator(db, "account", account)) continue;
    // What a client sends of a password.
    const sent = createHash("md5")
      .update(password || account)
      .digest("hex");
    const stored = await passwords.hash(sent);
    await transact((tx) =>
      insertAdministrator(tx, {
        account,
        password: stored,
        face_url: "",
        nickname: account,
        user_id: userID,
        level: AdministratorLevel.super,
        create_time: now,
      }),
    );
  }
}
