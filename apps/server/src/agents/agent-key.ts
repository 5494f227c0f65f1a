import { inspect } from "node:util";

const shown = "***";

/** An endpoint's key, which whatever prints it does not show. */
export class AgentKey {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** For the endpoint, and for the database. */
  reveal(): string {
    return this.#text;
  }

  /** The text without the key, should an endpoint have repeated it. */
  mask(text: string): string {
    return this.#text === "" ? text : text.replaceAll(this.#text, shown);
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
