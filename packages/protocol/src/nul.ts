import { errors } from "./errors.ts";

/**
 * Throws 1001 if some text of a request holds U+0000: PostgreSQL keeps none,
 * and what one database takes the other takes, too. `opaque` fields are not
 * looked at: they end up in a message's bytes.
 */
export function requireNoNUL(
  request: object,
  opaque: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(request))
    if (!opaque.includes(key) && holdsNUL(value))
      throw errors.args(`${key} holds the character U+0000`);
}

function holdsNUL(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (value === null || typeof value !== "object") return false;
  if (ArrayBuffer.isView(value)) return false;
  return Array.isArray(value)
    ? value.some(holdsNUL)
    : Object.entries(value).some(
        ([key, each]) => key.includes("\0") || holdsNUL(each),
      );
}
