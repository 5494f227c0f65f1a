import type { Database } from "bun:sqlite";

/** Sets the pragmas of every connection to the database. */
export function applyPragmas(database: Database): void {
  database.run("pragma journal_mode = wal");
  // Writes do not wait for the disk; see sqlite.ts and checkpoints.ts.
  database.run("pragma synchronous = normal");
  database.run("pragma wal_autocheckpoint = 0");
  database.run("pragma busy_timeout = 5000");
}
