import { sql } from "kysely";
import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { valueTable } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

/** Changes of stored messages. */
export interface Revocation {
  seq: number;
  /** The user in whose name it was revoked, also if an administrator did it. */
  userID: string;
  role: number;
  nickname: string;
  time: number;
}

export async function insertRevocation(
  { db }: Transaction,
  headID: number,
  { seq, userID, role, nickname, time }: Revocation,
): Promise<void> {
  await db
    .insertInto("message_revocations")
    .values({ head_id: headID, seq, user_id: userID, role, nickname, time })
    .execute();
}

export async function listRevocations(
  db: Kysely<Schema>,
  headID: number,
  seqs: readonly number[],
): Promise<Map<number, Revocation>> {
  const found = new Map<number, Revocation>();
  for (const chunk of chunksOf(seqs)) {
    const rows = await db
      .selectFrom("message_revocations")
      .selectAll()
      .where("head_id", "=", headID)
      .where("seq", "in", chunk)
      .execute();
    for (const { seq, user_id, role, nickname, time } of rows)
      found.set(seq, { seq, userID: user_id, role, nickname, time });
  }
  return found;
}

export async function insertDeletions(
  { db }: Transaction,
  headID: number,
  userID: string,
  seqs: readonly number[],
): Promise<void> {
  for (const chunk of chunksOf(seqs))
    await db
      .insertInto("message_deletions")
      .values(chunk.map((seq) => ({ head_id: headID, seq, user_id: userID })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Seqs of begin..end that this user deleted for itself. */
export async function listDeletions(
  db: Kysely<Schema>,
  headID: number,
  userID: string,
  begin: number,
  end: number,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom("message_deletions")
    .select("seq")
    .where("head_id", "=", headID)
    .where("user_id", "=", userID)
    .where("seq", ">=", begin)
    .where("seq", "<=", end)
    .execute();
  return new Set(rows.map(({ seq }) => seq));
}

/**
 * Counts the deleted messages of each range: deleted for everyone, or by this
 * user. In the order of the ranges.
 */
export async function countGone(
  db: Kysely<Schema>,
  userID: string,
  spans: readonly SeqSpan[],
): Promise<number[]> {
  if (spans.length === 0) return [];
  const wanted = valueTable(db, {
    at: spans.map((_, at) => at),
    head: spans.map(({ headID }) => headID),
    begin: spans.map(({ begin }) => begin),
    end: spans.map(({ end }) => end),
  });
  // Written out, or no engine looks into the index of deleted ones.
  const isDeleted = sql<boolean>`message_log.deleted = 1`;
  const [forEveryone, forOneself] = await Promise.all([
    db
      .selectFrom(wanted)
      .crossJoin("message_log")
      .select((e) => ["wanted.at", e.fn.countAll().as("count")])
      .whereRef("message_log.head_id", "=", "wanted.head")
      .whereRef("message_log.seq", ">=", "wanted.begin")
      .whereRef("message_log.seq", "<=", "wanted.end")
      .where(isDeleted)
      .groupBy("wanted.at")
      .execute(),
    db
      .selectFrom(wanted)
      .crossJoin("message_deletions as own")
      .select((e) => ["wanted.at", e.fn.countAll().as("count")])
      .whereRef("own.head_id", "=", "wanted.head")
      .whereRef("own.seq", ">=", "wanted.begin")
      .whereRef("own.seq", "<=", "wanted.end")
      .where("own.user_id", "=", userID)
      .where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom("message_log")
              .select("message_log.seq")
              .whereRef("message_log.head_id", "=", "own.head_id")
              .whereRef("message_log.seq", "=", "own.seq")
              .where(isDeleted),
          ),
        ),
      )
      .groupBy("wanted.at")
      .execute(),
  ]);
  const counts = spans.map(() => 0);
  for (const { at, count } of [...forEveryone, ...forOneself])
    counts[at] = (counts[at] ?? 0) + Number(count);
  return counts;
}

/** The messages of begin..end of a conversation. */
export interface SeqSpan {
  headID: number;
  begin: number;
  end: number;
}

/** Marks ranges as read; those that touch become one. */
export async function markRead(
  { db }: Transaction,
  headID: number,
  userID: string,
  ranges: readonly { from: number; to: number }[],
): Promise<void> {
  for (const { from, to } of ranges) {
    const touching = await db
      .deleteFrom("message_reads")
      .where("head_id", "=", headID)
      .where("user_id", "=", userID)
      .where("from_seq", "<=", to + 1)
      .where("to_seq", ">=", from - 1)
      .returning(["from_seq", "to_seq"])
      .execute();
    await db
      .insertInto("message_reads")
      .values({
        head_id: headID,
        user_id: userID,
        from_seq: Math.min(from, ...touching.map((each) => each.from_seq)),
        to_seq: Math.max(to, ...touching.map((each) => each.to_seq)),
      })
      .execute();
  }
}

/** Neighbouring seqs as ranges, ascending. */
export function toRanges(
  seqs: readonly number[],
): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq === last.to + 1) last.to = seq;
    else ranges.push({ from: seq, to: seq });
  }
  return ranges;
}
