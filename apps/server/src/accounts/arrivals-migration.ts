import { key, required } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";

/** Adds the table of accounts that a node of a cluster is just announcing. */
export const arrivalsMigration: Migration = {
  name: "032-account-arrivals",
  async up(db) {
    await db.schema
      .createTable("account_arrivals")
      .addColumn("user_id", "text", key)
      .addColumn("node", "text", required)
      .execute();
  },
};
