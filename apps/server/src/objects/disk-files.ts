import { createHash } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";

/** The sender sent more bytes than announced. */
export class TooLongError extends Error {
  override readonly name = "TooLongError";
}

/**
 * Writes the bytes into a file, from `at` on, as they come, and syncs them.
 * Throws TooLongError once there are more than `limit`.
 */
export async function writeStream(
  file: string,
  at: number,
  limit: number,
  source: AsyncIterable<Uint8Array>,
): Promise<{ size: number; md5: string }> {
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const hash = createHash("md5");
    let size = 0;
    for await (const chunk of source) {
      if (size + chunk.length > limit) throw new TooLongError();
      await writeAll(handle, chunk, at + size);
      hash.update(chunk);
      size += chunk.length;
    }
    await handle.sync();
    // A synced file without an entry in its folder is lost as well.
    await syncFolder(path.dirname(file));
    return { size, md5: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(
      bytes,
      done,
      bytes.length - done,
      at + done,
    );
    done += bytesWritten;
  }
}

/**
 * Gives a synced file its final name, durably. Fine if a crash came after that
 * had been done and before anybody knew.
 */
export async function moveInto(from: string, to: string): Promise<void> {
  await makeFolder(path.dirname(to));
  await rename(from, to).catch((error: unknown) => {
    if (!isMissing(error) || !existsSync(to)) throw error;
  });
  await syncFolder(path.dirname(to));
}

/** Makes a folder and its parents, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made === undefined) return;
  // New folders are entries of the folders above them.
  for (let each = folder; each.startsWith(made); each = path.dirname(each))
    await syncFolder(path.dirname(each));
}

/** Whole under its name or not at all. */
export async function writeWhole(
  file: string,
  temporary: string,
  bytes: Uint8Array,
): Promise<void> {
  await rm(temporary, { force: true });
  await writeStream(temporary, 0, bytes.length, chunks(bytes));
  await moveInto(temporary, file);
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no such sync.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
