import type { Migration } from "./migration.ts";
import { numbered, required } from "./columns.ts";

/** Changes of which only the first parts are made. */
export const largeChangesMigration: Migration = {
  name: "020-large-changes",
  async up(db, kind) {
    await numbered(db, kind, "large_changes")
      .addColumn("kind", "text", required)
      .addColumn("what", "text", required)
      .addColumn("at", "text", required)
      .execute();
  },
};
