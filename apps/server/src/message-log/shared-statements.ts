import type { Statements, StoredMessage } from "../storage/engine.ts";
import type { MessageCount } from "./tally.ts";

export interface HeadRow {
  id: number;
  conversation_id: string;
  max_seq: number;
  max_seq_time: number;
  min_seq: number;
  altered: number;
  sent_first: number;
  sent_second: number;
}

interface MessageRow {
  head_id: number;
  resend_key: number;
  seq: number;
  data: Uint8Array;
}

/** A message with its seq and position, ready to insert. */
export interface NumberedRow {
  headID: number;
  seq: number;
  resendKey: number;
  data: Uint8Array;
}

/** The new numbers of a conversation's head after a batch. */
export interface RaisedHead {
  id: number;
  maxSeq: number;
  maxSeqTime: number;
  stamped: number;
  sentFirst: number;
  sentSecond: number;
}

/**
 * Advisory lock that every appending batch holds shared from before its messages get
 * positions. With the exclusive lock, all positions given out so far are committed or
 * rolled back.
 */
export const appendingLock = 7_275_397;

const columns =
  "id, conversation_id, max_seq, max_seq_time, min_seq, altered, sent_first, sent_second";

/** The SQL of the shared log, as prepared statements. */
export function createSharedStatements({ read, write }: Statements) {
  return {
    heads: (conversationIDs: readonly string[]) =>
      read<HeadRow>(
        "heads",
        `select ${columns} from message_heads where conversation_id = any($1::text[])`,
        [conversationIDs],
      ),

    /** Inserts missing heads in the given order and returns the ids of all. */
    async begin(conversationIDs: readonly string[]) {
      await write(
        "begin heads",
        "insert into message_heads (conversation_id) select unnest($1::text[]) on conflict do nothing",
        [conversationIDs],
      );
      return write<{ id: number; conversation_id: string }>(
        "begun heads",
        "select id, conversation_id from message_heads where conversation_id = any($1::text[])",
        [conversationIDs],
      );
    },

    /** Locks heads in the order of their ids, as all processes do, against deadlocks. */
    async lock(ids: readonly number[], mayWait: boolean) {
      const [, rows] = await Promise.all([
        mayWait
          ? write("appending", "select pg_advisory_xact_lock_shared($1)", [
              appendingLock,
            ])
          : write(
              "appending for a moment",
              "select pg_advisory_xact_lock_shared($1), set_config('lock_timeout', $2, true)",
              [appendingLock, "100ms"],
            ),
        write<{ id: number; max_seq: number; stamped: number }>(
          "lock heads",
          "select id, max_seq, stamped from message_heads where id = any($1::bigint[]) order by id for update",
          [numbers(ids)],
        ),
      ]);
      return rows;
    },

    /**
     * A prepared statement keeps the plan that it got while the log was small, and a join
     * would scan the whole log ever after. The limit makes PostgreSQL use the index.
     */
    keysInBatch: (keys: readonly { resendKey: number; headID: number }[]) =>
      write<MessageRow>(
        "keys in batch",
        "select l.head_id, l.resend_key, l.seq, l.data from unnest($1::bigint[], $2::bigint[]) as k (resend_key, head_id) cross join lateral (select * from message_log where resend_key = k.resend_key and head_id = k.head_id and resend_key <> 0 limit 1) l",
        [
          numbers(keys.map(({ resendKey }) => resendKey)),
          numbers(keys.map(({ headID }) => headID)),
        ],
      ),

    async append(rows: readonly NumberedRow[], heads: readonly RaisedHead[]) {
      await Promise.all([
        write(
          "append",
          "insert into message_log (head_id, seq, resend_key, data) select head_id, seq, resend_key, substring($6::bytea from start for length) from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::int[]) as row (head_id, seq, resend_key, start, length)",
          valuesOf(rows),
        ),
        write(
          "raise heads",
          "update message_heads h set max_seq = n.max_seq, max_seq_time = n.max_seq_time, stamped = greatest(h.stamped, n.stamped), sent_first = greatest(h.sent_first, n.sent_first), sent_second = greatest(h.sent_second, n.sent_second) from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as n (id, max_seq, max_seq_time, stamped, sent_first, sent_second) where h.id = n.id",
          [
            numbers(heads.map(({ id }) => id)),
            numbers(heads.map(({ maxSeq }) => maxSeq)),
            numbers(heads.map(({ maxSeqTime }) => maxSeqTime)),
            numbers(heads.map(({ stamped }) => stamped)),
            numbers(heads.map(({ sentFirst }) => sentFirst)),
            numbers(heads.map(({ sentSecond }) => sentSecond)),
          ],
        ),
      ]);
    },

    async senders(
      sent: readonly { headID: number; userID: string; seq: number }[],
    ) {
      await write(
        "senders",
        "insert into message_senders (head_id, user_id, seq) select * from unnest($1::bigint[], $2::text[], $3::bigint[]) on conflict (head_id, user_id) do update set seq = excluded.seq",
        [
          numbers(sent.map(({ headID }) => headID)),
          sent.map(({ userID }) => userID),
          numbers(sent.map(({ seq }) => seq)),
        ],
      );
    },

    sentBy: (userID: string, headIDs: readonly number[]) =>
      read<{ head_id: number; seq: number }>(
        "sent by",
        "select head_id, seq from message_senders where head_id = any($2::bigint[]) and user_id = $1",
        [userID, headIDs],
      ),

    async counts(counts: readonly MessageCount[]) {
      await write(
        "counts",
        "insert into message_count_parts (counts) values ($1::jsonb)",
        [JSON.stringify(counts)],
      );
    },

    /** Deletes up to so many partial counts and returns them; skips locked ones. */
    async takeCounts(most: number) {
      const rows = await write<{ counts: MessageCount[] }>(
        "take counts",
        "delete from message_count_parts where id in (select id from message_count_parts order by id limit $1 for update skip locked) returning counts",
        [most],
      );
      return rows.map(({ counts }) => counts);
    },

    /** Reads messages as the open batch sees them; leaves out removed ones. */
    at: (headID: number, seqs: readonly number[]) =>
      write<StoredMessage>(
        "at",
        "select seq, data from message_log where head_id = $1 and seq = any($2::bigint[]) and deleted = 0",
        [headID, seqs],
      ),

    async blank(headID: number, rows: readonly StoredMessage[]) {
      await write(
        "blank",
        "update message_log l set deleted = 1, data = n.data from unnest($2::bigint[], $3::bytea[]) as n (seq, data) where l.head_id = $1 and l.seq = n.seq",
        [
          headID,
          numbers(rows.map(({ seq }) => seq)),
          rows.map(({ data }) => Buffer.from(data)),
        ],
      );
    },

    async mark(headID: number, bit: number) {
      await write(
        "mark",
        "update message_heads set altered = altered | $2 where id = $1",
        [headID, bit],
      );
    },

    async raiseMinSeq(headID: number, seq: number) {
      await write(
        "raise min seq",
        "update message_heads set min_seq = greatest(min_seq, $2) where id = $1",
        [headID, seq],
      );
    },

    /** Finds messages by resend key; in all conversations if there is no headID. */
    byKey: (resendKey: number, headID?: number) =>
      read<StoredMessage>(
        "by key",
        "select seq, data from message_log where resend_key = $1 and resend_key <> 0 and head_id = coalesce($2::bigint, head_id) limit 1",
        [resendKey, headID ?? null],
      ),

    /** Returns the newest position that was given to a message; 0: none. */
    async newestPosition() {
      const [row] = await read<{ position: number }>(
        "newest position",
        "select case when is_called then last_value else last_value - 1 end as position from message_log_position",
        [],
      );
      return row?.position ?? 0;
    },

    /** Waits until the batches that are appending now have ended. */
    async awaitAppending() {
      await read("await appending", "select pg_advisory_xact_lock($1)", [
        appendingLock,
      ]);
    },

    oldest: (headID: number, limit: number) =>
      write<{
        position: number;
        seq: number;
        resend_key: number;
        data: Uint8Array;
      }>(
        "oldest",
        "select position, seq, resend_key, data from message_log where head_id = $1 order by seq limit $2",
        [headID, limit],
      ),
  };
}

/**
 * Joins the messages into one binary parameter. The driver would send an array as hex text,
 * which is twice as long.
 */
function valuesOf(rows: readonly NumberedRow[]): unknown[] {
  let end = 0;
  const starts = rows.map(({ data }) => {
    const start = end + 1;
    end += data.length;
    return start;
  });
  return [
    numbers(rows.map(({ headID }) => headID)),
    numbers(rows.map(({ seq }) => seq)),
    numbers(rows.map(({ resendKey }) => resendKey)),
    numbers(starts),
    numbers(rows.map(({ data }) => data.length)),
    Buffer.concat(rows.map(({ data }) => data)),
  ];
}

/** Renders an array literal of PostgreSQL, faster than the driver does. */
const numbers = (list: readonly number[]): string => `{${list.join(",")}}`;
