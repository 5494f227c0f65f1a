import { brief, isObject, parseJson, sorted } from "./json.ts";
import type { Json } from "./json.ts";
import { mask } from "./variables.ts";

/** A place where an answer is not what was recorded. */
export interface Difference {
  /** Its path in the answer; "" for the answer as a whole. */
  readonly at: string;
  readonly want: unknown;
  readonly got: unknown;
}

/** A key that the recording does not have: told, never held against anyone. */
export interface Extra {
  readonly at: string;
  readonly got: Json;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly extras: readonly Extra[];
}

/** The parts of a step that say how to compare. */
export interface Rules {
  readonly ignore?: readonly string[];
  readonly unordered?: readonly string[];
}

/** Compares a masked answer with the recorded one. */
export function compare(
  want: Json | undefined,
  got: Json,
  { ignore = [], unordered = [] }: Rules = {},
): Comparison {
  const differences: Difference[] = [];
  const extras: Extra[] = [];

  function visit(wanted: Json | undefined, got: Json, at: string): void {
    const path = withoutIndexes(at);
    // Recorded for reading only.
    if (at === "errDlt" || at.endsWith(".errDlt")) return;
    if (ignore.some((each) => path === each || path.startsWith(`${each}.`)))
      return;
    if (wanted === "<n>" && typeof got === "number") return;
    const want = opened(wanted, got);
    if (Array.isArray(want)) visitList(want, got, at);
    else if (isObject(want)) visitObject(want, got, at);
    else if (want !== got) differences.push({ at, want, got });
  }

  function visitList(want: readonly Json[], got: Json, at: string): void {
    if (!Array.isArray(got)) {
      differences.push({ at, want, got });
      return;
    }
    if (want.length !== got.length) {
      differences.push({
        at,
        want: `${want.length} entries ${brief(want)}`,
        got: `${got.length} entries ${brief(got)}`,
      });
      return;
    }
    const anyOrder = unordered.includes(withoutIndexes(at));
    const found = anyOrder ? byContent(got) : got;
    for (const [i, each] of (anyOrder ? byContent(want) : want).entries())
      visit(each, found[i] as Json, `${at}[${i}]`);
  }

  function visitObject(
    want: Readonly<Record<string, Json>>,
    got: Json,
    at: string,
  ): void {
    if (!isObject(got)) {
      differences.push({ at, want: brief(want), got });
      return;
    }
    const below = (key: string) => (at ? `${at}.${key}` : key);
    for (const [key, value] of Object.entries(want)) {
      const child = got[key];
      if (child !== undefined) visit(value, child, below(key));
      else if (!ignore.includes(withoutIndexes(below(key))))
        differences.push({
          at: below(key),
          want: brief(value),
          got: "no such key",
        });
    }
    for (const [key, child] of Object.entries(got))
      if (!(key in want)) extras.push({ at: below(key), got: child });
  }

  visit(want, got, "");
  return { differences, extras };
}

/** A recording may have a content in base64 where the mask opened ours up. */
function opened(want: Json | undefined, got: Json): Json | undefined {
  if (typeof want !== "string" || !isObject(got) || !("<base64>" in got))
    return want;
  const json = parseJson(Buffer.from(want, "base64").toString());
  return json === undefined ? want : { "<base64>": mask(json, new Map()) };
}

/** "[0].members[2].userID" is "members.userID" to a step. */
function withoutIndexes(at: string): string {
  return at.replace(/\[\d+\]/g, "").replace(/^\./, "");
}

function byContent(list: readonly Json[]): Json[] {
  return list
    .map((value) => ({ value, text: JSON.stringify(sorted(value)) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ value }) => value);
}
