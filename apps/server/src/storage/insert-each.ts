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
 * How rows go into a table that gets some with many a message: one object for each
 * statement, since the embedded database keeps it prepared under that.
 */
export interface Insertion<
  Table extends keyof Schema,
  Column extends keyof Insertable<Schema[Table]> & string,
  Returned,
> {
  into: Table;
  /** All that a row gives. */
  columns: readonly Column[];
  /** What follows the values; it may not depend on them. */
  rest(
    insert: InsertQueryBuilder<Schema, Table, InsertResult>,
  ): InsertQueryBuilder<Schema, Table, Returned>;
}

/** Only says what it is, for its types. */
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
