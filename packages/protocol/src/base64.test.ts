import { expect, test } from "bun:test";

import {
  fromBase64,
  portableFromBase64,
  portableToBase64,
  toBase64,
} from "./base64.ts";

const samples = [0, 1, 2, 3, 4, 255, 8191, 8192, 8193, 40_000].map((length) =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256),
);

test("the portable way writes and reads what the native one does", () => {
  for (const sample of samples) {
    const text = toBase64(sample);
    expect(text).toBe(Buffer.from(sample).toString("base64"));
    expect(portableToBase64(sample)).toBe(text);
    expect(fromBase64(text)).toEqual(sample);
    expect(portableFromBase64(text)).toEqual(sample);
  }
});

test.each(["***", "CgJ1MQ", "CgJ1MQ=", "CgJ1MQ===", "Cg_-", "=", "A==="])(
  "%s is refused by both",
  (text) => {
    expect(() => fromBase64(text)).toThrow(SyntaxError);
    expect(() => portableFromBase64(text)).toThrow(SyntaxError);
  },
);
