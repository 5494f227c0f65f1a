import { afterAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Kysely } from "kysely";

import { startPostgres } from "./embedded-postgres.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import type { Engine } from "./engine.ts";
import { openStorage } from "./open.ts";
import type { Schema } from "./schema.ts";
import { createWriter } from "./writer.ts";
import type { Transact, Writer } from "./writer.ts";

/** A new database for one test, with the parts that domains ask for. */
export interface TestStorage extends AsyncDisposable {
  engine: Engine;
  writer: Writer;
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
 * PostgreSQL starts with the first test that opens it, and stops with the
 * last test of the file.
 */
export function forEachEngine(
  title: string,
  define: (open: () => Promise<TestStorage>) => void,
): void {
  let postgres: Promise<EmbeddedPostgres> | undefined;
  describe(`${title}, sqlite`, () => define(openSqliteStorage));
  describe(`${title}, postgres`, () => {
    define(async () =>
      openPostgresStorage(await (postgres ??= startPostgres())));
    afterAll(async () => (await postgres)?.stop());
  });
}

async function openSqliteStorage(): Promise<TestStorage> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-sqlite-"));
  const engine = await openStorage({ dataFolder, databaseURL: "" });
  return withWriter(engine, async () =>
    rmSync(dataFolder, { recursive: true, force: true }),
  );
}

async function openPostgresStorage(
  postgres: EmbeddedPostgres,
): Promise<TestStorage> {
  const databaseURL = await postgres.createDatabase();
  const engine = await openStorage({ dataFolder: "", databaseURL });
  return withWriter(engine, () => postgres.dropDatabase(databaseURL));
}

function withWriter(engine: Engine, remove: () => Promise<void>): TestStorage {
  const writer = createWriter(engine, (error) => {
    throw error;
  });
  return {
    engine,
    writer,
    db: engine.read,
    transact: writer.transact,
    async [Symbol.asyncDispose]() {
      await writer.close();
      await engine.close();
      await remove();
    },
  };
}
