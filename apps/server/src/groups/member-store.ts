import { RoleLevel } from "@parley/protocol/content-types";
import type { GroupMemberFullInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely, Selectable, Updateable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { insertAll } from "../storage/insert-all.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { GroupMemberTable } from "./tables.ts";
import { containsText } from "../storage/text-search.ts";
import type { Transaction } from "../storage/writer.ts";

/** Absent fields stay as they are. */
export type MemberChange = Partial<
  Pick<
    GroupMemberFullInfo,
    "roleLevel" | "nickname" | "faceURL" | "ex" | "muteEndTime"
  >
>;

/** Stored values: nickname and faceURL hold for this group only. */
const toMember = (row: Selectable<GroupMemberTable>): GroupMemberFullInfo => ({
  groupID: row.group_id,
  userID: row.user_id,
  roleLevel: row.role_level,
  joinTime: row.join_time,
  nickname: row.nickname,
  faceURL: row.face_url,
  appMangerLevel: 0,
  joinSource: row.join_source,
  operatorUserID: row.operator_user_id,
  ex: row.ex,
  muteEndTime: row.mute_end_time,
  inviterUserID: row.inviter_user_id,
});

export async function findMember(
  db: Kysely<Schema>,
  groupID: string,
  userID: string,
): Promise<GroupMemberFullInfo | undefined> {
  const row = await db
    .selectFrom("group_members")
    .selectAll()
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row && toMember(row);
}

/** Returns the owners' nicknames in these groups. */
export async function ownerNamesOf(
  db: Kysely<Schema>,
  groupIDs: readonly string[],
): Promise<Map<string, string>> {
  if (groupIDs.length === 0) return new Map();
  const rows = await db
    .selectFrom("groups")
    .innerJoin("group_members", (join) =>
      join
        .onRef("group_members.group_id", "=", "groups.group_id")
        .onRef("group_members.user_id", "=", "groups.owner_user_id"),
    )
    .select(["groups.group_id", "group_members.nickname"])
    .where(isAmong(db, "groups.group_id", groupIDs))
    .execute();
  return new Map(rows.map(({ group_id, nickname }) => [group_id, nickname]));
}

/** Returns members in the order of the ids, without duplicates and unknown ids. */
export async function findMembers(
  db: Kysely<Schema>,
  groupID: string,
  userIDs: readonly string[],
): Promise<GroupMemberFullInfo[]> {
  const wanted = [...new Set(userIDs)];
  const found = new Map<string, GroupMemberFullInfo>();
  for (const chunk of chunksOf(wanted)) {
    const rows = await db
      .selectFrom("group_members")
      .selectAll()
      .where("group_id", "=", groupID)
      .where(isAmong(db, "user_id", chunk))
      .execute();
    for (const row of rows) found.set(row.user_id, toMember(row));
  }
  return wanted.flatMap((userID) => found.get(userID) ?? []);
}

const inOrder = (db: Kysely<Schema>, groupID: string) =>
  db
    .selectFrom("group_members")
    .where("group_id", "=", groupID)
    .orderBy("role_level", "desc")
    .orderBy("id");

/**
 * Lists members by rank, then by joining. The keyword is a part of the
 * nickname.
 */
export async function pageMembers(
  db: Kysely<Schema>,
  groupID: string,
  page: Page,
  keyword = "",
): Promise<{ total: number; members: GroupMemberFullInfo[] }> {
  const all = inOrder(db, groupID).selectAll();
  const found =
    keyword === "" ? all : all.where(containsText(db, "nickname", keyword));
  const { total, rows } = await selectPage(found, page);
  return { total, members: rows.map(toMember) };
}

/** Lists ids in the order of `pageMembers`. */
export async function listMemberIDs(
  db: Kysely<Schema>,
  groupID: string,
  limit?: number,
): Promise<string[]> {
  const query = inOrder(db, groupID).select("user_id");
  const rows = await (limit === undefined ? query : query.limit(limit))
    // The order is the index's order, so a limit reads only that many rows.
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/**
 * Everyone, in no order. In parts, between which others get their turn: the
 * embedded database never waits, and a group may have 100,000 members.
 */
export async function loadMemberIDs(
  db: Kysely<Schema>,
  groupID: string,
): Promise<string[]> {
  const limit = 5_000;
  const userIDs: string[] = [];
  for (;;) {
    const after = userIDs.at(-1) ?? "";
    const page = await listMemberIDsAfter(db, groupID, after, limit);
    for (const userID of page) userIDs.push(userID);
    if (page.length < limit) return userIDs;
    await nextTurn();
  }
}

/** Lists the groups of several users. */
export const listGroupsOf = (
  db: Kysely<Schema>,
  userIDs: readonly string[],
): Promise<{ userID: string; groupID: string }[]> =>
  db
    .selectFrom("group_members")
    .select(["user_id as userID", "group_id as groupID"])
    .where(isAmong(db, "user_id", userIDs))
    .execute();

/** The next in the order of userIDs. */
export async function listMemberIDsAfter(
  db: Kysely<Schema>,
  groupID: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("group_members")
    .select("user_id")
    .where("group_id", "=", groupID)
    .where("user_id", ">", after)
    .orderBy("user_id")
    .limit(limit)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/** The owner first. */
export async function listManagerIDs(
  db: Kysely<Schema>,
  groupID: string,
): Promise<string[]> {
  const rows = await inOrder(db, groupID)
    .select("user_id")
    .where("role_level", ">=", RoleLevel.admin)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/** Lists the user's memberships in order of groupIDs, after one of them. */
export async function listMemberships(
  db: Kysely<Schema>,
  userID: string,
  after: string,
  limit: number,
): Promise<GroupMemberFullInfo[]> {
  const rows = await db
    .selectFrom("group_members")
    .selectAll()
    .where("user_id", "=", userID)
    .where("group_id", ">", after)
    .orderBy("group_id")
    .limit(limit)
    .execute();
  return rows.map(toMember);
}

/** Returns the user's memberships in these groups. */
export async function findMemberships(
  db: Kysely<Schema>,
  userID: string,
  groupIDs: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom("group_members")
    .select("group_id")
    .where("user_id", "=", userID)
    .where(isAmong(db, "group_id", groupIDs))
    .execute();
  return new Set(rows.map(({ group_id }) => group_id));
}

/** Everyone, page by page, by userID: for what must look at all of a group. */
export async function* allMembers(
  db: Kysely<Schema>,
  groupID: string,
): AsyncGenerator<GroupMemberFullInfo[], void> {
  const limit = 1_000;
  for (let after = ""; ;) {
    const rows = await db
      .selectFrom("group_members")
      .selectAll()
      .where("group_id", "=", groupID)
      .where("user_id", ">", after)
      .orderBy("user_id")
      .limit(limit)
      .execute();
    if (rows.length > 0) yield rows.map(toMember);
    if (rows.length < limit) return;
    after = rows.at(-1)?.user_id ?? "";
    await nextTurn();
  }
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(resolve));

export async function insertMembers(
  { db }: Transaction,
  members: readonly GroupMemberFullInfo[],
): Promise<void> {
  for (const chunk of chunksOf(members)) {
    await insertAll(
      db,
      "group_members",
      chunk.map((member) => ({
        group_id: member.groupID,
        user_id: member.userID,
        role_level: member.roleLevel,
        join_time: member.joinTime,
        nickname: member.nickname,
        face_url: member.faceURL,
        join_source: member.joinSource,
        operator_user_id: member.operatorUserID,
        inviter_user_id: member.inviterUserID,
        ex: member.ex,
        mute_end_time: member.muteEndTime,
      })),
    ).execute();
  }
}

/** Returns the changed member. */
export async function updateMember(
  { db }: Transaction,
  groupID: string,
  userID: string,
  { roleLevel, nickname, faceURL, ex, muteEndTime }: MemberChange,
): Promise<GroupMemberFullInfo> {
  const set: Updateable<GroupMemberTable> = {
    ...(roleLevel !== undefined && { role_level: roleLevel }),
    ...(nickname !== undefined && { nickname }),
    ...(faceURL !== undefined && { face_url: faceURL }),
    ...(ex !== undefined && { ex }),
    ...(muteEndTime !== undefined && { mute_end_time: muteEndTime }),
  };
  const row = await db
    .updateTable("group_members")
    .set(set)
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toMember(row);
}

export async function deleteMembers(
  { db }: Transaction,
  groupID: string,
  userIDs: readonly string[],
): Promise<void> {
  for (const chunk of chunksOf(userIDs))
    await db
      .deleteFrom("group_members")
      .where("group_id", "=", groupID)
      .where(isAmong(db, "user_id", chunk))
      .execute();
}

/** Stores the last notice of the group that each leaver may read; 0: none. */
export async function insertLeavers(
  { db }: Transaction,
  groupID: string,
  userIDs: readonly string[],
  noticeSeq: number,
): Promise<void> {
  for (const chunk of chunksOf(userIDs))
    await insertAll(
      db,
      "group_leavers",
      chunk.map((user_id) => ({
        group_id: groupID,
        user_id,
        notice_seq: noticeSeq,
      })),
    )
      .onConflict((conflict) =>
        conflict
          .columns(["group_id", "user_id"])
          .doUpdateSet({ notice_seq: noticeSeq }),
      )
      .execute();
}

/** They are back: nothing is withheld from members. */
export async function deleteLeavers(
  { db }: Transaction,
  groupID: string,
  userIDs: readonly string[],
): Promise<void> {
  for (const chunk of chunksOf(userIDs))
    await db
      .deleteFrom("group_leavers")
      .where("group_id", "=", groupID)
      .where(isAmong(db, "user_id", chunk))
      .execute();
}

export async function findLeaver(
  db: Kysely<Schema>,
  groupID: string,
  userID: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("group_leavers")
    .select("notice_seq")
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row?.notice_seq;
}
