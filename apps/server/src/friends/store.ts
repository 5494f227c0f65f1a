import type { Kysely, Selectable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { insertAll } from "../storage/insert-all.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { FriendTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/** A friend in the owner's list; the other way round is another one. */
export interface StoredFriend {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
  createTime: number;
  addSource: number;
  operatorUserID: string;
  ex: string;
  isPinned: boolean;
}

/** Absent fields stay as they are. */
export type FriendChange = Partial<
  Pick<StoredFriend, "remark" | "ex" | "isPinned">
>;

const toFriend = (row: Selectable<FriendTable>): StoredFriend => ({
  ownerUserID: row.owner_user_id,
  friendUserID: row.friend_user_id,
  remark: row.remark,
  createTime: row.create_time,
  addSource: row.add_source,
  operatorUserID: row.operator_user_id,
  ex: row.ex,
  isPinned: row.is_pinned === 1,
});

export async function hasFriend(
  db: Kysely<Schema>,
  ownerID: string,
  friendID: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("friends")
    .select("id")
    .where("owner_user_id", "=", ownerID)
    .where("friend_user_id", "=", friendID)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns friends in the order of the request; others are omitted. */
export async function findFriends(
  db: Kysely<Schema>,
  ownerID: string,
  friendIDs: readonly string[],
): Promise<StoredFriend[]> {
  const found = new Map<string, StoredFriend>();
  for (const chunk of chunksOf(friendIDs)) {
    const rows = await db
      .selectFrom("friends")
      .selectAll()
      .where("owner_user_id", "=", ownerID)
      .where(isAmong(db, "friend_user_id", chunk))
      .execute();
    for (const row of rows) found.set(row.friend_user_id, toFriend(row));
  }
  return friendIDs.flatMap((friendID) => found.get(friendID) ?? []);
}

/** Pinned ones first, then in order of becoming friends. */
export async function pageFriends(
  db: Kysely<Schema>,
  ownerID: string,
  { offset, limit }: Page,
): Promise<{ total: number; friends: StoredFriend[] }> {
  const { count } = await db
    .selectFrom("friends")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("owner_user_id", "=", ownerID)
    .executeTakeFirstOrThrow();
  const total = Number(count);
  if (limit === 0) return { total, friends: [] };
  const rows = await db
    .selectFrom("friends")
    .selectAll()
    .where("owner_user_id", "=", ownerID)
    .orderBy("is_pinned", "desc")
    .orderBy("id")
    .limit(limit)
    .offset(offset)
    .execute();
  return { total, friends: rows.map(toFriend) };
}

/** Lists ids in the order of `pageFriends`. */
export async function listFriendIDs(
  db: Kysely<Schema>,
  ownerID: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom("friends")
    .select("friend_user_id")
    .where("owner_user_id", "=", ownerID)
    .orderBy("is_pinned", "desc")
    .orderBy("id")
    .execute();
  return rows.map(({ friend_user_id }) => friend_user_id);
}

/** Lists owners who have this friend, after the row `after`. */
export async function listOwnersOfFriend(
  db: Kysely<Schema>,
  friendID: string,
  after: number,
  limit: number,
): Promise<{ id: number; ownerID: string }[]> {
  const rows = await db
    .selectFrom("friends")
    .select(["id", "owner_user_id"])
    .where("friend_user_id", "=", friendID)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id, owner_user_id }) => ({ id, ownerID: owner_user_id }));
}

/** Lists friends in order of their ids, after one of them. */
export async function listFriendIDsAfter(
  db: Kysely<Schema>,
  ownerID: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("friends")
    .select("friend_user_id")
    .where("owner_user_id", "=", ownerID)
    .where("friend_user_id", ">", after)
    .orderBy("friend_user_id")
    .limit(limit)
    .execute();
  return rows.map(({ friend_user_id }) => friend_user_id);
}

/** Returns the owners whose list has this friend. */
export async function filterOwnersOfFriend(
  db: Kysely<Schema>,
  friendID: string,
  ownerIDs: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom("friends")
    .select("owner_user_id")
    .where("friend_user_id", "=", friendID)
    .where(isAmong(db, "owner_user_id", ownerIDs))
    .execute();
  return new Set(rows.map(({ owner_user_id }) => owner_user_id));
}

/** Inserts missing friends; returns the new ones. */
export async function insertFriends(
  { db }: Transaction,
  friends: readonly StoredFriend[],
): Promise<StoredFriend[]> {
  const isNew = new Set<string>();
  const keyOf = (ownerID: string, friendID: string) =>
    `${ownerID}\0${friendID}`;
  for (const chunk of chunksOf(friends)) {
    const rows = await insertAll(
      db,
      "friends",
      chunk.map((friend) => ({
        owner_user_id: friend.ownerUserID,
        friend_user_id: friend.friendUserID,
        remark: friend.remark,
        create_time: friend.createTime,
        add_source: friend.addSource,
        operator_user_id: friend.operatorUserID,
        ex: friend.ex,
        is_pinned: friend.isPinned ? 1 : 0,
      })),
    )
      .onConflict((conflict) => conflict.doNothing())
      .returning(["owner_user_id", "friend_user_id"])
      .execute();
    for (const row of rows)
      isNew.add(keyOf(row.owner_user_id, row.friend_user_id));
  }
  return friends.filter(({ ownerUserID, friendUserID }) =>
    isNew.has(keyOf(ownerUserID, friendUserID)),
  );
}

/** Updates friends and returns their ids in the given order; skips others. */
export async function updateFriends(
  { db }: Transaction,
  ownerID: string,
  friendIDs: readonly string[],
  { remark, ex, isPinned }: FriendChange,
): Promise<string[]> {
  const changed = new Set<string>();
  for (const chunk of chunksOf(friendIDs)) {
    const rows = await db
      .updateTable("friends")
      .set({
        ...(remark !== undefined && { remark }),
        ...(ex !== undefined && { ex }),
        ...(isPinned !== undefined && { is_pinned: isPinned ? 1 : 0 }),
      })
      .where("owner_user_id", "=", ownerID)
      .where(isAmong(db, "friend_user_id", chunk))
      .returning("friend_user_id")
      .execute();
    for (const row of rows) changed.add(row.friend_user_id);
  }
  return friendIDs.filter((friendID) => changed.has(friendID));
}

/** Deletes a friend; returns whether there was one. */
export async function deleteFriend(
  { db }: Transaction,
  ownerID: string,
  friendID: string,
): Promise<boolean> {
  const row = await db
    .deleteFrom("friends")
    .where("owner_user_id", "=", ownerID)
    .where("friend_user_id", "=", friendID)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}
