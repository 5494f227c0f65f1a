import { expect, test } from "bun:test";

import { figure } from "./figures.ts";
import { orderOfRuns, ratioOf, renderRatios, spreadOf } from "./ratios.ts";
import type { Result } from "./table.ts";

const run = (...values: [name: string, value: number][]): Result => ({
  scenario: "one-to-one",
  settings: {},
  figures: values.map(([name, value]) => figure(name, value, "s")),
});

test("each round begins and ends with the other commit", () => {
  expect(orderOfRuns(2)).toEqual(
    [1, 2].flatMap(() => ["before", "after", "after", "before"] as const),
  );
});

test("a ratio is that of the means, and its range that of runs in a row", () => {
  // The machine became twice as slow: both pairs still say the same.
  expect(ratioOf([1, 2], [0.5, 1])).toEqual({
    ratio: 0.5,
    least: 0.5,
    most: 0.5,
  });
  const { ratio, least, most } = ratioOf([2, 2], [1, 2]);
  expect([ratio, least, most]).toEqual([0.75, 0.5, 1]);
});

test("the spread is the distance of the farthest run from the mean", () => {
  expect(spreadOf([9, 11])).toBe(10);
  expect(spreadOf([5])).toBe(0);
  expect(spreadOf([0, 0])).toBeNaN();
});

test("a comparison has a row for each figure that both sides report", () => {
  const runs = {
    before: [run(["cpu", 0.1], ["gone", 1], ["none", 0])],
    after: [run(["cpu", 0.05], ["new", 1], ["none", 0])],
  };
  const sides = { before: { name: "main" }, after: { name: "here" } };
  expect(renderRatios("one-to-one (json)", runs, sides).split("\n")).toEqual([
    "one-to-one (json)  main        here         ratio  of pairs",
    "cpu                0.1 s ±0 %  0.05 s ±0 %  0.500  0.500 to 0.500",
    "none               0 s         0 s          –",
  ]);
});

test("what a run could not measure is no number, and breaks no table", () => {
  // As it comes back from a file.
  const read = JSON.parse(JSON.stringify(run(["p99", NaN]))) as Result;
  const table = renderRatios(
    "login",
    { before: [read], after: [read] },
    { before: { name: "main" }, after: { name: "here" } },
  );
  expect(table.split("\n")[1]).toBe("p99    – s   – s   –");
});
