import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, statfs } from "node:fs/promises";
import path from "node:path";

import { sql } from "kysely";
import type { Kysely } from "kysely";

import {
  databaseKey,
  findBelonging,
  findMeta,
  getDatabaseID,
  movedKey,
  movingKey,
  setMeta,
  switchBelonging,
} from "../storage/belonging.ts";
import type { Mark } from "../storage/belonging.ts";
import { withoutPassword } from "../storage/database-url.ts";
import { lockFolder } from "../storage/folder-lock.ts";
import { createMeta } from "../storage/migrations.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import { openStorage, readStorage } from "../storage/open.ts";
import type { Schema } from "../storage/schema.ts";
import { sqliteFile } from "../storage/sqlite.ts";
import { compare } from "./compare.ts";
import { sync } from "./copy-files.ts";
import { copyFromSqlite, copyIntoSqlite } from "./copy-tables.ts";
import { BackupError } from "./manifest.ts";
import type { Report } from "./progress.ts";

export interface MoveOptions {
  /** Of a server that is stopped. */
  dataFolder: string;
  /** The PostgreSQL to move to, or back from. */
  databaseURL: string;
  migrations: readonly Migration[];
  report: Report;
  /** Tells the operator of each step. */
  say(line: string): void;
  /** Called for each value that was changed because PostgreSQL cannot hold it. */
  changed(what: string): void;
}

/**
 * Moves all rows of the data folder's database into an empty PostgreSQL. The server
 * is on one side until the folder's mark is replaced, which is the last step and atomic.
 * Both databases are locked meanwhile. Answers what is to be done next.
 */
export async function moveToPostgres(options: MoveOptions): Promise<string> {
  const { dataFolder, databaseURL, migrations, report, say, changed } = options;
  const name = nameOf(
    databaseURL,
    "name the PostgreSQL to move to with --to, or with PARLEY_DATABASE_URL",
  );
  const next = `set PARLEY_DATABASE_URL to it and start the server; the embedded database stays until  parley migrate --forget`;
  const mark = findBelonging(dataFolder);
  if (mark?.kind === "postgres") {
    if (mark.database !== name)
      throw new BackupError(
        `the data of ${dataFolder} is in ${mark.database}, and not in an embedded database`,
      );
    return `the data of ${dataFolder} was moved to ${name} before: ${next}`;
  }
  const file = sqliteFile(dataFolder);
  if (!existsSync(file))
    throw new BackupError(
      `there is no database in ${dataFolder}: name the server's data folder with PARLEY_DATA`,
    );
  const open = { dataFolder, migrations, warn: say };
  const source = await openStorage({
    ...open,
    databaseURL: "",
    owner: "server",
  });
  try {
    const sourceID = await getDatabaseID(source.read);
    const target = await openStorage({
      ...open,
      databaseURL,
      requireFit: (db) => claim(db, name, sourceID, say),
    });
    try {
      say(`copying ${file} into ${name}`);
      const id = randomUUID();
      await target.begin();
      try {
        await copyFromSqlite(file, target.write, "postgres", report, changed);
        await setMeta(target.write, databaseKey, id);
        await setMeta(target.write, movingKey, sourceID);
        await target.commit();
      } catch (error) {
        // The first error says more than that of a connection that is gone.
        await Promise.resolve(target.rollback()).catch(() => undefined);
        throw error;
      }
      await target.durable();
      say("comparing every row");
      requireSame(await compare(file, target.read, "there", report));
      switchBelonging(dataFolder, { id, kind: "postgres", database: name });
      await target.write
        .deleteFrom("meta")
        .where("key", "=", movingKey)
        .execute();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return `moved to ${name}: ${next}`;
}

/**
 * Moves all rows back from PostgreSQL, with what was written there meanwhile, in the
 * place of the embedded database that was left.
 */
export async function moveBack(options: MoveOptions): Promise<string> {
  const { dataFolder, databaseURL, migrations, report, say } = options;
  const name = nameOf(
    databaseURL,
    "name the database that the server uses with PARLEY_DATABASE_URL",
  );
  const done = `moved back from ${name}: start the server without PARLEY_DATABASE_URL; what is in PostgreSQL is not used any more, drop it when you like`;
  const mark = findBelonging(dataFolder);
  if (!mark)
    throw new BackupError(
      `${dataFolder} is no data folder of a server: name it with PARLEY_DATA`,
    );
  const open = { migrations, warn: say };
  if (mark.kind === "sqlite") return finishBack(options, name, mark, done);
  const source = await openStorage({
    ...{ ...open, dataFolder, databaseURL },
    owner: "server",
  });
  try {
    const unlock = lockFolder(dataFolder);
    const work = path.join(dataFolder, "moving");
    try {
      if (existsSync(work))
        say("an earlier move back was stopped: it begins anew");
      await rm(work, { recursive: true, force: true });
      await mkdir(work);
      await requireRoom(dataFolder, source.read);
      const empty = await openStorage({
        ...open,
        dataFolder: work,
        databaseURL: "",
      });
      await empty.close();
      say(`copying ${name} into ${sqliteFile(dataFolder)}`);
      const id = randomUUID();
      const reader = await readStorage({ dataFolder, databaseURL });
      try {
        await copyIntoSqlite(reader, sqliteFile(work), report);
        say("comparing every row");
        requireSame(await compare(sqliteFile(work), reader.db, "back", report));
      } finally {
        await reader.close();
      }
      await finishFile(work, id);
      const file = sqliteFile(dataFolder);
      // The database that was left has not been the truth since the move.
      for (const part of ["-wal", "-shm"])
        await rm(file + part, { force: true });
      await rename(sqliteFile(work), file);
      await sync(dataFolder);
      switchBelonging(dataFolder, {
        id,
        kind: "sqlite",
        database: file,
        movedBackFrom: mark.id,
      });
      await setMeta(source.write, movedKey, id);
    } finally {
      await rm(work, { recursive: true, force: true });
      unlock();
    }
  } finally {
    await source.close();
  }
  return done;
}

/** Tells PostgreSQL that it is not the truth, in case a kill came before that. */
async function finishBack(
  { databaseURL, dataFolder }: MoveOptions,
  name: string,
  { id, movedBackFrom }: Mark,
  done: string,
): Promise<string> {
  const { writePostgres } = await import("../storage/postgres.ts");
  const { db, close } = await writePostgres(databaseURL);
  try {
    const found = await findMeta(db, databaseKey);
    if (found === undefined || found !== movedBackFrom)
      throw new BackupError(
        `the data of ${dataFolder} is in its embedded database, and was not in ${name} before: there is nothing to move back`,
      );
    await setMeta(db, movedKey, id);
    return done;
  } finally {
    await close();
  }
}

/** Deletes the embedded database that a move left. Answers what it did. */
export async function forget(dataFolder: string): Promise<string> {
  const mark = findBelonging(dataFolder);
  const file = sqliteFile(dataFolder);
  if (mark?.kind !== "postgres")
    throw new BackupError(
      `${file} is the server's database, and is not deleted: only what a move to PostgreSQL left can be forgotten`,
    );
  if (!existsSync(file))
    return `there is no embedded database in ${dataFolder}`;
  const unlock = lockFolder(dataFolder);
  try {
    for (const part of ["", "-wal", "-shm"])
      await rm(file + part, { force: true });
    await sync(dataFolder);
  } finally {
    unlock();
  }
  return `deleted ${file}; the data is in ${mark.database}`;
}

function nameOf(url: string, advice: string): string {
  if (url === "") throw new BackupError(advice);
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new BackupError(
      "that is no URL of a PostgreSQL: write postgres://user:password@host:5432/name",
    );
  return withoutPassword(url);
}

/** Throws before anything is written unless the database is empty, or was half filled by us. */
async function claim(
  db: Kysely<Schema>,
  name: string,
  sourceID: string,
  say: (line: string) => void,
): Promise<void> {
  const { rows } = await sql`
    select 1 from information_schema.tables
    where table_schema = current_schema() limit 1`.execute(db);
  if (rows.length === 0) {
    await createMeta(db);
    return setMeta(db, movingKey, sourceID);
  }
  if ((await findMeta(db, movingKey)) !== sourceID)
    throw new BackupError(
      `${name} is not empty: name an empty database, or make one (createdb)`,
    );
  say("an earlier move was stopped: it begins anew");
}

function requireSame(differences: readonly string[]): void {
  if (differences.length > 0)
    throw new BackupError(
      `the copy differs, so nothing was switched, and the server goes on where it was: ${differences.join("; ")}`,
    );
}

async function requireRoom(folder: string, db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database()) as bytes`.execute(db);
  const bytes = Number(rows[0]?.bytes ?? 0);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new BackupError(
      `${folder} has room for ${bavail * bsize} bytes, and the database has ${bytes}`,
    );
}

/** Makes one file of it, with an id of its own, that survives a power cut. */
async function finishFile(folder: string, id: string): Promise<void> {
  const file = sqliteFile(folder);
  const database = new Database(file);
  try {
    database.run("insert or replace into meta (key, value) values (?, ?)", [
      databaseKey,
      id,
    ]);
    database.run("pragma wal_checkpoint(truncate)");
  } finally {
    database.close();
  }
  await sync(file);
}
