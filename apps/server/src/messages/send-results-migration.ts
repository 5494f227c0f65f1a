import { sql } from "kysely";

import type { Migration } from "../storage/migrations/migration.ts";

/** Stores results of sends by backends, which may ask any node for them. PostgreSQL only. */
export const sendResultsMigration: Migration = {
  name: "029-send-results",
  async up(db, kind) {
    if (kind !== "postgres") return;
    await sql`
      create table send_results (
        operation_id text primary key,
        sent_at bigint not null)
    `.execute(db);
  },
};
