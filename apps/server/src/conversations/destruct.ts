import { readMsgData } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Schema } from "../storage/schema.ts";
import { bumpVersion, VersionState } from "../storage/versions.ts";
import type { Transact } from "../storage/writer.ts";
import { renderConversationChanged } from "./notifications.ts";
import { findRow, updateRow } from "./store.ts";
import type { UserSeqs } from "./user-seqs.ts";

export interface DestructDeps {
  db: Kysely<Schema>;
  log: MessageLog;
  transact: Transact;
  notify: Notify;
  userSeqs: UserSeqs;
  now: () => number;
}

/** Rows looked at in one go. */
const chunk = 200;

/**
 * Hides messages older than the owner's limit in conversations with
 * self-destructing messages (docs/configuration.md, clearUserMsg). The content
 * stays for everybody else. Returns the number of conversations that were due.
 */
export async function destructMessages(
  { db, log, transact, notify, userSeqs, now }: DestructDeps,
  operationID: string,
  signal: AbortSignal,
): Promise<number> {
  const at = now();
  let done = 0;
  for (let after = 0; !signal.aborted;) {
    const rows = await db
      .selectFrom("conversations")
      .select([
        "id",
        "owner_user_id",
        "conversation_id",
        "msg_destruct_time",
        "latest_msg_destruct_time",
      ])
      .where("is_msg_destruct", "=", 1)
      .where("msg_destruct_time", ">", 0)
      .where("id", ">", after)
      .orderBy("id")
      .limit(chunk)
      .execute();
    for (const row of rows) {
      after = row.id;
      const lifetime = row.msg_destruct_time * 1_000;
      if (row.latest_msg_destruct_time + lifetime >= at) continue;
      const head = await log.find(row.conversation_id);
      const seq = head ? await lastSeqBefore(log, head, at - lifetime) : 0;
      const { owner_user_id: userID, conversation_id: conversationID } = row;
      await transact(async (tx) => {
        // The owner may have deleted it meanwhile.
        if (!(await findRow(tx.db, userID, conversationID))) return;
        const known = await userSeqs.get(userID, conversationID);
        const minSeq = Math.max(known.minSeq, seq + 1);
        if (seq > 0)
          await userSeqs.raiseMins(tx, userID, [{ conversationID, minSeq }]);
        await updateRow(tx, userID, conversationID, {
          latest_msg_destruct_time: at,
          ...(seq > 0 && { min_seq: minSeq }),
        });
        await bumpVersion(tx, "conversations", userID, VersionState.update, [
          conversationID,
        ]);
        const notice = renderConversationChanged(userID, [conversationID]);
        await notify(tx, notice, operationID);
      });
      done++;
    }
    if (rows.length < chunk) break;
  }
  return done;
}

/** The last seq sent at or before this time; 0 = none. Times follow seqs. */
async function lastSeqBefore(
  log: MessageLog,
  head: Head,
  time: number,
): Promise<number> {
  let low = Math.max(head.minSeq - 1, 0);
  let high = head.maxSeq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [message] = await log.read(head, middle, middle);
    // A removed message counts as old as the remaining one before it.
    const sent = message
      ? readMsgData(message.data).sendTime
      : await log.timeBefore(head, middle);
    if (sent <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
