import { expect, test } from "bun:test";

import { together } from "./together.ts";

test("what is asked at the same time is asked once, and each gets its answer", async () => {
  const asked: number[][] = [];
  const double = together<number, number>((keys) => {
    asked.push([...keys]);
    return Promise.resolve(keys.map((key) => 2 * key));
  }, 3);
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(await double(5)).toBe(10);
  expect(asked).toEqual([[1, 2, 3], [4], [5]]);
});

test("a question that fails fails for all that were asked with it, and for no other", async () => {
  const ask = together<string, string>((keys) =>
    keys.includes("bad")
      ? Promise.reject(new Error("no"))
      : Promise.resolve([...keys]),
  );
  const both = Promise.allSettled(["good", "bad"].map(ask));
  expect((await both).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
  ]);
  expect(await ask("good")).toBe("good");
});

test("what is asked while an answer is on its way is asked together after it", async () => {
  const asked: { keys: readonly number[]; answer(): void }[] = [];
  const ask = together<number, number>(
    (keys) =>
      new Promise((resolve) =>
        asked.push({ keys, answer: () => resolve(keys) }),
      ),
  );
  const first = ask(1);
  await Promise.resolve();
  // In different turns, as messages of different sockets come.
  const second = ask(2);
  await new Promise((resolve) => setImmediate(resolve));
  const third = ask(3);
  expect(asked).toHaveLength(1);
  asked[0]?.answer();
  expect(await first).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked[1]?.keys).toEqual([2, 3]);
  asked[1]?.answer();
  expect(await Promise.all([second, third])).toEqual([2, 3]);
});

test("a question does not wait for one that nobody answers", async () => {
  const ask = together<number, number>((keys) =>
    keys.includes(1) ? new Promise(() => undefined) : Promise.resolve(keys),
  );
  void ask(1);
  await Promise.resolve();
  expect(await ask(2)).toBe(2);
});
