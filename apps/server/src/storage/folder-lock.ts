import { Database } from "bun:sqlite";
import { accessSync, constants, mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Makes the folder if need be and holds a lock that the system gives back when this
 * process ends, however it ends: an exclusive transaction on a database of its own. Throws
 * an error that says what to do if another process has it, or it cannot be written.
 */
export function lockFolder(folder: string): () => void {
  requireFolder(folder);
  const lock = new Database(path.join(folder, "lock.db"), { create: true });
  try {
    lock.run("pragma locking_mode = exclusive");
    lock.run("begin exclusive");
  } catch (cause) {
    lock.close();
    throw new Error(
      `the data folder ${folder} is in use by another Parley: stop that one, or set PARLEY_DATA to another folder`,
      { cause },
    );
  }
  return () => {
    lock.run("rollback");
    lock.close();
  };
}

function requireFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(
      `the data folder ${folder} cannot be made or written: name another with PARLEY_DATA (${(cause as Error).message})`,
      { cause },
    );
  }
}
