import { PostgresAdapter, sql } from "kysely";
import type { AliasedRawBuilder, Kysely, RawBuilder, SqlBool } from "kysely";

import type { Schema } from "./schema.ts";

// Any number of ids as one parameter: a statement that is made in no time, and
// known again by whoever prepares it.

/** `column in (…)` */
export function isAmong(
  db: Kysely<Schema>,
  column: string,
  ids: readonly string[],
): RawBuilder<SqlBool> {
  return isPostgres(db)
    ? sql<SqlBool>`${sql.ref(column)} = any(${ids}::text[])`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(ids)}))`;
}

/**
 * A table `wanted` of these ids. For thousands a cross join from it with a
 * condition takes SQLite half of what `isAmong` does.
 */
export function idTable(
  db: Kysely<Schema>,
  ids: readonly string[],
): AliasedRawBuilder<{ value: string }, "wanted"> {
  return isPostgres(db)
    ? sql<{ value: string }>`unnest(${ids}::text[])`.as<"wanted">(
        sql.raw("wanted(value)"),
      )
    : sql<{ value: string }>`json_each(${JSON.stringify(ids)})`.as("wanted");
}

export const isPostgres = (db: Kysely<Schema>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;
