import { sql } from "kysely";

import type { Migration } from "../storage/migrations/migration.ts";

/** Adds the nodes of a cluster, and the number of changes of each. PostgreSQL only. */
export const nodesMigration: Migration = {
  name: "028-nodes",
  async up(db, kind) {
    if (kind !== "postgres") return;
    await sql`
      create table nodes (
        id text primary key,
        name text not null,
        version text not null,
        addresses text not null,
        settings jsonb not null default '{}',
        state text not null,
        sockets integer not null default 0,
        since bigint not null,
        beat_at timestamptz not null,
        heard jsonb not null default '{}')
    `.execute(db);
    await sql`
      create table node_changes (node_id text primary key, number bigint not null)
    `.execute(db);
  },
};
