import { empty, key, required, zero } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";

/** Adds the table of questions to agents, for their limits and what is remembered. */
export const exchangesMigration: Migration = {
  name: "034-agent-exchanges",
  async up(db) {
    await db.schema
      .createTable("agent_exchanges")
      .addColumn("id", "text", key)
      .addColumn("agent_id", "text", required)
      .addColumn("place", "text", required)
      .addColumn("asker_id", "text", required)
      .addColumn("state", "integer", required)
      .addColumn("process", "text", required)
      .addColumn("asked_at", "bigint", required)
      .addColumn("ended_at", "bigint", zero)
      .addColumn("said", "text", empty)
      .execute();
    await db.schema
      .createIndex("agent_exchanges_asker")
      .on("agent_exchanges")
      .column("asker_id")
      .execute();
    await db.schema
      .createIndex("agent_exchanges_place")
      .on("agent_exchanges")
      .columns(["agent_id", "place", "ended_at"])
      .execute();
  },
};
