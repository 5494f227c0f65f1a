import { utf8Length, writeUTF8 } from "./utf8.ts";

export function varintSize(value: number): number {
  if (value < 0) return 10;
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Returns the encoded size of a delimited value, without its tag. */
export function delimitedSize(length: number): number {
  return varintSize(length) + length;
}

/** Writes protobuf into a buffer that has the room. */
export class WireWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  position = 0;

  constructor(room: number) {
    this.bytes = new Uint8Array(room);
  }

  /** Integers of up to 53 bits and a sign. */
  varint(value: number): void {
    const { bytes } = this;
    let low = value >>> 0;
    let high = low === value ? 0 : Math.floor(value / 0x1_0000_0000) >>> 0;
    while (high > 0) {
      bytes[this.position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    for (; low >= 0x80; low >>>= 7)
      bytes[this.position++] = (low & 0x7f) | 0x80;
    bytes[this.position++] = low;
  }

  raw(source: Uint8Array): void {
    this.bytes.set(source, this.position);
    this.position += source.length;
  }

  /** A length, then the bytes. */
  delimited(source: Uint8Array): void {
    this.varint(source.length);
    this.raw(source);
  }

  /** A length, then the text; `length` as utf8Length tells, if known. */
  text(value: string, length = utf8Length(value)): void {
    this.varint(length);
    this.position = writeUTF8(this.bytes, this.position, value);
  }

  /** Returns the written bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const { bytes, position } = this;
    return position === bytes.length ? bytes : bytes.subarray(0, position);
  }
}
