import { empty, key, numbered, required, zero } from "./columns.ts";
import type { Migration } from "./migration.ts";

/** Adds the table of follow-ups, which are written with their change. */
export const followUpsMigration: Migration = {
  name: "025-follow-ups",
  async up(db, kind) {
    await numbered(db, kind, "follow_ups")
      .addColumn("kind", "text", required)
      .addColumn("lane", "text", empty)
      .addColumn("user_id", "text", empty)
      .addColumn("what", "text", required)
      .addColumn("size", "integer", required)
      .addColumn("created_at", "bigint", required)
      .addColumn("tries", "integer", zero)
      .addColumn("due_at", "bigint", zero)
      .execute();
    await db.schema
      .createTable("leases")
      .addColumn("name", "text", key)
      .addColumn("node", "text", required)
      .addColumn("until", "bigint", required)
      .addColumn("fence", "bigint", required)
      .execute();
  },
};
