import { sql } from "kysely";
import type { Kysely } from "kysely";
import { chunksOf } from "../storage/chunks.ts";
import { isAmong, valueTable } from "../storage/id-list.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import type { ConversationRow, RowChange } from "./store.ts";

/** Lists the members with "do not disturb" in the conversation. */
export async function listMuting(
  db: Kysely<Schema>,
  conversationID: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom("conversations")
    .select("owner_user_id")
    .where("conversation_id", "=", conversationID)
    // Written as a literal: a bound parameter would not use the partial index.
    .where(sql<boolean>`recv_msg_opt <> 0`)
    .execute();
  return rows.map((row) => row.owner_user_id);
}

/** Returns rows of several owners, in no order. */
export const listRowsOf = (
  db: Kysely<Schema>,
  wanted: readonly { ownerID: string; conversationID: string }[],
): Promise<ConversationRow[]> =>
  db
    .selectFrom(
      valueTable(db, {
        owner: wanted.map(({ ownerID }) => ownerID),
        conversation: wanted.map(({ conversationID }) => conversationID),
      }),
    )
    .crossJoin("conversations")
    .selectAll("conversations")
    .whereRef("owner_user_id", "=", "wanted.owner")
    .whereRef("conversation_id", "=", "wanted.conversation")
    .execute();

/** Lists rows of single chats with this peer, in order of creation. */
export function listRowsWithPeer(
  db: Kysely<Schema>,
  peerID: string,
  after: number,
  limit: number,
): Promise<ConversationRow[]> {
  return db
    .selectFrom("conversations")
    .selectAll()
    .where("user_id", "=", peerID)
    .where("conversation_type", "=", 1)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Updates the rows of many owners of a conversation. */
export async function updateRowOf(
  { db }: Transaction,
  conversationID: string,
  ownerIDs: readonly string[],
  change: RowChange,
): Promise<void> {
  if (ownerIDs.length > 0)
    await db
      .updateTable("conversations")
      .set(change)
      .where("conversation_id", "=", conversationID)
      .where(isAmong(db, "owner_user_id", ownerIDs))
      .execute();
}

/** Updates the owners' rows; returns the owners whose row changed. */
export async function updateRowsOf(
  { db }: Transaction,
  conversationID: string,
  ownerIDs: readonly string[],
  change: { max_seq: number } | { group_at_type: number },
): Promise<string[]> {
  const owners: string[] = [];
  for (const chunk of chunksOf(ownerIDs)) {
    const query = db
      .updateTable("conversations")
      .set(change)
      .where("conversation_id", "=", conversationID)
      .where(isAmong(db, "owner_user_id", chunk))
      .returning("owner_user_id");
    const rows = await (
      "max_seq" in change
        ? // Who left a second time meanwhile reads up to that.
          query.$if(change.max_seq > 0, (rows) =>
            rows.where("max_seq", "<=", change.max_seq),
          )
        : query.where("group_at_type", "!=", change.group_at_type)
    ).execute();
    owners.push(...rows.map(({ owner_user_id }) => owner_user_id));
  }
  return owners;
}

/** Deletes the owners' rows; returns the owners who had one. */
export async function deleteRowsOf(
  { db }: Transaction,
  conversationID: string,
  ownerIDs: readonly string[],
): Promise<string[]> {
  const owners: string[] = [];
  for (const chunk of chunksOf(ownerIDs)) {
    const rows = await db
      .deleteFrom("conversations")
      .where("conversation_id", "=", conversationID)
      .where(isAmong(db, "owner_user_id", chunk))
      .returning("owner_user_id")
      .execute();
    owners.push(...rows.map(({ owner_user_id }) => owner_user_id));
  }
  return owners;
}

/** Returns the users who have a row of the conversation. */
export async function listOwnersOf(
  db: Kysely<Schema>,
  conversationID: string,
  userIDs: readonly string[],
): Promise<string[]> {
  const owners: string[] = [];
  for (const chunk of chunksOf(userIDs)) {
    const rows = await db
      .selectFrom("conversations")
      .select("owner_user_id")
      .where("conversation_id", "=", conversationID)
      .where(isAmong(db, "owner_user_id", chunk))
      .execute();
    owners.push(...rows.map(({ owner_user_id }) => owner_user_id));
    // The embedded database never waits: others get their turn here.
    if (chunk.length < userIDs.length)
      await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return owners;
}
