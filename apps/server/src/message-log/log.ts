import type { Caches } from "../storage/caches.ts";
import type { Engine, Now, StoredMessage } from "../storage/engine.ts";
import type { Transaction, Writer } from "../storage/writer.ts";
import type { Counters, Head, SentSeq } from "./heads.ts";
import type { MarkBit } from "./mark-bits.ts";
import { openOwnLog } from "./own-log.ts";

/**
 * The message log: one row per stored message, in order of arrival, written in batches.
 * SQLite has own-log.ts, and PostgreSQL, which several processes may share, shared-log.ts.
 */
export interface MessageLog {
  /** The conversation's counters; null when it never held a message. */
  find(conversationID: string): Now<Head | null>;
  /** Returns the conversations that hold or held messages. */
  findMany(conversationIDs: readonly string[]): Promise<Head[]>;
  /** Returns only the counters, for callers with thousands of conversations. */
  countersOf(conversationIDs: readonly string[]): Promise<Counters[]>;
  /** The same, made ready for a first message. */
  open(conversationID: string): Now<Head>;
  /** The same for `append` alone: what it holds so far may not be known. */
  openToAppend(conversationID: string): Now<Head>;
  /**
   * Numbers the message and stores it with the transaction: at once, or right before
   * its commit where other processes number messages, too.
   */
  append(
    tx: Transaction,
    head: Head,
    message: NewMessage,
    storing?: Storing,
  ): void;
  /** Stored messages of begin..end by seq; removed ones are left out. */
  read(head: Head, begin: number, end: number): Now<StoredMessage[]>;
  /** sendTime of the newest message before `seq` that is still there, or 0. */
  timeBefore(head: Head, seq: number): Promise<number>;
  /** Takes the content out for everyone; the seqs stay. */
  remove(tx: Transaction, head: Head, seqs: readonly number[]): Promise<void>;
  /** Removes all messages below `seq` for everyone, permanently. */
  raiseMinSeq(tx: Transaction, head: Head, seq: number): Promise<void>;
  /** A message of it has such a mark: from now on pulls have to look for them. */
  mark(tx: Transaction, head: Head, bit: MarkBit): Promise<void>;
  /**
   * Returns the durable message stored under this idempotency key, removed or
   * not; null: in any conversation.
   */
  findResend(
    head: Head | null,
    resendKey: number,
  ): Now<StoredMessage | undefined>;
  /**
   * `append` recognises what was stored before, so nobody has to look first: what is
   * refused is looked up.
   */
  readonly findsResends: boolean;
  /**
   * Returns the last durable seqs that the user sent, which user_seqs may not know, by
   * conversation; 0 = none.
   */
  sentSeqs(
    userID: string,
    heads: readonly Counters[],
  ): Now<(head: Counters) => number>;
  /**
   * The newest seq given out, also of a message that is being written: for
   * changes that go with it. No other process gives out a seq before this
   * transaction ends. 0 = none.
   */
  newestSeq(tx: Transaction, conversationID: string): Promise<number>;
  /** The first rows of the conversation, removed ones too, by seq. */
  oldestOf(head: Head, limit: number): Promise<OldRow[]>;
  /**
   * Removes what leads to these rows of the conversation, which are all up to the last
   * one, but not the rows.
   */
  unlink(tx: Transaction, head: Head, rows: readonly OldRow[]): Promise<void>;
  /** Every message up to this position of the log is there by now, or never will be. */
  settled(): Now<number>;
  /** Messages that the tables do not know yet. */
  unmerged(): number;
  /** Brings the tables up to date. */
  merge(): Promise<void>;
}

export interface NewMessage {
  /** sdkws.MsgData without its seq. */
  unsealed: Uint8Array;
  sendID: string;
  contentType: number;
  /** 0 = the time of storing, later than that of every message before. */
  sendTime: number;
  /** 0 = never taken for a resend. */
  resendKey: number;
  /** Its ids are not those that the client sent. */
  isRewritten?: boolean;
}

/** Callbacks for an appended message, called while its batch is open. */
export interface Storing {
  stored(tx: Transaction, appended: Appended): void;
  /** It was stored before, so it is not stored again. */
  again(first: StoredMessage): void;
}

/** A row of the log. */
export interface OldRow {
  position: number;
  seq: number;
  resend_key: number;
  data: Uint8Array;
}

export interface Appended extends StoredMessage {
  sendTime: number;
  /** Another process may have stored the one before it a moment ago. */
  isClose?: boolean;
}

export interface LogOptions {
  engine: Engine;
  caches: Pick<Caches, "open" | "register">;
  writer: Writer;
  /** No other process has the database. */
  isAlone?: boolean;
  now: () => number;
  /** Writes read positions that sending raised into the table of them. */
  raiseReadSeqs(tx: Transaction, sent: SentSeq[]): Promise<void>;
  /** Messages kept in memory before they are merged into the tables. */
  mergeAfter?: number;
  /** Conversations remembered. */
  headCacheSize?: number;
}

/** Opens the log that suits the engine. */
export async function openMessageLog(options: LogOptions): Promise<MessageLog> {
  const { engine } = options;
  if (engine.kind === "sqlite") return openOwnLog({ ...options, engine });
  // Loaded on demand: with SQLite it would only slow the start.
  const { createSharedLog } = await import("./shared-log.ts");
  return createSharedLog({ ...options, engine });
}
