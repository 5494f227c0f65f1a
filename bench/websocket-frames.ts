// The part of RFC 6455 that a client needs whose server sends whole messages.

export const Opcode = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

const finBit = 0x80;
const maskBit = 0x80;
const maskLength = 4;

/**
 * Writes one message as a client does and returns its length. The mask is
 * zero, which leaves the payload as it is: receivers unmask with it all the
 * same, so it costs them what another would.
 */
export function writeFrame(
  target: Uint8Array,
  opcode: number,
  payload: Uint8Array,
): number {
  const { length } = payload;
  if (length > 0xffff) throw new RangeError("no request is that long");
  target[0] = finBit | opcode;
  let at = 2;
  if (length < 126) target[1] = maskBit | length;
  else {
    target[1] = maskBit | 126;
    target[2] = length >>> 8;
    target[3] = length;
    at = 4;
  }
  target.fill(0, at, at + maskLength);
  target.set(payload, at + maskLength);
  return at + maskLength + length;
}

/** Cuts what TCP brings into the server's messages. */
export class FrameSplitter {
  readonly #each: (opcode: number, payload: Uint8Array) => void;
  /** The beginning of a frame whose end has not come. */
  #rest: Buffer | undefined;

  /** Payloads are valid until `each` returns. */
  constructor(each: (opcode: number, payload: Uint8Array) => void) {
    this.#each = each;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = 0;
    for (;;) {
      const next = this.#take(bytes, at);
      if (next < 0) break;
      at = next;
    }
    // A copy: the chunk is TCP's to use again.
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Returns the start of the next frame; -1: this one is incomplete. */
  #take(bytes: Buffer, start: number): number {
    if (bytes.length - start < 2) return -1;
    const first = bytes[start]!;
    let length = bytes[start + 1]!;
    let at = start + 2;
    if (length === 126) {
      if (bytes.length - at < 2) return -1;
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      if (bytes.length - at < 8) return -1;
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    if (bytes.length - at < length) return -1;
    const opcode = first & 0x0f;
    if ((first & finBit) === 0 || opcode === Opcode.continuation)
      throw new Error("the server sent a message in parts");
    this.#each(opcode, bytes.subarray(at, at + length));
    return at + length;
  }
}
