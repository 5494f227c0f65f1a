import { expect, test } from "bun:test";

import { resendKeyOf } from "./resend-key.ts";

test("a key never changes, since keys are stored", () => {
  expect(resendKeyOf("si_u1_u2", "u1", "m1")).toBe(
    resendKeyOf("si_u1_u2", "u1", "m1"),
  );
  expect(
    resendKeyOf("si_u1_u2", "u1", "0123456789abcdef"),
  ).toMatchInlineSnapshot(`3163301017256722`);
});

test("200,000 messages have keys of their own, all of them exact numbers", () => {
  const keys = new Set<number>();
  for (let i = 0; i < 200_000; i++) {
    const key = resendKeyOf(`si_u${i % 50}_u9`, `u${i % 50}`, `m${i}`);
    expect(Number.isSafeInteger(key) && key > 0).toBe(true);
    keys.add(key);
  }
  expect(keys.size).toBe(200_000);
});

test("what one part ends with does not run into the next", () => {
  expect(resendKeyOf("si_a_b", "a", "m")).not.toBe(
    resendKeyOf("si_a_b", "am", ""),
  );
});
