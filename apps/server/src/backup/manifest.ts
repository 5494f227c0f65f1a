import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";

/** Content of a backup's manifest.json. */
export interface Manifest {
  /** Version of the backup's layout. */
  format: 1;
  /** The Parley that made it. */
  version: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  database: { bytes: number; sha256: string };
  /** null: they are in S3, which has its own copies. */
  objects: { files: number; bytes: number } | null;
}

export const manifestFile = "manifest.json";

/**
 * A problem of a backup or of the command's arguments; its text is printed as
 * it is.
 */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Throws BackupError if the folder is no backup, or of a newer Parley. */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, manifestFile);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (cause) {
    throw new BackupError(
      `${folder} is not a backup: ${manifestFile} cannot be read (${(cause as Error).message})`,
      { cause },
    );
  }
  if ((manifest.format as number) !== 1)
    throw new BackupError(
      `${folder} has format ${manifest.format}: restore it with a newer Parley than this`,
    );
  return manifest;
}

export async function describeFile(
  file: string,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  const { size } = await stat(file);
  return { bytes: size, sha256: hash.digest("hex") };
}
