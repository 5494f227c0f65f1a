const encoder = new TextEncoder();
/** Keeps a byte order mark and replaces what is not UTF-8, as Go does. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bun's and Node's own for ASCII, which needs no view of the bytes. */
const asciiSlice = (
  globalThis as {
    Buffer?: {
      prototype: {
        latin1Slice?(this: Uint8Array, start: number, end: number): string;
      };
    };
  }
).Buffer?.prototype.latin1Slice;

/** Nearly all ids are shorter. */
const shortText = 64;

export function readUTF8(
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  if (start === end) return "";
  if (asciiSlice && end - start <= shortText && isASCII(bytes, start, end))
    return asciiSlice.call(bytes, start, end);
  const isWhole = start === 0 && end === bytes.length;
  return decoder.decode(isWhole ? bytes : bytes.subarray(start, end));
}

function isASCII(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

export function encodeUTF8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The bytes that `writeUTF8` will write. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    // A pair of surrogates makes four bytes, a lone one the three of U+FFFD.
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text, i + 1)) i++;
  }
  return length;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Returns the position after the text. The target must have the room. */
export function writeUTF8(target: Uint8Array, at: number, text: string) {
  if (text.length === 0) return at;
  // For an id a loop is faster than the call; most texts are ASCII.
  if (text.length <= shortText) {
    let i = 0;
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) break;
      target[at + i] = unit;
    }
    if (i === text.length) return at + i;
  }
  return at + encoder.encodeInto(text, target.subarray(at)).written;
}
