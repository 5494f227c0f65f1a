import { isNotificationID } from "@parley/protocol/conversation-ids";
import { readMsgData, sealMsgData } from "@parley/protocol/msg-data";

import { sql } from "kysely";
import { then } from "../storage/engine.ts";
import type {
  FoundRow,
  LogRow,
  SqliteEngine,
  Now,
  StoredMessage,
} from "../storage/engine.ts";
import { insertEach, insertion } from "../storage/insert-each.ts";
import type { Transaction } from "../storage/writer.ts";
import { createHeads } from "./heads.ts";
import type { Head, HeadState } from "./heads.ts";
import { createKeyFilter } from "./key-filter.ts";
import { markBits } from "./mark-bits.ts";
import type { MarkBit } from "./mark-bits.ts";
import { createMerge, watermark } from "./merge.ts";
import { createTally } from "./tally.ts";
import type { LogOptions, MessageLog, NewMessage, Storing } from "./log.ts";
import { timeBefore, withoutContent } from "./removal.ts";

const beginning = insertion({
  into: "message_heads",
  columns: [
    "id",
    "conversation_id",
    "max_seq",
    "min_seq",
    "max_seq_time",
    "altered",
  ],
  rest: (insert) => insert,
});

/**
 * The log of a process that has its database to itself. Indexes by seq and by resend key
 * are in memory for the newest messages and merged into tables in bulk; after a crash they
 * are rebuilt from the rows that were not merged yet.
 */
export async function openOwnLog({
  engine,
  caches,
  writer,
  now,
  raiseReadSeqs,
  mergeAfter = 4_096,
  headCacheSize = 100_000,
}: LogOptions & { engine: SqliteEngine }): Promise<MessageLog> {
  const { read: db } = engine;
  /** Positions by resend key, until they are merged. */
  const freshKeys = new Map<number, number>();
  const mergedKeys = createKeyFilter();
  const tally = createTally();
  let pendingRows: LogRow[] = [];
  let newHeads: HeadState[] = [];
  let nextPosition = 1;
  let unmerged = 0;
  let merging: Promise<void> | undefined;

  const lastHead = await db
    .selectFrom("message_heads")
    .select((e) => e.fn.max("id").as("id"))
    .executeTakeFirst();
  const heads = createHeads({
    db,
    caches,
    nextID: Number(lastHead?.id ?? 0) + 1,
    size: headCacheSize,
  });

  function remember(
    head: HeadState,
    seq: number,
    position: number,
    message: Omit<NewMessage, "unsealed">,
  ): void {
    const { sendID, sendTime, resendKey } = message;
    head.assigned = seq;
    head.assignedTime = sendTime;
    nextPosition = position + 1;
    // After a crash amid a merge the tables know it already.
    if (seq > head.merged) {
      if (head.tail.length === 0) heads.keep(head);
      head.tail.push(position);
      unmerged++;
    }
    if (resendKey !== 0) freshKeys.set(resendKey, position);
    if (!isNotificationID(head.conversationID)) head.sent.set(sendID, seq);
    tally.add(head.conversationID, message);
  }

  function append(
    tx: Transaction,
    opened: Head,
    message: NewMessage,
    storing?: Storing,
  ): void {
    const head = stateOf(opened);
    const seq = head.assigned + 1;
    const position = nextPosition;
    // COMPAT: sdk-core 3.8 shows messages in the order of their sendTime
    // alone, so two of one millisecond would swap places.
    const stamp =
      message.sendTime === 0
        ? (head.stamped = Math.max(now(), head.stamped + 1))
        : 0;
    const sendTime = message.sendTime || stamp;
    const data = sealMsgData(message.unsealed, seq, stamp);
    const isFirst = !head.stored;
    if (isFirst) {
      head.stored = true;
      newHeads.push(head);
    }
    const timeBefore = head.assignedTime;
    const sentBefore = head.sent.get(message.sendID);
    const { sendID, contentType, resendKey } = message;
    const remembered = { sendID, contentType, sendTime, resendKey };
    remember(head, seq, position, remembered);
    pendingRows.push({ position, headID: head.id, seq, resendKey, data });
    tx.onRollback(() => {
      // Undone in reverse order: this message is the last of log and head.
      head.assigned = seq - 1;
      head.assignedTime = timeBefore;
      head.tail.pop();
      nextPosition = position;
      unmerged--;
      if (pendingRows.at(-1)?.position === position) pendingRows.pop();
      if (resendKey !== 0) freshKeys.delete(resendKey);
      tally.add(head.conversationID, remembered, -1);
      if (sentBefore === undefined) head.sent.delete(message.sendID);
      else head.sent.set(message.sendID, sentBefore);
      if (isFirst) {
        head.stored = false;
        newHeads = newHeads.filter((other) => other !== head);
      }
    });
    tx.afterDurable(() => {
      head.maxSeq = seq;
      head.maxSeqTime = sendTime;
    });
    storing?.stored(tx, { seq, data, sendTime });
  }

  /** Changes of a new conversation's row need that row in the database. */
  async function storeHeads(tx: Transaction): Promise<void> {
    if (newHeads.length === 0) return;
    const begun = newHeads;
    newHeads = [];
    tx.onRollback(() => (newHeads = [...begun, ...newHeads]));
    await insertEach(
      tx.db,
      beginning,
      begun.map(({ id, conversationID }) => ({
        id,
        conversation_id: conversationID,
        max_seq: 0,
        min_seq: 0,
        max_seq_time: 0,
        altered: 0,
      })),
    );
  }

  writer.beforeCommit(async (tx) => {
    await storeHeads(tx);
    if (pendingRows.length > 0) {
      const rows = pendingRows;
      pendingRows = [];
      await engine.log.append(rows);
    }
    // One that fails is tried again with the next batch.
    if (unmerged >= mergeAfter && !merging)
      void mergeUnlessMerging().catch(() => undefined);
  });

  const mergeNow = createMerge({
    engine,
    writer,
    raiseReadSeqs,
    heads,
    storeHeads,
    freshKeys,
    mergedKeys,
    tally,
    newestPosition: () => nextPosition - 1,
    merged: (count) => (unmerged -= count),
    ended: () => (merging = undefined),
  });
  function mergeUnlessMerging(): Promise<void> {
    return (merging ??= mergeNow());
  }
  async function merge(): Promise<void> {
    // One that is under way does not know of the newest messages.
    if (merging) await merging;
    await mergeUnlessMerging();
  }

  function read(of: Head, begin: number, end: number): Now<StoredMessage[]> {
    const { id, merged, tail } = stateOf(of);
    const from = Math.max(begin, merged + 1);
    // A merge that ends during the read moves messages out of the tail.
    const positions =
      end >= from ? tail.slice(from - merged - 1, end - merged) : [];
    const indexed =
      begin <= merged ? engine.log.range(id, begin, Math.min(end, merged)) : [];
    if (positions.length === 0) return indexed;
    return then(indexed, (first) =>
      then(engine.log.rangeAt(positions), (rest) =>
        first.length === 0 ? rest : [...first, ...rest],
      ),
    );
  }

  async function remove(
    tx: Transaction,
    of: Head,
    seqs: readonly number[],
  ): Promise<void> {
    for (const seq of new Set(seqs)) {
      const { id, merged, tail } = stateOf(of);
      const positions =
        seq <= merged
          ? await engine.log.positionsOf(id, seq, seq)
          : tail.slice(seq - merged - 1, seq - merged);
      for (const { position, deleted, data } of await engine.log.at(
        positions,
      )) {
        if (deleted) continue;
        await tx.db
          .updateTable("message_log")
          .set({ deleted: 1, data: withoutContent(data) })
          .where("position", "=", position)
          .execute();
      }
    }
    await mark(tx, of, markBits.goneOrRevoked);
  }

  async function mark(tx: Transaction, of: Head, bit: MarkBit): Promise<void> {
    const head = stateOf(of);
    if ((head.marks & bit) !== 0) return;
    await storeHeads(tx);
    await tx.db
      .updateTable("message_heads")
      .set({ altered: sql<number>`altered | ${bit}` })
      .where("id", "=", head.id)
      .execute();
    tx.forget(heads.bounds, head.conversationID, () => (head.marks |= bit));
  }

  async function raiseMinSeq(
    tx: Transaction,
    of: Head,
    seq: number,
  ): Promise<void> {
    const head = stateOf(of);
    await storeHeads(tx);
    await tx.db
      .updateTable("message_heads")
      .set({ min_seq: seq })
      .where("id", "=", head.id)
      .where("min_seq", "<", seq)
      .execute();
    tx.forget(
      heads.bounds,
      head.conversationID,
      () => (head.minSeq = Math.max(head.minSeq, seq)),
    );
  }

  function findResend(
    head: Head | null,
    resendKey: number,
  ): Now<StoredMessage | undefined> {
    const load = (position: number | undefined) =>
      position === undefined
        ? undefined
        : then(engine.log.at([position]), ours);
    // The key is a hash: another conversation's message may have the same.
    const ours = (rows: FoundRow[]) =>
      rows.find(({ headID }) => headID === (head?.id ?? headID));
    const fresh = freshKeys.get(resendKey);
    if (fresh === undefined && !mergedKeys.mayHave(resendKey)) return undefined;
    return then(fresh ?? engine.log.positionOfKey(resendKey), load);
  }

  /** Recovers messages that were durable but not merged before a crash. */
  async function recover(): Promise<void> {
    const mark = await db
      .selectFrom("meta")
      .select("value")
      .where("key", "=", watermark)
      .executeTakeFirst();
    let after = Number(mark?.value ?? 0);
    nextPosition = after + 1;
    const byID = new Map<number, HeadState>();
    for (;;) {
      const rows = await db
        .selectFrom("message_log")
        .innerJoin("message_heads", "message_heads.id", "message_log.head_id")
        .select(["position", "head_id", "seq", "resend_key", "data"])
        .select("conversation_id")
        .where("position", ">", after)
        .orderBy("position")
        .limit(1_000)
        .execute();
      for (const row of rows) {
        let head = byID.get(row.head_id);
        if (!head) {
          head = await heads.open(row.conversation_id);
          byID.set(row.head_id, head);
        }
        const { sendID, contentType, sendTime } = readMsgData(row.data);
        const resendKey = row.resend_key;
        const message = { sendID, contentType, sendTime, resendKey };
        remember(head, row.seq, row.position, message);
        head.maxSeq = row.seq;
        head.maxSeqTime = sendTime;
        after = row.position;
      }
      if (rows.length < 1_000) return;
    }
  }

  await recover();
  // Without the filter each key is looked up in the database, which is correct, too.
  mergedKeys.load(engine.log, nextPosition).catch(() => undefined);

  return {
    find: heads.find,
    findMany: heads.findMany,
    countersOf: heads.countersOf,
    open: heads.open,
    openToAppend: heads.open,
    append,
    read,
    timeBefore: (head, seq) => timeBefore(read, head, seq),
    remove,
    raiseMinSeq,
    mark,
    findResend,
    findsResends: false,
    sentSeqs: (userID) => (head) =>
      // Counters that came from the database have nothing unmerged.
      Math.min(
        head.maxSeq,
        (head as Partial<HeadState>).sent?.get(userID) ?? 0,
      ),
    async newestSeq(_, conversationID) {
      const head = await heads.find(conversationID);
      return head?.assigned ?? 0;
    },
    oldestOf: ({ id }, limit) =>
      db
        .selectFrom("message_index as i")
        .innerJoin("message_log as l", "l.position", "i.position")
        .select(["l.position", "l.seq", "l.resend_key", "l.data"])
        .where("i.head_id", "=", id)
        .orderBy("i.seq")
        .limit(limit)
        .execute(),
    async unlink(tx, { id }, rows) {
      await tx.db
        .deleteFrom("message_index")
        .where("head_id", "=", id)
        .where("seq", "<=", rows.at(-1)?.seq ?? 0)
        .execute();
      // A key of theirs may be of a younger message by now.
      await tx.db
        .deleteFrom("message_keys")
        .where(
          "resend_key",
          "in",
          rows.map(({ resend_key }) => resend_key),
        )
        .where(
          "position",
          "in",
          rows.map(({ position }) => position),
        )
        .execute();
    },
    settled: () => Infinity,
    unmerged: () => unmerged,
    merge,
  };
}

/** Heads come from this log only; outside they are shown read-only. */
const stateOf = (head: Head): HeadState => head as HeadState;
