import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { sql } from "kysely";

import { createDamageWatch, watched } from "./damage.ts";
import type { DamagedDatabase } from "./damage.ts";
import { startPostgres } from "../../testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../../testing/storage/embedded-postgres.ts";
import type { SqliteEngine } from "./engine.ts";
import { migrations } from "./migrations.ts";
import { openStorage } from "./open.ts";
import { createWriter } from "./writer.ts";
import type { Transaction } from "./writer.ts";

const folders: string[] = [];
const warn = (message: string): never => {
  throw new Error(message);
};
let postgres: EmbeddedPostgres | undefined;
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await postgres?.stop();
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-damage-"));
  folders.push(folder);
  return folder;
}

const put = (key: string) => (tx: Transaction) =>
  tx.db.insertInto("meta").values({ key, value: "x" }).execute();

const told = (error: unknown): unknown => {
  const { code, detail } = error as { code: number; detail: string };
  return { code, detail };
};
const refusal = {
  code: 90002,
  detail:
    "the database is damaged: nothing is changed until whoever runs the server restores a backup",
};

/** An engine that meets damage where the test says. */
async function open() {
  const dataFolder = newFolder();
  const engine = (await openStorage({
    dataFolder,
    databaseURL: "",
    migrations,
    warn,
  })) as SqliteEngine;
  const heard: DamagedDatabase[] = [];
  const damage = createDamageWatch("the one", (met) => heard.push(met));
  let [refusing, begun] = [0, 0];
  const start = (change: Partial<SqliteEngine>) => {
    const broken = watched(
      {
        ...engine,
        damage: damage.found,
        begin: () => {
          begun++;
          return engine.begin();
        },
        ...change,
      },
      damage,
    );
    const writer = createWriter(broken, {
      broken: (error) => {
        throw error;
      },
      refusing: () => refusing++,
    });
    return { writer, broken };
  };
  return {
    ...{ engine, damage, heard, start },
    refusals: () => refusing,
    batches: () => begun,
  };
}

const coded = (code: string) => Object.assign(new Error("malformed"), { code });

describe.each([
  "SQLITE_CORRUPT",
  "SQLITE_CORRUPT_INDEX",
  "SQLITE_CORRUPT_VTAB",
  "SQLITE_NOTADB",
  "XX001",
  "XX002",
])("%s", (code) => {
  const meet = () => {
    throw coded(code);
  };

  test("in a commit was tried again with every change", async () => {
    const { engine, heard, start, refusals, batches } = await open();
    const { writer } = start({ commit: meet });
    const all = await Promise.all([
      writer.transact(put("a")).catch(told),
      writer.transact(put("b")).catch(told),
    ]);
    expect(all).toEqual([refusal, refusal]);
    expect(heard.map(({ advice }) => advice)).toEqual([
      "the database the one is damaged (malformed): stop the server, see with  parley verify  what is lost, and restore a backup (parley restore)",
    ]);
    const before = batches();
    expect(writer.isRefusing()).toBe(true);
    expect(await writer.transact(put("c")).catch(told)).toEqual(refusal);
    expect(() => writer.requireTaking()).toThrow("damaged");
    expect([batches() - before, refusals(), heard.length]).toEqual([0, 0, 1]);
    await writer.close();
    await engine.close();
  });

  test("inside a savepoint let the rest of the batch be written", async () => {
    const { engine, damage, start } = await open();
    const { writer } = start({});
    const all = await Promise.all([
      writer.transact(put("a")).catch(told),
      writer
        .transact(() => damage.watch(() => Promise.reject(coded(code))))
        .catch(told),
      writer.transact(put("b")).catch(told),
    ]);
    expect(all).toEqual([refusal, refusal, refusal]);
    const { count } = await engine.read
      .selectFrom("meta")
      .where("value", "=", "x")
      .select((e) => e.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(count).toBe(0);
    await writer.close();
    await engine.close();
  });

  test("of a reader stopped no writing", async () => {
    const { engine, start } = await open();
    const { writer, broken } = start({
      log: { ...engine.log, at: meet },
    });
    await writer.transact(put("a"));
    expect(() => (broken as SqliteEngine).log.at([1])).toThrow("damaged");
    expect(await writer.transact(put("b")).catch(told)).toEqual(refusal);
    await writer.close();
    await engine.close();
  });
});

test("a damaged page that a query of SQLite reads was no damage", async () => {
  const dataFolder = newFolder();
  const options = { dataFolder, databaseURL: "", migrations, warn };
  const first = await openStorage(options);
  await first.begin();
  for (let n = 0; n < 3_000; n++)
    await first.write
      .insertInto("meta")
      .values({ key: `k${n}`, value: "x".repeat(50) })
      .execute();
  await first.commit();
  await first.close();
  const heard: DamagedDatabase[] = [];
  const damaged = (damage: DamagedDatabase) => heard.push(damage);
  const engine = await openStorage({ ...options, damaged });
  const file = path.join(dataFolder, "parley.db");
  const fd = openSync(file, "r+");
  writeSync(
    fd,
    new Uint8Array(statSync(file).size - 4_096).fill(0x5a),
    0,
    null,
    4_096,
  );
  closeSync(fd);
  const read = engine.read.selectFrom("meta").selectAll().execute();
  expect(await read.catch(told)).toEqual(refusal);
  expect(heard.map(({ advice }) => advice)).toEqual([
    expect.stringContaining(`the database ${file} is damaged (`),
  ]);
  expect(engine.damage()).toBe(heard[0]);
  await engine.close();
});

test("what PostgreSQL says of a damaged page was a fault of ours", async () => {
  postgres = await startPostgres();
  const databaseURL = await postgres.createDatabase();
  const heard: DamagedDatabase[] = [];
  const engine = await openStorage({
    ...{ dataFolder: "", databaseURL, migrations, warn },
    damaged: (damage) => heard.push(damage),
  });
  const writer = createWriter(engine, {
    broken: (error) => {
      throw error;
    },
  });
  const raise = (db: Transaction["db"], code: string) =>
    sql
      .raw(
        `do $$ begin raise exception 'invalid page in block 0' using errcode = '${code}'; end $$`,
      )
      .execute(db);
  expect(await raise(engine.read, "XX001").catch(told)).toEqual(refusal);
  expect(await writer.transact(put("a")).catch(told)).toEqual(refusal);
  expect(heard).toHaveLength(1);
  expect(heard[0]?.advice).toContain("is damaged (invalid page in block 0)");
  expect(heard[0]?.advice).toContain("postgres");
  await writer.close();
  await engine.close();
});
