import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { sql } from "kysely";

import { openSqlite } from "./sqlite.ts";

function open() {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-turns-"));
  const engine = openSqlite(folder, (message) => {
    throw new Error(message);
  });
  return {
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Counts turns of the event loop until what is awaited is done. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work;
  isDone = true;
  return turns;
}

const numbers = (count: number) =>
  sql<{
    n: number;
  }>`with recursive t(n) as (select 1 union all select n + 1 from t where n < ${count}) select n from t`;

test("queries one after another leave the turn before they hold it up", async () => {
  await using storage = open();
  for (const db of [storage.engine.read, storage.engine.write]) {
    const ask = async () => {
      const until = performance.now() + 100;
      while (performance.now() < until) await numbers(100).execute(db);
    };
    expect(await turnsOf(ask())).toBeGreaterThan(5);
  }
});

test("what is asked first is answered first, also when it waits for a turn", async () => {
  await using storage = open();
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      await numbers(900).execute(storage.engine.read);
      order.push(i);
    }),
  );
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("a read of a hundred thousand rows lets others come between, and is of one moment", async () => {
  await using storage = open();
  const { engine } = storage;
  await sql`create table t (n integer)`.execute(engine.write);
  const grow = (from: number, to: number) =>
    sql`with recursive t(n) as (select ${sql.lit(from)} union all select n + 1 from t where n < ${sql.lit(to)}) insert into t select n from t`.execute(
      engine.write,
    );
  await grow(1, 100_000);
  const all = sql<{ n: number }>`select n from t`.execute(engine.read);
  const turns = turnsOf(all);
  await new Promise((resolve) => setImmediate(resolve));
  await grow(100_001, 100_010);
  // A query after the commit sees the new row.
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from t`.execute(engine.read);
  expect(rows[0]?.count).toBe(100_010);
  const found = await all;
  expect(await turns).toBeGreaterThan(2);
  expect(found.rows.map(({ n }) => n)).toEqual(
    Array.from({ length: 100_000 }, (_, i) => i + 1),
  );
});

test("many long reads at once are all answered", async () => {
  await using storage = open();
  const found = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      numbers(5_000 + i).execute(storage.engine.read),
    ),
  );
  expect(found.map(({ rows }) => rows.length)).toEqual(
    Array.from({ length: 12 }, (_, i) => 5_000 + i),
  );
});
