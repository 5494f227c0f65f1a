import * as zlib from "node:zlib";

import { FrameError } from "./envelope.ts";

// For Bun and Node. A browser's own streams are asynchronous: a client that
// wants gzip there brings another file with these two functions.

/**
 * Below this many bytes a frame is a gzip member that stores it as it is:
 * deflating saves no packet, and costs over ten times the time.
 */
const storedBelow = 1024;

const headerSize = 10;
const blockHeaderSize = 5;
const trailerSize = 8;

/** Deflate makes no more than this of one byte. */
const maxRatio = 1032;

const hasBun = typeof Bun !== "undefined";

/**
 * Undoes one frame's gzip. Throws FrameError if it is not whole and sound,
 * or holds more than `maxOutputBytes`; no more than these are allocated.
 */
export function gunzipFrame(
  frame: Uint8Array,
  maxOutputBytes: number,
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = gunzip(frame, maxOutputBytes);
  } catch (cause) {
    throw new FrameError("not gzip, or too much of it", { cause });
  }
  if (bytes.length > maxOutputBytes)
    throw new FrameError("too much gzip in a frame");
  return bytes;
}

function gunzip(frame: Uint8Array, maxOutputBytes: number): Uint8Array {
  // Bun's own is twice as fast, but knows no limit: it gets what is too
  // small to break it.
  if (hasBun && frame.length * maxRatio <= maxOutputBytes)
    return Bun.gunzipSync(frame as Uint8Array<ArrayBuffer>);
  return zlib.gunzipSync(frame, { maxOutputLength: maxOutputBytes });
}

export function gzipFrame(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  if (frame.length < storedBelow) return storeFrame(frame);
  return hasBun
    ? Bun.gzipSync(frame as Uint8Array<ArrayBuffer>, { level: 1 })
    : zlib.gzipSync(frame, { level: 1 });
}

/** A gzip member with one stored block, so of at most 65,535 bytes. */
export function storeFrame(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = frame;
  const dataStart = headerSize + blockHeaderSize;
  const dataEnd = dataStart + length;
  const member = new Uint8Array(dataEnd + trailerSize);
  // Magic, deflate; no name, no time, no hint; an unknown system.
  member[0] = 0x1f;
  member[1] = 0x8b;
  member[2] = 8;
  member[9] = 0xff;
  // The last block, stored: its length, and the same inverted.
  member[10] = 1;
  member[11] = length;
  member[12] = length >>> 8;
  member[13] = ~length;
  member[14] = ~length >>> 8;
  member.set(frame, dataStart);
  writeUint32(member, dataEnd, zlib.crc32(frame));
  writeUint32(member, dataEnd + 4, length);
  return member;
}

function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
}
