import { expect, test } from "bun:test";

import { startPostgres } from "../apps/server/testing/storage/embedded-postgres.ts";
import { createScratchDatabase } from "./scratch-database.ts";

test("a run's database is there as long as its run", async () => {
  await using postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const names = async () => {
    const rows = await postgres.run("select datname from pg_database");
    return rows.map(({ datname }) => datname as string).sort();
  };
  const before = await names();
  const run = new AsyncDisposableStack();
  const scratch = await createScratchDatabase(url, run);
  const name = new URL(scratch).pathname.slice(1);
  expect(await names()).toEqual([...before, name].sort());
  await run.disposeAsync();
  expect(await names()).toEqual(before);
});

test("a server that cannot be reached says so, and keeps nothing", async () => {
  const run = new AsyncDisposableStack();
  const url = "postgres://nobody@127.0.0.1:1/none";
  await expect(createScratchDatabase(url, run)).rejects.toThrow(/ECONNREFUSED/);
});
