import { Database } from "bun:sqlite";
import type { SQLQueryBindings } from "bun:sqlite";
import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { listTables, readRows } from "./copy-tables.ts";
import type { Row } from "./copy-tables.ts";
import { createFit } from "./fit.ts";
import type { Report } from "./progress.ts";

/**
 * What the two logs keep in different forms: ids of the databases, and what the embedded
 * log merges later and PostgreSQL finds by its own keys.
 */
const kept: readonly string[] = [
  "meta",
  "message_index",
  "message_keys",
  "message_senders",
];

/** Into which PostgreSQL's numbers are added on the way back. */
const addedOnTheWayBack: readonly string[] = ["user_seqs", "message_counts"];

/** Their values are compared by `lists`, because one of the logs may be merged. */
const columnsOfTheLogs: Readonly<Record<string, readonly string[]>> = {
  message_log: ["resend_key"],
  message_heads: ["max_seq", "max_seq_time"],
};

/** The same of both logs, merged or not. */
const lists: Readonly<Record<string, string>> = {
  "last seqs of conversations": `
    select h.id, case when l.last > h.max_seq then l.last else h.max_seq end as last
    from message_heads h
    left join (select head_id, max(seq) as last from message_log group by head_id) l
      on l.head_id = h.id`,
  "keys of resends":
    "select distinct resend_key from message_log where resend_key <> 0",
};

/** Sum of the hashes of rows, so that their order does not count. */
interface Sum {
  rows: number;
  hash: bigint;
}

/**
 * Compares every row of an embedded database with those of PostgreSQL. Answers a line
 * for each table that differs.
 */
export async function compare(
  file: string,
  postgres: Kysely<Schema>,
  way: "there" | "back",
  report: Report,
): Promise<string[]> {
  const database = new Database(file, { readonly: true });
  const differences: string[] = [];
  const hold = (what: string, embedded: Sum, other: Sum): void => {
    if (embedded.rows !== other.rows)
      differences.push(
        `${what}: ${embedded.rows} rows in the embedded database, ${other.rows} in PostgreSQL`,
      );
    else if (embedded.hash !== other.hash)
      differences.push(`${what}: rows differ`);
  };
  try {
    for (const table of listTables(database)) {
      const { name } = table;
      if (kept.includes(name)) continue;
      if (way === "back" && addedOnTheWayBack.includes(name)) continue;
      const columns = table.columns.filter(
        (each) => !columnsOfTheLogs[name]?.includes(each),
      );
      const fit = await createFit(postgres, table, () => undefined);
      const embedded: Sum = { rows: 0, hash: 0n };
      const other: Sum = { rows: 0, hash: 0n };
      const names = table.columns.map((each) => `"${each}"`).join();
      for (const row of database
        .prepare<Row, SQLQueryBindings[]>(`select ${names} from "${name}"`)
        .iterate())
        add(embedded, columns, fit(row));
      for await (const rows of readRows(postgres, table)) {
        for (const row of rows) add(other, columns, row);
        report(`${other.rows} rows of ${name} compared`);
      }
      hold(name, embedded, other);
    }
    for (const [what, text] of Object.entries(lists)) {
      const embedded: Sum = { rows: 0, hash: 0n };
      const other: Sum = { rows: 0, hash: 0n };
      for (const row of database.prepare<Row, []>(text).iterate())
        add(embedded, Object.keys(row), row);
      const { rows } = await sql.raw<Row>(text).execute(postgres);
      for (const row of rows) add(other, Object.keys(row), row);
      hold(what, embedded, other);
    }
    return differences;
  } finally {
    database.close();
  }
}

function add(sum: Sum, columns: readonly string[], row: Row): void {
  sum.rows++;
  const text = JSON.stringify(columns.map((each) => toText(row[each])));
  sum.hash = BigInt.asUintN(64, sum.hash + BigInt(Bun.hash(text)));
}

const toText = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? `${value.length} bytes ${Bun.hash(value)}`
    : typeof value === "bigint"
      ? Number(value)
      : value;
