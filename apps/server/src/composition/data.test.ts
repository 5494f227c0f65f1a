import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig } from "../config/load.ts";
import { createLogger } from "../watching/logger.ts";
import { openData } from "./data.ts";

/** Returns whether a request that waited for an hour is served. */
async function servesAfterAnHour(
  environment: Record<string, string>,
): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-data-"));
  const config = await loadConfig({
    environment: {
      PARLEY_DATA: folder,
      PARLEY_LOG_LEVEL: "silent",
      ...environment,
    },
  });
  const { shedder, writer, engine } = await openData(
    config,
    createLogger("silent"),
  );
  try {
    return shedder.admits("change", 3_600_000);
  } finally {
    await writer.close();
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

test("a machine that stood still refuses what waited, but where that is switched off", async () => {
  expect(await servesAfterAnHour({})).toBe(false);
  expect(
    await servesAfterAnHour({ PARLEY_LOAD_SHEDDING_ENABLE: "false" }),
  ).toBe(true);
});
