import { expect, test } from "bun:test";
import * as zlib from "node:zlib";

import { FrameError } from "./envelope.ts";
import { gunzipFrame, gzipFrame, storeFrame } from "./gzip.ts";

const limit = 1 << 20;
const textOf = (length: number) =>
  Uint8Array.from({ length }, (_, i) => 97 + ((i * i) % 26));
const plain = (bytes: Uint8Array) => new Uint8Array(bytes);

test("frames of every size come back", () => {
  for (const size of [0, 1, 100, 1023, 1024, 5_000, 65_535, 65_536, 900_000]) {
    const frame = textOf(size);
    const zipped = gzipFrame(frame);
    expect(plain(zlib.gunzipSync(zipped))).toEqual(frame);
    expect(plain(gunzipFrame(zipped, limit))).toEqual(frame);
    expect(plain(gunzipFrame(zlib.gzipSync(frame), limit))).toEqual(frame);
  }
});

test("a stored frame is 23 bytes longer", () => {
  for (const size of [0, 1, 255, 256, 65_535]) {
    const stored = storeFrame(textOf(size));
    expect(stored.length).toBe(size + 23);
    expect(plain(zlib.gunzipSync(stored))).toEqual(textOf(size));
  }
});

test.each([10, 2_000, 900_000])(
  "%d bytes that hold more than the limit are refused, allocating no more",
  (limit) => {
    const bomb = zlib.gzipSync(new Uint8Array(50_000_000));
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 20; i++)
      expect(() => gunzipFrame(bomb, limit)).toThrow(FrameError);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  },
);

test("a limit is the most that may come out", () => {
  const frame = new Uint8Array(100_000);
  const zipped = zlib.gzipSync(frame);
  expect(gunzipFrame(zipped, 100_000).length).toBe(100_000);
  expect(() => gunzipFrame(zipped, 99_999)).toThrow(FrameError);
  const stored = storeFrame(textOf(100));
  expect(gunzipFrame(stored, 100).length).toBe(100);
  expect(() => gunzipFrame(stored, 99)).toThrow(FrameError);
});

test("what was cut off anywhere is refused", () => {
  for (const zipped of [storeFrame(textOf(300)), zlib.gzipSync(textOf(300))])
    for (let length = 0; length < zipped.length; length++)
      expect(() => gunzipFrame(zipped.subarray(0, length), limit)).toThrow(
        FrameError,
      );
});

test("a length, a checksum or a size that is wrong is refused", () => {
  const zipped = storeFrame(textOf(300));
  for (const at of [0, 1, 2, 11, 12, 13, 14, 100, 315, 318, 319, 322]) {
    const broken = zipped.slice();
    broken[at]! ^= 1;
    expect(() => gunzipFrame(broken, limit)).toThrow(FrameError);
  }
});

test("a frame that was not zipped is refused", () => {
  const frame = new TextEncoder().encode('{"reqIdentifier":1001}');
  expect(() => gunzipFrame(frame, limit)).toThrow(FrameError);
});
