import { PostgresAdapter, sql } from "kysely";
import type { AliasedRawBuilder, Kysely, RawBuilder, SqlBool } from "kysely";

import type { Schema } from "./schema.ts";

// Passes any number of ids as one parameter, so that the statement is fast to
// build and its prepared form is reused.

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

/**
 * A table `wanted` of rows, given by columns of one length, at least one long.
 * For a cross join, as with `idTable`.
 */
export function valueTable<
  Columns extends Record<string, readonly string[] | readonly number[]>,
>(
  db: Kysely<Schema>,
  columns: Columns,
): AliasedRawBuilder<
  { [Name in keyof Columns]: Columns[Name][number] },
  "wanted"
> {
  type Row = { [Name in keyof Columns]: Columns[Name][number] };
  const names = Object.keys(columns);
  const lists = Object.values(columns);
  if (isPostgres(db)) {
    const arrays = lists.map((list) =>
      typeof list[0] === "number"
        ? sql`${list}::bigint[]`
        : sql`${list}::text[]`,
    );
    return sql<Row>`unnest(${sql.join(arrays)})`.as<"wanted">(
      sql`wanted(${sql.join(names.map((name) => sql.ref(name)))})`,
    );
  }
  const rows = (lists[0] ?? []).map((_, at) => lists.map((list) => list[at]));
  const parts = names.map(
    (name, at) => sql`value ->> ${sql.lit(at)} as ${sql.ref(name)}`,
  );
  return sql<Row>`(select ${sql.join(parts)} from json_each(${JSON.stringify(rows)}))`.as(
    "wanted",
  );
}

export const isPostgres = (db: Kysely<Schema>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;
