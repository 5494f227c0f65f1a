import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { sql } from "kysely";

import { forgetBelonging } from "../storage/belonging.ts";
import { openStorage } from "../storage/open.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import { sqliteFile } from "../storage/sqlite.ts";
import {
  copyFolder,
  copyPrivately,
  makeEmptyFolder,
  sync,
} from "./copy-files.ts";
import { copyFromSqlite } from "./copy-tables.ts";
import { BackupError, describeFile, readManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import type { Report } from "./progress.ts";

export interface RestoreOptions {
  /** A backup. */
  source: string;
  /** Empty, or not there yet. */
  dataFolder: string;
  /** An empty database, or one of ours without users. Empty: embedded. */
  databaseURL: string;
  migrations: readonly Migration[];
  report: Report;
  /** Called for each value that was changed because the database cannot hold it. */
  changed(what: string): void;
}

/**
 * Puts a backup where a server is to find it. The kind of database need not be
 * the one that was backed up, so this is how data move from one to the other.
 */
export async function restore(options: RestoreOptions): Promise<Manifest> {
  const { source, dataFolder, databaseURL, report } = options;
  const manifest = readManifest(source);
  requireEmpty(dataFolder);
  report("checking the backup", manifest.database.bytes);
  const { sha256 } = await describeFile(sqliteFile(source));
  if (sha256 !== manifest.database.sha256)
    throw new BackupError(
      `${sqliteFile(source)} is not the file that was backed up: its checksum differs`,
    );

  const partial = `${dataFolder}.partial`;
  await makeEmptyFolder(partial);
  try {
    if (manifest.objects)
      requireObjects(
        manifest.objects,
        await copyFolder(
          path.join(source, "objects"),
          path.join(partial, "objects"),
          report,
        ),
        source,
      );
    if (databaseURL === "") {
      await copyPrivately(sqliteFile(source), sqliteFile(partial));
      forgetBelonging(sqliteFile(partial));
      await sync(sqliteFile(partial));
    } else await fill(options);
    await sync(partial);
    await rm(dataFolder, { recursive: true, force: true });
    await rename(partial, dataFolder);
    await sync(path.dirname(path.resolve(dataFolder)));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function requireEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new BackupError(
      `${folder} is not empty: move it away first, or name another folder with PARLEY_DATA`,
    );
}

function requireObjects(
  promised: { files: number; bytes: number },
  copied: { files: number; bytes: number },
  source: string,
): void {
  if (copied.files === promised.files && copied.bytes === promised.bytes)
    return;
  throw new BackupError(
    `${source} has ${copied.files} objects of ${copied.bytes} bytes, and had ${promised.files} of ${promised.bytes}`,
  );
}

/** Fills the database, all or nothing. */
async function fill({
  source,
  databaseURL,
  migrations,
  report,
  changed,
}: RestoreOptions): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "parley-restore-"));
  const warn = (message: string) => report(message);
  try {
    // A copy, brought up to date if an older version made it.
    await copyPrivately(sqliteFile(source), sqliteFile(folder));
    forgetBelonging(sqliteFile(folder));
    const copy = await openStorage({
      dataFolder: folder,
      databaseURL: "",
      migrations,
      warn,
    });
    await copy.close();
    const engine = await openStorage({
      dataFolder: folder,
      databaseURL,
      migrations,
      warn,
    });
    try {
      const user = await engine.read
        .selectFrom("users")
        .select(sql<number>`1`.as("one"))
        .limit(1)
        .executeTakeFirst();
      if (user)
        throw new BackupError(
          `${engine.description} has data already: restore into an empty database`,
        );
      await engine.begin();
      try {
        const file = sqliteFile(folder);
        await copyFromSqlite(file, engine.write, engine.kind, report, changed);
        await engine.commit();
      } catch (error) {
        await engine.rollback();
        throw error;
      }
    } finally {
      await engine.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
