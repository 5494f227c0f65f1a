import { sql } from "kysely";

import type { Migration } from "../storage/migrations/migration.ts";

/** Operators ask a node to send its clients to the others. PostgreSQL only. */
export const drainMigration: Migration = {
  name: "035-node-drains",
  async up(db, kind) {
    if (kind !== "postgres") return;
    await sql`alter table nodes add column drain jsonb`.execute(db);
  },
};
