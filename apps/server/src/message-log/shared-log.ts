import {
  isGroupChatID,
  isNotificationID,
  isSingleChatID,
} from "@parley/protocol/conversation-ids";
import { readMsgData, sealMsgData } from "@parley/protocol/msg-data";

import { chunksOf } from "../storage/chunks.ts";
import type { PostgresEngine, StoredMessage } from "../storage/engine.ts";
import { together } from "../storage/together.ts";
import type { Transaction, Writer } from "../storage/writer.ts";
import type { Head } from "./heads.ts";
import type { MessageLog, NewMessage, Storing } from "./log.ts";
import { timeBefore, withoutContent } from "./removal.ts";
import type { MarkBit } from "./mark-bits.ts";
import { markBits } from "./mark-bits.ts";
import { isFirstOf } from "./pair-slots.ts";
import { createSharedStatements } from "./shared-statements.ts";
import type { HeadRow, NumberedRow, RaisedHead } from "./shared-statements.ts";
import { createTally, raiseMessageCounts } from "./tally.ts";
import type { MessageCount } from "./tally.ts";

/** A conversation's head as this process last read it; its numbers only go up. */
interface SharedHead extends Head {
  /** 0: this process knows no row of it. */
  id: number;
  maxSeq: number;
  maxSeqTime: number;
  minSeq: number;
  marks: number;
  /** The last seq that each user of a one-to-one conversation sent. */
  sentFirst: number;
  sentSecond: number;
}

/** A message of the open batch that has no seq yet. */
interface Unnumbered {
  head: SharedHead;
  message: NewMessage;
  storing: Storing | undefined;
  /** The stored message, if this one is a resend. */
  before?: StoredMessage;
}

/** A head's row while this batch has it locked. */
interface Locked {
  maxSeq: number;
  stamped: number;
}

export interface SharedLogOptions {
  engine: Pick<PostgresEngine, "log" | "statements">;
  writer: Writer;
  /** No other process appends: what this one has committed last is still true. */
  isAlone?: boolean;
  now: () => number;
  /** Number of messages after which `merge` adds up counts. */
  mergeAfter?: number;
  /** Most conversations in the cache of heads. */
  headCacheSize?: number;
}

/** Longer than a push takes, and clocks of nodes differ by. */
const closeMs = 3_000;

/**
 * A message log to which any number of processes append. A batch locks the head rows of its
 * conversations in the order of their ids, right before its commit, and numbers its
 * messages. So seqs have no gaps and no duplicates, and two processes wait for each other
 * only for the time of a commit. A unique index finds resends. Other processes cannot make
 * anything in its memory stale.
 */
export function createSharedLog({
  engine,
  writer,
  isAlone = false,
  now,
  mergeAfter = 4_096,
  headCacheSize = 100_000,
}: SharedLogOptions): MessageLog {
  const store = createSharedStatements(engine.statements);
  /** LRU cache; it keeps ids of rows, which never change. */
  const known = new Map<string, SharedHead>();
  let waiting: Unnumbered[] = [];
  /** The heads that the open batch has locked. */
  const locked = new Map<SharedHead, Locked>();
  /**
   * Numbers of heads as this process committed them, by id, the least recently used first.
   * Only a process that is alone keeps them: it needs no locks where they are known.
   */
  const committed = new Map<number, Locked>();
  /**
   * The heads of a batch that failed with a deadlock; its retry locks them first.
   */
  let lockFirst: readonly SharedHead[] = [];
  let uncompacted = 0;
  let compacting: Promise<void> | undefined;

  function remember(head: SharedHead): SharedHead {
    if (known.size >= headCacheSize) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(head.conversationID, head);
    return head;
  }

  const headOf = (conversationID: string): SharedHead =>
    known.get(conversationID) ?? remember(beginning(conversationID));

  /** Updates a cached head from a row, unless the cached numbers are higher. */
  function heard(row: HeadRow): SharedHead {
    const head = headOf(row.conversation_id);
    head.id = row.id;
    if (row.max_seq >= head.maxSeq) {
      head.maxSeq = row.max_seq;
      head.maxSeqTime = row.max_seq_time;
    }
    head.minSeq = Math.max(head.minSeq, row.min_seq);
    head.marks |= row.altered;
    head.sentFirst = Math.max(head.sentFirst, row.sent_first);
    head.sentSecond = Math.max(head.sentSecond, row.sent_second);
    return head;
  }

  function keep({ id, maxSeq, stamped }: RaisedHead): void {
    // The one that was raised last is forgotten last.
    committed.delete(id);
    if (committed.size >= headCacheSize) {
      const oldest = committed.keys().next();
      if (!oldest.done) committed.delete(oldest.value);
    }
    committed.set(id, { maxSeq, stamped });
  }

  /** Reads of one turn of the event loop are one query. */
  const findRow = together<string, HeadRow | undefined>(async (ids) => {
    const rows = await store.heads(ids);
    const found = new Map(rows.map((row) => [row.conversation_id, row]));
    return ids.map((id) => found.get(id));
  });

  async function find(conversationID: string): Promise<SharedHead | null> {
    const row = await findRow(conversationID);
    return row ? heard(row) : null;
  }

  async function findMany(ids: readonly string[]): Promise<SharedHead[]> {
    const heads: SharedHead[] = [];
    for (const some of chunksOf([...new Set(ids)], 5_000))
      heads.push(...(await store.heads(some)).map(heard));
    return heads;
  }

  async function open(conversationID: string): Promise<SharedHead> {
    return (await find(conversationID)) ?? headOf(conversationID);
  }

  function append(
    tx: Transaction,
    opened: Head,
    message: NewMessage,
    storing?: Storing,
  ): void {
    // All messages of a conversation in a batch are numbered by one head.
    const head =
      known.get(opened.conversationID) ?? remember(opened as SharedHead);
    const entry = { head, message, storing };
    waiting.push(entry);
    tx.onRollback(() => {
      if (waiting.at(-1) === entry) waiting.pop();
      else waiting = waiting.filter((other) => other !== entry);
    });
  }

  /** Inserts rows for conversations that have none. */
  async function makeRows(heads: readonly SharedHead[]): Promise<void> {
    const ids = heads
      .filter(({ id }) => id === 0)
      .map(({ conversationID }) => conversationID)
      .sort();
    if (ids.length === 0) return;
    // The ids are kept even if this batch is rolled back, as another process may have made
    // the rows. If this batch made them, they are read again.
    for (const row of await store.begin(ids)) {
      const head = headOf(row.conversation_id);
      for (const each of [head, ...heads])
        if (each.conversationID === row.conversation_id) each.id = row.id;
    }
  }

  /**
   * Locks heads. `sentBehind` sends queries that need the locks; they are pipelined behind
   * the locking query, so the database runs them when it has the locks.
   */
  async function lock(
    tx: Transaction,
    heads: Iterable<SharedHead>,
    mayWait: boolean,
    sentBehind: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    const wanted = [...new Set(heads)].filter((head) => !locked.has(head));
    if (wanted.length === 0) return sentBehind();
    const isNew = wanted.filter(({ id }) => id === 0);
    tx.onRollback(() => {
      for (const head of wanted) locked.delete(head);
      for (const head of isNew) head.id = 0;
    });
    await makeRows(wanted);
    const unknown = wanted.filter((head) => {
      const numbers = committed.get(head.id);
      if (numbers) locked.set(head, { ...numbers });
      return !numbers;
    });
    if (unknown.length === 0) return sentBehind();
    const byID = Map.groupBy(unknown, ({ id }) => id);
    const [rows] = await Promise.all([
      store.lock([...byID.keys()], mayWait),
      sentBehind(),
    ]);
    for (const row of rows)
      for (const head of byID.get(row.id) ?? [])
        locked.set(head, { maxSeq: row.max_seq, stamped: row.stamped });
  }

  /** Finds the messages that are stored already (resends). Their heads must be locked. */
  async function findBefore(entries: readonly Unnumbered[]): Promise<void> {
    const keyed = entries.filter(
      ({ message, before }) => message.resendKey !== 0 && !before,
    );
    if (keyed.length === 0) return;
    const rows = await store.keysInBatch(
      keyed.map(({ message, head }) => ({
        resendKey: message.resendKey,
        headID: head.id,
      })),
    );
    if (rows.length === 0) return;
    const found = new Map(
      rows.map((row) => [`${row.head_id} ${row.resend_key}`, row]),
    );
    for (const entry of keyed) {
      const { head, message } = entry;
      const row = found.get(`${head.id} ${message.resendKey}`);
      if (!row) continue;
      if (isSame(message, row.data))
        entry.before = { seq: row.seq, data: row.data };
      // A hash collision: the stored message is another one, and keeps the key.
      else entry.message = { ...message, resendKey: 0 };
    }
  }

  async function flush(tx: Transaction): Promise<void> {
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) {
      locked.clear();
      return;
    }
    const heads = new Set(entries.map(({ head }) => head));
    try {
      await lock(tx, heads, locked.size === 0, () => findBefore(entries));
    } catch (error) {
      lockFirst = [...new Set([...locked.keys(), ...heads])];
      throw error;
    }
    const numbered = number(tx, entries);
    locked.clear();
    if (numbered.rows.length === 0) return;
    const writes = [store.append(numbered.rows, numbered.heads)];
    if (numbered.senders.length > 0)
      writes.push(store.senders(numbered.senders));
    const counts = numbered.tally.take();
    if (counts.length > 0) writes.push(store.counts(counts));
    // The commit is pipelined behind them, and rejects if any of them fails.
    for (const write of writes) write.catch(() => undefined);
    tx.afterCommit(() => {
      uncompacted += numbered.rows.length;
      if (uncompacted >= mergeAfter)
        void compactUnlessCompacting().catch(() => undefined); // with the next batch
    });
  }

  /** Numbers the messages in their order and resolves their promises. */
  function number(tx: Transaction, entries: readonly Unnumbered[]) {
    const tally = createTally();
    const rows: NumberedRow[] = [];
    const raised = new Map<SharedHead, RaisedHead>();
    /** The last seq of each sender in a group. */
    const senders = new Map<
      string,
      { head: SharedHead; userID: string; seq: number }
    >();
    const keys = new Map<string, StoredMessage>();
    for (const { head, message, storing, before } of entries) {
      const key = `${head.id} ${message.resendKey}`;
      const first =
        before ?? (message.resendKey === 0 ? undefined : keys.get(key));
      if (first) {
        storing?.again(first);
        continue;
      }
      const { sendID, contentType, resendKey } = message;
      const row = locked.get(head) ?? { maxSeq: 0, stamped: 0 };
      locked.set(head, row);
      const seq = ++row.maxSeq;
      const isClose = now() - row.stamped < closeMs;
      // COMPAT: sdk-core 3.8 shows messages in the order of their sendTime
      // alone, so two of one millisecond would swap places.
      const stamp =
        message.sendTime === 0
          ? (row.stamped = Math.max(now(), row.stamped + 1))
          : 0;
      const sendTime = message.sendTime || stamp;
      const data = sealMsgData(message.unsealed, seq, stamp);
      rows.push({ headID: head.id, seq, resendKey, data });
      if (resendKey !== 0) keys.set(key, { seq, data });
      let of = raised.get(head);
      if (!of) raised.set(head, (of = noneRaised(head.id)));
      of.maxSeq = seq;
      of.maxSeqTime = sendTime;
      of.stamped = row.stamped;
      if (isSingleChatID(head.conversationID)) {
        if (isFirstOf(head.conversationID, sendID)) of.sentFirst = seq;
        else of.sentSecond = seq;
      } else if (!isNotificationID(head.conversationID))
        senders.set(`${head.id} ${sendID}`, { head, userID: sendID, seq });
      tally.add(head.conversationID, { sendID, contentType, sendTime });
      storing?.stored(tx, { seq, data, sendTime, isClose });
    }
    tx.afterCommit(() => {
      if (isAlone) for (const each of raised.values()) keep(each);
    });
    tx.afterDurable(() => {
      for (const [
        head,
        { maxSeq, maxSeqTime, sentFirst, sentSecond },
      ] of raised) {
        if (maxSeq <= head.maxSeq) continue;
        head.maxSeq = maxSeq;
        head.maxSeqTime = maxSeqTime;
        head.sentFirst = Math.max(head.sentFirst, sentFirst);
        head.sentSecond = Math.max(head.sentSecond, sentSecond);
      }
    });
    return {
      rows,
      tally,
      heads: [...raised.values()],
      senders: [...senders.values()].map(({ head, userID, seq }) => ({
        headID: head.id,
        userID,
        seq,
      })),
    };
  }

  writer.beforeWork(async (tx) => {
    // A failed attempt has released its locks.
    locked.clear();
    const heads = lockFirst;
    lockFirst = [];
    if (heads.length > 0) await lock(tx, heads, true);
  });
  writer.firstBeforeCommit(flush);

  async function read(
    { id }: Head,
    begin: number,
    end: number,
  ): Promise<StoredMessage[]> {
    return id === 0 ? [] : engine.log.range(id, begin, end);
  }

  /** Returns the id of a head's row; inserts the row if there is none. */
  async function stored(tx: Transaction, head: Head): Promise<number> {
    await lock(tx, [head as SharedHead], true);
    return head.id;
  }

  async function mark(
    tx: Transaction,
    head: Head,
    bit: MarkBit,
  ): Promise<void> {
    await store.mark(await stored(tx, head), bit);
    tx.afterCommit(() => ((head as SharedHead).marks |= bit));
  }

  /** Adds up the partial counts that batches inserted. */
  async function compact(): Promise<void> {
    uncompacted = 0;
    for (let isMore = true; isMore;)
      isMore = await writer.transact(
        async (tx) => {
          const parts = await store.takeCounts(countPartsAtOnce);
          if (parts.length > 0) await raiseMessageCounts(tx, sum(parts));
          return parts.length === countPartsAtOnce;
        },
        { about: ["message counts"] },
      );
  }

  function compactUnlessCompacting(): Promise<void> {
    return (compacting ??= compact().finally(() => (compacting = undefined)));
  }

  return {
    findsResends: true,
    find,
    findMany,
    countersOf: findMany,
    open(conversationID) {
      const head = known.get(conversationID);
      return head && head.id !== 0 ? head : open(conversationID);
    },
    // Without this, a change with thousands of notices would query each head.
    openToAppend: headOf,
    append,
    read,
    timeBefore: (head, seq) => timeBefore(read, head, seq),

    async remove(tx, head, seqs) {
      const id = await stored(tx, head);
      for (const some of chunksOf([...new Set(seqs)])) {
        const rows = await store.at(id, some);
        await store.blank(
          id,
          rows.map(({ seq, data }) => ({ seq, data: withoutContent(data) })),
        );
      }
      await mark(tx, head, markBits.goneOrRevoked);
    },

    async raiseMinSeq(tx, head, seq) {
      await store.raiseMinSeq(await stored(tx, head), seq);
      tx.afterCommit(() => {
        const known = head as SharedHead;
        known.minSeq = Math.max(known.minSeq, seq);
      });
    },
    mark,

    async findResend(head, resendKey) {
      const [row] = await store.byKey(resendKey, head?.id);
      return row;
    },

    async sentSeqs(userID, heads) {
      const groups = heads.filter(({ conversationID }) =>
        isGroupChatID(conversationID),
      );
      const rows =
        groups.length > 0
          ? await store.sentBy(
              userID,
              groups.map(({ id }) => id),
            )
          : [];
      const sent = new Map(rows.map(({ head_id, seq }) => [head_id, seq]));
      return (counters) => {
        const { conversationID, id, maxSeq } = counters;
        const { sentFirst, sentSecond } = counters as SharedHead;
        const seq = isSingleChatID(conversationID)
          ? isFirstOf(conversationID, userID)
            ? sentFirst
            : sentSecond
          : (sent.get(id) ?? 0);
        return Math.min(maxSeq, seq);
      };
    },

    async newestSeq(tx, conversationID) {
      const head = await open(conversationID);
      const mine = waiting.filter((entry) => entry.head === head);
      if (head.id === 0 && mine.length === 0) return 0;
      await lock(tx, [head], true);
      await findBefore(mine);
      const added = mine.filter(({ before }) => !before).length;
      return (locked.get(head)?.maxSeq ?? 0) + added;
    },

    async oldestOf({ id }, limit) {
      return store.oldest(id, limit);
    },
    async unlink() {
      // Only the row itself leads to a message here; there is no index to clean.
    },
    async settled() {
      const newest = await store.newestPosition();
      // The only process appends one batch after another.
      if (isAlone) await writer.transact(() => Promise.resolve());
      else await store.awaitAppending();
      return newest;
    },
    unmerged: () => uncompacted,
    merge: compactUnlessCompacting,
  };
}

const countPartsAtOnce = 1_000;

const noneRaised = (id: number): RaisedHead => ({
  id,
  maxSeq: 0,
  maxSeqTime: 0,
  stamped: 0,
  sentFirst: 0,
  sentSecond: 0,
});

const beginning = (conversationID: string): SharedHead => ({
  id: 0,
  conversationID,
  maxSeq: 0,
  maxSeqTime: 0,
  minSeq: 0,
  marks: 0,
  sentFirst: 0,
  sentSecond: 0,
});

/** Returns whether the stored message is this one, sent before. */
function isSame(message: NewMessage, stored: Uint8Array): boolean {
  const [a, b] = [readMsgData(message.unsealed), readMsgData(stored)];
  return (
    a.sendID === b.sendID &&
    // A webhook may change the id at each attempt.
    (message.isRewritten || a.clientMsgID === b.clientMsgID)
  );
}

function sum(parts: readonly MessageCount[][]): MessageCount[] {
  const counts = new Map<string, MessageCount>();
  for (const each of parts.flat()) {
    const key = `${each.kind} ${each.hour} ${each.id}`;
    const known = counts.get(key);
    if (known) known.count += each.count;
    else counts.set(key, { ...each });
  }
  return [...counts.values()];
}
