import { afterAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { sql } from "kysely";
import type { Kysely } from "kysely";

import { startPostgres } from "./embedded-postgres.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { createCaches } from "../../src/storage/caches.ts";
import type { Caches } from "../../src/storage/caches.ts";
import type { Engine, SqliteEngine } from "../../src/storage/engine.ts";
import { sharedLogMigration } from "../../src/message-log/shared-log-migration.ts";
import { followUpNodesMigration } from "../../src/follow-ups/migration.ts";
import { arrivalsMigration } from "../../src/accounts/arrivals-migration.ts";
import { triesMigration } from "../../src/accounts/tries-migration.ts";
import { exchangesMigration } from "../../src/agents/exchanges-migration.ts";
import { drainMigration } from "../../src/nodes/drain-migration.ts";
import { nodesMigration } from "../../src/nodes/migration.ts";
import { migrations as firstMigrations } from "../../src/storage/migrations.ts";
import type { Migration } from "../../src/storage/migrations/migration.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Schema } from "../../src/storage/schema.ts";
import { createWriter } from "../../src/storage/writer.ts";
import type { Transact, Writer } from "../../src/storage/writer.ts";

const migrations = [
  ...firstMigrations,
  sharedLogMigration,
  nodesMigration,
  drainMigration,
  followUpNodesMigration,
  arrivalsMigration,
  triesMigration,
  exchangesMigration,
];

/** An empty database of one test's own, with the parts that domains ask for. */
export interface TestStorage extends AsyncDisposable {
  engine: Engine;
  writer: Writer;
  caches: Caches;
  db: Kysely<Schema>;
  transact: Transact;
}

/**
 * Defines the same tests for every engine:
 *
 *     forEachEngine("users", (open) => {
 *       test("are found once they are registered", async () => {
 *         await using storage = await open();
 *         …
 *       });
 *     });
 *
 * A test may open several. PostgreSQL starts with the first test that asks for
 * it and stops after the last one of the file. A feature that brings its own
 * tables names their migrations.
 */
export function forEachEngine(
  title: string,
  define: (open: () => Promise<TestStorage>) => void,
  own: readonly Migration[] = [],
): void {
  const all = [...migrations, ...own];
  describe(`${title}, sqlite`, () => define(() => openSqliteStorage(all)));
  describe(`${title}, postgres`, () => define(() => openPostgresStorage(all)));
  afterAll(stopPostgres);
}

/** Defines tests of what only the embedded database has. */
export function forSqlite(
  title: string,
  define: (open: () => Promise<TestStorage & { engine: SqliteEngine }>) => void,
): void {
  describe(`${title}, sqlite`, () =>
    define(async () => {
      const storage = await openSqliteStorage(migrations);
      return { ...storage, engine: storage.engine as SqliteEngine };
    }));
}

const warn = (message: string): never => {
  throw new Error(message);
};

async function openSqliteStorage(
  migrations: readonly Migration[],
): Promise<TestStorage> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-sqlite-"));
  const engine = await openStorage({
    dataFolder,
    databaseURL: "",
    migrations,
    warn,
  });
  return withWriter(engine, async () => {
    await engine.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });
}

let postgres: Promise<EmbeddedPostgres> | undefined;
/** Databases that are empty again: making one takes far longer. */
const spare: string[] = [];

async function openPostgresStorage(
  migrations: readonly Migration[],
): Promise<TestStorage> {
  const { createDatabase } = await (postgres ??= startPostgres());
  const databaseURL = spare.pop() ?? (await createDatabase());
  const engine = await openStorage({
    dataFolder: "",
    databaseURL,
    migrations,
    warn,
  });
  return withWriter(engine, async () => {
    await emptyTables(engine.write);
    await engine.close();
    spare.push(databaseURL);
  });
}

/** Returns the URL of a new database of PostgreSQL. */
export async function openEmptyDatabase(): Promise<string> {
  const { createDatabase } = await (postgres ??= startPostgres());
  return createDatabase();
}

/** A database of PostgreSQL that several processes use, as nodes of a cluster do. */
export async function openSharedDatabase() {
  const databaseURL = await openEmptyDatabase();
  return {
    databaseURL,
    /** Opens it as one more process. */
    async open(): Promise<TestStorage> {
      const engine = await openStorage({
        ...{ dataFolder: "", databaseURL, migrations, warn },
        isShared: true,
      });
      return withWriter(engine, () => engine.close());
    },
  };
}

export async function stopPostgres(): Promise<void> {
  const running = await postgres;
  postgres = undefined;
  spare.length = 0;
  await running?.stop();
}

/** Leaves the tables as after the migrations. */
async function emptyTables(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'
  `.execute(db);
  for (const { name } of rows) {
    const table = sql.table(name);
    // Triggers keep what is only ever added to.
    await sql`alter table ${table} disable trigger user`.execute(db);
    await sql`
      delete from ${table}
      ${name === "meta" ? sql`where key <> 'migrations'` : sql``}
    `.execute(db);
    await sql`alter table ${table} enable trigger user`.execute(db);
  }
  await sql`
    select setval(format('%I', sequencename)::regclass, 1, false)
    from pg_sequences where schemaname = 'public'
  `.execute(db);
}

function withWriter(engine: Engine, close: () => Promise<void>): TestStorage {
  const writer = createWriter(engine, {
    broken(error) {
      throw error;
    },
  });
  return {
    engine,
    writer,
    caches: createCaches(),
    db: engine.read,
    transact: writer.transact,
    async [Symbol.asyncDispose]() {
      await writer.close();
      await close();
    },
  };
}
