import type { Descriptor, Field, Value } from "./descriptor.ts";
import { errors } from "./errors.ts";
import type { ProtocolError } from "./errors.ts";
import { maxKeyLength, maxValues } from "./limits.ts";

/**
 * Budget of one request while it is parsed (limits.ts). Throws 1001 as soon as
 * a limit is exceeded; the rest is not read.
 */
export class Allowance {
  #values = 0;
  readonly #items = new Map<Field, number>();

  /** A field of a message, known or not, or an item of JSON. */
  takeValue(): void {
    if (++this.#values > maxValues)
      throw errors.args(`a request holds more than ${maxValues} values`);
  }

  /** Counts an item of a list or map; all lists of the field count together. */
  takeItem(field: Field): void {
    const count = (this.#items.get(field) ?? 0) + 1;
    requireCount(field, count);
    this.#items.set(field, count);
  }

  /** Bytes of UTF-8 that a text is about to be made of. */
  takeBytes(field: Field, count: number): void {
    if (count > 4 * field.maxLength) throw tooLong(field);
  }
}

/** Throws 1001 for a text with more characters than the field takes. */
export function requireLength(field: Field, text: string): void {
  if (isLonger(text, field.maxLength)) throw tooLong(field);
}

export function requireKey({ name }: Field, key: string): void {
  if (isLonger(key, maxKeyLength))
    throw errors.args(
      `a key of ${name} is longer than ${maxKeyLength} characters`,
    );
}

/** Throws 1001 for a number that is no such number here; also NaN. */
export function requireRange(field: Field, value: number): void {
  const { name, least, most } = field;
  if (!(value >= least && value <= most))
    throw errors.args(`${name} is not a number from ${least} to ${most}`);
}

/** Throws 1001 when something in a message is beyond its limits. */
export function requireLimits(descriptor: Descriptor, value: Value): void {
  for (const field of descriptor.fields) requireField(field, value[field.name]);
}

function requireField(field: Field, content: unknown): void {
  if (content === undefined || content === null) return;
  switch (field.shape) {
    case "list": {
      const list = content as unknown[];
      requireCount(field, list.length);
      for (const item of list) requireOne(field, item);
      return;
    }
    case "map": {
      const entries = Object.entries(content);
      requireCount(field, entries.length);
      for (const [key, item] of entries) {
        requireKey(field, key);
        requireOne(field, item);
      }
      return;
    }
    default:
      requireOne(field, content);
  }
}

function requireOne(field: Field, content: unknown): void {
  if (field.kind === "message")
    requireLimits(field.message, (content ?? {}) as Value);
  else if (typeof content === "string") requireLength(field, content);
  else if (typeof content === "number") requireRange(field, content);
}

function requireCount({ name, maxItems }: Field, count: number): void {
  if (count > maxItems)
    throw errors.args(`${name} has more than ${maxItems} items`);
}

const tooLong = ({ name, maxLength }: Field): ProtocolError =>
  errors.args(`${name} is longer than ${maxLength} characters`);

/** Counts Unicode characters, as OpenAPI does; some take two UTF-16 units. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  return text.length - pairs > most;
}
