import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, TransactOptions } from "../storage/writer.ts";

/** Push tokens of users' devices. */
export interface PushTokens {
  /**
   * Stores the token of a user and platform, replacing the previous one. A
   * token of another user moves to this user, so that nobody gets another
   * user's pushes.
   */
  set(token: PushToken, expireSeconds: number): Promise<void>;
  /** Returns the tokens that have not expired. */
  list(userIDs: readonly string[]): Promise<PushToken[]>;
  delete(userID: string, platformID: number): Promise<void>;
  /** Unless the app has a new one by now. */
  forget(token: PushToken): Promise<void>;
}

export interface PushToken {
  userID: string;
  platformID: number;
  token: string;
}

export interface PushTokensDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

export function createPushTokens({
  db,
  transact,
  now,
}: PushTokensDeps): PushTokens {
  return {
    async set({ userID, platformID, token }, expireSeconds) {
      const change = { token, expire_time: expiryOf(now(), expireSeconds) };
      await transact(async ({ db }) => {
        await db
          .deleteFrom("push_tokens")
          .where("token", "=", token)
          .where("user_id", "<>", userID)
          .execute();
        await db
          .insertInto("push_tokens")
          .values({ user_id: userID, platform_id: platformID, ...change })
          .onConflict((conflict) =>
            conflict.columns(["user_id", "platform_id"]).doUpdateSet(change),
          )
          .execute();
      }, about(token));
    },

    async list(userIDs) {
      const tokens: PushToken[] = [];
      for (const chunk of chunksOf([...new Set(userIDs)])) {
        const rows = await db
          .selectFrom("push_tokens")
          .selectAll()
          .where(isAmong(db, "user_id", chunk))
          .where((row) =>
            row.or([
              row("expire_time", "=", 0),
              row("expire_time", ">", now()),
            ]),
          )
          .orderBy("user_id")
          .orderBy("platform_id")
          .execute();
        for (const { user_id, platform_id, token } of rows)
          tokens.push({ userID: user_id, platformID: platform_id, token });
      }
      return tokens;
    },

    async delete(userID, platformID) {
      const found = await db
        .selectFrom("push_tokens")
        .select("token")
        .where("user_id", "=", userID)
        .where("platform_id", "=", platformID)
        .executeTakeFirst();
      // Every sign-out comes here, and few apps have a token: spare the disk.
      if (!found) return;
      await transact(
        ({ db }) =>
          db
            .deleteFrom("push_tokens")
            .where("user_id", "=", userID)
            .where("platform_id", "=", platformID)
            .execute(),
        about(found.token),
      );
    },

    async forget({ userID, platformID, token }) {
      await transact(
        ({ db }) =>
          db
            .deleteFrom("push_tokens")
            .where("user_id", "=", userID)
            .where("platform_id", "=", platformID)
            .where("token", "=", token)
            .execute(),
        about(token),
      );
    },
  };
}

/** A device has one user. */
const about = (token: string): TransactOptions => ({
  about: [`push token ${token}`],
});

/** 0 = never. */
const expiryOf = (now: number, seconds: number): number =>
  seconds > 0 ? Math.min(now + seconds * 1_000, Number.MAX_SAFE_INTEGER) : 0;
