import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import path from "node:path";

import { openStorage, readStorage } from "../storage/open.ts";
import { sqliteFile } from "../storage/sqlite.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import { copyFolder, makeEmptyFolder, sync } from "./copy-files.ts";
import { copyIntoSqlite } from "./copy-tables.ts";
import { BackupError, describeFile, manifestFile } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import type { Report } from "./progress.ts";

export interface BackupOptions {
  dataFolder: string;
  /** Empty: the embedded database of the data folder. */
  databaseURL: string;
  migrations: readonly Migration[];
  /** Objects lie in S3, not in the data folder. */
  hasObjectsElsewhere: boolean;
  /** A folder that there is not yet. */
  target: string;
  version: string;
  report: Report;
  now: () => number;
}

/**
 * Copies everything while a server may be using it, as it is at one moment.
 * What comes out is a data folder: an embedded database, whatever the server
 * has, and the objects. It has its name once all of it is whole and synced.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const { dataFolder, target, report } = options;
  if (existsSync(target))
    throw new BackupError(`${target} is there already: name a new folder`);
  const partial = `${target}.partial`;
  await makeEmptyFolder(partial);
  try {
    const from = path.join(dataFolder, "objects");
    const to = path.join(partial, "objects");
    // Before the database, because what it refers to may go meanwhile; and
    // after it, because more may have come.
    const copyObjects = () => copyFolder(from, to, report);
    if (!options.hasObjectsElsewhere) await copyObjects();
    await copyDatabase(options, partial);
    const objects = options.hasObjectsElsewhere ? null : await copyObjects();
    // Half of what is still coming is no use to anybody.
    await rm(path.join(to, "temporary"), { recursive: true, force: true });

    const manifest: Manifest = {
      format: 1,
      version: options.version,
      createdAt: new Date(options.now()).toISOString(),
      database: await describeFile(sqliteFile(partial)),
      objects,
    };
    const file = path.join(partial, manifestFile);
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
    for (const each of [sqliteFile(partial), file, partial]) await sync(each);
    await rename(partial, target);
    await sync(path.dirname(path.resolve(target)));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyDatabase(
  options: BackupOptions,
  folder: string,
): Promise<void> {
  const file = sqliteFile(folder);
  if (options.databaseURL !== "") {
    const work = path.join(folder, "work");
    await mkdir(work);
    await copyRows(options, work);
    writeSnapshot(sqliteFile(work), file);
    await rm(work, { recursive: true });
    return;
  }
  const source = sqliteFile(options.dataFolder);
  if (!existsSync(source))
    throw new BackupError(
      `there is no database in ${options.dataFolder}: name the server's data folder with PARLEY_DATA`,
    );
  const { size } = await stat(source);
  await requireRoom(folder, size);
  options.report("the database", size);
  writeSnapshot(source, file);
}

/** Into one new file, as it is now; whoever writes it goes on meanwhile. */
function writeSnapshot(source: string, target: string): void {
  const database = new Database(source);
  try {
    database.run("pragma busy_timeout = 5000");
    database.run("vacuum into ?", [target]);
  } finally {
    database.close();
  }
}

/** Copies all rows from PostgreSQL into an SQLite database in the folder. */
async function copyRows(
  { dataFolder, databaseURL, migrations, report }: BackupOptions,
  folder: string,
): Promise<void> {
  // The tables first, as this version has them.
  const empty = await openStorage({
    dataFolder: folder,
    databaseURL: "",
    migrations,
    warn: (message) => report(message),
  });
  await empty.close();
  const reader = await readStorage({ dataFolder, databaseURL });
  try {
    await copyIntoSqlite(reader, sqliteFile(folder), report);
  } finally {
    await reader.close();
  }
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new BackupError(
      `${folder} has room for ${bavail * bsize} bytes, and the database has ${bytes}`,
    );
}
