import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";

type Row = Record<string, unknown>;

/** The largest numbers of PostgreSQL's types; of bigint what is still exact to us. */
const largest: Readonly<Record<string, number>> = {
  smallint: 32_767,
  integer: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
};

/**
 * SQLite holds numbers of any size and U+0000 in texts, which servers took before they
 * refused them; PostgreSQL takes neither. Such a number becomes the largest that there
 * can be, a text goes without the character, and `changed` hears of it.
 */
export async function createFit(
  to: Kysely<Schema>,
  { name, key }: { name: string; key: readonly string[] },
  changed: (what: string) => void,
): Promise<(row: Row) => Row> {
  const { rows: columns } = await sql<{ column: string; type: string }>`
    select column_name as column, data_type as type
    from information_schema.columns
    where table_schema = current_schema() and table_name = ${name}
  `.execute(to);
  const typeOf = new Map(columns.map(({ column, type }) => [column, type]));

  function fitted(column: string, value: unknown): unknown {
    if (typeof value === "string") return value.replaceAll("\0", "");
    if (typeof value !== "number" && typeof value !== "bigint") return value;
    const most = largest[typeOf.get(column) ?? ""];
    if (most === undefined) return value;
    if (value >= -most && value <= most)
      return typeof value === "number" ? Math.trunc(value) : value;
    return value > 0 ? most : -most;
  }

  return (row) => {
    let copy: Row | undefined;
    for (const [column, value] of Object.entries(row)) {
      const held = fitted(column, value);
      if (held === value) continue;
      (copy ??= { ...row })[column] = held;
      const which = key.map((each) => `${each} ${shown(row[each])}`).join(", ");
      changed(
        `${name} (${which}): ${column} was ${shown(value)}, which cannot be kept in PostgreSQL, and is ${shown(held)} now`,
      );
    }
    return copy ?? row;
  };
}

const longest = 80;

/** Renders a value in one line, with special characters escaped. */
const shown = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value.slice(0, longest))
    : String(value);
