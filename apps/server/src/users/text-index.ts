import { sql } from "kysely";
import type { Kysely, RawBuilder, SqlBool } from "kysely";

import { isPostgres } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText, partsToMatch } from "../storage/text-search.ts";

/** Above so many matches, a scan of the users is faster. */
const few = 5_000;

/**
 * The condition that a user's id or nickname holds the text, by the index of
 * their parts where that helps. The embedded database runs on the server's own
 * thread, where a scan of a million users holds up everybody.
 */
export async function findText(
  db: Kysely<Schema>,
  column: "user_id" | "nickname",
  text: string,
): Promise<RawBuilder<SqlBool>> {
  const holds = containsText(db, column, text);
  const parts = isPostgres(db) ? undefined : partsToMatch(text);
  if (parts === undefined) return holds;
  const { rows } = await sql<{ id: number }>`
    select rowid as id from users_text
    where users_text match ${parts} limit ${few + 1}
  `.execute(db);
  if (rows.length > few) return holds;
  const ids = JSON.stringify(rows.map(({ id }) => id));
  return sql<SqlBool>`(users.id in (select value from json_each(${ids})) and ${holds})`;
}
