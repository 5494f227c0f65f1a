import { HandleResult } from "@parley/protocol/content-types";
import type { Kysely, Selectable } from "kysely";

import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { FriendRequestTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";

/** The newest application of one user to another. */
export interface StoredApplication {
  fromUserID: string;
  toUserID: string;
  handleResult: number;
  reqMsg: string;
  createTime: number;
  /** Empty unless it was accepted. */
  handlerUserID: string;
  handleMsg: string;
  /** 0 unless it, or one before it, was answered. */
  handleTime: number;
  ex: string;
}

const toApplication = (
  row: Selectable<FriendRequestTable>,
): StoredApplication => ({
  fromUserID: row.from_user_id,
  toUserID: row.to_user_id,
  handleResult: row.handle_result,
  reqMsg: row.req_msg,
  createTime: row.create_time,
  handlerUserID: row.handler_user_id,
  handleMsg: row.handle_msg,
  handleTime: row.handle_time,
  ex: row.ex,
});

export async function findApplication(
  db: Kysely<Schema>,
  fromID: string,
  toID: string,
): Promise<StoredApplication | undefined> {
  const row = await db
    .selectFrom("friend_requests")
    .selectAll()
    .where("from_user_id", "=", fromID)
    .where("to_user_id", "=", toID)
    .executeTakeFirst();
  return row && toApplication(row);
}

/** All possible results: a longer filter asks for nothing more. */
const results: readonly number[] = Object.values(HandleResult);

/** Returns requests, newest first; without `results`, in any state. */
export async function pageApplications(
  db: Kysely<Schema>,
  side: { fromUserID: string } | { toUserID: string },
  handleResults: readonly number[],
  page: Page,
): Promise<{ total: number; applications: StoredApplication[] }> {
  const wanted = results.filter((each) => handleResults.includes(each));
  if (handleResults.length > 0 && wanted.length === 0)
    return { total: 0, applications: [] };
  let query = db
    .selectFrom("friend_requests")
    .selectAll()
    .orderBy("create_time", "desc")
    .orderBy("id", "desc")
    .where(
      "fromUserID" in side ? "from_user_id" : "to_user_id",
      "=",
      "fromUserID" in side ? side.fromUserID : side.toUserID,
    );
  if (wanted.length > 0) query = query.where("handle_result", "in", wanted);
  const { total, rows } = await selectPage(query, page);
  return { total, applications: rows.map(toApplication) };
}

/** Counts open applications to this user that are newer than `time`. */
export async function countUnhandled(
  db: Kysely<Schema>,
  toID: string,
  time: number,
): Promise<number> {
  let query = db
    .selectFrom("friend_requests")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("to_user_id", "=", toID)
    .where("handle_result", "=", HandleResult.notHandled);
  if (time !== 0) query = query.where("create_time", ">", time);
  const { count } = await query.executeTakeFirstOrThrow();
  return Number(count);
}

/** Takes the place of an earlier one between the same two. */
export async function saveApplication(
  { db }: Transaction,
  application: StoredApplication,
): Promise<void> {
  const { fromUserID, toUserID, ...rest } = application;
  const values = {
    handle_result: rest.handleResult,
    req_msg: rest.reqMsg,
    create_time: rest.createTime,
    handler_user_id: rest.handlerUserID,
    handle_msg: rest.handleMsg,
    handle_time: rest.handleTime,
    ex: rest.ex,
  };
  await db
    .insertInto("friend_requests")
    .values({ from_user_id: fromUserID, to_user_id: toUserID, ...values })
    .onConflict((conflict) =>
      conflict.columns(["from_user_id", "to_user_id"]).doUpdateSet(values),
    )
    .execute();
}
