// A thread that moves what is in the log of the embedded database into its
// file, because that waits for the disk twice. See checkpoints.ts.
import { Database } from "bun:sqlite";
import { parentPort } from "node:worker_threads";

import { applyPragmas } from "./sqlite-pragmas.ts";

export interface CheckpointRequest {
  /** The database. */
  file: string;
}

/** Undefined `error`: it went well, but readers may have held pages back. */
export interface CheckpointAnswer {
  error?: string;
}

let database: Database | undefined;

parentPort?.on("message", ({ file }: CheckpointRequest) => {
  const answer: CheckpointAnswer = {};
  try {
    if (!database) {
      database = new Database(file);
      applyPragmas(database);
    }
    database.query("pragma wal_checkpoint(passive)").get();
  } catch (error) {
    answer.error = String(error);
  }
  parentPort?.postMessage(answer);
});
