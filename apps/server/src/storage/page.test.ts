import { expect, test } from "bun:test";

import { hashOfIDs } from "./id-hash.ts";
import { checkPage, requireFilledPage, requirePage, toPage } from "./page.ts";
import type { Page } from "./page.ts";

const page = (pageNumber: number, showNumber: number) => ({
  ...{ pageNumber, showNumber },
});

/** Returns the result, or the code of the error. */
function outcome<Result>(act: () => Result): Result | number {
  try {
    return act();
  } catch (error) {
    return (error as { code: number }).code;
  }
}

test("pages count from 1, and the next begins where one ends", () => {
  expect(toPage(page(1, 20))).toEqual({ offset: 0, limit: 20 });
  expect(toPage(page(3, 20))).toEqual({ offset: 40, limit: 20 });
});

const empty = { offset: 0, limit: 0 };
const filled = { offset: 5, limit: 5 };
test.each<
  [
    what: string,
    asked: ReturnType<typeof page> | null,
    shown: Page,
    required: Page | number,
    withEntries: Page | number,
  ]
>([
  ["no page", null, empty, 1001, 1001],
  ["the one before the first", page(0, 20), empty, 1001, 1001],
  ["one without entries", page(1, 0), empty, empty, 1001],
  ["one with fewer than none", page(1, -1), empty, empty, 1001],
  ["one with some", page(2, 5), filled, filled, filled],
])(
  "asked for %s, routes are lenient, strict or stricter",
  (_what, asked, ...outcomes) => {
    expect(outcome(() => toPage(asked))).toEqual(outcomes[0]);
    expect(outcome(() => requirePage(asked))).toEqual(outcomes[1]);
    expect(outcome(() => requireFilledPage(asked))).toEqual(outcomes[2]);
    const isRefused = outcomes[1] === 1001;
    const checked = outcome(() => checkPage({ pagination: asked }));
    expect(checked).toBe(isRefused ? 1001 : undefined);
  },
);

test("a list has the hash that clients make of it, and an empty one 0", () => {
  expect(hashOfIDs([])).toBe(0n);
  const digest = new Bun.CryptoHasher("md5").update('["a","b"]').digest();
  expect(hashOfIDs(["a", "b"])).toBe(Buffer.from(digest).readBigUInt64BE(0));
  expect(hashOfIDs(["b", "a"])).not.toBe(hashOfIDs(["a", "b"]));
  const escaped = new Bun.CryptoHasher("md5").update('["\\u003ca"]').digest();
  expect(hashOfIDs(["<a"])).toBe(Buffer.from(escaped).readBigUInt64BE(0));
});
