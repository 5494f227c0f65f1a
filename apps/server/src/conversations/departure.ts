import {
  groupChatID,
  isGroupChatID,
  isPairOf,
} from "@parley/protocol/conversation-ids";
import { sql } from "kysely";
import type { Kysely, SqlBool } from "kysely";

import type { Depart, Removing } from "../feature/departing.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Conversations } from "./conversations.ts";
import { listRowIDs } from "./store.ts";
import type { UserSeqs } from "./user-seqs.ts";

export interface ConversationDepartureDeps {
  db: Kysely<Schema>;
  drop: Conversations["drop"];
  userSeqs: Pick<UserSeqs, "bar" | "forget">;
  /** The newest of a conversation, with what this batch adds; 0 = none. */
  newestSeq(tx: Transaction, conversationID: string): Promise<number>;
}

/** Rows that one transaction removes. */
const atOnce = 200;
/** Conversations looked at in one go: there may be millions. */
const lookedAt = 500;

/**
 * Removes a deleted user's list of conversations, read positions and deletion
 * marks. In chats that others keep, the lower bound stays, so that the next
 * owner of the userID sees no earlier messages.
 */
export function createConversationDeparture({
  db,
  drop,
  userSeqs,
  newestSeq,
}: ConversationDepartureDeps): Depart {
  /** Returns the id to continue after; undefined: there are no more. */
  async function look(
    userID: string,
    removing: Removing,
    after: number,
  ): Promise<number | undefined> {
    const heads = await db
      .selectFrom("message_heads")
      .select(["id", "conversation_id"])
      .where("id", ">", after)
      .orderBy("id")
      .limit(lookedAt)
      .execute();
    const pairs = heads
      .map(({ conversation_id }) => conversation_id)
      .filter((id) => !isGroupChatID(id) && isPairOf(id, userID));
    const ids = heads.map(({ id }) => id);
    if (pairs.length > 0)
      await removing.once(async (tx) => {
        const barred = [];
        for (const conversationID of pairs)
          barred.push({
            conversationID,
            newestSeq: await newestSeq(tx, conversationID),
          });
        await userSeqs.bar(tx, userID, barred);
        return {};
      });
    for (const table of [
      "message_reads",
      "message_deletions",
      "message_senders",
    ] as const) {
      const marked =
        ids.length > 0 &&
        (await db
          .selectFrom(table)
          .select("head_id")
          .where("head_id", "in", ids)
          .where("user_id", "=", userID)
          .limit(1)
          .executeTakeFirst());
      if (marked)
        await removing.once(async (tx) => {
          const { numDeletedRows } = await tx.db
            .deleteFrom(table)
            .where("head_id", "in", ids)
            .where("user_id", "=", userID)
            .executeTakeFirst();
          return { readMarks: Number(numDeletedRows) };
        });
    }
    return heads.length < lookedAt ? undefined : heads.at(-1)?.id;
  }

  return async ({ userID }, removing) => {
    await removing.untilNothing(async (tx) => {
      const ids = (await listRowIDs(tx.db, userID)).slice(0, atOnce);
      const gone = await drop(tx, userID, ids);
      return { conversations: gone.length };
    });
    for (let at: number | undefined = 0; at !== undefined;)
      at = await look(userID, removing, at);
    await removing.untilNothing(async (tx) => {
      const groups = await tx.db
        .selectFrom("user_seqs")
        .select("conversation_id")
        .where("user_id", "=", userID)
        .where(sql<SqlBool>`substr(conversation_id, 1, 3) = ${groupChatID("")}`)
        .limit(atOnce)
        .execute();
      const ids = groups.map(({ conversation_id }) => conversation_id);
      await userSeqs.forget(tx, userID, ids);
      return { readPositions: ids.length };
    });
  };
}
