import { sql } from "kysely";
import type { Kysely, RawBuilder, SqlBool } from "kysely";

import { isPostgres } from "./id-list.ts";
import type { Schema } from "./schema.ts";

/** No name, id or remark comes near. */
const longest = 3_000;

/**
 * Letters that are another one's case though neither its upper nor its lower
 * case is theirs, each behind the lower case that it is found by.
 */
const unusual = new Map<string, string>();
for (const [lower = "", ...others] of [
  // A dotted capital I is nobody's upper case, and its lower case two letters.
  "iİ",
  "k\u212a",
  "sſ",
  "å\u212b",
  "ßẞ",
  "ǆǅ",
  "ǉǈ",
  "ǌǋ",
  "ǳǲ",
  "βϐ",
  "εϵ",
  "θϑϴ",
  "ι\u1fbe\u0345",
  "κϰ",
  "μµ",
  "πϖ",
  "ρϱ",
  "σς",
  "φϕ",
  "ω\u2126",
  "ṡẛ",
])
  for (const other of others) unusual.set(other, lower);

/** Never more or fewer letters: what stands where stays true. */
function foldLetter(letter: string): string {
  const known = unusual.get(letter);
  if (known !== undefined) return known;
  const lower = letter.toLowerCase();
  return [...lower].length === 1 ? lower : letter;
}

/** A letter in each case that it has. */
export function casesOf(letter: string): string[] {
  const lower = foldLetter(letter);
  const upper = lower.toUpperCase();
  return [
    ...new Set([
      lower,
      ...(foldLetter(upper) === lower ? [upper] : []),
      ...titles(lower),
      ...[...unusual].flatMap(([other, of]) => (of === lower ? [other] : [])),
      letter,
    ]),
  ];
}

/** Greek letters with an iota below have a capital of one letter, too. */
const titles = (lower: string): string[] =>
  /[\u1f80-\u1faf]/.test(lower)
    ? [String.fromCodePoint((lower.codePointAt(0) ?? 0) | 8)]
    : /[\u1fb3\u1fc3\u1ff3]/.test(lower)
      ? [String.fromCodePoint((lower.codePointAt(0) ?? 0) + 9)]
      : [];

/**
 * Matches a substring without regard to letter case; no character is a pattern.
 * SQLite folds only ASCII and PostgreSQL only its locale's letters, so the
 * query names the equal letters.
 */
export function containsText(
  db: Kysely<Schema>,
  column: string,
  text: string,
): RawBuilder<SqlBool> {
  const letters = [...text];
  if (letters.length > longest) return sql<SqlBool>`1 = 0`;
  const known = new Map<string, string[]>();
  const pattern = (quote: (letter: string) => string): string =>
    letters
      .map((letter) => {
        let cases = known.get(letter);
        if (!cases) known.set(letter, (cases = casesOf(letter)));
        return cases.length === 1 ? quote(letter) : `[${cases.join("")}]`;
      })
      .join("");
  if (!isPostgres(db))
    return sql<SqlBool>`${sql.ref(column)} glob ${`*${pattern(quoteForGlob)}*`}`;
  // Collation C lowers ASCII alone, and quickly. Patterns with sets of letters
  // are ten times as slow: they look at what is left.
  const rough = letters.map((letter) =>
    isPlain(casesOf(letter)) ? quoteForLike(letter.toLowerCase()) : "_",
  );
  return sql<SqlBool>`(lower(${sql.ref(column)} collate "C") like ${`%${rough.join("")}%`}
    and ${sql.ref(column)} collate "C" ~ ${pattern(quoteForRegex)})`;
}

/** It has no case, or those of ASCII. */
const isPlain = (cases: readonly string[]): boolean =>
  cases.length === 1 || cases.every((letter) => letter < "\x80");

const quoteForLike = (letter: string): string =>
  "\\%_".includes(letter) ? `\\${letter}` : letter;

const quoteForGlob = (letter: string): string =>
  "*?[".includes(letter) ? `[${letter}]` : letter;

const quoteForRegex = (letter: string): string =>
  /[^\w\s]/.test(letter) && letter < "\x7f" ? `\\${letter}` : letter;

/** Parts of a text that are looked for: more would hardly find less. */
const mostParts = 24;

/**
 * Returns the trigrams that an index is asked for. Undefined: the text is too
 * short. The index folds letters itself, but fewer than we do.
 */
export function partsToMatch(text: string): string | undefined {
  const letters = [...text].map(casesInIndex);
  if (letters.length < 3) return undefined;
  const parts = letters.slice(0, mostParts + 2).flatMap((first, at, all) => {
    const [second, third] = [all[at + 1], all[at + 2]];
    if (!second || !third) return [];
    const variants = first.flatMap((a) =>
      second.flatMap((b) => third.map((c) => `"${a}${b}${c}"`)),
    );
    return variants.length === 1 ? variants : [`(${variants.join(" OR ")})`];
  });
  return parts.join(" AND ");
}

/** Letters whose cases are one to the index, but for those of i. */
const foldedByIndex =
  /^[\0-\u017f\u0386-\u03f2\u03f4\u03f5\u0400-\u0527\u1e00-\u1fff\u2126\u212a\u212b\uff00-\uffef]+$/;

function casesInIndex(letter: string): string[] {
  if (letter === '"') return ['""'];
  const cases = casesOf(letter);
  if (cases.includes("i")) return ["i", "İ"];
  return foldedByIndex.test(cases.join("")) ? [letter] : cases;
}
