import type { Conversation } from "@parley/protocol/generated/conversation";

import { sql } from "kysely";
import type { Kysely, Selectable, Updateable } from "kysely";
import { chunksOf } from "../storage/chunks.ts";
import { isAmong, valueTable } from "../storage/id-list.ts";
import { insertEach, insertion } from "../storage/insert-each.ts";
import type { Schema } from "../storage/schema.ts";
import type { ConversationTable } from "./tables.ts";
import type { Page } from "../storage/page.ts";
import type { Transaction } from "../storage/writer.ts";

export type ConversationRow = Selectable<ConversationTable>;
export type RowChange = Omit<
  Updateable<ConversationTable>,
  "id" | "owner_user_id" | "conversation_id"
>;

/** A row that is not stored yet. Everything else starts at its zero. */
export interface NewRow {
  ownerUserID: string;
  conversationID: string;
  conversationType: number;
  userID: string;
  groupID: string;
  /** First values that differ from the defaults. */
  begins?: RowChange;
}

/** COMPAT: OpenIM shows the year 1 until the clean-up ran. */
export const neverDestructed = -62_135_596_800_000;

export function toConversation(row: ConversationRow): Conversation {
  return {
    ownerUserID: row.owner_user_id,
    conversationID: row.conversation_id,
    recvMsgOpt: row.recv_msg_opt,
    conversationType: row.conversation_type,
    userID: row.user_id,
    groupID: row.group_id,
    isPinned: row.is_pinned === 1,
    attachedInfo: row.attached_info,
    isPrivateChat: row.is_private_chat === 1,
    groupAtType: row.group_at_type,
    ex: row.ex,
    burnDuration: row.burn_duration,
    minSeq: row.min_seq,
    maxSeq: row.max_seq,
    msgDestructTime: row.msg_destruct_time,
    latestMsgDestructTime: row.latest_msg_destruct_time,
    isMsgDestruct: row.is_msg_destruct === 1,
  };
}

export function findRow(
  db: Kysely<Schema>,
  ownerID: string,
  conversationID: string,
): Promise<ConversationRow | undefined> {
  return db
    .selectFrom("conversations")
    .selectAll()
    .where("owner_user_id", "=", ownerID)
    .where("conversation_id", "=", conversationID)
    .executeTakeFirst();
}

/** The same rows, of which only this is wanted: there may be thousands. */
export function listRowBounds(
  db: Kysely<Schema>,
  ownerID: string,
  conversationIDs?: readonly string[],
): Promise<
  Pick<ConversationRow, "conversation_id" | "max_seq" | "is_pinned">[]
> {
  if (conversationIDs?.length === 0) return Promise.resolve([]);
  return rowsOf(db, ownerID, conversationIDs)
    .select(["conversation_id", "max_seq", "is_pinned"])
    .execute();
}

/** Lists rows in order of creation; without ids all of the owner. */
export function listRows(
  db: Kysely<Schema>,
  ownerID: string,
  conversationIDs?: readonly string[],
): Promise<ConversationRow[]> {
  if (conversationIDs?.length === 0) return Promise.resolve([]);
  return rowsOf(db, ownerID, conversationIDs).selectAll().execute();
}

/** Selects an owner's rows in order of creation; without ids all of them. */
function rowsOf(
  db: Kysely<Schema>,
  ownerID: string,
  conversationIDs?: readonly string[],
) {
  const query = db
    .selectFrom("conversations")
    .where("owner_user_id", "=", ownerID)
    .orderBy("id");
  return conversationIDs
    ? query.where(isAmong(db, "conversation_id", conversationIDs))
    : query;
}

export async function pageRows(
  db: Kysely<Schema>,
  ownerID: string,
  { offset, limit }: Page,
): Promise<{ total: number; rows: ConversationRow[] }> {
  const total = await db
    .selectFrom("conversations")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("owner_user_id", "=", ownerID)
    .executeTakeFirstOrThrow();
  const rows =
    limit === 0
      ? []
      : await db
          .selectFrom("conversations")
          .selectAll()
          .where("owner_user_id", "=", ownerID)
          .orderBy("id")
          .limit(limit)
          .offset(offset)
          .execute();
  return { total: Number(total.count), rows };
}

/** Lists ids in order of creation. */
export async function listRowIDs(
  db: Kysely<Schema>,
  ownerID: string,
  which?: { recvMsgOpt: number } | { isPinned: true },
): Promise<string[]> {
  let query = db
    .selectFrom("conversations")
    .select("conversation_id")
    .where("owner_user_id", "=", ownerID)
    .orderBy("id");
  if (which && "recvMsgOpt" in which)
    query = query.where("recv_msg_opt", "=", which.recvMsgOpt);
  if (which && "isPinned" in which) query = query.where("is_pinned", "=", 1);
  const rows = await query.execute();
  return rows.map(({ conversation_id }) => conversation_id);
}

/** Inserts the row unless it exists; returns whether it is new. */
export async function insertRow(
  { db }: Transaction,
  row: NewRow,
  values: RowChange & { create_time: number },
): Promise<boolean> {
  const inserted = await db
    .insertInto("conversations")
    .values({ ...blankRow(row), ...values })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted !== undefined;
}

const addition = insertion({
  into: "conversations",
  columns: [
    "owner_user_id",
    "conversation_id",
    "conversation_type",
    "user_id",
    "group_id",
    "recv_msg_opt",
    "is_pinned",
    "attached_info",
    "is_private_chat",
    "group_at_type",
    "ex",
    "burn_duration",
    "min_seq",
    "max_seq",
    "msg_destruct_time",
    "latest_msg_destruct_time",
    "is_msg_destruct",
    "create_time",
  ],
  rest: (insert) =>
    insert
      .onConflict((conflict) => conflict.doNothing())
      .returning(["owner_user_id", "conversation_id"]),
});

/** Inserts missing rows and returns them in their order; leaves existing ones unchanged. */
export async function insertRows(
  { db }: Transaction,
  rows: readonly NewRow[],
  create_time: number,
): Promise<NewRow[]> {
  const nameOf = (ownerID: string, id: string) => `${ownerID}\0${id}`;
  const inserted = await insertEach(
    db,
    addition,
    rows.map((row) => ({ ...blankRow(row), ...row.begins, create_time })),
  );
  const names = new Set(
    inserted.map((row) => nameOf(row.owner_user_id, row.conversation_id)),
  );
  // A row that is wanted twice is made once.
  return rows.filter(({ ownerUserID, conversationID }) =>
    names.delete(nameOf(ownerUserID, conversationID)),
  );
}

const blankRow = (row: NewRow) => ({
  owner_user_id: row.ownerUserID,
  conversation_id: row.conversationID,
  conversation_type: row.conversationType,
  user_id: row.userID,
  group_id: row.groupID,
  recv_msg_opt: 0,
  is_pinned: 0,
  attached_info: "",
  is_private_chat: 0,
  group_at_type: 0,
  ex: "",
  burn_duration: 0,
  min_seq: 0,
  max_seq: 0,
  msg_destruct_time: 0,
  latest_msg_destruct_time: neverDestructed,
  is_msg_destruct: 0,
});

export async function updateRow(
  { db }: Transaction,
  ownerID: string,
  conversationID: string,
  change: RowChange,
): Promise<void> {
  await db
    .updateTable("conversations")
    .set(change)
    .where("owner_user_id", "=", ownerID)
    .where("conversation_id", "=", conversationID)
    .execute();
}

/** Deletes rows and returns the ids of those that existed. */
export async function deleteRows(
  { db }: Transaction,
  ownerID: string,
  conversationIDs: readonly string[],
): Promise<string[]> {
  if (conversationIDs.length === 0) return [];
  const rows = await db
    .deleteFrom("conversations")
    .where("owner_user_id", "=", ownerID)
    .where(isAmong(db, "conversation_id", conversationIDs))
    .returning("conversation_id")
    .execute();
  return rows.map(({ conversation_id }) => conversation_id);
}

/**
 * Copies of new lower bounds, of many conversations of one owner. Answers of
 * which there are rows, but for those with a higher one.
 */
export async function setMinSeqs(
  { db }: Transaction,
  ownerID: string,
  bounds: readonly { conversationID: string; minSeq: number }[],
): Promise<Set<string>> {
  const set = new Set<string>();
  for (const chunk of chunksOf(bounds, 100)) {
    const ids = chunk.map(({ conversationID }) => conversationID);
    // Not `update … from`, where SQLite goes through all of the owner's rows.
    const bound = db
      .selectFrom(
        valueTable(db, {
          conversation: ids,
          bound: chunk.map(({ minSeq }) => minSeq),
        }),
      )
      .select("wanted.bound")
      .where(sql<boolean>`wanted.conversation = conversations.conversation_id`);
    const rows = await db
      .updateTable("conversations")
      .set({ min_seq: sql<number>`(${bound})` })
      .where("owner_user_id", "=", ownerID)
      .where(isAmong(db, "conversation_id", ids))
      .where("min_seq", "<=", sql<number>`(${bound})`)
      .returning("conversation_id")
      .execute();
    for (const { conversation_id } of rows) set.add(conversation_id);
  }
  return set;
}
