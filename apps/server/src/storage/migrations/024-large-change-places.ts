import type { Migration } from "./migration.ts";
import { empty, required } from "./columns.ts";

/**
 * How far a large change is, apart from what is to be done: that may name 100,000
 * people, and SQLite writes a row anew as a whole.
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
