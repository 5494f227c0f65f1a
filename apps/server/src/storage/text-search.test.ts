import { Database } from "bun:sqlite";

import { sql } from "kysely";
import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { casesOf, containsText, partsToMatch } from "./text-search.ts";

/** Search text, stored text, and whether it matches. */
const examples: [text: string, name: string, isThere: boolean][] = [
  ["ünï", "ÜNÏ", true],
  ["ÜNÏ", "xünïx", true],
  ["É", "café", true],
  ["istanbul", "İSTANBUL", true],
  ["İstanbul", "istanbul", true],
  ["STRAẞE", "straße", true],
  ["οδος", "ΟΔΟΣ", true],
  ["ΟΔΟσ", "οδος", true],
  ["привет", "ПРИВЕТ", true],
  ["ａｂｃ", "ＡＢＣ", true],
  ["ǆ", "ǅ", true],
  ["კატა", "ᲙᲐᲢᲐ", true],
  ["K", "\u212a", true],
  ["日本", "日本", true],
  ["😀", "a😀b", true],
  ["u", "Ü", false],
  ["ı", "I", false],
  ["ss", "ß", false],
  ["a", "ａ", false],
  ["[a]", "[A]", true],
  ["a]", "A]", true],
  ["^-", "x^-x", true],
  ["*?", "a*?", true],
  ["*?", "abc", false],
  ["\\d", "a\\Db", true],
  ["\\d", "1", false],
  ["(?i)", "x(?I)", true],
  ["***=x", "***=X", true],
  ['"', 'a"b', true],
  ["'", "a'b", true],
  ["a{2}", "aa", false],
  ["\n", "a\nb", true],
];

forEachEngine("a text is found whatever its case", (open) => {
  test("by the same rules in every engine", async () => {
    await using storage = await open();
    for (const [text, name, isThere] of examples) {
      const column = storage.engine.kind === "postgres" ? "::text" : "";
      const { rows } = await sql<{ found: boolean | number }>`
        select ${containsText(storage.db, "name", text)} as found
        from (select ${name}${sql.raw(column)} as name) as names
      `.execute(storage.db);
      expect([text, name, Boolean(rows[0]?.found)]).toEqual([
        text,
        name,
        isThere,
      ]);
    }
  });

  test("each letter by each of its cases, of all that Unicode has", async () => {
    await using storage = await open();
    const letters = everyLetterWithCases();
    const isPostgres = storage.engine.kind === "postgres";
    const column = sql.raw(isPostgres ? "::text" : "");
    for (let at = 0; at < letters.length; at += 200) {
      const { rows } = await sql<Record<string, boolean | number>>`
        select ${sql.join(
          letters
            .slice(at, at + 200)
            .flatMap((letter) => casesOf(letter).map((name) => [letter, name]))
            .map(
              ([letter = "", name]) =>
                sql`(select ${containsText(storage.db, "name", letter)} from (select ${name}${column} as name) as names)`,
            )
            .map((found, i) => sql`${found} as ${sql.ref(`f${i}`)}`),
        )}
      `.execute(storage.db);
      expect(Object.values(rows[0] ?? {}).every(Boolean)).toBe(true);
    }
  });
});

/** Returns every letter with cases in the planes that have any. */
function everyLetterWithCases(): string[] {
  const letters: string[] = [];
  for (let code = 1; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    if (casesOf(letter).length > 1) letters.push(letter);
  }
  return letters;
}

test("the cases of a letter are each other's, and more than upper and lower where there are more", () => {
  const letters = everyLetterWithCases();
  expect(letters.length).toBeGreaterThan(2_900);
  for (const letter of letters)
    for (const other of casesOf(letter))
      expect(casesOf(other)).toContain(letter);
  expect(casesOf("Σ").sort()).toEqual(["Σ", "σ", "ς"].sort());
});

test("the index of parts finds whatever holds a text, in whichever case", () => {
  using database = new Database(":memory:");
  database.run(
    "create virtual table parts using fts5(text, tokenize = 'trigram', detail = 'none', columnsize = 0, content = '')",
  );
  const add = database.prepare("insert into parts (rowid, text) values (?, ?)");
  const count = database.prepare<{ n: number }, [string]>(
    "select count(*) as n from parts where parts match ?",
  );
  let rows = 0;
  for (const letter of everyLetterWithCases()) {
    database.run("insert into parts (parts) values ('delete-all')");
    const cases = casesOf(letter);
    for (const each of cases) add.run(++rows, `xx${each}"`);
    const parts = partsToMatch(`x${letter}"`) ?? "";
    expect([letter, count.get(parts)?.n]).toEqual([letter, cases.length]);
  }
  expect(partsToMatch("ab")).toBeUndefined();
  const long = "Ağ% ".repeat(100);
  add.run(rows + 1, long);
  expect(count.get(partsToMatch(long) ?? "")?.n).toBe(1);
});
