import type { ClientConfig as Entry } from "@parley/protocol/generated/user";
import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";

/**
 * Key-value settings of operators for apps: for everybody (userID "") and for
 * single users.
 */
export interface ClientConfig {
  /** Everybody's with the user's own laid over it. Throws 1004. */
  get(userID: string): Promise<Record<string, string>>;
  /** Other keys stay. Throws 1004. */
  set(userID: string, configs: Record<string, string>): Promise<void>;
  delete(userID: string, keys: readonly string[]): Promise<void>;
  /** "" is any userID or key. A changed value keeps its place. */
  page(
    wanted: { userID: string; key: string },
    page: Page,
  ): Promise<{ total: number; configs: Entry[] }>;
}

export interface ClientConfigDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Throws 1004. */
  getUser(userID: string): Promise<unknown>;
}

export function createClientConfig({
  db,
  transact,
  getUser,
}: ClientConfigDeps): ClientConfig {
  async function requireOwner(userID: string): Promise<void> {
    if (userID !== "") await getUser(userID);
  }

  return {
    async get(userID) {
      await requireOwner(userID);
      const rows = await db
        .selectFrom("client_configs")
        .select(["key", "value"])
        .where("user_id", "in", [...new Set(["", userID])])
        // "" is before every userID, so a user's own entry comes later and wins.
        .orderBy("user_id")
        .execute();
      return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    },

    async set(userID, configs) {
      await requireOwner(userID);
      await transact(async (tx) => {
        for (const chunk of chunksOf(Object.entries(configs)))
          await tx.db
            .insertInto("client_configs")
            .values(
              chunk.map(([key, value]) => ({ user_id: userID, key, value })),
            )
            .onConflict((conflict) =>
              conflict.columns(["user_id", "key"]).doUpdateSet((row) => ({
                value: row.ref("excluded.value"),
              })),
            )
            .execute();
      });
    },

    async delete(userID, keys) {
      await transact(async (tx) => {
        for (const chunk of chunksOf(keys))
          await tx.db
            .deleteFrom("client_configs")
            .where("user_id", "=", userID)
            .where("key", "in", chunk)
            .execute();
      });
    },

    async page({ userID, key }, { offset, limit }) {
      let found = db.selectFrom("client_configs");
      if (userID !== "") found = found.where("user_id", "=", userID);
      if (key !== "") found = found.where("key", "=", key);
      const { count } = await found
        .select((row) => row.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      const total = Number(count);
      if (limit === 0) return { total, configs: [] };
      const rows = await found
        .selectAll()
        .orderBy("id")
        .limit(limit)
        .offset(offset)
        .execute();
      return {
        total,
        configs: rows.map((row) => ({
          key: row.key,
          userID: row.user_id,
          value: row.value,
        })),
      };
    },
  };
}
