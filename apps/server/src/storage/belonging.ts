import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
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

interface Mark {
  id: string;
  kind: EngineKind;
  /** The database's name in error messages. */
  database: string;
}

const key = "database_id";

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
        `the data folder ${dataFolder} has an embedded database, and PARLEY_DATABASE_URL names ${database}: to move the data there, back it up without that variable and restore it with (parley backup, parley restore); ${begin}`,
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
      if (mark && mark.id !== id)
        throw new WrongDatabase(
          `the database ${database} is not the one that the data folder ${dataFolder} belongs to, ${mark.database}: name that with PARLEY_DATABASE_URL; ${begin}`,
        );
    },
    async keep(db) {
      if (mark) return;
      const id = (await findID(db)) ?? randomUUID();
      await db
        .insertInto("meta")
        .values({ key, value: id })
        .onConflict((row) => row.column("key").doNothing())
        .execute();
      mkdirSync(dataFolder, { recursive: true });
      const kept: Mark = { id, kind, database };
      // A stop amid this leaves no half of it.
      writeFileSync(`${file}.new`, `${JSON.stringify(kept)}\n`);
      renameSync(`${file}.new`, file);
    },
  };
}

/** A copy is another database, which no folder belongs to yet. */
export function forgetBelonging(file: string): void {
  const database = new Database(file);
  try {
    database.query("delete from meta where key = ?").run(key);
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
async function findID(db: Kysely<Schema>): Promise<string | undefined> {
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
