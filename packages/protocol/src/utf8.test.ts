import { expect, test } from "bun:test";

import fc from "fast-check";

import { readUTF8, utf8Length, writeUTF8 } from "./utf8.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

test("texts of any length are read as the standard's decoder reads them, valid or not", () => {
  const around = fc.uint8Array({ maxLength: 3 });
  const ascii = fc
    .string({ unit: "binary-ascii", maxLength: 100 })
    .map((text) => encoder.encode(text));
  const text = fc
    .string({ unit: "grapheme", maxLength: 100 })
    .map((text) => encoder.encode(text));
  const bytes = fc.oneof(ascii, text, fc.uint8Array({ maxLength: 100 }));
  fc.assert(
    fc.property(around, bytes, around, (before, middle, after) => {
      const all = new Uint8Array([...before, ...middle, ...after]);
      const end = before.length + middle.length;
      for (const from of [all, Buffer.from(all)])
        expect(readUTF8(from, before.length, end)).toBe(decoder.decode(middle));
      expect(readUTF8(all, 0, all.length)).toBe(decoder.decode(all));
    }),
  );
});

test("texts of any length are written as the standard's encoder writes them", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 100 }),
    fc.string({ unit: "grapheme", maxLength: 100 }),
    fc.string({ unit: "binary", maxLength: 100 }),
  );
  fc.assert(
    fc.property(text, (each) => {
      const target = new Uint8Array(3 * each.length + 2);
      const end = writeUTF8(target, 1, each);
      expect(target.slice(1, end)).toEqual(encoder.encode(each));
      expect(end - 1).toBe(utf8Length(each));
      expect(target[end]).toBe(0);
    }),
  );
});
