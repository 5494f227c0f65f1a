import type { Migration } from "./migration.ts";
import { empty, numbered } from "./columns.ts";

export const agentsMigration: Migration = {
  name: "016-agents",
  async up(db, kind) {
    await numbered(db, kind, "agents")
      .addColumn("user_id", "text", (c) => c.notNull().unique())
      .addColumn("nickname", "text", empty)
      .addColumn("face_url", "text", empty)
      .addColumn("url", "text", empty)
      .addColumn("api_key", "text", empty)
      .addColumn("identity", "text", empty)
      .addColumn("model", "text", empty)
      .addColumn("prompts", "text", empty)
      .addColumn("create_time", "bigint", (c) => c.notNull())
      .execute();
  },
};
