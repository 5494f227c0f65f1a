import type { Migration } from "./migration.ts";
import { empty, numbered, required, zero } from "./columns.ts";

export const clientLogsMigration: Migration = {
  name: "007-client-logs",
  async up(db, kind) {
    await numbered(db, kind, "client_logs")
      .addColumn("log_id", "text", (c) => c.notNull().unique())
      .addColumn("user_id", "text", required)
      .addColumn("platform", "text", empty)
      .addColumn("url", "text", empty)
      .addColumn("filename", "text", empty)
      .addColumn("app_framework", "text", empty)
      .addColumn("version", "text", empty)
      .addColumn("ex", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .execute();
    await db.schema
      .createIndex("client_logs_by_time")
      .on("client_logs")
      .columns(["create_time", "id"])
      .execute();
  },
};
