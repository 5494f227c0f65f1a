import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../schema.ts";
import { empty, key, numbered, required, zero } from "./columns.ts";
import type { EngineKind, Migration } from "./migration.ts";

/** Tables of the audit and of deleted users. */
export const auditMigration: Migration = {
  name: "019-audit",
  async up(db, kind) {
    await numbered(db, kind, "audit_log")
      .addColumn("time", "bigint", required)
      .addColumn("operator_user_id", "text", required)
      .addColumn("operator_account", "text", required)
      .addColumn("action", "text", required)
      .addColumn("targets", "text", required)
      .addColumn("details", "text", required)
      .addColumn("address", "text", required)
      .addColumn("operation_id", "text", required)
      .execute();
    for (const column of ["operator_user_id", "action", "time"])
      await db.schema
        .createIndex(`audit_log_by_${column}`)
        .on("audit_log")
        .columns([column, "id"])
        .execute();
    await db.schema
      .createTable("audit_outcomes")
      .addColumn("audit_id", "bigint", key)
      .addColumn("time", "bigint", required)
      .addColumn("err_code", "integer", required)
      .execute();
    await db.schema
      .createTable("audit_targets")
      .addColumn("target", "text", required)
      .addColumn("audit_id", "bigint", required)
      .addPrimaryKeyConstraint("audit_targets_key", ["target", "audit_id"])
      .execute();
    for (const table of ["audit_log", "audit_outcomes", "audit_targets"])
      await forbidChanges(db, kind, table);

    await db.schema
      .createTable("account_deletions")
      .addColumn("user_id", "text", key)
      .addColumn("with_messages", "integer", zero)
      .addColumn("operator_user_id", "text", required)
      .addColumn("operation_id", "text", required)
      .addColumn("removed", "text", empty)
      .addColumn("start_time", "bigint", required)
      .addColumn("end_time", "bigint", zero)
      .execute();
  },
};

/**
 * Triggers keep written rows from being changed, whoever has the database open.
 */
async function forbidChanges(
  db: Kysely<Schema>,
  kind: EngineKind,
  table: string,
): Promise<void> {
  const reason = sql.lit(`${table} is only ever added to`);
  if (kind === "sqlite") {
    for (const change of ["update", "delete"])
      await sql`create trigger ${sql.raw(`${table}_no_${change}`)}
        before ${sql.raw(change)} on ${sql.table(table)}
        begin select raise(abort, ${reason}); end`.execute(db);
    return;
  }
  await sql`create or replace function only_added_to() returns trigger
    language plpgsql as $$
    begin raise exception '% is only ever added to', tg_table_name; end $$`.execute(
    db,
  );
  await sql`create trigger ${sql.raw(`${table}_no_change`)}
    before update or delete on ${sql.table(table)}
    for each row execute function only_added_to()`.execute(db);
  await sql`create trigger ${sql.raw(`${table}_no_truncate`)}
    before truncate on ${sql.table(table)}
    for each statement execute function only_added_to()`.execute(db);
}
