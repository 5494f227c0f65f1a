import { ContentType, SessionType } from "@parley/protocol/content-types";
import { DeleteMsgsTips } from "@parley/protocol/generated/sdkws";
import type { MsgDataView } from "@parley/protocol/msg-data";
import type { Kysely } from "kysely";

import type { Depart, Departing, Removing } from "../feature/departing.ts";
import type { MessageLog } from "../message-log/log.ts";
import { CountKind } from "../message-log/tally.ts";
import type { Notice, Notify } from "../notifications/notify.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Schema } from "../storage/schema.ts";
import type { Hit, SearchIndex } from "./search-index.ts";

export interface MessageDepartureDeps {
  db: Kysely<Schema>;
  log: MessageLog;
  index: SearchIndex;
  notify: Notify;
}

/** Messages that one transaction, and one notice, removes. */
const atOnce = 50;
/** Hours whose counts one statement looks at. */
const hoursAtOnce = 500;

/**
 * Removes the content of all messages of a deleted user, if that was asked for,
 * and notifies clients as if the author had deleted them. Quotes by others
 * stay. Removes the user's counts in any case.
 */
export function createMessageDeparture({
  db,
  log,
  index,
  notify,
}: MessageDepartureDeps): Depart {
  async function removeHits(
    { userID, operationID }: Departing,
    removing: Removing,
    conversationID: string,
    hits: readonly Hit[],
  ): Promise<void> {
    const [first] = hits;
    const head = await log.find(conversationID);
    if (!first || !head) return;
    for (const chunk of chunksOf(hits, atOnce))
      await removing.once(async (tx) => {
        const seqs = chunk.map(({ seq }) => seq);
        await log.remove(tx, head, seqs);
        // Nobody needs to know who took back what is gone.
        await tx.db
          .deleteFrom("message_revocations")
          .where("head_id", "=", head.id)
          .where("seq", "in", seqs)
          .execute();
        const notice = renderRemoved(userID, conversationID, seqs, first.view);
        await notify(tx, notice, operationID);
        return { messages: seqs.length };
      });
  }

  async function removeMessages(
    user: Departing,
    removing: Removing,
  ): Promise<void> {
    await index.catchUp();
    for await (const { hits } of index.find({ sendID: user.userID }))
      for (const [headID, found] of Map.groupBy(hits, (hit) => hit.headID)) {
        const { conversation_id } = await db
          .selectFrom("message_heads")
          .select("conversation_id")
          .where("id", "=", headID)
          .executeTakeFirstOrThrow();
        await removeHits(user, removing, conversation_id, found);
      }
  }

  async function removeCounts(
    userID: string,
    kind: number,
    removing: Removing,
  ): Promise<void> {
    const all = () => db.selectFrom("message_counts").where("kind", "=", kind);
    const { first, last } = await all()
      .select((e) => [
        e.fn.min("hour").as("first"),
        e.fn.max("hour").as("last"),
      ])
      .executeTakeFirstOrThrow();
    if (first === null || last === null) return;
    for (let from = Number(first); from <= Number(last); from += hoursAtOnce) {
      const hours = Array.from({ length: hoursAtOnce }, (_, i) => from + i);
      const found = await all()
        .select("hour")
        .where("id", "=", userID)
        .where("hour", "in", hours)
        .execute();
      if (found.length > 0)
        await removing.once(async (tx) => {
          const { numDeletedRows } = await tx.db
            .deleteFrom("message_counts")
            .where("kind", "=", kind)
            .where("id", "=", userID)
            .where("hour", "in", hours)
            .executeTakeFirst();
          return { messageCounts: Number(numDeletedRows) };
        });
    }
  }

  return async (user, removing) => {
    // Writes positions of the user's messages from memory into the tables.
    await log.merge();
    if (user.withMessages) await removeMessages(user, removing);
    for (const kind of [CountKind.single, CountKind.inGroups])
      await removeCounts(user.userID, kind, removing);
  };
}

const renderRemoved = (
  userID: string,
  conversationID: string,
  seqs: readonly number[],
  { sessionType, groupID, recvID }: MsgDataView,
): Notice => ({
  contentType: ContentType.DeleteMsgsNotification,
  sendID: userID,
  ...(sessionType === SessionType.group ? { groupID } : { recvID }),
  isStored: true,
  detail: DeleteMsgsTips.toJSON({ userID, conversationID, seqs: [...seqs] }),
});
