import { Database } from "bun:sqlite";
import { Worker } from "node:worker_threads";

import { sourceURL } from "../source-url.ts";
import type { CheckpointAnswer } from "./checkpoint-worker.ts";

/**
 * Keeps the WAL of an embedded database short. A checkpoint copies its pages
 * into the database file and syncs before and after, so it runs on a thread of
 * its own: first concurrently with writes, which leaves few pages; then, while
 * the next batch waits, for the rest, after which the WAL restarts.
 */
export interface Checkpoints {
  afterCommit(): void;
  /** Returns a promise that the next batch must wait for, or undefined. */
  beforeBatch(): Promise<void> | undefined;
  close(): void;
}

export interface CheckpointsOptions {
  file: string;
  database: Database;
  /** Pages of the log that make a checkpoint worth while. */
  pages?: number;
  failed(reason: string): void;
}

export function createCheckpoints({
  file,
  database,
  pages = 1_000,
  failed,
}: CheckpointsOptions): Checkpoints {
  // Tells how long the log is, and does nothing.
  const look = database.prepare<{ log: number; checkpointed: number }, []>(
    "pragma wal_checkpoint(noop)",
  );
  let state: "waiting" | "copying" | "finish" | "finishing" = "waiting";
  /** A checkpoint begins at so many unsaved pages; more after a failure, as a backoff. */
  let worthWhile = pages;
  let worker: Worker | undefined;
  let answered: ((answer: CheckpointAnswer) => void) | undefined;
  const reader = holdLog(database.filename);

  function start(): Worker {
    const started = new Worker(sourceURL("./storage/checkpoint-worker.ts"));
    started.unref();
    started.on("message", (answer: CheckpointAnswer) => answered?.(answer));
    started.on("error", (error) => {
      worker = undefined;
      answered?.({ error: String(error) });
    });
    return started;
  }

  async function copy(restart: boolean): Promise<boolean> {
    const answer = await new Promise<CheckpointAnswer>((resolve) => {
      answered = resolve;
      worker ??= start();
      worker.postMessage({ file, restart });
    });
    if (answer.error === undefined) return true;
    failed(answer.error);
    return false;
  }

  const unsaved = (): number => {
    const { log, checkpointed } = look.get() ?? { log: 0, checkpointed: 0 };
    return log - checkpointed;
  };

  /** Opens files the first time, for which there may be no descriptor left. */
  function holds(): boolean {
    try {
      reader.hold();
      return true;
    } catch (error) {
      failed(String(error));
      return false;
    }
  }

  async function begin(): Promise<void> {
    state = "copying";
    const went = holds() && (await copy(false));
    if (!went) reader.release();
    worthWhile = went ? pages : unsaved() + pages;
    state = went ? "finish" : "waiting";
  }

  async function finish(): Promise<void> {
    state = "finishing";
    reader.release();
    await copy(true);
    state = "waiting";
  }

  return {
    afterCommit() {
      if (state === "waiting" && unsaved() >= worthWhile) void begin();
    },
    beforeBatch: () => (state === "finish" ? finish() : undefined),
    close() {
      void worker?.terminate();
      reader.close();
    },
  };
}

/**
 * Keeps a read transaction on the WAL. Without a reader, the next writer
 * restarts a fully copied WAL, and then waits for the disk.
 */
function holdLog(file: string) {
  const database = new Database(file);
  const release = () => {
    if (database.inTransaction) database.run("rollback");
  };
  return {
    hold() {
      database.run("begin");
      database.query("select count(*) from sqlite_schema").get();
    },
    release,
    close() {
      release();
      database.close();
    },
  };
}
