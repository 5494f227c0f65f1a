import {
  Allowance,
  requireKey,
  requireLength,
  requireRange,
} from "./allowance.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { compareBytewise } from "./conversation-ids.ts";
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
import {
  JSONError,
  JSONScanner,
  type JSONType,
  type JSONValue,
  NumberToken,
  shorten,
} from "./json-scanner.ts";
import { exactLong } from "./protobuf.ts";

export { JSONError, type JSONValue, NumberToken } from "./json-scanner.ts";

/**
 * Lists and maps that were written out empty, where null would be none: the
 * values are the same, but a required field may not be null.
 */
const givenEmpty = new WeakSet<object>();

/**
 * Reads a message with the behaviour of Go's encoding/json (docs/wire/rest.md#json-in-requests). A
 * null in a list of messages becomes an empty message, as on OpenIM's way
 * through protobuf.
 */
export function parse(descriptor: Descriptor, text: string): Value {
  return readDocument(descriptor, new JSONScanner(text));
}

/** The same for a request: throws errors.args when it is beyond its limits. */
export function parseRequest(descriptor: Descriptor, text: string): Value {
  return readDocument(descriptor, new JSONScanner(text, new Allowance()));
}

function readDocument(descriptor: Descriptor, scanner: JSONScanner): Value {
  const value = descriptor.create();
  scanner.document(() => {
    if (scanner.isNull()) return;
    expect(scanner, "object", descriptor.name);
    readMessage(scanner, descriptor, value);
  });
  return value;
}

/** Reads any JSON; numbers keep their text. */
export function parseJSON(text: string): JSONValue {
  const scanner = new JSONScanner(text);
  let value: JSONValue = null;
  scanner.document(() => (value = scanner.any()));
  return value;
}

function readMessage(
  scanner: JSONScanner,
  descriptor: Descriptor,
  value: Value,
): void {
  scanner.members((key) => {
    const field = descriptor.byKey(key);
    if (field) readField(scanner, field, value);
    else scanner.skip();
  });
}

function readField(scanner: JSONScanner, field: Field, value: Value): void {
  const { name, kind, shape } = field;
  const isNull = scanner.isNull();
  switch (shape) {
    case "list":
      value[name] = isNull ? [] : readList(scanner, field);
      return;
    case "map":
      if (isNull) value[name] = {};
      else readMap(scanner, field, value[name] as Value);
      return;
    case "optional":
    case "wrapped":
      value[name] = isNull ? null : readScalar(scanner, field);
      return;
    case "one":
      if (kind === "message")
        value[name] = isNull
          ? null
          : readSubmessage(scanner, field, value[name] as Value | null);
      else if (!isNull) value[name] = readScalar(scanner, field);
      // Go leaves a scalar as an earlier key set it, but empties a slice.
      else if (kind === "bytes") value[name] = zeroOf(kind);
  }
}

function readList(scanner: JSONScanner, field: Field): unknown[] {
  expect(scanner, "list", field.name);
  const list: unknown[] = [];
  scanner.items(() => {
    scanner.allowance?.takeItem(field);
    list.push(readElement(scanner, field));
  });
  if (list.length === 0) givenEmpty.add(list);
  return list;
}

function readMap(scanner: JSONScanner, field: Field, map: Value): void {
  expect(scanner, "object", field.name);
  let isEmpty = true;
  scanner.members((key) => {
    isEmpty = false;
    scanner.allowance?.takeItem(field);
    if (scanner.allowance) requireKey(field, key);
    setEntry(map, key, readElement(scanner, field));
  });
  if (isEmpty) givenEmpty.add(map);
}

/** Reads an item of a list or a map. */
function readElement(scanner: JSONScanner, field: Field): unknown {
  if (field.kind === "json") return scanner.any();
  const isNull = scanner.isNull();
  if (field.kind !== "message")
    return isNull ? zeroOf(field.kind) : readScalar(scanner, field);
  if (!isNull) return readSubmessage(scanner, field, null);
  scanner.countContainer();
  return field.message.create();
}

function readSubmessage(
  scanner: JSONScanner,
  field: Field,
  before: Value | null,
): Value {
  expect(scanner, "object", field.name);
  const value = before ?? field.message.create();
  readMessage(scanner, field.message, value);
  return value;
}

function readScalar(scanner: JSONScanner, field: Field): unknown {
  const value = readAnyScalar(scanner, field);
  if (!scanner.allowance) return value;
  if (typeof value === "string") requireLength(field, value);
  else if (typeof value === "number") requireRange(field, value);
  return value;
}

function readAnyScalar(scanner: JSONScanner, field: Field): unknown {
  const { kind, name } = field;
  switch (kind) {
    case "string":
      expect(scanner, "string", name);
      return scanner.string();
    case "bytes":
      return scanner.type() === "list"
        ? readByteList(scanner, name)
        : readBase64(scanner, name);
    case "bool":
      expect(scanner, "bool", name);
      return scanner.bool();
    case "int32":
    case "uint32":
    case "int64":
    case "uint64":
      return readInteger(scanner, kind, name);
    case "hash":
      return readHash(scanner, name);
    case "float":
    case "double":
      return readFloat(scanner, kind, name);
    case "json":
      return scanner.any();
    case "message":
      throw new TypeError(`${name} is no scalar`);
  }
}

function readInteger(
  scanner: JSONScanner,
  kind: IntegerKind,
  name: string,
): number {
  expect(scanner, "number", name);
  const token = scanner.number();
  const value = Number(token);
  if (!isInteger(token, value, kind)) throw misfit(token, kind, name);
  if (scanner.allowance && !isExact(token, value))
    throw errors.args(`${name} cannot be kept exactly`);
  // Go has no negative zero.
  return value === 0 ? 0 : value;
}

function readHash(scanner: JSONScanner, name: string): bigint {
  expect(scanner, "number", name);
  const token = scanner.number();
  if (!isInteger(token, Number(token), "uint64"))
    throw misfit(token, "uint64", name);
  return BigInt(token);
}

function readFloat(
  scanner: JSONScanner,
  kind: "float" | "double",
  name: string,
): number {
  expect(scanner, "number", name);
  const token = scanner.number();
  const value = kind === "float" ? Math.fround(Number(token)) : Number(token);
  if (!Number.isFinite(value)) throw misfit(token, kind, name);
  return value;
}

function readBase64(scanner: JSONScanner, name: string): Uint8Array {
  expect(scanner, "string", name);
  // Go's decoder passes over line breaks, and over nothing else.
  const text = scanner.string().replace(/[\r\n]+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new JSONError(`no base64 for ${name}`);
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new JSONError(`no base64 for ${name}`, { cause });
  }
}

/** Go takes a list of numbers for bytes, too. */
function readByteList(scanner: JSONScanner, name: string): Uint8Array {
  const bytes: number[] = [];
  scanner.items(() => {
    const byte = scanner.isNull() ? 0 : readInteger(scanner, "uint32", name);
    if (byte > 0xff) throw misfit(String(byte), "byte", name);
    bytes.push(byte);
  });
  return Uint8Array.from(bytes);
}

function expect(scanner: JSONScanner, wanted: JSONType, name: string): void {
  const found = scanner.type();
  if (found !== wanted)
    throw new JSONError(`${found} instead of ${wanted} for ${name}`);
}

const misfit = (token: string, kind: Kind | "byte", name: string): JSONError =>
  new JSONError(`${shorten(token)} is no ${kind} for ${name}`);

const isExact = (token: string, value: number): boolean =>
  Number.isSafeInteger(value) || BigInt(token) === BigInt(value);

type IntegerKind = "int32" | "uint32" | "int64" | "uint64";

const ranges = {
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint32: [0, 0xffff_ffff],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0, 2n ** 64n - 1n],
} as const satisfies Record<IntegerKind, readonly [unknown, unknown]>;

function isInteger(token: string, value: number, kind: IntegerKind): boolean {
  const [least, most] = ranges[kind];
  if (!/^-?\d+$/.test(token)) return false;
  if (least === 0 && token.startsWith("-")) return false;
  if (Number.isSafeInteger(value)) return value >= least && value <= most;
  // No such type has more digits, and a million would take long to convert.
  if (token.length > 20) return false;
  return BigInt(token) >= least && BigInt(token) <= most;
}

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

/** Writes a message as clients see it (docs/wire/rest.md#json-in-answers); absent means default. */
export function print(descriptor: Descriptor, value: Value): string {
  let text = "{";
  for (const field of descriptor.fields) {
    const content = printField(field, value[field.name]);
    if (content === undefined) continue;
    text += `${text.length > 1 ? "," : ""}"${field.name}":${content}`;
  }
  return text + "}";
}

/** Yields the output of `print`, a piece of a long list or map at a time. */
export function* printPieces(
  descriptor: Descriptor,
  value: Value,
): Generator<string> {
  let start = "{";
  for (const field of descriptor.fields) {
    const content = value[field.name];
    const name = `${start}"${field.name}":`;
    if (field.shape === "list" && (content as unknown[] | undefined)?.length) {
      yield name;
      yield* piecesOf("[", content as unknown[], (item) =>
        printOne(field, item),
      );
      yield "]";
    } else if (field.shape === "map" && content && !isEmptyMap(content)) {
      const map = content as Value;
      yield name;
      const keys = Object.keys(map).sort(compareBytewise);
      yield* piecesOf(
        "{",
        keys,
        (key) => `${quote(key)}:${printOne(field, map[key])}`,
      );
      yield "}";
    } else {
      const text = printField(field, content);
      if (text === undefined) continue;
      yield name + text;
    }
    start = ",";
  }
  yield start === "{" ? "{}" : "}";
}

const pieceItems = 100;

function* piecesOf<T>(
  start: string,
  items: readonly T[],
  printItem: (item: T) => string,
): Generator<string> {
  for (let from = 0; from < items.length; from += pieceItems) {
    const some = items.slice(from, from + pieceItems);
    yield (from === 0 ? start : ",") + some.map(printItem).join();
  }
}

const isEmptyMap = (content: object): boolean => {
  for (const _ in content) return false;
  return true;
};

/** Undefined for an empty map that is left out. */
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
      if (list.length === 0) return field.whenEmpty;
      return `[${list.map((item) => printOne(field, item)).join()}]`;
    }
    case "map": {
      const map = content as Value;
      const keys = Object.keys(map).sort(compareBytewise);
      if (keys.length === 0) return field.whenEmpty;
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
  /** Sort keys as Go prints maps, instead of insertion order. */
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
  if (options.sortKeys) keys.sort(compareBytewise);
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
  if (value === 0) return printNumber(value);
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return printNumber(shorter);
  }
  return printNumber(Number(value.toPrecision(9)));
}
