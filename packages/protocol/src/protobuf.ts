import protobuf from "protobufjs/minimal.js";

import {
  Allowance,
  requireKey,
  requireLength,
  requireRange,
} from "./allowance.ts";
import {
  type Descriptor,
  type Field,
  type Kind,
  setEntry,
  unknownFields,
  type Value,
  zeroOf,
} from "./descriptor.ts";
import { ProtocolError } from "./errors.ts";

const { Writer } = protobuf;
type Writer = protobuf.Writer;

class Reader extends protobuf.Reader {
  /** undefined: whoever wrote it is trusted. */
  allowance: Allowance | undefined;
}

/** Bytes that are not the message they should be; the text is for people. */
export class WireError extends Error {
  override readonly name = "WireError";
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;

/**
 * Reads a message. The fields' bytes are views of `bytes`, not copies, so
 * the caller must not write to it afterwards.
 */
export function decode(descriptor: Descriptor, bytes: Uint8Array): Value {
  return read(descriptor, readerOf(bytes));
}

/**
 * The same for a request: throws errors.args when it is beyond its limits. It
 * is not sent on, so fields nobody knows are not kept.
 */
export function decodeRequest(
  descriptor: Descriptor,
  bytes: Uint8Array,
): Value {
  const reader = readerOf(bytes);
  reader.allowance = new Allowance();
  return read(descriptor, reader);
}

function readerOf(bytes: Uint8Array): Reader {
  const plain =
    bytes.constructor === Uint8Array
      ? bytes
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Reader(plain);
}

function read(descriptor: Descriptor, reader: Reader): Value {
  const value = descriptor.create();
  try {
    decodeFields(descriptor, reader, value);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WireError(`malformed ${descriptor.name}: ${reason}`, { cause });
  }
  return value;
}

/** Reads until the reader's end. */
function decodeFields(
  descriptor: Descriptor,
  reader: Reader,
  value: Value,
): void {
  const { byNumber } = descriptor;
  const { allowance } = reader;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.tag();
    const field = byNumber[tag >>> 3];
    allowance?.takeValue();
    if (!field || !decodeField(field, tag & 7, reader, value)) {
      reader.skipType(tag & 7, 0, tag >>> 3);
      if (!allowance) keepUnknown(value, reader.raw(start, reader.pos));
    }
  }
}

/** False when the field cannot be of this wire type: it is then unknown. */
function decodeField(
  field: Field,
  wireType: number,
  reader: Reader,
  value: Value,
): boolean {
  const { name, kind, shape } = field;
  switch (shape) {
    case "one":
    case "optional":
      if (wireType !== wireTypes[kind]) return false;
      value[name] = decodeOne(field, reader, value[name]);
      return true;
    case "wrapped":
      if (wireType !== delimited) return false;
      value[name] = inside(reader, () =>
        decodeWrapped(field, reader, value[name] ?? zeroOf(kind)),
      );
      return true;
    case "list": {
      const list = value[name] as unknown[];
      if (wireType === wireTypes[kind]) {
        reader.allowance?.takeItem(field);
        list.push(decodeOne(field, reader, null));
        return true;
      }
      // A packed list; parsers must accept both forms.
      if (wireType !== delimited || wireTypes[kind] === undefined) return false;
      inside(reader, () => {
        while (reader.pos < reader.len) {
          reader.allowance?.takeItem(field);
          list.push(decodeOne(field, reader, null));
        }
      });
      return true;
    }
    case "map":
      if (wireType !== delimited) return false;
      reader.allowance?.takeItem(field);
      inside(reader, () => decodeMapEntry(field, reader, value[name] as Value));
      return true;
  }
}

function decodeMapEntry(field: Field, reader: Reader, map: Value): void {
  const valueTag = (2 << 3) | (wireTypes[field.kind] ?? 0);
  let key = "";
  let value =
    field.kind === "message" ? field.message.create() : zeroOf(field.kind);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    reader.allowance?.takeValue();
    if (tag === ((1 << 3) | delimited)) {
      key = reader.stringVerify();
      if (reader.allowance) requireKey(field, key);
    } else if (tag === valueTag) value = decodeOne(field, reader, value);
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
  setEntry(map, key, value);
}

/** The scalar in a message whose only field, number 1, it is. */
function decodeWrapped(field: Field, reader: Reader, value: unknown): unknown {
  const valueTag = (1 << 3) | (wireTypes[field.kind] ?? 0);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    reader.allowance?.takeValue();
    if (tag === valueTag) value = decodeOne(field, reader, value);
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
  return value;
}

/** Limits the reader to the delimited bytes that follow. */
function inside<T>(reader: Reader, read: () => T): T {
  const { len } = reader;
  const size = reader.size();
  const end = reader.pos + size;
  if (end > len) throw new RangeError("cut short");
  reader.len = end;
  const result = read();
  reader.len = len;
  return result;
}

const wireTypes: Readonly<Partial<Record<Kind, number>>> = {
  bool: varint,
  int32: varint,
  uint32: varint,
  int64: varint,
  uint64: varint,
  hash: varint,
  float: fixed32,
  double: fixed64,
  string: delimited,
  bytes: delimited,
  message: delimited,
};

/** One value; a message is merged into the one that is there. */
function decodeOne(field: Field, reader: Reader, before: unknown): unknown {
  const { allowance } = reader;
  if (allowance && field.kind !== "message")
    return decodeSent(field, reader, allowance);
  switch (field.kind) {
    case "string":
      return reader.stringVerify();
    case "bytes":
      return reader.bytes();
    case "bool":
      return reader.bool();
    case "int32":
      return reader.int32();
    case "uint32":
      return reader.uint32();
    case "int64":
      return readVarint(reader, signedNumber);
    case "uint64":
      return readVarint(reader, unsignedNumber);
    case "hash":
      return readVarint(reader, unsignedBigint);
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "message": {
      const value = (before ?? field.message.create()) as Value;
      inside(reader, () => decodeFields(field.message, reader, value));
      return value;
    }
    case "json":
      throw new TypeError(`${field.name} has no place in protobuf`);
  }
}

/** One scalar of a request, within its limits. */
function decodeSent(
  field: Field,
  reader: Reader,
  allowance: Allowance,
): unknown {
  switch (field.kind) {
    case "string": {
      const { pos } = reader;
      allowance.takeBytes(field, reader.uint32());
      reader.pos = pos;
      const text = reader.stringVerify();
      requireLength(field, text);
      return text;
    }
    // All 64 bits are looked at: Go would read another number.
    case "int32":
    case "int64":
      return within(field, readVarint(reader, signedNumber));
    case "uint32":
    case "uint64":
      return within(field, readVarint(reader, unsignedNumber));
    case "float":
      return within(field, reader.float());
    case "double":
      return within(field, reader.double());
    case "bytes":
      return reader.bytes();
    case "bool":
      return reader.bool();
    case "hash":
      return readVarint(reader, unsignedBigint);
    default:
      throw new TypeError(`${field.name} has no place in protobuf`);
  }
}

function within(field: Field, value: number): number {
  requireRange(field, value);
  return value;
}

const signedNumber = (low: number, high: number): number =>
  (high | 0) * 0x1_0000_0000 + low;

const unsignedNumber = (low: number, high: number): number =>
  high * 0x1_0000_0000 + low;

const unsignedBigint = (low: number, high: number): bigint =>
  (BigInt(high) << 32n) | BigInt(low);

/** A varint of up to 64 bits as two halves, both unsigned. */
function readVarint<T>(
  reader: Reader,
  make: (low: number, high: number) => T,
): T {
  const { buf } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (reader.pos >= reader.len) throw new RangeError("cut short");
    const byte = buf[reader.pos++] ?? 0;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) return make(low >>> 0, high >>> 0);
  }
  throw new RangeError("varint too long");
}

type WithUnknown = Value & { [unknownFields]?: Uint8Array[] };

function keepUnknown(value: WithUnknown, bytes: Uint8Array): void {
  (value[unknownFields] ??= []).push(bytes);
}

/** Writes a message; what is absent counts as default. */
export function encode(
  descriptor: Descriptor,
  value: Value,
): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  encodeFields(descriptor, value, writer);
  // A copy of its own: the writer's buffer is a view of a larger, shared one.
  return new Uint8Array(writer.finish(true));
}

function encodeFields(
  descriptor: Descriptor,
  value: WithUnknown,
  writer: Writer,
): void {
  for (const field of descriptor.byNumber) {
    if (!field) continue;
    const content = value[field.name];
    if (content !== undefined && content !== null)
      encodeField(field, content, writer);
  }
  for (const bytes of value[unknownFields] ?? []) writer.raw(bytes);
}

function encodeField(field: Field, content: unknown, writer: Writer): void {
  const { number, kind } = field;
  switch (field.shape) {
    case "one":
      if (kind === "message" || !isZero(kind, content))
        encodeOne(field, number, content, writer);
      return;
    case "optional":
      encodeOne(field, number, content, writer);
      return;
    case "wrapped":
      writer.uint32((number << 3) | delimited).fork();
      if (!isZero(kind, content)) encodeOne(field, 1, content, writer);
      writer.ldelim();
      return;
    case "list":
      encodeList(field, content as unknown[], writer);
      return;
    case "map": {
      const map = content as Value;
      for (const key of Object.keys(map)) {
        writer.uint32((number << 3) | delimited).fork();
        if (key !== "")
          writer.uint32((1 << 3) | delimited).string(key.toWellFormed());
        encodeOne(field, 2, map[key], writer);
        writer.ldelim();
      }
    }
  }
}

function encodeList(field: Field, list: unknown[], writer: Writer): void {
  if (list.length === 0) return;
  if (wireTypes[field.kind] === delimited) {
    for (const item of list) encodeOne(field, field.number, item, writer);
    return;
  }
  writer.uint32((field.number << 3) | delimited).fork();
  for (const item of list) encodeBare(field, item, writer);
  writer.ldelim();
}

function encodeOne(
  field: Field,
  number: number,
  content: unknown,
  writer: Writer,
): void {
  writer.uint32((number << 3) | (wireTypes[field.kind] ?? 0));
  encodeBare(field, content, writer);
}

function encodeBare(field: Field, content: unknown, writer: Writer): void {
  switch (field.kind) {
    case "string":
      // Go refuses half a surrogate pair, which has no UTF-8.
      writer.string((content as string).toWellFormed());
      return;
    case "bytes":
      writer.bytes(content as Uint8Array);
      return;
    case "bool":
      writer.bool(content as boolean);
      return;
    case "int32":
      writer.int32(inRange(field, content, -0x8000_0000, 0x7fff_ffff));
      return;
    case "uint32":
      writer.uint32(inRange(field, content, 0, 0xffff_ffff));
      return;
    case "int64":
    case "uint64":
    case "hash":
      writeLong(field, content as number | bigint, writer);
      return;
    case "float":
      writer.float(content as number);
      return;
    case "double":
      writer.double(content as number);
      return;
    case "message":
      writer.fork();
      encodeFields(field.message, (content ?? {}) as Value, writer);
      writer.ldelim();
      return;
    case "json":
      throw new TypeError(`${field.name} has no place in protobuf`);
  }
}

function inRange(
  field: Field,
  content: unknown,
  least: number,
  most: number,
): number {
  const value = content as number;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${field.name}: ${String(content)} is no ${field.kind}`);
}

function writeLong(field: Field, value: number | bigint, writer: Writer): void {
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    writer.int64(value);
    return;
  }
  const bits = BigInt.asUintN(64, exactLong(field, value));
  const unsigned = true;
  const low = Number(bits & 0xffff_ffffn);
  const high = Number(bits >> 32n);
  // The type names a class, the writer takes any pair of halves.
  writer.uint64({ low, high, unsigned });
}

/**
 * A 64-bit integer to be written. A number beyond 2^53 stands for the nearest
 * that a double can be, which may lie just outside the type.
 */
export function exactLong(
  { name, kind }: Field,
  value: number | bigint,
): bigint {
  if (typeof value === "number" && !Number.isInteger(value))
    throw new RangeError(`${name}: ${value} is no ${kind}`);
  const exact = BigInt(value);
  const least = kind === "int64" ? -(2n ** 63n) : 0n;
  const most = kind === "int64" ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  return exact < least ? least : exact > most ? most : exact;
}

/**
 * Returns whether proto3 omits the value; Go writes the -0 of a float, because
 * of its sign.
 */
const isZero = (kind: Kind, content: unknown): boolean =>
  (content === 0 &&
    !((kind === "double" || kind === "float") && Object.is(content, -0))) ||
  content === "" ||
  content === false ||
  content === 0n ||
  (content instanceof Uint8Array && content.length === 0);
