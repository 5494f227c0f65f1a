import type { Kysely } from "kysely";

import type { DamagedDatabase } from "./damage.ts";
import type { EngineKind } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";

/** A value at once where the engine is synchronous, else a promise of it. */
export type Now<T> = T | Promise<T>;

/** Maps a value or a promise; without a promise it is synchronous. */
export const then = <A, B>(
  value: Now<A>,
  next: (value: A) => Now<B>,
): Now<B> => (value instanceof Promise ? value.then(next) : next(value));

/** All values, at once when all are there. */
export const all = <T>(values: Now<T>[]): Now<T[]> =>
  values.some((value) => value instanceof Promise)
    ? Promise.all(values)
    : (values as T[]);

export interface LogRow {
  position: number;
  headID: number;
  seq: number;
  resendKey: number;
  data: Uint8Array;
}

export interface StoredMessage {
  seq: number;
  data: Uint8Array;
}

/** A user's marks of reading, as ranges with both ends. */
export interface ReadRange {
  userID: string;
  from: number;
  to: number;
}

export interface FoundRow {
  headID: number;
  seq: number;
  position: number;
  deleted: boolean;
  data: Uint8Array;
}

/** Statements by hand for a database server, prepared once under their name. */
export interface Statements {
  /** Reads what is committed. */
  read<Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]>;
  /** The same within the open batch. */
  write<Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]>;
}

/**
 * A database that Parley can keep its data in. One process uses it at a time, or the
 * nodes of one cluster; opening it a second time fails with a sentence for the
 * operator.
 *
 * There is one writer: `begin` … `commit` bracket a batch, everything between
 * goes through `write`, and `durable` resolves once all that was committed
 * would survive a power cut. `read` sees what was committed.
 */
export type Engine = SqliteEngine | PostgresEngine;

export interface SqliteEngine extends EngineCommon {
  readonly kind: "sqlite";
  readonly log: LogStatements;
}

export interface PostgresEngine extends EngineCommon {
  readonly kind: "postgres";
  readonly log: MessageStatements;
  readonly statements: Statements;
  readonly losses: Losses;
}

interface EngineCommon {
  readonly kind: EngineKind;
  /** Name of the database in the start-up banner. */
  readonly description: string;
  readonly read: Kysely<Schema>;
  readonly write: Kysely<Schema>;
  begin(): Now<void>;
  commit(): Now<void>;
  rollback(): Now<void>;
  /** A part of a batch that can be undone alone. They do not nest. */
  savepoint(): Now<void>;
  releaseSavepoint(): Now<void>;
  rollbackToSavepoint(): Now<void>;
  durable(): Promise<void>;
  /** The statements of the message path, written by hand for speed. */
  readonly log: MessageStatements;
  /** Returns whether a batch failed only because another process was in its way. */
  isConflict?(error: unknown): boolean;
  /** The damage that was met first; undefined: there was none. */
  damage(): DamagedDatabase | undefined;
  /** undefined: it cannot be lost while this process lives. */
  readonly losses?: Losses;
  close(): Promise<void>;
}

/**
 * A database server, whose connection can be lost. A commit in doubt waits
 * until the connection is back and its outcome is known.
 */
export interface Losses {
  /** Returns why nothing can be written now; undefined if it can. */
  trouble(): string | undefined;
  /** Returns the error for new changes, unless they may wait. */
  refusal(): Error | undefined;
  /**
   * Runs a change, which reads before it writes: a read of it that the database does not
   * answer fails as soon as changes are refused, instead of when clients give up.
   */
  asChange<T>(work: () => T): T;
  /** Calls this whenever changes are refused from now on. */
  onRefusing(listener: () => void): void;
  /** This process has the database from here on: it is taken again if lost. */
  takePossession(): Promise<void>;
  /** The process is stopping: commits in doubt are rejected soon. */
  stopping(): void;
}

/** Read-only snapshot of a database, which a server may be using. */
export interface DatabaseSnapshot {
  readonly kind: EngineKind;
  readonly db: Kysely<Schema>;
  close(): Promise<void>;
}

/** Statements about messages that both engines have. */
export interface MessageStatements {
  /** Adds terms of the search index to the open batch; rows must be sorted by key. */
  search(
    rows: readonly { bucket: number; term: number; position: number }[],
  ): Now<void>;
  /**
   * The messages of begin..end that the tables know, both included, by seq, without
   * those that were deleted for everyone.
   */
  range(headID: number, begin: number, end: number): Now<StoredMessage[]>;
  /** Lists the marks of reading that touch begin..end. */
  reads(headID: number, begin: number, end: number): Now<ReadRange[]>;
}

/** Statements of a log whose index tables are merged later. */
export interface LogStatements extends MessageStatements {
  /** Appends to the open batch. */
  append(rows: readonly LogRow[]): Now<void>;
  /** Adds to the open batch; sorted by key, which makes inserts into a B-tree cheaper. */
  index(
    rows: readonly { headID: number; seq: number; position: number }[],
  ): Now<void>;
  /** Into the open batch; a key that is known already keeps its place. */
  keys(rows: readonly { resendKey: number; position: number }[]): Now<void>;
  /** Into the open batch: the counters of conversations. */
  heads(
    rows: readonly { id: number; maxSeq: number; maxSeqTime: number }[],
  ): Now<void>;
  /** Messages by their places in the log, as `range` answers them. */
  rangeAt(positions: readonly number[]): Now<StoredMessage[]>;
  /** The places in the log of the indexed messages of begin..end. */
  positionsOf(headID: number, begin: number, end: number): Now<number[]>;
  /** Messages by their place in the log, in no order, and deleted ones, too. */
  at(positions: readonly number[]): Now<FoundRow[]>;
  positionOfKey(resendKey: number): Now<number | undefined>;
  /** Resend keys above this one, ascending: all of them page by page. */
  keysAfter(resendKey: number, most: number): Now<number[]>;
}
