import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { key, required, zero } from "./columns.ts";

export const pushMigration: Migration = {
  name: "006-push",
  async up(db, kind) {
    /** Tables read by their key only need no second tree. */
    const clustered = kind === "sqlite" ? sql`without rowid` : sql``;

    await db.schema
      .createTable("push_tokens")
      .addColumn("user_id", "text", required)
      .addColumn("platform_id", "integer", required)
      .addColumn("token", "text", required)
      .addColumn("expire_time", "bigint", zero)
      .addPrimaryKeyConstraint("push_tokens_key", ["user_id", "platform_id"])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("push_badges")
      .addColumn("user_id", "text", key)
      .addColumn("count", "integer", required)
      .modifyEnd(clustered)
      .execute();
  },
};
