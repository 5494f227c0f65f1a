import { readMsgData } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Job } from "../jobs/jobs.ts";
import type { Head } from "../message-log/heads.ts";
import type { MessageLog, OldRow } from "../message-log/log.ts";
import { CountKind, hourMs } from "../message-log/tally.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { forgetSearched } from "./search-index.ts";

export interface RetentionDeps {
  db: Kysely<Schema>;
  log: MessageLog;
  transact: Transact;
}

const dayMs = 86_400_000;

/** Removes messages that are older than `days`, every night; 0 keeps all. */
export const retentionJob = (
  deps: RetentionDeps & { now: () => number },
  days: number,
): Job => ({
  name: "message retention",
  run: async (signal) =>
    days === 0 ? 0 : removeOldMessages(deps, deps.now() - days * dayMs, signal),
});

/** Rows of the log that are removed at a time, to keep transactions short. */
const chunk = 500;
/** Each costs statements of its own, and all others wait for the commit. */
const mostConversations = 32;

/**
 * Removes messages stored before `before` (UTC milliseconds), oldest first, and
 * raises the first readable seq of their conversations. Stops at the first
 * message that is young enough, because the log is in order of arrival. Returns
 * the number removed. Sends no notice: clients learn the bound when they pull.
 */
export async function removeOldMessages(
  { db, log, transact }: RetentionDeps,
  before: number,
  signal: AbortSignal,
): Promise<number> {
  // Messages that the index does not have yet would be missed.
  await log.merge();
  let removed = 0;
  while (!signal.aborted) {
    const rows = await db
      .selectFrom("message_log")
      .innerJoin("message_heads", "message_heads.id", "message_log.head_id")
      .select(["position", "seq", "resend_key", "data", "conversation_id"])
      .orderBy("position")
      .limit(chunk)
      .execute();
    const young = rows.findIndex(
      ({ data }) => readMsgData(data).sendTime >= before,
    );
    const allOld = young < 0 ? rows : rows.slice(0, young);
    const old = ofFewConversations(allOld);
    const last = old.at(-1);
    if (!last) break;
    const byConversation = Map.groupBy(old, (row) => row.conversation_id);
    await transact(async (tx) => {
      for (const [conversationID, rows] of byConversation)
        await dropMarks(tx, log, await log.open(conversationID), rows);
      await tx.db
        .deleteFrom("message_log")
        .where("position", "<=", last.position)
        .execute();
      await forgetSearched(tx, last.position);
    });
    removed += old.length;
    if (young >= 0 && old.length === allOld.length) break;
  }
  await dropCounts(transact, db, before, signal);
  return removed;
}

/** The first of them, as long as they belong to few conversations. */
function ofFewConversations<Row extends { conversation_id: string }>(
  rows: readonly Row[],
): readonly Row[] {
  const seen = new Set<string>();
  const end = rows.findIndex(
    ({ conversation_id: id }) => seen.add(id).size > mostConversations,
  );
  return end < 0 ? rows : rows.slice(0, end);
}

/**
 * The same for one conversation, also where younger messages of others lie
 * before it in the log.
 */
export async function removeOldMessagesOf(
  { log, transact }: RetentionDeps,
  conversationID: string,
  before: number,
): Promise<void> {
  await log.merge();
  const head = await log.find(conversationID);
  for (let isDone = !head; head && !isDone;)
    isDone = await transact(async (tx) => {
      const rows = await log.oldestOf(head, chunk);
      const young = rows.findIndex(
        ({ data }) => readMsgData(data).sendTime >= before,
      );
      const old = young < 0 ? rows : rows.slice(0, young);
      const last = old.at(-1);
      if (!last) return true;
      await dropMarks(tx, log, head, old);
      await tx.db
        .deleteFrom("message_log")
        .where(
          "position",
          "in",
          old.map(({ position }) => position),
        )
        .execute();
      return old.length < chunk;
    });
}

/** All that is known of these messages but the messages themselves. */
async function dropMarks(
  tx: Transaction,
  log: MessageLog,
  head: Head,
  rows: readonly OldRow[],
): Promise<void> {
  const seq = rows.at(-1)?.seq ?? 0;
  await log.raiseMinSeq(tx, head, seq + 1);
  await log.unlink(tx, head, rows);
  for (const table of ["message_revocations", "message_deletions"] as const)
    await tx.db
      .deleteFrom(table)
      .where("head_id", "=", head.id)
      .where("seq", "<=", seq)
      .execute();
  await tx.db
    .deleteFrom("message_reads")
    .where("head_id", "=", head.id)
    .where("to_seq", "<=", seq)
    .execute();
}

/** Statistics go as far back as the messages; an hour at a time. */
async function dropCounts(
  transact: Transact,
  db: Kysely<Schema>,
  before: number,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of Object.values(CountKind))
    while (!signal.aborted) {
      const oldest = await db
        .selectFrom("message_counts")
        .select("hour")
        .where("kind", "=", kind)
        .where("hour", "<", Math.floor(before / hourMs))
        .orderBy("hour")
        .limit(1)
        .executeTakeFirst();
      if (!oldest) break;
      const { hour } = oldest;
      await transact((tx) =>
        tx.db
          .deleteFrom("message_counts")
          .where("kind", "=", kind)
          .where("hour", "=", hour)
          .execute(),
      );
    }
}
