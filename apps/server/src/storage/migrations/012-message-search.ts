import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { required } from "./columns.ts";

export const messageSearchMigration: Migration = {
  name: "012-message-search",
  async up(db, kind) {
    // Tables read by their key only need no second tree.
    const clustered = kind === "sqlite" ? sql`without rowid` : sql``;
    await db.schema
      .createTable("message_search")
      .addColumn("bucket", "bigint", required)
      .addColumn("term", "bigint", required)
      .addColumn("position", "bigint", required)
      .addPrimaryKeyConstraint("message_search_key", [
        "bucket",
        "term",
        "position",
      ])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("message_search_buckets")
      .addColumn("bucket", "bigint", (c) => c.primaryKey())
      .addColumn("min_time", "bigint", required)
      .addColumn("max_time", "bigint", required)
      .execute();
  },
};
