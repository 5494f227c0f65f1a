import { FrameError } from "./envelope.ts";
import { readUTF8 } from "./utf8.ts";

/**
 * Ids of the types that every gob stream knows from the start
 * (docs/wire/sockets.md#encodings).
 */
export const GobType = {
  bool: 1,
  int: 2,
  uint: 3,
  float: 4,
  bytes: 5,
  string: 6,
  complex: 7,
  interface: 8,
} as const;

/** Reads gob's own numbers and texts; never past the end it was given. */
export class GobReader {
  readonly bytes: Uint8Array;
  position = 0;
  end: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Returns the message's type id: negative where it defines that type. */
  beginMessage(): number {
    this.end = this.bytes.length;
    const length = this.count();
    this.end = this.position + length;
    return this.int();
  }

  endMessage(): void {
    if (this.position !== this.end) throw new FrameError("gob: a longer type");
  }

  /** Throws FrameError for a number that JavaScript cannot hold exactly. */
  uint(): number {
    const value = this.#uint();
    if (value > Number.MAX_SAFE_INTEGER) throw new FrameError("gob: overflow");
    return value;
  }

  int(): number {
    const value = this.uint();
    // The lowest bit says that the others are inverted.
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Index of a struct's next field that is there; -1 at its end. */
  nextField(previous: number): number {
    const delta = this.uint();
    return delta === 0 ? -1 : previous + delta;
  }

  /** The count of something that takes at least a byte each. */
  count(): number {
    const count = this.uint();
    if (count > this.end - this.position)
      throw new FrameError("gob: longer than what is there");
    return count;
  }

  bytesValue(): Uint8Array {
    const start = this.skipBytes();
    return this.bytes.subarray(start, this.position);
  }

  string(): string {
    const start = this.skipBytes();
    return readUTF8(this.bytes, start, this.position);
  }

  skipNumber(): void {
    this.#uint();
  }

  /** Passes over a length and its bytes, and returns where they start. */
  skipBytes(): number {
    return this.#advance(this.count());
  }

  #uint(): number {
    const { bytes } = this;
    const first = bytes[this.#advance(1)]!;
    if (first < 0x80) return first;
    const size = 0x100 - first;
    if (size > 8) throw new FrameError("gob: a number of over 8 bytes");
    let value = 0;
    for (let i = this.#advance(size); i < this.position; i++)
      value = value * 0x100 + bytes[i]!;
    return value;
  }

  #advance(count: number): number {
    const start = this.position;
    if (count > this.end - start) throw new FrameError("gob: cut off");
    this.position = start + count;
    return start;
  }
}
