import type { Database } from "bun:sqlite";

/** For every connection to the database, whatever it is for. */
export function applyPragmas(database: Database): void {
  database.run("pragma journal_mode = wal");
  // Nobody waits for the disk while writing; see sqlite.ts and checkpoints.ts.
  database.run("pragma synchronous = normal");
  database.run("pragma wal_autocheckpoint = 0");
  database.run("pragma busy_timeout = 5000");
}
