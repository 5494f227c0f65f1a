import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { Admin } from "./client.ts";
import { startServer } from "./server.ts";

const main = path.join(import.meta.dirname, "../apps/server/src/main.ts");
const folder = mkdtempSync(path.join(tmpdir(), "parley-modes-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

/** The folder and what is below it that others of the machine may look at. */
const openToOthers = (place: string): string[] =>
  [place, ...readdirSync(place, { recursive: true, encoding: "utf8" })].filter(
    (each) => (statSync(path.resolve(place, each)).mode & 0o077) !== 0,
  );

/** With the usual umask, new files are readable for everybody. */
function run(dataFolder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    env: { PARLEY_DATA: dataFolder },
  });
  expect(String(stderr)).toBe("");
  expect(status).toBe(0);
}

// Windows has no such modes.
test.skipIf(process.platform === "win32")(
  "data, a backup and what is restored are for the server's own user alone",
  async () => {
    const data = path.join(folder, "data");
    const server = await startServer({ dataFolder: data });
    await (await Admin.signIn(server.api)).users("ann");
    expect(openToOthers(data)).toEqual([]);
    const backup = path.join(folder, "backup");
    run(data, "backup", backup);
    expect(await server.stop()).toBe(0);
    expect(openToOthers(data)).toEqual([]);
    expect(openToOthers(backup)).toEqual([]);

    // Also from one that somebody copied about.
    chmodSync(path.join(backup, "parley.db"), 0o644);
    const restored = path.join(folder, "restored");
    run(restored, "restore", backup);
    expect(openToOthers(restored)).toEqual([]);
  },
);
