import type { SchemaNode } from "./setting-types.ts";

/** A setting is wrong. The message names it and says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Returns the value of the setting; throws ConfigError, which names the place. */
export function check(
  schema: SchemaNode,
  value: unknown,
  where: string,
): unknown {
  const problem = problemOf(schema, value);
  if (problem === undefined) return value;
  // Secrets stay out of messages.
  const shown = /secret|url|key|password|code|token|headers|body/i.test(where)
    ? ""
    : ` ${JSON.stringify(value)}`;
  throw new ConfigError(`${where}:${shown} ${problem}`);
}

function problemOf(schema: SchemaNode, value: unknown): string | undefined {
  if (schema.anyOf) {
    const allowed = schema.anyOf.map((each) => each.const);
    return allowed.includes(value)
      ? undefined
      : `is not one of ${allowed.join(", ")}`;
  }
  const { minimum = -Infinity, maximum = Infinity, minLength = 0 } = schema;
  switch (schema.type) {
    case "string":
      if (typeof value === "number" || typeof value === "boolean")
        return "is not text: put it in quotes";
      if (typeof value !== "string") return "is not text";
      if (value.length < minLength) return "must not be empty";
      return schema.pattern && !new RegExp(schema.pattern).test(value)
        ? `has not the form of ${schema.examples?.join(" or ") ?? schema.pattern}`
        : undefined;
    case "integer":
      return Number.isInteger(value) &&
        (value as number) >= minimum &&
        (value as number) <= maximum
        ? undefined
        : `is not a whole number${rangeOf(minimum, maximum)}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : "is not true or false";
    case "array": {
      if (!Array.isArray(value)) return "is not a list, like [one, another]";
      const item = schema.items ?? {};
      return value
        .map((each) => problemOf(item, each))
        .find((problem) => problem !== undefined);
    }
    case "object":
      return problemOfMap(schema, value);
    default:
      return undefined;
  }
}

function rangeOf(minimum: number, maximum: number): string {
  const [hasLeast, hasMost] = [minimum, maximum].map(Number.isFinite);
  if (hasLeast && hasMost) return ` from ${minimum} to ${maximum}`;
  if (hasLeast) return ` of ${minimum} or more`;
  return hasMost ? ` of ${maximum} or less` : "";
}

/** Checks a map with known names, or one of its entries. */
function problemOfMap(schema: SchemaNode, value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "is not a map";
  const { propertyNames, additionalProperties, properties = {} } = schema;
  const known = propertyNames?.enum ?? Object.keys(properties);
  for (const [name, entry] of Object.entries(value)) {
    if (!known.includes(name)) return `has '${name}', ${unlike(name, known)}`;
    const problem = problemOf(
      properties[name] ?? additionalProperties ?? {},
      entry,
    );
    if (problem !== undefined) return `has '${name}', which ${problem}`;
  }
  return undefined;
}

/** Describes an unknown name, and suggests the known name most like it. */
export function unlike(name: string, known: readonly string[]): string {
  const { each, cost } = nearest(name, known);
  return cost <= Math.max(name.length, each.length) / 2
    ? `did you mean '${each}'?`
    : "which is nothing that can be set";
}

/**
 * Throws ConfigError for a variable that is a letter or two from a known one, or
 * has some of its words: it was meant to be that. Others are left alone.
 */
export function requireNotMeant(name: string, known: readonly string[]): void {
  if (known.length === 0) return;
  const { each, cost } = nearest(name, known);
  const meant = cost <= 2 ? each : known.find((one) => hasWordsOf(one, name));
  if (meant !== undefined)
    throw new ConfigError(
      `there is no variable ${name}, did you mean ${meant}?`,
    );
}

/**
 * Matches two names if one has all words of the other, two at least, in order.
 */
function hasWordsOf(one: string, other: string): boolean {
  const words = one.split("_");
  const wanted = other.toUpperCase().split("_");
  return (
    wanted.length > 2 &&
    wanted.every((word) => {
      const at = words.indexOf(word);
      words.splice(0, at + 1);
      return at >= 0;
    })
  );
}

/** The known name with the fewest letters to change, and how many. */
export function nearest(
  name: string,
  known: readonly string[],
): { each: string; cost: number } {
  const scored = known.map((each) => ({ each, cost: distance(name, each) }));
  return scored.reduce((a, b) => (b.cost < a.cost ? b : a));
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, x] of [...a].entries())
    row = [...b].reduce(
      (next, y, j) => [
        ...next,
        Math.min(
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          (row[j] ?? 0) + (x.toLowerCase() === y.toLowerCase() ? 0 : 1),
        ),
      ],
      [i + 1],
    );
  return row.at(-1) ?? 0;
}
