import type { Kysely } from "kysely";

import type { Passwords } from "../accounts/passwords.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { AdministratorLevel, freeUserID } from "./administrators.ts";
import { isKnownPassword, toSent } from "./known-password.ts";
import { insertAdministrator, listAdministrators } from "./store.ts";

export interface FirstAdministratorsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  passwords: Passwords;
  isUser(userID: string): Promise<boolean>;
  /** An operator has to read it. */
  warn(message: string): void;
  now: () => number;
}

export interface FirstAdministrators {
  accounts: readonly string[];
  /** "": the account's name (docs/wire/accounts.md#administrators). */
  password: string;
  /** The first of them is this one; tokens tell administrators by their ids. */
  userID: string;
  /** Strangers reach the port: none is made with a password they know. */
  isExposed: boolean;
}

/**
 * Makes the administrators of the configuration that are missing; the password
 * of the others stays as it is.
 */
export async function ensureConfigured(
  deps: FirstAdministratorsDeps,
  { accounts, password, userID, isExposed }: FirstAdministrators,
): Promise<void> {
  const { db, transact, passwords, isUser, warn, now } = deps;
  const before = await listAdministrators(db);
  const names = new Set(before.map(({ account }) => account));
  const missing = [...new Set(accounts)].filter((name) => !names.has(name));
  if (missing.length > 0 && isExposed && password === "") {
    warn(
      `administration: ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not created, because the default password is publicly known: set accounts.chatAdminPassword (PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD) and restart${before.length === 0 ? "; until then nobody can sign in there" : ""}`,
    );
  } else {
    for (const account of missing) {
      const sent = toSent(password || account);
      const stored = await passwords.hash(sent);
      await transact(async (tx) => {
        const others = await listAdministrators(tx.db);
        // Another node, which starts at the same time, was quicker.
        if (others.some((each) => each.account === account)) return;
        const isTaken = others.some(({ user_id }) => user_id === userID);
        await insertAdministrator(tx, {
          account,
          password: stored,
          has_known_password: Number(isKnownPassword(account, sent)),
          face_url: "",
          nickname: account,
          user_id: isTaken ? await freeUserID(tx.db, isUser) : userID,
          level: AdministratorLevel.super,
          create_time: now(),
        });
      });
    }
  }
  for (const each of await listAdministrators(db))
    if (each.has_known_password === 1)
      warn(
        `administration: administrator ${each.account} has the publicly known default password, which is accepted on this machine only: change it`,
      );
}
