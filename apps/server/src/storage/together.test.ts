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
