import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { required } from "./columns.ts";

export const statisticsMigration: Migration = {
  name: "008-statistics",
  async up(db, kind) {
    await db.schema
      .createIndex("users_by_time")
      .on("users")
      .column("create_time")
      .execute();
    await db.schema
      .createTable("message_counts")
      .addColumn("kind", "integer", required)
      .addColumn("hour", "bigint", required)
      .addColumn("id", "text", required)
      .addColumn("count", "bigint", required)
      .addPrimaryKeyConstraint("message_counts_key", ["kind", "hour", "id"])
      // Tables read by their key only need no second tree.
      .modifyEnd(kind === "sqlite" ? sql`without rowid` : sql``)
      .execute();
  },
};
