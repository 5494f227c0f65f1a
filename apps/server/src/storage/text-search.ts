import { sql } from "kysely";
import type { RawBuilder, SqlBool } from "kysely";

/** SQLite refuses patterns of more than 50,000 bytes; no name comes near. */
const longest = 10_000;

/**
 * Whether a column holds the text, whatever its case: plain text, `%` and `_`
 * mean themselves. Only ASCII letters have a case in SQLite.
 */
export function containsText(
  column: string,
  text: string,
): RawBuilder<SqlBool> {
  if (text.length > longest) return sql<SqlBool>`1 = 0`;
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern}) escape '\\'`;
}
