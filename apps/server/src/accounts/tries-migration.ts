import { numbered, required, zero } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";

/** Adds the table of passwords that are tried at the nodes of a cluster. */
export const triesMigration: Migration = {
  name: "033-password-tries",
  async up(db, kind) {
    await numbered(db, kind, "password_tries")
      .addColumn("key", "text", required)
      .addColumn("time", "bigint", required)
      .addColumn("is_wrong", "integer", zero)
      .addColumn("node", "text", required)
      .execute();
    await db.schema
      .createIndex("password_tries_key")
      .on("password_tries")
      .column("key")
      .execute();
  },
};
