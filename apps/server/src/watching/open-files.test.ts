import { expect, test } from "bun:test";

import { problemOfOpenFiles } from "./open-files.ts";

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             95963                95963                processes
Max open files            1024                 524288               files
`;

test("a limit of open files below that of connections is told with both numbers", () => {
  const problem = problemOfOpenFiles(10_000, limits);
  expect(problem).toContain("1024 files");
  expect(problem).toContain("10000 connections");
});

test.each([
  ["enough", 500, limits],
  ["none", 100_000, limits.replace("1024     ", "unlimited")],
  ["unknown", 100_000, ""],
])("nothing is told where it is %s", (_, connections, text) => {
  expect(problemOfOpenFiles(connections, text)).toBeUndefined();
});
