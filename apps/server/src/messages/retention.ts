import { readMsgData } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { MessageLog } from "./log.ts";

export interface RetentionDeps {
  db: Kysely<Schema>;
  log: MessageLog;
  transact: Transact;
}

/** Rows of the log taken at a time, so that nobody waits for long. */
const chunk = 500;

/**
 * Removes what was stored before `before` (UTC milliseconds), oldest first,
 * and raises the first readable seq of its conversations. It stops at the
 * first message that is young enough: the log is in order of arrival. Answers
 * how many went. Nobody is told: clients learn the bound when they pull.
 */
export async function removeOldMessages(
  { db, log, transact }: RetentionDeps,
  before: number,
  signal: AbortSignal,
): Promise<number> {
  // What the index does not know yet could not be found to be removed.
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
    const old = young < 0 ? rows : rows.slice(0, young);
    const last = old.at(-1);
    if (!last) return removed;
    const newest = new Map(
      old.map(({ conversation_id, seq }) => [conversation_id, seq]),
    );
    await transact(async (tx) => {
      for (const [conversationID, seq] of newest) {
        const head = await log.open(conversationID);
        await log.setMinSeq(tx, head, Math.max(head.minSeq, seq + 1));
        for (const table of [
          "message_index",
          "message_revocations",
          "message_deletions",
        ] as const)
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
      const keys = old.map(({ resend_key }) => resend_key);
      await tx.db
        .deleteFrom("message_keys")
        .where("resend_key", "in", keys)
        .where("position", "<=", last.position)
        .execute();
      await tx.db
        .deleteFrom("message_log")
        .where("position", "<=", last.position)
        .execute();
    });
    removed += old.length;
    if (young >= 0) return removed;
  }
  return removed;
}
