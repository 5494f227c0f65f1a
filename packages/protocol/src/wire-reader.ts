import { WireError } from "./protobuf.ts";

/** Wire types of protobuf; groups, long out of use, are refused. */
export const WireType = {
  varint: 0,
  fixed64: 1,
  delimited: 2,
  fixed32: 5,
} as const;

/**
 * Reads protobuf piece by piece, without an object or a closure for each:
 * the path that every message takes. Whatever is wrong throws WireError.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;
  /** An int32 was read that had more bits than such a number has. */
  hasCutNumber = false;

  constructor(bytes: Uint8Array, start = 0) {
    this.bytes = bytes;
    this.position = start;
    this.end = bytes.length;
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  /** A field's number times eight, plus its wire type. */
  tag(): number {
    const start = this.position;
    const tag = this.int64();
    // Not all readers take a tag that is written longer than it need be.
    const isTooLong = this.position - start > 5;
    if (tag < 8 || tag > 0xffff_ffff || isTooLong)
      throw new WireError("no such field");
    return tag;
  }

  /** A varint of 64 bits; beyond 2^53 the nearest number. */
  int64(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let low = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    let middle = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      byte = this.#byte();
      middle |= (byte & 0x7f) << shift;
      if (byte < 0x80) return middle * 0x1000_0000 + low;
    }
    byte = this.#byte();
    let high = byte & 0x7f;
    if (byte >= 0x80) {
      byte = this.#byte();
      if (byte > 1) throw new WireError("a number of over 64 bits");
      // The sign of the whole, in the eighth bit of this part.
      high = ((high | (byte << 7)) << 24) >> 24;
    }
    return high * 0x100_0000_0000_0000 + middle * 0x1000_0000 + low;
  }

  /**
   * The lowest 32 bits of a varint, exact however large it is: who reads
   * another number than the receivers do can be tricked.
   */
  int32(): number {
    const start = this.position;
    const value = this.int64();
    if (value <= 0xffff_ffff && value >= 0) return value | 0;
    if (value > 0 || value < -0x8000_0000) this.hasCutNumber = true;
    let bits = 0;
    for (let i = 0; i < 5; i++)
      bits |= (this.bytes[start + i]! & 0x7f) << (7 * i);
    return bits;
  }

  bool(): boolean {
    return this.int64() !== 0;
  }

  /** Moves behind a delimited value and returns where it starts. */
  delimited(): number {
    const length = this.int64();
    return this.#advance(length);
  }

  /** The same for one that must be UTF-8, as receivers insist. */
  text(): number {
    const start = this.delimited();
    const { bytes, position } = this;
    if (!isUTF8(bytes, start, position))
      throw new WireError("a text that is not UTF-8");
    return start;
  }

  /**
   * Makes the end of the delimited value that follows the end of reading, and
   * returns the one it was before: `end` is to be set to it afterwards.
   */
  enter(): number {
    const outerEnd = this.end;
    const start = this.delimited();
    this.end = this.position;
    this.position = start;
    return outerEnd;
  }

  /** Passes over the value that follows a tag. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WireType.varint:
        this.int64();
        return;
      case WireType.fixed64:
        this.#advance(8);
        return;
      case WireType.delimited:
        this.delimited();
        return;
      case WireType.fixed32:
        this.#advance(4);
        return;
      default:
        throw new WireError(`wire type ${tag & 7}`);
    }
  }

  #byte(): number {
    if (this.position >= this.end) throw new WireError("cut off");
    return this.bytes[this.position++]!;
  }

  #advance(count: number): number {
    const start = this.position;
    // A length of over 2^63 reads as a negative number.
    if (count < 0 || count > this.end - start) throw new WireError("cut off");
    this.position = start + count;
    return start;
  }
}

/** Go's and the standard's rules: no overlong forms, no surrogates. */
function isUTF8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end;) {
    const lead = bytes[i++]!;
    if (lead < 0x80) continue;
    // Number of continuation bytes, and the range of the first.
    let more = 1;
    let least = 0x80;
    let most = 0xbf;
    if (lead >= 0xf0) {
      more = 3;
      if (lead === 0xf0) least = 0x90;
      else if (lead === 0xf4) most = 0x8f;
      else if (lead > 0xf4) return false;
    } else if (lead >= 0xe0) {
      more = 2;
      if (lead === 0xe0) least = 0xa0;
      else if (lead === 0xed) most = 0x9f;
    } else if (lead < 0xc2) return false;
    if (i + more > end) return false;
    const second = bytes[i++]!;
    if (second < least || second > most) return false;
    for (; more > 1; more--) if ((bytes[i++]! & 0xc0) !== 0x80) return false;
  }
  return true;
}
