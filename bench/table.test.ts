import { expect, test } from "bun:test";

import { atLeast, atMost, figure, isReached } from "./figures.ts";
import { readOptions, UsageError } from "./options.ts";
import { median } from "./scenario-start.ts";
import { chooseScenarios } from "./scenarios.ts";
import { formatNumber, renderTable } from "./table.ts";

test("a table says what was reached and what was not", () => {
  const table = renderTable([
    {
      scenario: "one-to-one",
      settings: { users: 200 },
      figures: [
        figure("cpu", 0.0567, "s", atMost(0.08)),
        figure("delivered", 9_000, "/s", atLeast(11_000)),
        figure("acked", 12_345.6, "/s"),
      ],
    },
  ]);
  expect(table.split("\n")).toEqual([
    "scenario     figure     ours       target",
    "one-to-one   cpu        0.0567 s   ≤ 0.08    ok",
    "  users 200  delivered  9,000 /s   ≥ 11,000  not reached",
    "             acked      12,346 /s",
  ]);
});

test("a target says nothing of what could not be measured", () => {
  expect(isReached(figure("cpu", NaN, "s", atMost(1)))).toBeUndefined();
  expect(isReached(figure("cpu", 1, "s", atMost(1)))).toBe(true);
  expect(formatNumber(NaN)).toBe("–");
});

test("the median of an even number lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 9])).toBe(3);
});

test("a name chooses one scenario, or all that begin with it", () => {
  const names = (...of: string[]) =>
    chooseScenarios(of).map(({ name }) => name);
  expect(names("one-to-one-rate")).toEqual(["one-to-one-rate"]);
  expect(names("one-to-one-rate-", "idle")).toEqual([
    "one-to-one-rate-100",
    "one-to-one-rate-1000",
    "one-to-one-rate-10000",
    "idle",
  ]);
  const byDefault = names();
  for (const name of ["one-to-one-cold", "one-to-one-rate-1000", "group-1000"])
    expect(byDefault).toContain(name);
  for (const name of ["one-to-one-rate-100", "one-to-one-rate-10000", "soak"])
    expect(byDefault).not.toContain(name);
  expect(() => names("two")).toThrow(UsageError);
});

test("the command line is read, and refused with a reason", () => {
  const options = readOptions(["one", "--users", "20", "--encoding", "json"]);
  expect(options).toMatchObject({
    scenarios: ["one"],
    users: 20,
    encoding: "json",
    client: "raw",
    database: "",
  });
  for (const wrong of [
    ["--users", "-1"],
    ["--rate", "fast"],
    ["--encoding", "xml"],
    ["--client", "netcat"],
    ["--colour"],
  ])
    expect(() => readOptions(wrong)).toThrow(UsageError);
});
