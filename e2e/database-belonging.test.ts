import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { Admin } from "./client.ts";
import { startServer } from "./server.ts";

let postgres: EmbeddedPostgres;

beforeAll(async () => (postgres = await startPostgres()));
afterAll(() => postgres.stop());

/** One folder, and starts on it with this or that database. */
function folderOfOurs() {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-belonging-"));
  const dataFolder = path.join(folder, "data");
  const start = (databaseURL?: string) =>
    startServer({
      dataFolder,
      environment: databaseURL ? { PARLEY_DATABASE_URL: databaseURL } : {},
    });
  return {
    dataFolder,
    async run(databaseURL?: string): Promise<void> {
      const server = await start(databaseURL);
      await Admin.signIn(server.api);
      expect(await server.stop()).toBe(0);
    },
    /** Returns the error text of a start that must end with 78. */
    async refused(databaseURL?: string): Promise<string> {
      const failed = await start(databaseURL).then(
        () => "it started",
        (error: Error) => error.message,
      );
      const line = failed
        .split("\n")
        .find((each) => each.startsWith("parley: "));
      expect(line).toContain("begin anew, name an empty folder");
      return line ?? failed;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

test("a database URL does not begin anew beside an embedded database that is in use", async () => {
  using ours = folderOfOurs();
  await ours.run();
  const url = await postgres.createDatabase();
  expect(await ours.refused(url)).toContain("has an embedded database");
  // Older versions left no such file.
  unlinkSync(path.join(ours.dataFolder, "database.json"));
  expect(await ours.refused(url)).toContain("has an embedded database");
  await ours.run();
});

test("a database URL that got lost does not bring other data back", async () => {
  using ours = folderOfOurs();
  const url = await postgres.createDatabase();
  await ours.run(url);
  expect(await ours.refused()).toContain(
    `is in the database postgres://parley@localhost${new URL(url).pathname}, and PARLEY_DATABASE_URL is not set`,
  );
  expect(existsSync(path.join(ours.dataFolder, "parley.db"))).toBe(false);
  await ours.run(url);
});

test("another database than that of the folder is refused, and nothing is begun in it", async () => {
  using ours = folderOfOurs();
  const url = await postgres.createDatabase();
  await ours.run(url);
  const other = await postgres.createDatabase();
  expect(await ours.refused(other)).toContain("is not the one");
  // Another folder may begin in it.
  using theirs = folderOfOurs();
  await theirs.run(other);
  expect(await ours.refused(other)).toContain("is not the one");
  await ours.run(url);
});

test("a folder that was lost takes the database that there is", async () => {
  using ours = folderOfOurs();
  const url = await postgres.createDatabase();
  await ours.run(url);
  using fresh = folderOfOurs();
  await fresh.run(url);
});

test("an embedded database that is empty or gone does not begin anew over what belonged to it", async () => {
  using ours = folderOfOurs();
  await ours.run();
  const file = path.join(ours.dataFolder, "parley.db");
  truncateSync(file);
  expect(await ours.refused()).toContain("parley.db is empty");
  unlinkSync(file);
  expect(await ours.refused()).toContain("parley.db is gone");
  expect(existsSync(file)).toBe(false);
});
