/**
 * A field's way through the content of one of OpenIM's files, as it is written
 * there; undefined if it is not.
 */
export function keyAsWritten(
  content: unknown,
  field: string,
): string | undefined {
  const keys: string[] = [];
  let at = content;
  for (const name of field.split(".")) {
    const members = membersOf(at);
    const key = nameIn(members, name);
    if (key === undefined) return undefined;
    keys.push(key);
    at = members[key];
  }
  return keys.join(".");
}

/** The name that the members have for it, whatever its case. */
export function nameIn(
  members: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  if (Object.hasOwn(members, name)) return name;
  const wanted = name.toLowerCase();
  return Object.keys(members).find((each) => each.toLowerCase() === wanted);
}

/**
 * Returns the keys that match no field. A section without any known field is
 * returned as a whole.
 */
export function keysWithoutEffect(
  content: unknown,
  fields: readonly string[],
): string[] {
  const known = fields.map((field) => field.toLowerCase());
  const walk = (at: unknown, prefix: string): string[] =>
    Object.entries(membersOf(at)).flatMap(([key, value]) => {
      const path = `${prefix}${key}`;
      const wanted = path.toLowerCase();
      if (value === null || known.includes(wanted)) return [];
      return known.some((each) => each.startsWith(`${wanted}.`))
        ? walk(value, `${path}.`)
        : [path];
    });
  return walk(content, "");
}

const membersOf = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
