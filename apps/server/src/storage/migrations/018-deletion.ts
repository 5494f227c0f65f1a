import type { Migration } from "./migration.ts";
import { empty, key, required, zero } from "./columns.ts";

/** Deleting users, and what finds all that is theirs. */
export const deletionMigration: Migration = {
  name: "018-deletion",
  async up(db) {
    await db.schema
      .createTable("user_deletions")
      .addColumn("user_id", "text", key)
      .addColumn("with_messages", "integer", zero)
      .addColumn("operator_user_id", "text", required)
      .addColumn("operation_id", "text", required)
      .addColumn("part", "text", empty)
      .addColumn("removed", "text", required)
      .addColumn("start_time", "bigint", required)
      .addColumn("end_time", "bigint", zero)
      .execute();
    for (const table of ["client_logs", "object_uploads", "group_leavers"])
      await db.schema
        .createIndex(`${table}_by_user`)
        .on(table)
        .column("user_id")
        .execute();
  },
};
