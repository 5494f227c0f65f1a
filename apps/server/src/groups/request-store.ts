import { HandleResult, RoleLevel } from "@parley/protocol/content-types";
import type { Kysely, Selectable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { GroupRequestTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/** An application as stored: one of each user to each group. */
export interface StoredRequest {
  groupID: string;
  userID: string;
  handleResult: number;
  reqMsg: string;
  handleMsg: string;
  reqTime: number;
  handleUserID: string;
  handleTime: number;
  ex: string;
  joinSource: number;
  /** Empty when the user applied. */
  inviterUserID: string;
}

const toRequest = (row: Selectable<GroupRequestTable>): StoredRequest => ({
  groupID: row.group_id,
  userID: row.user_id,
  handleResult: row.handle_result,
  reqMsg: row.req_msg,
  handleMsg: row.handle_msg,
  reqTime: row.req_time,
  handleUserID: row.handle_user_id,
  handleTime: row.handle_time,
  ex: row.ex,
  joinSource: row.join_source,
  inviterUserID: row.inviter_user_id,
});

export async function findRequest(
  db: Kysely<Schema>,
  groupID: string,
  userID: string,
): Promise<StoredRequest | undefined> {
  const row = await db
    .selectFrom("group_requests")
    .selectAll()
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row && toRequest(row);
}

/** The oldest first. */
export async function findRequests(
  db: Kysely<Schema>,
  groupID: string,
  userIDs: readonly string[],
): Promise<StoredRequest[]> {
  const found: Selectable<GroupRequestTable>[] = [];
  for (const chunk of chunksOf([...new Set(userIDs)]))
    found.push(
      ...(await db
        .selectFrom("group_requests")
        .selectAll()
        .where("group_id", "=", groupID)
        .where(isAmong(db, "user_id", chunk))
        .execute()),
    );
  return found
    .sort((a, b) => a.req_time - b.req_time || a.id - b.id)
    .map(toRequest);
}

/** Filter of applications; empty lists match all. */
export interface RequestFilter {
  /** The applicant. */
  userID?: string;
  /** Owner or admin of the groups. */
  managerID?: string;
  groupIDs: readonly string[];
  handleResults: readonly number[];
}

/** All possible results: a longer filter asks for nothing more. */
const results: readonly number[] = Object.values(HandleResult);

/** The newest first. */
export async function pageRequests(
  db: Kysely<Schema>,
  { userID, managerID, groupIDs, handleResults }: RequestFilter,
  page: Page,
): Promise<{ total: number; requests: StoredRequest[] }> {
  const wanted = results.filter((each) => handleResults.includes(each));
  if (handleResults.length > 0 && wanted.length === 0)
    return { total: 0, requests: [] };
  let query = db
    .selectFrom("group_requests")
    .selectAll()
    .orderBy("req_time", "desc")
    .orderBy("id", "desc");
  if (userID !== undefined) query = query.where("user_id", "=", userID);
  if (managerID !== undefined)
    query = query.where("group_id", "in", managedBy(db, managerID));
  if (groupIDs.length > 0)
    query = query.where(isAmong(db, "group_id", groupIDs));
  if (handleResults.length > 0)
    query = query.where("handle_result", "in", wanted);
  const { total, rows } = await selectPage(query, page);
  return { total, requests: rows.map(toRequest) };
}

const managedBy = (db: Kysely<Schema>, userID: string) =>
  db
    .selectFrom("group_members")
    .select("group_members.group_id")
    .where("group_members.user_id", "=", userID)
    .where("role_level", ">=", RoleLevel.admin);

/**
 * Counts open applications to the user's groups that are newer than `after`.
 */
export async function countWaiting(
  db: Kysely<Schema>,
  managerID: string,
  after: number,
): Promise<number> {
  const query = db
    .selectFrom("group_requests")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("group_id", "in", managedBy(db, managerID))
    .where("handle_result", "=", HandleResult.notHandled);
  const row = await (
    after === 0 ? query : query.where("req_time", ">", after)
  ).executeTakeFirstOrThrow();
  return Number(row.count);
}

/** A new one takes the place of the old one, and its age. */
export async function replaceRequest(
  { db }: Transaction,
  request: StoredRequest,
): Promise<void> {
  const { groupID, userID } = request;
  await db
    .deleteFrom("group_requests")
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .execute();
  await db
    .insertInto("group_requests")
    .values({
      group_id: groupID,
      user_id: userID,
      handle_result: request.handleResult,
      req_msg: request.reqMsg,
      handle_msg: request.handleMsg,
      req_time: request.reqTime,
      handle_user_id: request.handleUserID,
      handle_time: request.handleTime,
      ex: request.ex,
      join_source: request.joinSource,
      inviter_user_id: request.inviterUserID,
    })
    .execute();
}

export async function handleRequest(
  { db }: Transaction,
  {
    groupID,
    userID,
    handleResult,
    handleMsg,
    handleUserID,
    handleTime,
  }: StoredRequest,
): Promise<void> {
  await db
    .updateTable("group_requests")
    .set({
      handle_result: handleResult,
      handle_msg: handleMsg,
      handle_user_id: handleUserID,
      handle_time: handleTime,
    })
    .where("group_id", "=", groupID)
    .where("user_id", "=", userID)
    .execute();
}
