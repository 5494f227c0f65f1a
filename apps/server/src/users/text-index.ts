import { sql } from "kysely";
import type { Kysely, RawBuilder, SqlBool } from "kysely";

import { isPostgres } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText } from "../storage/text-search.ts";

/** What is found more often is quicker read from the users themselves. */
const few = 5_000;

/**
 * The condition that a user's id or nickname holds the text, by the index of
 * their parts where that helps: it knows three characters and more, and none
 * of those that a pattern would have to quote. The embedded database runs on
 * the server's own thread, where a scan of a million users holds up everybody.
 */
export async function findText(
  db: Kysely<Schema>,
  column: "user_id" | "nickname",
  text: string,
): Promise<RawBuilder<SqlBool>> {
  const isIndexed =
    !isPostgres(db) &&
    text.length < 1_000 &&
    [...text].length >= 3 &&
    !/[%_\\]/.test(text);
  if (!isIndexed) return containsText(column, text);
  const { rows } = await sql<{ id: number }>`
    select rowid as id from users_text
    where ${sql.ref(column)} like ${`%${text}%`} limit ${few + 1}
  `.execute(db);
  if (rows.length > few) return containsText(column, text);
  const ids = JSON.stringify(rows.map(({ id }) => id));
  // The index may know more letters that have a case than our searches do.
  return sql<SqlBool>`(users.id in (select value from json_each(${ids})) and ${containsText(column, text)})`;
}
