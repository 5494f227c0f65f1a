import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import type { Kysely } from "kysely";

import type { EngineKind } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";
import { sqliteFile } from "./sqlite.ts";

/** The data folder belongs to another database than the one that was named. */
export class WrongDatabase extends Error {
  override readonly name = "WrongDatabase";
}

/** Identity that a data folder and its database share. */
export interface Belonging {
  /** Call it before the schema is touched. Throws WrongDatabase. */
  requireSame(db: Kysely<Schema>): Promise<void>;
  /** Stores the identity in both; call it once the database may be written. */
  keep(db: Kysely<Schema>): Promise<void>;
}

/** What a data folder says of where its data is; the server obeys it at each start. */
export interface Mark {
  id: string;
  kind: EngineKind;
  /** The database's name in error messages. */
  database: string;
  /** Id of the PostgreSQL that the data was moved back from. */
  movedBackFrom?: string;
}

/** In both, as the folder says it. */
export const databaseKey = "database_id";

/** In PostgreSQL: id of the database that is being copied into it. */
export const movingKey = "moving";

/** In PostgreSQL: id of the database that has its data now. */
export const movedKey = "moved_to";

export interface BelongingOptions {
  dataFolder: string;
  kind: EngineKind;
  /** Name of the database in messages to people. */
  database: string;
  /** Several processes may share a folder, each with its own database. */
  owner: "server" | "accounts";
}

/** Throws WrongDatabase before the wrong one is begun or opened. */
export function readBelonging(options: BelongingOptions): Belonging {
  const { dataFolder, kind, database, owner } = options;
  const file = fileOf(dataFolder, owner);
  const mark = readMark(file);
  const begin = "to begin anew, name an empty folder with PARLEY_DATA";
  const embedded = sqliteFile(dataFolder);
  const hasEmbedded = existsSync(embedded) && statSync(embedded).size > 0;

  if (kind === "postgres") {
    const isOurs =
      owner === "server" ||
      readMark(fileOf(dataFolder, "server")) === undefined;
    if (mark?.kind === "sqlite" || (!mark && hasEmbedded && isOurs))
      throw new WrongDatabase(
        `the data folder ${dataFolder} has an embedded database, and PARLEY_DATABASE_URL names ${database}: to move the data there, stop the server and run  parley migrate ; ${begin}`,
      );
  } else if (mark?.kind === "postgres")
    throw new WrongDatabase(
      `the data of the folder ${dataFolder} is in the database ${mark.database}, and PARLEY_DATABASE_URL is not set: set it to that; ${begin}`,
    );
  else if (!hasEmbedded && (mark || hasObjects(dataFolder)))
    throw new WrongDatabase(
      `the database ${embedded} is ${existsSync(embedded) ? "empty" : "gone"}, and the folder has data that belong to it: restore a backup (parley restore), or set PARLEY_DATABASE_URL if it was in PostgreSQL; ${begin}`,
    );

  return {
    async requireSame(db) {
      const id = await findID(db);
      if (await findMeta(db, movedKey))
        throw new WrongDatabase(
          `the data of ${database} was moved back into an embedded database, and goes on there: unset PARLEY_DATABASE_URL and PARLEY_BUS_URL, and start with that data folder; ${begin}`,
        );
      if (!mark && (await findMeta(db, movingKey)))
        throw new WrongDatabase(
          `a move of data to ${database} did not end: run  parley migrate  again with the data folder it began with; ${begin}`,
        );
      if (mark && mark.id !== id)
        throw new WrongDatabase(
          `the database ${database} is not the one that the data folder ${dataFolder} belongs to, ${mark.database}: name that with PARLEY_DATABASE_URL; ${begin}`,
        );
    },
    async keep(db) {
      if (mark) {
        // A move that was killed after its last step left it.
        await db.deleteFrom("meta").where("key", "=", movingKey).execute();
        return;
      }
      const id = (await findID(db)) ?? randomUUID();
      await db
        .insertInto("meta")
        .values({ key: databaseKey, value: id })
        .onConflict((row) => row.column("key").doNothing())
        .execute();
      mkdirSync(dataFolder, { recursive: true });
      writeMark(file, { id, kind, database });
    },
  };
}

/** Returns what the folder of a server says; undefined: nothing was begun in it. */
export const findBelonging = (dataFolder: string): Mark | undefined =>
  readMark(fileOf(dataFolder, "server"));

/** From here on the server uses that database. Durable when it returns. */
export function switchBelonging(dataFolder: string, mark: Mark): void {
  writeMark(fileOf(dataFolder, "server"), mark);
  sync(dataFolder);
}

/** A stop amid this leaves the old mark or the new one. */
function writeMark(file: string, mark: Mark): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(mark)}\n`);
  sync(`${file}.new`);
  renameSync(`${file}.new`, file);
}

function sync(file: string): void {
  const fd = openSync(file, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export async function setMeta(
  db: Kysely<Schema>,
  key: string,
  value: string,
): Promise<void> {
  await db
    .insertInto("meta")
    .values({ key, value })
    .onConflict((row) => row.column("key").doUpdateSet({ value }))
    .execute();
}

/** A copy is another database, which no folder belongs to yet. */
export function forgetBelonging(file: string): void {
  const database = new Database(file);
  try {
    database.query("delete from meta where key = ?").run(databaseKey);
  } finally {
    database.close();
  }
}

const fileOf = (folder: string, owner: BelongingOptions["owner"]): string =>
  path.join(
    folder,
    owner === "server" ? "database.json" : "accounts-database.json",
  );

function readMark(file: string): Mark | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Mark;
  } catch (cause) {
    throw new WrongDatabase(
      `${file} does not say which database the folder belongs to: restore it, or remove it if you are sure`,
      { cause },
    );
  }
}

function hasObjects(folder: string): boolean {
  const objects = path.join(folder, "objects");
  return (
    existsSync(objects) &&
    readdirSync(objects, { recursive: true, withFileTypes: true }).some(
      (entry) => entry.isFile(),
    )
  );
}

/** Returns the id of the database, which also names its cluster; it must have one. */
export async function getDatabaseID(db: Kysely<Schema>): Promise<string> {
  const id = await findID(db);
  if (id === undefined) throw new Error("the database has no id");
  return id;
}

/** undefined: it has none yet, or is empty. */
const findID = (db: Kysely<Schema>): Promise<string | undefined> =>
  findMeta(db, databaseKey);

/** Works on a database without any table, too. */
export async function findMeta(
  db: Kysely<Schema>,
  key: string,
): Promise<string | undefined> {
  try {
    const row = await db
      .selectFrom("meta")
      .select("value")
      .where("key", "=", key)
      .executeTakeFirst();
    return row?.value;
  } catch (error) {
    if (/no such table|does not exist/.test(String(error))) return undefined;
    throw error;
  }
}
