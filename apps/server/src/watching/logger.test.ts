import { expect, test } from "bun:test";

import { announce, createLogger } from "./logger.ts";

function listen(level: string) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) =>
    void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { logger: createLogger(level, { write }), lines };
}

test("levels were numbers that only one library's tools can read", () => {
  const { logger, lines } = listen("debug");
  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error({ err: new Error("no") }, "d");
  logger.fatal("e");
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ["debug", "a"],
    ["info", "b"],
    ["warn", "c"],
    ["error", "d"],
    ["fatal", "e"],
  ]);
});

test("what operators wait for is logged at every level", () => {
  const { logger, lines } = listen("error");
  logger.info("left out");
  announce(logger, { port: 1 }, "ready");
  expect(lines).toMatchObject([{ level: "info", msg: "ready", port: 1 }]);
});
