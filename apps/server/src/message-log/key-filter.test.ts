import { expect, test } from "bun:test";

import { createKeyFilter } from "./key-filter.ts";
import { resendKeyOf } from "./resend-key.ts";

const keyOf = (i: number): number => resendKeyOf("si_ann_bob", "ann", `m${i}`);

/** The keys of a database, as its pages have them. */
function tableOf(keys: readonly number[]) {
  const sorted = [...keys].sort((a, b) => a - b);
  return {
    keysAfter: (after: number, most: number) =>
      sorted.filter((key) => key > after).slice(0, most),
  };
}

test("no key is missed, and few are looked up in vain, however many come", async () => {
  const stored = Array.from({ length: 30_000 }, (_, i) => keyOf(i));
  const filter = createKeyFilter();
  await filter.load(tableOf(stored), stored.length);
  const added = Array.from({ length: 300_000 }, (_, i) => keyOf(30_000 + i));
  for (const key of added) filter.add(key);
  expect(stored.every(filter.mayHave)).toBe(true);
  expect(added.every(filter.mayHave)).toBe(true);
  const strangers = Array.from({ length: 20_000 }, (_, i) => keyOf(-1 - i));
  const vain = strangers.filter(filter.mayHave).length;
  expect(vain / strangers.length).toBeLessThan(0.05);
});

test("any key may be there until all were read, and those of that time are known", async () => {
  const filter = createKeyFilter();
  let giveLast = (_: number[]): void => undefined;
  const loaded = filter.load(
    { keysAfter: () => new Promise((resolve) => (giveLast = resolve)) },
    1,
  );
  expect(filter.mayHave(keyOf(1))).toBe(true);
  filter.add(keyOf(2));
  giveLast([keyOf(3)]);
  await loaded;
  expect([1, 2, 3].map((i) => filter.mayHave(keyOf(i)))).toEqual([
    false,
    true,
    true,
  ]);
});

test.each([
  ["cannot be read", 10, () => Promise.reject(new Error("no disk"))],
  ["are too many", 1e9, () => []],
])("keys that %s are looked up in the database", async (_why, count, keys) => {
  const filter = createKeyFilter();
  await filter.load({ keysAfter: keys }, count).catch(() => undefined);
  expect(filter.mayHave(keyOf(1))).toBe(true);
});
