import { sql } from "kysely";
import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { insertAll } from "../storage/insert-all.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";

/** Accounts that are committed while their users are still being registered at the IM server. */
export interface Arrivals {
  /** Adds accounts in the transaction that creates them. */
  add(tx: Transaction, userIDs: readonly string[]): Promise<void>;
  /** Returns which of these are arriving. Call it after reading the accounts. */
  among(db: Kysely<Schema>, userIDs: readonly string[]): Promise<Set<string>>;
  /** Removes accounts when the registration at the IM server succeeded or failed. */
  end(userIDs: readonly string[]): Promise<void>;
}

/** Keeps arrivals in memory, for a process that does not share its database. */
export function createArrivals(): Arrivals {
  const arriving = new Set<string>();
  return {
    add(tx, userIDs) {
      for (const userID of userIDs) {
        arriving.add(userID);
        tx.onRollback(() => arriving.delete(userID));
      }
      return Promise.resolve();
    },
    among: (_db, userIDs) =>
      Promise.resolve(new Set(userIDs.filter((each) => arriving.has(each)))),
    end(userIDs) {
      for (const userID of userIDs) arriving.delete(userID);
      return Promise.resolve();
    },
  };
}

const isOfLiving = sql<boolean>`exists (select 1 from nodes where nodes.id = account_arrivals.node)`;

/**
 * Keeps arrivals as rows, so that no node of a cluster takes such an account for abandoned.
 * Rows of dead nodes do not count.
 */
export const createSharedArrivals = (
  self: string,
  transact: Transact,
): Arrivals => ({
  async add({ db }, userIDs) {
    await db
      .deleteFrom("account_arrivals")
      .where(sql<boolean>`not ${isOfLiving}`)
      .execute();
    for (const chunk of chunksOf(userIDs)) {
      await db
        .deleteFrom("account_arrivals")
        .where("user_id", "in", chunk)
        .execute();
      await insertAll(
        db,
        "account_arrivals",
        chunk.map((userID) => ({ user_id: userID, node: self })),
      ).execute();
    }
  },
  async among(db, userIDs) {
    const found = new Set<string>();
    for (const chunk of chunksOf(userIDs))
      for (const { user_id } of await db
        .selectFrom("account_arrivals")
        .select("user_id")
        .where("user_id", "in", chunk)
        .where(isOfLiving)
        .execute())
        found.add(user_id);
    return found;
  },
  end: (userIDs) =>
    transact(async ({ db }) => {
      for (const chunk of chunksOf(userIDs))
        await db
          .deleteFrom("account_arrivals")
          .where("user_id", "in", chunk)
          .execute();
    }),
});
