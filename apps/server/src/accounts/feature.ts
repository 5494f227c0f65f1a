import type { Kysely } from "kysely";

import type { AccountsSettings } from "../config/accounts-settings.ts";
import type { Route } from "../http/route.ts";
import type { IMServer } from "../im-server.ts";
import type { Log } from "../log.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { createAccounts } from "./accounts.ts";
import type { Accounts } from "./accounts.ts";
import type { Admission } from "./admission.ts";
import { createPasswords } from "./passwords.ts";
import type { Passwords } from "./passwords.ts";
import { createRegistration } from "./registration.ts";
import type { Registration } from "./registration.ts";
import { accountRoutes } from "./routes.ts";
import { createAccountTokens } from "./tokens.ts";
import type { AccountTokens } from "./tokens.ts";

/** People: how they register, sign in, and what is known of them. */
export interface AccountFeature {
  routes: Route[];
  accounts: Accounts;
  passwords: Passwords;
  registration: Registration;
  tokens: AccountTokens;
}

export interface AccountFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  settings: AccountsSettings;
  /** Signs tokens. */
  secret: string;
  im: IMServer;
  admission: Admission;
  /** Whether people may register by themselves. */
  isRegisterAllowed(): Promise<boolean>;
  listDefaultFriends(): Promise<string[]>;
  listDefaultGroups(): Promise<string[]>;
  log: Log;
  now: () => number;
}

export function createAccountFeature(deps: AccountFeatureDeps): AccountFeature {
  const { db, transact, settings, secret, im, log, now } = deps;
  const passwords = createPasswords();
  const tokens = createAccountTokens({
    db,
    transact,
    secret,
    expireDays: settings.tokenPolicy.expire,
    now,
  });
  const accounts = createAccounts(db, now);
  const registration = createRegistration({
    db,
    transact,
    im,
    passwords,
    listDefaultFriends: deps.listDefaultFriends,
    listDefaultGroups: deps.listDefaultGroups,
    failed: (error) => log.warn({ err: error }, "accounts: a welcome failed"),
    now,
  });
  return {
    accounts,
    passwords,
    registration,
    tokens,
    routes: accountRoutes({ registration, accounts, tokens, im }),
  };
}
