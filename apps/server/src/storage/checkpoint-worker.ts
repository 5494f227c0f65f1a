// Thread that checkpoints the embedded database's WAL into its file, which
// syncs the disk twice. See checkpoints.ts.
import { Database } from "bun:sqlite";
import { parentPort } from "node:worker_threads";

import { applyPragmas } from "./sqlite-pragmas.ts";

export interface CheckpointRequest {
  /** The database. */
  file: string;
  /** true: there is no concurrent writer, so the WAL may restart. */
  restart: boolean;
}

/** Undefined `error`: it went well, but readers may have held pages back. */
export interface CheckpointAnswer {
  error?: string;
}

let database: Database | undefined;

parentPort?.on("message", ({ file, restart }: CheckpointRequest) => {
  const answer: CheckpointAnswer = {};
  try {
    if (!database) {
      database = new Database(file);
      applyPragmas(database);
    }
    database.query("pragma wal_checkpoint(passive)").get();
    if (restart) restartLog(database);
  } catch (error) {
    answer.error = String(error);
  }
  parentPort?.postMessage(answer);
});

/**
 * The first write after a restart of the log waits for the disk, because SQLite
 * syncs the new header. This write changes nothing and waits on this thread.
 */
function restartLog(database: Database): void {
  const version = database
    .query<{ user_version: number }, []>("pragma user_version")
    .get();
  database.run(`pragma user_version = ${version?.user_version ?? 0}`);
}
