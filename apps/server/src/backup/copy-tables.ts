import { Database } from "bun:sqlite";
import type { SQLQueryBindings } from "bun:sqlite";
import { sql } from "kysely";
import type { Kysely, RawBuilder } from "kysely";

import {
  beginTakingOver,
  takeOverLog,
} from "../message-log/shared-log-migration.ts";
import type { DatabaseSnapshot } from "../storage/engine.ts";
import type { EngineKind } from "../storage/migrations/migration.ts";
import type { Schema } from "../storage/schema.ts";
import { createFit } from "./fit.ts";
import type { Report } from "./progress.ts";
import { mergeSharedLog, sourcesInSharedLog } from "./shared-log.ts";

/** Rows that are read or written at a time. */
const chunk = 1_000;

export interface Table {
  name: string;
  columns: string[];
  /** Columns of the key, in order. */
  key: string[];
  /** The number that the database gives to new rows. */
  isNumbered: boolean;
}

/**
 * The tables of a database of ours. Both engines have the same, but for those
 * that SQLite fills by itself to search in texts.
 */
export function listTables(database: Database): Table[] {
  const names = database
    .query<{ name: string; sql: string }, []>(
      "select s.name, s.sql from pragma_table_list t join sqlite_schema s on s.name = t.name where t.schema = 'main' and t.type = 'table' and s.name not like 'sqlite_%' order by s.name",
    )
    .all();
  return names.map(({ name, sql }) => {
    const columns = database
      .query<{ name: string; pk: number }, [string]>(
        "select name, pk from pragma_table_info(?)",
      )
      .all(name);
    return {
      name,
      columns: columns.map((column) => column.name),
      key: columns
        .filter(({ pk }) => pk > 0)
        .sort((a, b) => a.pk - b.pk)
        .map((column) => column.name),
      isNumbered: /autoincrement/i.test(sql),
    };
  });
}

export type Row = Record<string, unknown>;

/** All rows of a table in the order of its key, a chunk at a time. */
export async function* readRows(
  db: Kysely<Schema>,
  { name, columns, key }: Table,
  source: RawBuilder<unknown> = sql.table(name),
): AsyncGenerator<Row[]> {
  const ids = (names: readonly string[]) =>
    sql.join(names.map((each) => sql.ref(each)));
  for (let last: Row | undefined; ;) {
    const after = last
      ? sql`where (${ids(key)}) > (${sql.join(key.map((each) => last?.[each]))})`
      : sql``;
    const { rows } = await sql<Row>`
      select ${ids(columns)} from ${source} ${after}
      order by ${ids(key)} limit ${sql.lit(chunk)}
    `.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < chunk) return;
    last = rows.at(-1);
  }
}

/**
 * Copies all rows of a database into an embedded one that has its tables and
 * no rows but those that migrations made.
 */
export async function copyIntoSqlite(
  { db: from, kind }: Pick<DatabaseSnapshot, "db" | "kind">,
  file: string,
  report: Report,
): Promise<void> {
  const database = new Database(file);
  try {
    database.run("pragma synchronous = off");
    for (const table of listTables(database)) {
      database.run(`delete from "${table.name}"`);
      const insert = database.prepare(
        `insert into "${table.name}" (${table.columns.map((each) => `"${each}"`).join()}) values (${table.columns.map(() => "?").join()})`,
      );
      const insertAll = database.transaction((rows: Row[]) => {
        for (const row of rows)
          insert.run(
            ...table.columns.map((each) => row[each] as SQLQueryBindings),
          );
      });
      let count = 0;
      const source =
        kind === "postgres" ? sourcesInSharedLog[table.name] : undefined;
      for await (const rows of readRows(from, table, source)) {
        insertAll(rows);
        count += rows.length;
        report(`${count} rows of ${table.name}`);
      }
      insert.finalize();
    }
    if (kind === "postgres") await mergeSharedLog(from, database);
  } finally {
    database.close();
  }
}

/**
 * Copies all rows of an embedded database into another that has the tables,
 * in whose transaction this runs. `changed` hears of each value that the other kind
 * of database cannot hold as it is.
 */
export async function copyFromSqlite(
  file: string,
  to: Kysely<Schema>,
  kind: EngineKind,
  report: Report,
  changed: (what: string) => void,
): Promise<void> {
  const database = new Database(file, { readonly: true });
  try {
    if (kind === "postgres") await beginTakingOver(to);
    for (const table of listTables(database)) {
      if (kind === "postgres" && sourcesInSharedLog[table.name]) continue;
      await sql`delete from ${sql.table(table.name)}`.execute(to);
      const { columns, name, key } = table;
      const quoted = (names: readonly string[]) =>
        names.map((each) => `"${each}"`).join();
      const read = database.prepare<Row, SQLQueryBindings[]>(
        `select ${quoted(columns)} from "${name}" order by ${quoted(key)}`,
      );
      let rows: Row[] = [];
      let count = 0;
      const flush = async () => {
        if (rows.length > 0) await insertRows(to, table, rows);
        count += rows.length;
        rows = [];
        report(`${count} rows of ${name}`);
      };
      // PostgreSQL takes 65,535 values in a statement.
      const most = Math.min(chunk, Math.floor(65_000 / columns.length));
      const fit =
        kind === "postgres"
          ? await createFit(to, table, changed)
          : (row: Row) => row;
      for (const row of read.iterate()) {
        rows.push(fit(row));
        if (rows.length === most) await flush();
      }
      await flush();
      if (table.isNumbered && kind === "postgres")
        await sql`
          select setval(
            pg_get_serial_sequence(${sql.lit(`"${name}"`)}, 'id'),
            coalesce((select max(id) from ${sql.table(name)}), 0) + 1,
            false
          )
        `.execute(to);
    }
    if (kind === "postgres") await takeOverLog(to);
  } finally {
    database.close();
  }
}

async function insertRows(
  to: Kysely<Schema>,
  { name, columns }: Table,
  rows: readonly Row[],
): Promise<void> {
  const values = rows.map(
    (row) => sql`(${sql.join(columns.map((each) => row[each]))})`,
  );
  await sql`
    insert into ${sql.table(name)} (${sql.join(columns.map((each) => sql.ref(each)))})
    values ${sql.join(values)}
  `.execute(to);
}
