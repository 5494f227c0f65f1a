import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { createCheckpoints } from "./checkpoints.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { applyPragmas } from "./sqlite-pragmas.ts";

const pages = 20;

let folder: string;
let file: string;
let database: Database;
let checkpoints: Checkpoints;
let failures: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "parley-checkpoints-"));
  file = path.join(folder, "parley.db");
  database = new Database(file);
  applyPragmas(database);
  database.run("create table t (data blob)");
  failures = [];
});

afterEach(() => {
  checkpoints.close();
  database.close();
  rmSync(folder, { recursive: true });
});

function create(of = file): void {
  checkpoints = createCheckpoints({
    file: of,
    database,
    pages,
    failed: (reason) => void failures.push(reason),
  });
}

/** A batch of one page. */
async function write(): Promise<void> {
  await checkpoints.beforeBatch();
  database.run("insert into t values (zeroblob(3000))");
  checkpoints.afterCommit();
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const logPages = () => statSync(`${file}-wal`).size / 4_120;

const look = () =>
  database
    .query<{ log: number; checkpointed: number }, []>(
      "pragma wal_checkpoint(noop)",
    )
    .get() ?? { log: 0, checkpointed: 0 };

test("the log begins again and again while there is no end of writing", async () => {
  create();
  let rows = 0;
  for (let begun = 0, before = 0; begun < 5; rows++) {
    await write();
    await turn();
    const { log } = look();
    if (log < before) begun++;
    before = log;
  }
  expect(failures).toEqual([]);
  expect(database.query("select count(*) as n from t").get()).toEqual({
    n: rows,
  });
  expect(database.query("pragma integrity_check").get()).toEqual({
    integrity_check: "ok",
  });
});

test("a batch that came before the news of a whole copy began the log again, and waited for the disk", async () => {
  create();
  while (look().log < pages) await write();
  // The other thread copies all there is while this one does not hear of it.
  while (look().checkpointed < look().log);
  await write();
  expect(look().log).toBeGreaterThan(pages);
});

test("a checkpoint that fails is told, and holds no batch up", async () => {
  create(path.join(folder, "missing", "parley.db"));
  while (failures.length === 0) {
    await write();
    await turn();
  }
  expect(failures[0]).toContain("unable to open database file");
  await write();
  const written = logPages();
  // The next attempt comes when the log has grown as much again.
  while (failures.length === 1) {
    await write();
    await turn();
  }
  expect(logPages() - written).toBeGreaterThan(pages - 5);
});

test("a log that could not be read once was never copied again", async () => {
  const filename = path.join(folder, "unreadable");
  writeFileSync(filename, "no database".repeat(1_000));
  checkpoints = createCheckpoints({
    file,
    database: {
      filename,
      prepare: database.prepare.bind(database),
    } as Database,
    pages,
    failed: (reason) => void failures.push(reason),
  });
  while (failures.length === 0) {
    await write();
    await turn();
  }
  expect(failures[0]).toContain("not a database");
  // It can be read from here on.
  writeFileSync(filename, "");
  while (look().checkpointed === 0) {
    await write();
    await turn();
  }
  expect(failures).toHaveLength(1);
});
