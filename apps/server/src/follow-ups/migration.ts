import { empty } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";

/** A follow-up is done by the node of the cluster that wrote it. */
export const followUpNodesMigration: Migration = {
  name: "029-follow-up-nodes",
  async up(db) {
    await db.schema
      .alterTable("follow_ups")
      .addColumn("node", "text", empty)
      .execute();
  },
};
