import { sql } from "kysely";
import type {
  Insertable,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
} from "kysely";

import { valueTable } from "./id-list.ts";
import type { Schema } from "./schema.ts";

/** Maximum number of rows for a plain insert. */
const few = 8;

type Values = Readonly<Record<string, string | number>>;

/**
 * An insert of rows that have the same columns, at least one of them. Many are
 * mostly the same but for a column or two, as when hundreds join a group: then each
 * of those is one parameter, and the rest is written once. As values every column of
 * every row would be a parameter, which takes PostgreSQL three times as long.
 */
export function insertAll<Table extends keyof Schema>(
  db: Kysely<Schema>,
  table: Table,
  rows: readonly (Insertable<Schema[Table]> & Values)[],
): InsertQueryBuilder<Schema, Table, InsertResult> {
  const into = db.insertInto(table);
  const [first] = rows;
  if (!first || rows.length < few) return into.values(rows);
  const columns = Object.keys(first);
  const differing = columns.filter((column) =>
    rows.some((row) => row[column] !== first[column]),
  );
  // If all columns are constant, one still has to carry the number of rows.
  const listed = new Set(
    differing.length > 0 ? differing : columns.slice(0, 1),
  );
  const lists = Object.fromEntries(
    [...listed].map((column) => [column, rows.map((row) => row[column])]),
  ) as Record<string, string[] | number[]>;
  const parts = columns.map((column) => {
    const value = first[column] ?? "";
    if (listed.has(column)) return sql.ref(`wanted.${column}`);
    // A number says what it is; of a text PostgreSQL has to be told.
    return typeof value === "number"
      ? sql.lit(value)
      : sql`cast(${value} as text)`;
  });
  return (
    into
      .columns(columns as never)
      // `where`: SQLite takes what follows for a join otherwise.
      .expression(
        sql`select ${sql.join(parts)} from ${valueTable(db, lists)} where true`,
      )
  );
}
