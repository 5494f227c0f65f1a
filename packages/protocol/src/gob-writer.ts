import { utf8Length, writeUTF8 } from "./utf8.ts";

/** Go hands out the ids of a program's own types from about here on. */
const typeID = 65;
/** Most bytes that a number takes. */
const numberRoom = 9;
/** Bytes of a field besides its text or bytes. */
const fieldRoom = 1 + numberRoom;

/**
 * Writes one frame: what a struct's type looks like, which `gobDefinition`
 * made, and a value of it. Fields come in their order; those that are zero
 * are left out, as gob demands.
 */
export class GobWriter {
  readonly #frame: Uint8Array<ArrayBuffer>;
  readonly #definition: Uint8Array;
  readonly #valueStart: number;
  #position: number;
  #lastField = 0;

  /** `textRoom`: bytes that the values of all texts and bytes take at most. */
  constructor(definition: Uint8Array, fieldCount: number, textRoom: number) {
    const valueStart = definition.length + numberRoom;
    const room = numberRoom + fieldCount * fieldRoom + textRoom + 1;
    this.#frame = new Uint8Array(valueStart + room);
    this.#definition = definition;
    this.#valueStart = valueStart;
    this.#position = writeInt(this.#frame, valueStart, typeID);
  }

  int(field: number, value: number): void {
    if (value === 0) return;
    this.#begin(field);
    this.#position = writeInt(this.#frame, this.#position, value);
  }

  string(field: number, value: string): void {
    if (value === "") return;
    this.#begin(field);
    const start = writeUint(this.#frame, this.#position, utf8Length(value));
    this.#position = writeUTF8(this.#frame, start, value);
  }

  bytes(field: number, value: Uint8Array): void {
    if (value.length === 0) return;
    this.#begin(field);
    const start = writeUint(this.#frame, this.#position, value.length);
    this.#frame.set(value, start);
    this.#position = start + value.length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const end = this.#position + 1;
    const length = end - this.#valueStart;
    // The definition and the length end where the value begins, and what
    // stays unused lies before and after them.
    const start = this.#valueStart - uintSize(length) - this.#definition.length;
    this.#frame.set(this.#definition, start);
    writeUint(this.#frame, start + this.#definition.length, length);
    return this.#frame.subarray(start, end);
  }

  /** A field tells how far it is from the one before it. */
  #begin(field: number): void {
    this.#frame[this.#position++] = field - this.#lastField;
    this.#lastField = field;
  }
}

/** The message that defines a struct of up to 127 fields of basic types. */
export function gobDefinition(
  name: string,
  fields: readonly { name: string; type: number }[],
): Uint8Array {
  const text = (value: string) => [
    value.length,
    ...new TextEncoder().encode(value),
  ];
  const int = (value: number) => {
    const target = new Uint8Array(numberRoom);
    return target.subarray(0, writeInt(target, 0, value));
  };
  const fieldTypes = fields.map(({ name, type }) => [
    ...[1, ...text(name)],
    ...[1, ...int(type)],
    0,
  ]);
  const structType = [
    // Its common part, name and id, then its fields.
    ...[1, 1, ...text(name), 1, ...int(typeID), 0],
    ...[1, fieldTypes.length, ...fieldTypes.flat()],
    0,
  ];
  // Field 3 of a definition says that it is a struct.
  const definition = [...int(-typeID), 3, ...structType, 0];
  if (definition.length > 127) throw new RangeError("a longer definition");
  return Uint8Array.from([definition.length, ...definition]);
}

function uintSize(value: number): number {
  if (value < 0x80) return 1;
  let size = 1;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 0x100)) size++;
  return size;
}

/** Returns the position after the number. */
function writeUint(target: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    target[at] = value;
    return at + 1;
  }
  const size = uintSize(value);
  target[at] = 0x100 - (size - 1);
  const end = at + size;
  let rest = value;
  for (let i = end - 1; i > at; i--) {
    target[i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  return end;
}

/** The sign is in the lowest bit, which inverts the others. */
function writeInt(target: Uint8Array, at: number, value: number): number {
  return writeUint(target, at, value < 0 ? -2 * value - 1 : 2 * value);
}
