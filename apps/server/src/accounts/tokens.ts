import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Actor } from "../http/actor.ts";
import { nobody, requireToken } from "../http/actor.ts";
import type { Route } from "../http/route.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import {
  AccountType,
  signAccountToken,
  verifyAccountToken,
} from "./token-claims.ts";

/** The tokens of people and administrators: docs/wire/accounts.md#tokens. */
export interface AccountTokens {
  /**
   * One more for this user; the others stay good. `permit` throws if they may
   * not have it any more: it is asked when nothing can change in between, such
   * as a block that revokes tokens while a password is being verified.
   */
  issue(
    userID: string,
    type: AccountType,
    permit?: (tx: Transaction) => Promise<void>,
  ): Promise<string>;
  /** Throws 1501 … 1505, or 20101 for one that was revoked. */
  authenticate(token: string): Promise<Actor>;
  /** All of the user's, as people and as administrators, but for one. */
  revoke(tx: Transaction, userID: string, except?: string): Promise<void>;
  /** Removes expired tokens and returns their number. */
  removeExpired(limit: number): Promise<number>;
}

export interface AccountTokensDeps {
  db: Kysely<Schema>;
  transact: Transact;
  secret: string;
  expireDays: number;
  now: () => number;
}

export function createAccountTokens(deps: AccountTokensDeps): AccountTokens {
  const { db, transact, secret, expireDays, now } = deps;
  const seconds = () => Math.floor(now() / 1_000);

  return {
    async issue(userID, type, permit) {
      const expiresAt = seconds() + expireDays * 86_400;
      const token = signAccountToken(
        secret,
        { userID, type, expiresAt },
        seconds(),
      );
      await transact(async (tx) => {
        await permit?.(tx);
        await tx.db
          .deleteFrom("account_tokens")
          .where("user_id", "=", userID)
          .where("expire_time", "<", now())
          .execute();
        await tx.db
          .insertInto("account_tokens")
          .values({ token, user_id: userID, expire_time: expiresAt * 1_000 })
          .execute();
      }, aboutUsers(userID));
      return token;
    },

    async authenticate(token) {
      const { userID, type } = verifyAccountToken(secret, token, seconds());
      const row = await db
        .selectFrom("account_tokens")
        .leftJoin("blocked_accounts as blocked", (on) =>
          on.onRef("blocked.user_id", "=", "account_tokens.user_id"),
        )
        .select("blocked.user_id as blocked")
        .where("token", "=", token)
        .executeTakeFirst();
      // One may be issued to a user while they are being blocked.
      if (!row || (row.blocked !== null && type === AccountType.user))
        throw errors.accountTokenNotExist();
      return { userID, platformID: 0, isAdmin: type === AccountType.admin };
    },

    async revoke({ db }, userID, except = "") {
      await db
        .deleteFrom("account_tokens")
        .where("user_id", "=", userID)
        .where("token", "<>", except)
        .execute();
    },

    removeExpired: (limit) =>
      transact(async ({ db }) => {
        const old = db
          .selectFrom("account_tokens")
          .select("token")
          .where("expire_time", "<", now())
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom("account_tokens")
          .where("token", "in", old)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

/**
 * Identifies the caller of a route. Open routes need no token, and unknown
 * paths answer 404 without one. Where a token is optional, only an
 * administrator's counts.
 */
export function createIdentify(
  tokens: Pick<AccountTokens, "authenticate">,
  routes: readonly Pick<Route, "method">[],
): (token: string | null, path: string) => Promise<Actor> {
  const methods = new Map(routes.map(({ method }) => [method.path, method]));
  return async (token, path) => {
    const method = methods.get(path);
    if (method && method.access.who !== "anybody")
      return tokens.authenticate(requireToken(token));
    if (!token || !method?.takesToken) return nobody;
    const actor = await tokens.authenticate(token).catch(() => nobody);
    return actor.isAdmin ? actor : nobody;
  };
}

/** The administration's port is for administrators: 1001 for others. */
export const administratorsOnly =
  (identify: ReturnType<typeof createIdentify>): typeof identify =>
  async (token, path) => {
    const actor = await identify(token, path);
    if (actor !== nobody && !actor.isAdmin)
      throw errors.args("this route is for administrators only");
    return actor;
  };
