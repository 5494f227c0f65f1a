import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";

import type { Now } from "./engine.ts";
import { valueTable } from "./id-list.ts";
import type { Schema } from "./schema.ts";
import { embeddedOf } from "./sqlite-connection.ts";
import { together } from "./together.ts";

type ColumnOf<Table extends keyof Schema> = keyof Selectable<Schema[Table]> &
  string;

export interface LookupOf<
  Table extends keyof Schema,
  Column extends ColumnOf<Table>,
> {
  table: Table;
  /** Columns with an index over them, all of text. */
  by: readonly ColumnOf<Table>[];
  select: readonly Column[];
}

/** Finds the rows with this key, whose parts hold no NUL. */
export type Lookup<Row> = (...key: string[]) => Now<readonly Row[]>;

/**
 * A query for few rows that is made so often that building it would cost more than the
 * answer. The embedded database answers at once, with a statement that stays prepared;
 * questions to PostgreSQL that come together are one.
 */
export function createLookup<
  Table extends keyof Schema,
  Column extends ColumnOf<Table>,
>(
  db: Kysely<Schema>,
  { table, by, select }: LookupOf<Table, Column>,
): Lookup<Pick<Selectable<Schema[Table]>, Column>> {
  type Row = Pick<Selectable<Schema[Table]>, Column>;
  const embedded = embeddedOf(db);
  if (embedded) {
    const where = by.map((column) => `"${column}" = ?`).join(" and ");
    const columns = select.map((column) => `"${column}"`).join(", ");
    const text = `select ${columns} from "${table}" where ${where}`;
    return (...key) => embedded.find<Row>(text, key);
  }

  const names = by.map((_, at) => `key${at}`);
  const ask = together(async (keys: readonly string[]) => {
    const parts = [...new Set(keys)].map((key) => key.split("\0"));
    const lists = names.map((name, at) => [
      name,
      parts.map((part) => part[at] ?? ""),
    ]);
    const wanted = valueTable(
      db,
      Object.fromEntries(lists) as Record<string, string[]>,
    );
    const columns = [
      ...select.map((column) => sql.ref(`${table}.${column}`)),
      ...names.map((name) => sql.ref(`wanted.${name}`)),
    ];
    const isMeant = by.map(
      (column, at) =>
        sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`wanted.key${at}`)}`,
    );
    const { rows } = await sql<Row & Record<string, string>>`
      select ${sql.join(columns)} from ${wanted} cross join ${sql.table(table)}
      where ${sql.join(isMeant, sql` and `)}
    `.execute(db);
    const found = Map.groupBy(rows, (row) =>
      names.map((name) => row[name]).join("\0"),
    );
    return keys.map((key): readonly Row[] => found.get(key) ?? []);
  });
  return (...key) => ask(key.join("\0"));
}
