import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import { GroupStatus } from "@parley/protocol/content-types";
import { sql } from "kysely";
import type { Kysely, Selectable, Updateable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { GroupTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/** Absent fields stay as they are. */
export type GroupChange = Partial<Omit<GroupInfo, "groupID">>;

const toGroup = (row: Selectable<GroupTable>): GroupInfo => ({
  groupID: row.group_id,
  groupName: row.group_name,
  notification: row.notification,
  introduction: row.introduction,
  faceURL: row.face_url,
  ownerUserID: row.owner_user_id,
  createTime: row.create_time,
  memberCount: row.member_count,
  ex: row.ex,
  status: row.status,
  creatorUserID: row.creator_user_id,
  groupType: row.group_type,
  needVerification: row.need_verification,
  lookMemberInfo: row.look_member_info,
  applyMemberFriend: row.apply_member_friend,
  notificationUpdateTime: row.notification_update_time,
  notificationUserID: row.notification_user_id,
});

const columns = {
  groupName: "group_name",
  notification: "notification",
  introduction: "introduction",
  faceURL: "face_url",
  ownerUserID: "owner_user_id",
  createTime: "create_time",
  memberCount: "member_count",
  ex: "ex",
  status: "status",
  creatorUserID: "creator_user_id",
  groupType: "group_type",
  needVerification: "need_verification",
  lookMemberInfo: "look_member_info",
  applyMemberFriend: "apply_member_friend",
  notificationUpdateTime: "notification_update_time",
  notificationUserID: "notification_user_id",
} as const satisfies Record<keyof Required<GroupChange>, keyof GroupTable>;

export async function findGroup(
  db: Kysely<Schema>,
  groupID: string,
): Promise<GroupInfo | undefined> {
  const row = await db
    .selectFrom("groups")
    .selectAll()
    .where("group_id", "=", groupID)
    .executeTakeFirst();
  return row && toGroup(row);
}

/** Returns groups in the order of the ids, without duplicates and unknown ids. */
export async function findGroups(
  db: Kysely<Schema>,
  groupIDs: readonly string[],
): Promise<GroupInfo[]> {
  const wanted = [...new Set(groupIDs)];
  const found = new Map<string, GroupInfo>();
  for (const chunk of chunksOf(wanted)) {
    const rows = await db
      .selectFrom("groups")
      .selectAll()
      .where(isAmong(db, "group_id", chunk))
      .execute();
    for (const row of rows) found.set(row.group_id, toGroup(row));
  }
  return wanted.flatMap((groupID) => found.get(groupID) ?? []);
}

export async function insertGroup(
  { db }: Transaction,
  group: GroupInfo,
): Promise<void> {
  await db
    .insertInto("groups")
    .values({
      group_id: group.groupID,
      group_name: group.groupName,
      notification: group.notification,
      introduction: group.introduction,
      face_url: group.faceURL,
      owner_user_id: group.ownerUserID,
      create_time: group.createTime,
      member_count: group.memberCount,
      ex: group.ex,
      status: group.status,
      creator_user_id: group.creatorUserID,
      group_type: group.groupType,
      need_verification: group.needVerification,
      look_member_info: group.lookMemberInfo,
      apply_member_friend: group.applyMemberFriend,
      notification_update_time: group.notificationUpdateTime,
      notification_user_id: group.notificationUserID,
    })
    .execute();
}

/** Returns the changed group. */
export async function updateGroup(
  { db }: Transaction,
  groupID: string,
  change: GroupChange,
): Promise<GroupInfo> {
  const set = Object.fromEntries(
    Object.entries(columns)
      .map(([name, column]) => [column, change[name as keyof GroupChange]])
      .filter(([, value]) => value !== undefined),
  ) as Updateable<GroupTable>;
  const row = await db
    .updateTable("groups")
    .set(set)
    .where("group_id", "=", groupID)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toGroup(row);
}

/** Returns the changed group. */
export async function addToMemberCount(
  { db }: Transaction,
  groupID: string,
  by: number,
): Promise<GroupInfo> {
  const row = await db
    .updateTable("groups")
    .set((row) => ({ member_count: row("member_count", "+", by) }))
    .where("group_id", "=", groupID)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toGroup(row);
}

const joinedBy = (db: Kysely<Schema>, userID: string) =>
  db
    .selectFrom("group_members")
    .innerJoin("groups", "groups.group_id", "group_members.group_id")
    .where("group_members.user_id", "=", userID);

/** Lists by name, then by age. */
export async function pageJoinedGroups(
  db: Kysely<Schema>,
  userID: string,
  { offset, limit }: Page,
): Promise<{ total: number; groups: GroupInfo[] }> {
  const total = await joinedBy(db, userID)
    .select((e) => e.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const rows =
    limit === 0
      ? []
      : await joinedBy(db, userID)
          .selectAll("groups")
          .orderBy("groups.group_name")
          .orderBy("groups.create_time")
          .orderBy("groups.id")
          .limit(limit)
          .offset(offset)
          .execute();
  return { total: Number(total.count), groups: rows.map(toGroup) };
}

/** Lists ids in the order of `pageJoinedGroups`. */
export async function listJoinedGroupIDs(
  db: Kysely<Schema>,
  userID: string,
): Promise<string[]> {
  const rows = await joinedBy(db, userID)
    .select("groups.group_id")
    .orderBy("groups.group_name")
    .orderBy("groups.create_time")
    .orderBy("groups.id")
    .execute();
  return rows.map(({ group_id }) => group_id);
}

/** Finds groups that are not dismissed by a literal part of the name, the newest first. */
export async function searchGroups(
  db: Kysely<Schema>,
  text: string,
  page: Page,
): Promise<{ total: number; groups: GroupInfo[] }> {
  const alive = db
    .selectFrom("groups")
    .selectAll()
    .where("status", "!=", GroupStatus.dismissed)
    .orderBy("create_time", "desc")
    .orderBy("id", "desc");
  const found = text === "" ? alive : alive.where(holds("group_name", text));
  const { total, rows } = await selectPage(found, page);
  return { total, groups: rows.map(toGroup) };
}

/** Letter case counts here. */
const holds = (column: string, text: string) =>
  sql<boolean>`replace(${sql.ref(column)}, ${text}, '') <> ${sql.ref(column)}`;

/** Groups whose dismissal was cut short by a stop. */
export async function listHalfDismissed(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .selectFrom("groups")
    .select("group_id")
    .where("status", "=", GroupStatus.dismissed)
    .where("member_count", ">", 0)
    .execute();
  return rows.map(({ group_id }) => group_id);
}
