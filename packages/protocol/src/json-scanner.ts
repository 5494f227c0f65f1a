import type { Allowance } from "./allowance.ts";
import { setEntry } from "./descriptor.ts";

/** Text that is not the JSON it should be; the message says where and why. */
export class JSONError extends Error {
  override readonly name = "JSONError";
}

/** Free-form JSON, read so that it can be written again without loss. */
export type JSONValue =
  | null
  | boolean
  | number
  | NumberToken
  | string
  | JSONValue[]
  | { [key: string]: JSONValue };

/** A number that JavaScript would write in another way: `1.0`, `1e3`, 2^53+1. */
export class NumberToken {
  readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  valueOf(): number {
    return Number(this.token);
  }
}

/** Maximum nesting, as in Go's encoding/json. */
const maxDepth = 10_000;

/**
 * Maximum depth of free-form values, which are handled recursively; Go's limit would
 * overflow the stack.
 */
const maxKeptDepth = 1_000;

/**
 * `[{},{},…]` makes us build a large object for every third byte; no honest
 * document has so many.
 */
const maxContainers = 1_000_000;

/** Strings from this length on are parsed by the engine's JSON.parse. */
const longString = 256;

const quoteMark = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const colon = 0x3a;
const bracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const letterF = 0x66;
const letterN = 0x6e;
const letterT = 0x74;
const brace = 0x7b;
const closingBrace = 0x7d;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

export type JSONType =
  "object" | "list" | "string" | "number" | "bool" | "null";

/**
 * Reads JSON text from left to right, by Go's grammar. Its methods begin at a
 * value, where blanks are already passed, and end behind it.
 */
export class JSONScanner {
  /** Budget of a request; undefined: the text is trusted. */
  readonly allowance: Allowance | undefined;
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #containers = 0;

  constructor(text: string, allowance?: Allowance) {
    this.#text = text;
    this.allowance = allowance;
  }

  /** Reads the one value that the whole text is. */
  document(read: () => void): void {
    this.#skipBlanks();
    read();
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#unexpected("after top-level value");
  }

  /** Returns the type of the next value, by its first character. */
  type(): JSONType {
    const code = this.#peek();
    switch (code) {
      case brace:
        return "object";
      case bracket:
        return "list";
      case quoteMark:
        return "string";
      case letterT:
      case letterF:
        return "bool";
      case letterN:
        return "null";
      default:
        if (code !== minus && !isDigit(code))
          this.#unexpected("looking for beginning of value");
        return "number";
    }
  }

  /** Passes over a null. */
  isNull(): boolean {
    if (this.#peek() !== letterN) return false;
    this.#literal("null");
    return true;
  }

  bool(): boolean {
    const isTrue = this.#peek() === letterT;
    this.#literal(isTrue ? "true" : "false");
    return isTrue;
  }

  members(read: (key: string) => void): void {
    this.#open();
    if (this.#closes(closingBrace)) return;
    do {
      this.allowance?.takeValue();
      read(this.#key());
    } while (this.#continues(closingBrace));
  }

  items(read: () => void): void {
    this.#open();
    if (this.#closes(closingBracket)) return;
    do {
      this.allowance?.takeValue();
      this.#skipBlanks();
      read();
    } while (this.#continues(closingBracket));
  }

  any(): JSONValue {
    if (this.#depth > maxKeptDepth) throw new JSONError("exceeded max depth");
    switch (this.type()) {
      case "object": {
        const value: { [key: string]: JSONValue } = {};
        this.members((key) => setEntry(value, key, this.any()));
        return value;
      }
      case "list": {
        const value: JSONValue[] = [];
        this.items(() => value.push(this.any()));
        return value;
      }
      case "string":
        return this.string();
      case "bool":
        return this.bool();
      case "null":
        this.#literal("null");
        return null;
      case "number": {
        const token = this.number();
        const value = Number(token);
        if (!Number.isFinite(value))
          throw new JSONError(`${shorten(token)} is too large`);
        return String(value) === token ? value : new NumberToken(token);
      }
    }
  }

  /** Skips a value without recursion, as its depth is the client's choice. */
  skip(): void {
    const ends: number[] = [];
    do {
      this.allowance?.takeValue();
      this.#skipBlanks();
      const type = this.type();
      if (type === "object" || type === "list") {
        const end = type === "object" ? closingBrace : closingBracket;
        this.#open();
        if (!this.#closes(end)) {
          ends.push(end);
          if (end === closingBrace) this.#key();
          continue;
        }
      } else if (type === "string") this.string();
      else if (type === "number") this.number();
      else if (type === "bool") this.bool();
      else this.#literal("null");
      this.#skipEnds(ends);
    } while (ends.length > 0);
  }

  /** Behind a value: closes what ends here, up to the next value. */
  #skipEnds(ends: number[]): void {
    for (;;) {
      const end = ends.at(-1);
      if (end === undefined) return;
      if (this.#continues(end)) {
        if (end === closingBrace) this.#key();
        return;
      }
      ends.pop();
    }
  }

  string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      if (at - start === longString) {
        const long = this.#longString(start);
        if (long !== undefined) return long;
      }
      const code = text.charCodeAt(at);
      if (code === quoteMark) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedString(start, at);
      if (!(code >= 0x20)) this.#unexpected("in string literal", at);
    }
  }

  /** Reads megabytes a hundred times faster; undefined: it may be no string at all. */
  #longString(start: number): string | undefined {
    const text = this.#text;
    let end = text.indexOf('"', start);
    while (end >= 0 && this.#isEscaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0) return undefined;
    try {
      const value = JSON.parse(text.slice(start - 1, end + 1)) as string;
      this.#at = end + 1;
      return value.toWellFormed();
    } catch {
      return undefined; // whoever reads it by characters says where it is wrong
    }
  }

  /** Returns whether an odd number of backslashes precedes it. */
  #isEscaped(at: number): boolean {
    let before = at;
    while (this.#text.charCodeAt(before - 1) === backslash) before--;
    return (at - before) % 2 === 1;
  }

  #escapedString(start: number, at: number): string {
    const text = this.#text;
    let result = text.slice(start, at);
    let isLong = at - start >= longString;
    for (;;) {
      if (!isLong && at - start >= longString) {
        isLong = true;
        const long = this.#longString(start);
        if (long !== undefined) return long;
      }
      const from = at;
      let code = text.charCodeAt(at);
      while (code >= 0x20 && code !== quoteMark && code !== backslash)
        code = text.charCodeAt(++at);
      result += text.slice(from, at);
      if (code === quoteMark) {
        this.#at = at + 1;
        // Go writes U+FFFD for half a surrogate pair.
        return result.toWellFormed();
      }
      if (code !== backslash) this.#unexpected("in string literal", at);
      const escaped = escapes[text.charAt(at + 1)];
      result += escaped ?? this.#hexEscape(at + 1);
      at += escaped === undefined ? 6 : 2;
    }
  }

  /** Reads an escape like `\u0041`; `at` is the position of its `u`. */
  #hexEscape(at: number): string {
    const digits = this.#text.slice(at + 1, at + 5);
    if (this.#text.charAt(at) !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits))
      this.#unexpected("in string escape code", at);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  /** The number as it is written. */
  number(): string {
    const text = this.#text;
    const start = this.#at;
    let at = text.charCodeAt(start) === minus ? start + 1 : start;
    // A zero stands alone: 01 is no number.
    at = text.charAt(at) === "0" ? at + 1 : this.#digits(at);
    if (text.charAt(at) === ".") at = this.#digits(at + 1);
    if (text.charAt(at) === "e" || text.charAt(at) === "E") {
      const sign = text.charAt(at + 1);
      at = this.#digits(sign === "+" || sign === "-" ? at + 2 : at + 1);
    }
    this.#at = at;
    return text.slice(start, at);
  }

  #digits(at: number): number {
    const start = at;
    while (isDigit(this.#text.charCodeAt(at))) at++;
    if (at === start) this.#unexpected("in numeric literal", at);
    return at;
  }

  #literal(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) {
      let at = this.#at;
      for (let i = 0; this.#text.charAt(at) === word.charAt(i); i++) at++;
      this.#unexpected(`in literal ${word}`, at);
    }
    this.#at += word.length;
  }

  /** Up to the value. */
  #key(): string {
    this.#skipBlanks();
    if (this.#peek() !== quoteMark)
      this.#unexpected("looking for beginning of object key string");
    const key = this.string();
    this.#skipBlanks();
    if (this.#peek() !== colon) this.#unexpected("after object key");
    this.#at++;
    this.#skipBlanks();
    return key;
  }

  #open(): void {
    this.#at++;
    this.countContainer();
    if (++this.#depth > maxDepth) throw new JSONError("exceeded max depth");
  }

  /** Must be called for each container that is built without being opened. */
  countContainer(): void {
    if (++this.#containers > maxContainers)
      throw new JSONError("too many objects and lists");
  }

  #closes(end: number): boolean {
    this.#skipBlanks();
    if (this.#peek() !== end) return false;
    this.#at++;
    this.#depth--;
    return true;
  }

  #continues(end: number): boolean {
    if (this.#closes(end)) return false;
    if (this.#peek() !== comma)
      this.#unexpected(
        end === closingBrace
          ? "after object key:value pair"
          : "after array element",
      );
    this.#at++;
    return true;
  }

  /** NaN at the end. */
  #peek(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#peek();
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)
        return;
      this.#at++;
    }
  }

  #unexpected(where: string, at = this.#at): never {
    const code = this.#text.codePointAt(at);
    if (code === undefined) throw new JSONError("unexpected end of JSON input");
    const found = JSON.stringify(String.fromCodePoint(code));
    throw new JSONError(`invalid character ${found} ${where}`);
  }
}

/** A token for people to read; the client may have sent megabytes. */
export function shorten(token: string): string {
  return token.length > 40 ? `${token.slice(0, 40)}…` : token;
}

const escapes: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
