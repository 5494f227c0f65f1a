import {
  defaultOf,
  type Descriptor,
  type Field,
  type Kind,
  setEntry,
  type Value,
  zeroOf,
} from "./descriptor.ts";
import { errors } from "./errors.ts";
import { exactLong } from "./protobuf.ts";

/** Text that is not the JSON it should be; the message names the place. */
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

/** As Go's encoding/json. */
const maxDepth = 10_000;

/**
 * A document of `{},{},…` takes two bytes for each message it makes us build;
 * no honest request comes near.
 */
const maxMessages = 1_000_000;

/** Lists and maps that were written out empty, where null would be none. */
const givenEmpty = new WeakSet<object>();

/**
 * Reads a message with the behaviour of Go's encoding/json (rest.md §2). A
 * null in a list of messages becomes an empty message, as on OpenIM's way
 * through protobuf.
 */
export function parse(descriptor: Descriptor, text: string): Value {
  const value = descriptor.create();
  new Parser(text).document((parser) => {
    if (parser.isNull()) return;
    parser.expect(brace, `object for ${descriptor.name}`);
    parser.message(descriptor, value);
  });
  return value;
}

/** Reads any JSON; numbers keep their text. */
export function parseJSON(text: string): JSONValue {
  let value: JSONValue = null;
  new Parser(text).document((parser) => (value = parser.any()));
  return value;
}

const quoteMark = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const brace = 0x7b;
const closingBrace = 0x7d;
const bracket = 0x5b;
const closingBracket = 0x5d;
const minus = 0x2d;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #messages = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(read: (parser: Parser) => void): void {
    this.#skipBlanks();
    read(this);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#unexpected("after top-level value");
  }

  /** Passes over a null. */
  isNull(): boolean {
    if (this.#peek() !== 0x6e) return false;
    this.#literal("null");
    return true;
  }

  expect(code: number, wanted: string): void {
    if (this.#peek() !== code) this.#mismatch(wanted);
  }

  message(descriptor: Descriptor, value: Value): void {
    if (++this.#messages > maxMessages) throw new JSONError("too many objects");
    this.#members((key) => {
      const field = descriptor.byKey(key);
      if (field) this.#field(field, value);
      else this.#skipValue();
    });
  }

  any(): JSONValue {
    switch (this.#peek()) {
      case brace: {
        const value: { [key: string]: JSONValue } = {};
        this.#members((key) => setEntry(value, key, this.any()));
        return value;
      }
      case bracket: {
        const value: JSONValue[] = [];
        this.#items(() => value.push(this.any()));
        return value;
      }
      case quoteMark:
        return this.#string();
      case 0x6e:
        this.#literal("null");
        return null;
      case 0x74:
        this.#literal("true");
        return true;
      case 0x66:
        this.#literal("false");
        return false;
      default: {
        const token = this.#number();
        const value = Number(token);
        return String(value) === token ? value : new NumberToken(token);
      }
    }
  }

  #field(field: Field, value: Value): void {
    const { name, kind, shape } = field;
    const isNull = this.isNull();
    switch (shape) {
      case "list":
        value[name] = isNull ? [] : this.#list(field);
        return;
      case "map":
        if (isNull) value[name] = {};
        else this.#map(field, value[name] as Value);
        return;
      case "optional":
      case "wrapped":
        value[name] = isNull ? null : this.#scalar(field);
        return;
      case "one":
        if (kind === "message") {
          if (isNull) value[name] = null;
          else value[name] = this.#submessage(field, value[name] as Value);
        } else if (!isNull) value[name] = this.#scalar(field);
        // Go leaves a scalar as it is, but empties a slice of bytes.
        else if (kind === "bytes" || kind === "json")
          value[name] = zeroOf(kind);
    }
  }

  #list(field: Field): unknown[] {
    this.expect(bracket, `list for ${field.name}`);
    const list: unknown[] = [];
    this.#items(() => list.push(this.#element(field)));
    if (list.length === 0) givenEmpty.add(list);
    return list;
  }

  #map(field: Field, map: Value): void {
    this.expect(brace, `object for ${field.name}`);
    givenEmpty.add(map);
    this.#members((key) => setEntry(map, key, this.#element(field)));
  }

  /** What is in a list or a map. */
  #element(field: Field): unknown {
    if (field.kind === "json") return this.any();
    const isNull = this.isNull();
    if (field.kind === "message")
      return isNull
        ? field.message.create()
        : this.#submessage(field, undefined);
    return isNull ? zeroOf(field.kind) : this.#scalar(field);
  }

  #submessage(field: Field, before: Value | null | undefined): Value {
    this.expect(brace, `object for ${field.name}`);
    const value = before ?? field.message.create();
    this.message(field.message, value);
    return value;
  }

  #scalar(field: Field): unknown {
    const { kind, name } = field;
    switch (kind) {
      case "string":
        this.expect(quoteMark, `string for ${name}`);
        return this.#string();
      case "bytes":
        if (this.#peek() === bracket) return this.#byteList(name);
        this.expect(quoteMark, `string for ${name}`);
        return this.#bytes(name);
      case "bool":
        return this.#bool(name);
      case "int32":
      case "uint32":
      case "int64":
      case "uint64":
        return this.#integer(kind, name);
      case "hash":
        return this.#hash(name);
      case "float":
      case "double":
        return this.#float(kind, name);
      case "json":
        return this.any();
      case "message":
        return undefined;
    }
  }

  #bool(name: string): boolean {
    const code = this.#peek();
    if (code !== 0x74 && code !== 0x66) this.#mismatch(`bool for ${name}`);
    this.#literal(code === 0x74 ? "true" : "false");
    return code === 0x74;
  }

  #integer(kind: IntegerKind, name: string): number {
    const token = this.#numberFor(kind, name);
    const value = Number(token);
    const [least, most] = ranges[kind];
    if (!integer.test(token) || (least === 0 && token.startsWith("-")))
      throw new JSONError(`${token} is no ${kind} for ${name}`);
    const isInside = Number.isSafeInteger(value)
      ? value >= least && value <= most
      : BigInt(token) >= least && BigInt(token) <= most;
    if (!isInside) throw new JSONError(`${token} is no ${kind} for ${name}`);
    // Go has no negative zero.
    return value === 0 ? 0 : value;
  }

  #hash(name: string): bigint {
    const token = this.#numberFor("uint64", name);
    const isUnsigned = integer.test(token) && !token.startsWith("-");
    // The length keeps a million digits from being calculated with.
    if (!isUnsigned || token.length > 20 || BigInt(token) > ranges.uint64[1])
      throw new JSONError(`${token} is no uint64 for ${name}`);
    return BigInt(token);
  }

  #float(kind: "float" | "double", name: string): number {
    const token = this.#numberFor(kind, name);
    const value = kind === "float" ? Math.fround(Number(token)) : Number(token);
    if (!Number.isFinite(value))
      throw new JSONError(`${token} is no ${kind} for ${name}`);
    return value;
  }

  #numberFor(kind: Kind, name: string): string {
    const code = this.#peek();
    if (code !== minus && !isDigit(code)) this.#mismatch(`${kind} for ${name}`);
    return this.#number();
  }

  #bytes(name: string): Uint8Array {
    // Go's decoder passes over line breaks.
    const text = this.#string().replace(/[\r\n]+/g, "");
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      throw new JSONError(`no base64 for ${name}`);
    return fromBase64(text);
  }

  /** Go takes a list of numbers for bytes, too. */
  #byteList(name: string): Uint8Array {
    const bytes: number[] = [];
    this.#items(() => {
      const byte = this.isNull() ? 0 : this.#integer("uint32", name);
      if (byte > 0xff) throw new JSONError(`${byte} is no byte for ${name}`);
      bytes.push(byte);
    });
    return Uint8Array.from(bytes);
  }

  #members(read: (key: string) => void): void {
    this.#open();
    if (this.#closes(closingBrace)) return;
    do {
      this.#skipBlanks();
      if (this.#peek() !== quoteMark)
        this.#unexpected("looking for beginning of object key string");
      const key = this.#string();
      this.#skipBlanks();
      if (this.#peek() !== colon) this.#unexpected("after object key");
      this.#at++;
      this.#skipBlanks();
      read(key);
    } while (this.#continues(closingBrace));
  }

  #items(read: () => void): void {
    this.#open();
    if (this.#closes(closingBracket)) return;
    do {
      this.#skipBlanks();
      read();
    } while (this.#continues(closingBracket));
  }

  #open(): void {
    this.#at++;
    if (++this.#depth > maxDepth) throw new JSONError("exceeded max depth");
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

  /** Not recursive: what is in it is anybody's choice. */
  #skipValue(): void {
    const ends: number[] = [];
    do {
      this.#skipBlanks();
      const code = this.#peek();
      if (code === brace || code === bracket) {
        const end = code === brace ? closingBrace : closingBracket;
        this.#open();
        if (!this.#closes(end)) {
          ends.push(end);
          if (end === closingBrace) this.#skipKey();
          continue;
        }
      } else if (code === quoteMark) this.#string();
      else this.any();
      while (ends.length > 0) {
        const end = ends.at(-1) ?? 0;
        if (this.#continues(end)) {
          if (end === closingBrace) this.#skipKey();
          break;
        }
        ends.pop();
      }
    } while (ends.length > 0);
  }

  #skipKey(): void {
    this.#skipBlanks();
    if (this.#peek() !== quoteMark)
      this.#unexpected("looking for beginning of object key string");
    this.#string();
    this.#skipBlanks();
    if (this.#peek() !== colon) this.#unexpected("after object key");
    this.#at++;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quoteMark) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedString(start, at);
      if (!(code >= 0x20)) this.#badString(at);
    }
  }

  #escapedString(start: number, at: number): string {
    const text = this.#text;
    let result = text.slice(start, at);
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quoteMark) {
        this.#at = at + 1;
        return result.toWellFormed();
      }
      if (code === backslash) {
        const escape = text.charAt(at + 1);
        const plain = escapes[escape];
        if (plain !== undefined) {
          result += plain;
          at += 2;
          continue;
        }
        const digits = text.slice(at + 2, at + 6);
        if (escape !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) {
          this.#at = Math.min(at + 1, text.length);
          this.#unexpected("in string escape code");
        }
        result += String.fromCharCode(Number.parseInt(digits, 16));
        at += 6;
        continue;
      }
      const from = at;
      let next = code;
      while (next >= 0x20 && next !== quoteMark && next !== backslash)
        next = text.charCodeAt(++at);
      if (!(next >= 0x20)) this.#badString(at);
      result += text.slice(from, at);
    }
  }

  #badString(at: number): never {
    this.#at = at;
    this.#unexpected("in string literal");
  }

  #number(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    if (text.charCodeAt(at) === minus) at++;
    const first = text.charCodeAt(at);
    if (!isDigit(first)) {
      this.#at = at;
      this.#unexpected(
        at === start ? "looking for beginning of value" : "in numeric literal",
      );
    }
    at++;
    // A zero stands alone: 01 is no number.
    if (first !== 0x30) while (isDigit(text.charCodeAt(at))) at++;
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
    if (at === start) {
      this.#at = at;
      this.#unexpected("in numeric literal");
    }
    return at;
  }

  #literal(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) {
      let same = 0;
      while (this.#text.charAt(this.#at) === word.charAt(same)) {
        this.#at++;
        same++;
      }
      this.#unexpected(`in literal ${word}`);
    }
    this.#at += word.length;
  }

  /** NaN at the end. */
  #peek(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)
        return;
      this.#at++;
    }
  }

  #mismatch(wanted: string): never {
    const code = this.#peek();
    const found =
      code === brace
        ? "object"
        : code === bracket
          ? "list"
          : code === quoteMark
            ? "string"
            : code === 0x74 || code === 0x66
              ? "bool"
              : code === minus || isDigit(code)
                ? "number"
                : undefined;
    if (!found) this.#unexpected("looking for beginning of value");
    throw new JSONError(`${found} instead of ${wanted}`);
  }

  #unexpected(where: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new JSONError("unexpected end of JSON input");
    const found = JSON.stringify(String.fromCodePoint(code));
    throw new JSONError(`invalid character ${found} ${where}`);
  }
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

const integer = /^-?\d+$/;

type IntegerKind = "int32" | "uint32" | "int64" | "uint64";

const ranges = {
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint32: [0, 0xffff_ffff],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0, 2n ** 64n - 1n],
} as const satisfies Record<IntegerKind, readonly [unknown, unknown]>;

/**
 * Throws errors.args for the first field that is missing: absent, null, "", 0
 * or false; a list or map may be empty if it was written out as such. A dot
 * leads into a message: `userInfo.userID`.
 */
export function requireFields(
  descriptor: Descriptor,
  value: Value,
  paths: readonly string[],
): void {
  for (const path of paths)
    if (!isGiven(descriptor, value, path.split(".")))
      throw errors.args(`${path} is empty`);
}

function isGiven(
  descriptor: Descriptor,
  value: Value,
  [name = "", ...rest]: string[],
): boolean {
  const field = descriptor.fields.find((each) => each.name === name);
  if (!field) throw new Error(`${descriptor.name} has no field "${name}"`);
  const content = value[name];
  if (rest.length > 0)
    return !!content && isGiven(field.message, content as Value, rest);
  if (typeof content !== "object" || content === null)
    // A wrapped or optional scalar may be zero.
    return field.shape === "one"
      ? content !== zeroOf(field.kind)
      : content !== null;
  if (field.kind === "bytes" && field.shape === "one")
    return (content as Uint8Array).length > 0;
  return (
    (field.shape !== "list" && field.shape !== "map") ||
    Object.keys(content).length > 0 ||
    givenEmpty.has(content)
  );
}

/** Writes a message as clients see it (rest.md §6); absent means default. */
export function print(descriptor: Descriptor, value: Value): string {
  let text = "{";
  for (const field of descriptor.fields) {
    const content = printField(field, value[field.name]);
    if (content === undefined) continue;
    text += `${text.length > 1 ? "," : ""}"${field.name}":${content}`;
  }
  return text + "}";
}

/** Undefined for an empty map, which is left out. */
function printField(field: Field, given: unknown): string | undefined {
  const content = given === undefined ? defaultOf(field) : given;
  switch (field.shape) {
    case "one":
      return field.kind === "bytes" && (content as Uint8Array).length === 0
        ? "null"
        : printOne(field, content);
    case "optional":
    case "wrapped":
      return content === null ? "null" : printOne(field, content);
    case "list": {
      const list = content as unknown[];
      if (list.length === 0) return "null";
      return `[${list.map((item) => printOne(field, item)).join()}]`;
    }
    case "map": {
      const map = content as Value;
      const keys = Object.keys(map).sort(compareUTF8);
      if (keys.length === 0) return undefined;
      const entries = keys.map(
        (key) => `${quote(key)}:${printOne(field, map[key])}`,
      );
      return `{${entries.join()}}`;
    }
  }
}

function printOne(field: Field, content: unknown): string {
  switch (field.kind) {
    case "string":
      return quote(content as string);
    case "bytes":
      return `"${toBase64(content as Uint8Array)}"`;
    case "bool":
      return content ? "true" : "false";
    case "int32":
    case "uint32":
    case "int64":
    case "uint64":
    case "hash":
      return typeof content === "number" && Number.isSafeInteger(content)
        ? String(content)
        : String(exactLong(field, content as number | bigint));
    case "float":
      return printFloat(content as number);
    case "double":
      return printNumber(content as number);
    case "json":
      return goStringify(content, { sortKeys: true });
    case "message":
      return content ? print(field.message, content as Value) : "null";
  }
}

export interface GoStringifyOptions {
  /** As Go prints a map, in place of the order of insertion. */
  sortKeys?: boolean;
}

/**
 * Writes free-form JSON with Go's escapes. bigint and NumberToken become bare
 * numbers, bytes base64 (null when empty); undefined members are left out.
 */
export function goStringify(
  value: unknown,
  options: GoStringifyOptions = {},
): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return printNumber(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      break;
    default:
      return "null";
  }
  if (value === null) return "null";
  if (value instanceof NumberToken) return value.token;
  if (value instanceof Uint8Array)
    return value.length === 0 ? "null" : `"${toBase64(value)}"`;
  if (Array.isArray(value))
    return `[${value.map((item) => goStringify(item, options)).join()}]`;
  const keys = Object.keys(value).filter(
    (key) => (value as Value)[key] !== undefined,
  );
  if (options.sortKeys) keys.sort(compareUTF8);
  const members = keys.map(
    (key) => `${quote(key)}:${goStringify((value as Value)[key], options)}`,
  );
  return `{${members.join()}}`;
}

function quote(text: string): string {
  const quoted = JSON.stringify(text);
  if (!/[<>&\u2028\u2029]|\\ud/.test(quoted)) return quoted;
  // A half of a surrogate pair has no UTF-8; Go writes the replacement.
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function printNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new RangeError(`JSON has no number ${value}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The fewest digits that name this float, which is not the double's. */
function printFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return printNumber(shorter);
  }
  return printNumber(Number(value.toPrecision(9)));
}

/** Go sorts by bytes of UTF-8: surrogate pairs come last. */
function compareUTF8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference =
      inUTF8Order(a.charCodeAt(at)) - inUTF8Order(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const inUTF8Order = (code: number): number =>
  code >= 0xe000 ? code - 0x800 : code >= 0xd800 ? code + 0x2000 : code;

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.fromBase64(text);
}
