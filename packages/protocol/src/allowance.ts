import type { Field } from "./descriptor.ts";
import { errors } from "./errors.ts";
import { maxValues } from "./limits.ts";

/**
 * What one request may still hold while it is read (limits.ts). Whatever is
 * beyond it throws 1001 at once: nothing behind it is looked at.
 */
export class Allowance {
  #values = 0;
  readonly #items = new Map<Field, number>();

  /** A field of a message, known or not, or an item of JSON. */
  takeValue(): void {
    if (++this.#values > maxValues)
      throw errors.args(`a request holds more than ${maxValues} values`);
  }

  /** One more in a list or map, all those of this field taken together. */
  takeItem(field: Field): void {
    const count = (this.#items.get(field) ?? 0) + 1;
    if (count > field.maxItems)
      throw errors.args(`${field.name} has more than ${field.maxItems} items`);
    this.#items.set(field, count);
  }
}
