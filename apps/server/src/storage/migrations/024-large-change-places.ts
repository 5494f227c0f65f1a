import type { Migration } from "./migration.ts";
import { empty, required } from "./columns.ts";

/**
 * Stores the position of a large change apart from its input: that may name
 * 100,000 people, and SQLite rewrites a whole row.
 */
export const largeChangePlacesMigration: Migration = {
  name: "024-large-change-places",
  async up(db) {
    await db.schema
      .createTable("large_change_places")
      .addColumn("change_id", "bigint", (column) => column.primaryKey())
      .addColumn("at", "text", required)
      .addColumn("problem", "text", empty)
      .execute();
  },
};
