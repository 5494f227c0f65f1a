import type { WriterSession } from "./postgres-session.ts";

/**
 * Throws unless the database can hold every text, and knows the case of
 * letters beyond ASCII.
 */
export async function requireLocale(
  query: WriterSession["query"],
  where: string,
): Promise<void> {
  const { rows } = await query<{
    name: string;
    encoding: string;
    ctype: string;
    version: number;
  }>(
    `select datname as name, pg_encoding_to_char(encoding) as encoding,
       datctype as ctype, current_setting('server_version_num')::int as version
     from pg_database where datname = current_database()`,
  );
  const [{ name, encoding, ctype, version } = unknown] = rows;
  const refuse = (what: string): never => {
    throw new Error(
      `the database ${where} ${what}: make another one with  ${commandFor(name, version)}  and name that in PARLEY_DATABASE_URL`,
    );
  };
  if (encoding !== "UTF8")
    refuse(`has the encoding ${encoding}, which cannot hold every text`);
  const lowered = await query<{ text: string }>("select lower('ÄÉЖΩ') as text");
  if (lowered.rows[0]?.text !== "äéжω")
    refuse(`cannot lower-case letters beyond ASCII (its lc_ctype is ${ctype})`);
}

const unknown = { name: "", encoding: "", ctype: "", version: 0 };

/** PostgreSQL 17 has such a locale built in; older versions need one of the system. */
function commandFor(name: string, version: number): string {
  const locale =
    version >= 170_000
      ? "locale 'C' locale_provider builtin builtin_locale 'C.UTF-8'"
      : "lc_collate 'C' lc_ctype 'C.UTF-8'";
  const quoted = `"${`${name}_utf8`.replaceAll('"', '""')}"`;
  return `create database ${quoted} template template0 encoding 'UTF8' ${locale}`;
}
