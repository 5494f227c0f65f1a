import { sql } from "kysely";
import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutNothing } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";

/**
 * Numbers on app icons: the number that the app last set, plus later pushes.
 */
export interface Badges {
  set(userID: string, count: number): Promise<void>;
  /** Increments the badges, from 1 if never set; returns the new numbers. */
  raise(userIDs: readonly string[]): Promise<Map<string, number>>;
  /** Returns the badges of the users who ever set one. */
  list(userIDs: readonly string[]): Promise<Map<string, number>>;
}

export function createBadges({
  db,
  transact,
}: {
  db: Kysely<Schema>;
  transact: Transact;
}): Badges {
  return {
    async set(userID, count) {
      await transact(
        ({ db }) =>
          db
            .insertInto("push_badges")
            .values({ user_id: userID, count })
            .onConflict((conflict) =>
              conflict.column("user_id").doUpdateSet({ count }),
            )
            .execute(),
        aboutNothing,
      );
    },

    async raise(userIDs) {
      const counts = new Map<string, number>();
      for (const chunk of chunksOf([...new Set(userIDs)])) {
        const rows = await transact(
          ({ db }) =>
            db
              .insertInto("push_badges")
              .values(chunk.map((user_id) => ({ user_id, count: 1 })))
              .onConflict((conflict) =>
                conflict.column("user_id").doUpdateSet({
                  count: sql`push_badges.count + 1`,
                }),
              )
              .returningAll()
              .execute(),
          aboutNothing,
        );
        for (const { user_id, count } of rows) counts.set(user_id, count);
      }
      return counts;
    },

    async list(userIDs) {
      const counts = new Map<string, number>();
      for (const chunk of chunksOf([...new Set(userIDs)])) {
        const rows = await db
          .selectFrom("push_badges")
          .selectAll()
          .where(isAmong(db, "user_id", chunk))
          .execute();
        for (const { user_id, count } of rows) counts.set(user_id, count);
      }
      return counts;
    },
  };
}
