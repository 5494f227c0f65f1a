import type { SQLQueryBindings } from "bun:sqlite";
import type {
  Insertable,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
} from "kysely";

import { chunksOf } from "./chunks.ts";
import { insertAll } from "./insert-all.ts";
import type { Schema } from "./schema.ts";
import { embeddedOf } from "./sqlite-connection.ts";

/**
 * Describes an insert that runs with many messages. Make one object for each statement, as
 * it is the key under which SQLite keeps the prepared statement.
 */
export interface Insertion<
  Table extends keyof Schema,
  Column extends keyof Insertable<Schema[Table]> & string,
  Returned,
> {
  into: Table;
  /** The columns that each row sets. */
  columns: readonly Column[];
  /** Adds the clauses behind the values, such as ON CONFLICT; must not depend on values. */
  rest(
    insert: InsertQueryBuilder<Schema, Table, InsertResult>,
  ): InsertQueryBuilder<Schema, Table, Returned>;
}

/** Returns its argument, with types inferred. */
export const insertion = <
  Table extends keyof Schema,
  Column extends keyof Insertable<Schema[Table]> & string,
  Returned,
>(
  of: Insertion<Table, Column, Returned>,
): Insertion<Table, Column, Returned> => of;

/**
 * Inserts rows in their order, and answers what the statement returns. The embedded
 * database runs one prepared statement for each row, which takes it a third of what
 * building one for all of them does; PostgreSQL gets many at once.
 */
export async function insertEach<
  Table extends keyof Schema,
  Column extends keyof Insertable<Schema[Table]> & string,
  Returned,
>(
  db: Kysely<Schema>,
  insertion: Insertion<Table, Column, Returned>,
  rows: readonly Readonly<
    Pick<Insertable<Schema[Table]>, Column> & Record<Column, string | number>
  >[],
): Promise<Returned[]> {
  type Row = Insertable<Schema[Table]> & Record<string, string | number>;
  const { into, columns, rest } = insertion;
  const embedded = embeddedOf(db);
  const returned: Returned[] = [];
  for (const chunk of chunksOf(rows)) {
    const some = embedded
      ? await embedded.each<Returned>(
          insertion,
          () => {
            const blank = Object.fromEntries(columns.map((name) => [name, ""]));
            const insert = insertAll(db, into, [blank as Row]);
            return rest(insert).compile().sql;
          },
          chunk.map((row) =>
            columns.map((name): SQLQueryBindings => row[name]),
          ),
        )
      : await rest(
          insertAll(db, into, chunk as readonly unknown[] as Row[]),
        ).execute();
    returned.push(...some);
  }
  return returned;
}
