import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  rm,
  stat,
} from "node:fs/promises";
import path from "node:path";

import { BackupError } from "./manifest.ts";
import type { Report } from "./progress.ts";

export interface Copied {
  files: number;
  bytes: number;
}

/**
 * Copies what the target has not yet, and syncs it. A file that vanishes
 * meanwhile is left out: nothing refers to it any more.
 */
export async function copyFolder(
  from: string,
  to: string,
  report: Report,
): Promise<Copied> {
  const copied = { files: 0, bytes: 0 };

  async function walk(at: string): Promise<void> {
    const entries = await readdir(path.join(from, at), {
      withFileTypes: true,
    }).catch(unlessMissing([]));
    if (entries.length === 0) return;
    await mkdir(path.join(to, at), { recursive: true });
    for (const entry of entries) {
      const place = path.join(at, entry.name);
      if (entry.isDirectory()) await walk(place);
      else if (entry.isFile()) await copy(place);
    }
    await sync(path.join(to, at));
  }

  async function copy(place: string): Promise<void> {
    const [source, target] = [path.join(from, place), path.join(to, place)];
    const size = (await stat(source).catch(unlessMissing(undefined)))?.size;
    if (size === undefined) return;
    const there = await stat(target).catch(unlessMissing(undefined));
    // Contents are named by their hashes: the same name is the same file.
    if (there?.size !== size) {
      const done = await copyPrivately(source, target).then(
        () => true,
        unlessMissing(false),
      );
      if (!done) return;
      await sync(target);
    }
    copied.files++;
    copied.bytes += size;
    report(`${copied.files} objects`, copied.bytes);
  }

  await walk("");
  return copied;
}

/** Copies a file so that only the server's own user can read it. */
export async function copyPrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o600);
}

/** Syncs a file or folder, which would else be lost in a power cut. */
export async function sync(place: string): Promise<void> {
  const handle = await open(place, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const unlessMissing =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return value;
    throw error;
  };

/**
 * Empties the folder, or makes it. Throws BackupError if it cannot be written.
 */
export async function makeEmptyFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new BackupError(
      `cannot make the folder ${folder} (${(cause as Error).message})`,
      { cause },
    );
  }
}
