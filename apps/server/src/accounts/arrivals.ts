import { sql } from "kysely";
import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { insertAll } from "../storage/insert-all.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";

/** Accounts that are there, while the IM server is just being told of their users. */
export interface Arrivals {
  /** With the change that makes the accounts. */
  add(tx: Transaction, userIDs: readonly string[]): Promise<void>;
  /** Which of them are arriving; asked after their accounts were read. */
  among(db: Kysely<Schema>, userIDs: readonly string[]): Promise<Set<string>>;
  /** The IM server was told, or could not be. */
  end(userIDs: readonly string[]): Promise<void>;
}

/** Of the only process that has the database. */
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
 * Of a node of a cluster, whose others must not take such an account for abandoned. What
 * a node that is gone was announcing arrives no more.
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
