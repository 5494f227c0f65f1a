import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startPostgres } from "../../testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../../testing/storage/embedded-postgres.ts";
import { migrations } from "../composition/migrations.ts";
import { openStorage } from "../storage/open.ts";
import { sqliteFile } from "../storage/sqlite.ts";
import { copyFromSqlite } from "./copy-tables.ts";

const folder = mkdtempSync(path.join(tmpdir(), "parley-fit-"));
let postgres: EmbeddedPostgres | undefined;
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await postgres?.stop();
});

const warn = (message: string): never => {
  throw new Error(message);
};

test("numbers of 2^63-1 and U+0000 in an embedded database could not be moved to PostgreSQL", async () => {
  const embedded = await openStorage({
    ...{ dataFolder: folder, databaseURL: "", migrations, warn },
  });
  await embedded.close();
  const database = new Database(sqliteFile(folder));
  const put = database.prepare(
    "insert into users (user_id, nickname, create_time, app_manger_level) values (?, ?, ?, ?)",
  );
  // As servers wrote it: the nearest number of ours is above what is an integer.
  put.run("high", "High", 2 ** 63, 1);
  put.run("low", "Low", -(2 ** 63), 1);
  database.run(
    "insert into users (user_id, nickname, create_time) values ('exact', 'E', 9223372036854775807)",
  );
  put.run("nul", "a\0b", 1_700_000_000_000, 2 ** 40);
  put.run("usual", "Usual", 1_700_000_000_000, 1);
  database.close();

  postgres = await startPostgres();
  const databaseURL = await postgres.createDatabase();
  const engine = await openStorage({
    dataFolder: "",
    databaseURL,
    migrations,
    warn,
  });
  const changed: string[] = [];
  await engine.begin();
  await copyFromSqlite(
    sqliteFile(folder),
    engine.write,
    engine.kind,
    () => undefined,
    (what) => changed.push(what),
  );
  await engine.commit();
  const users = await engine.read
    .selectFrom("users")
    .select(["user_id", "nickname", "create_time", "app_manger_level"])
    .orderBy("user_id")
    .execute();
  await engine.close();
  expect(users.map((each) => Object.values(each))).toEqual([
    ["exact", "E", Number.MAX_SAFE_INTEGER, 0],
    ["high", "High", Number.MAX_SAFE_INTEGER, 1],
    ["low", "Low", -Number.MAX_SAFE_INTEGER, 1],
    ["nul", "ab", 1_700_000_000_000, 2_147_483_647],
    ["usual", "Usual", 1_700_000_000_000, 1],
  ]);
  expect(changed).toHaveLength(5);
  expect(changed).toContain(
    "users (id 1): create_time was 9223372036854776000, which cannot be kept in PostgreSQL, and is 9007199254740991 now",
  );
  expect(changed).toContain(
    String.raw`users (id 4): nickname was "a\u0000b", which cannot be kept in PostgreSQL, and is "ab" now`,
  );
});
