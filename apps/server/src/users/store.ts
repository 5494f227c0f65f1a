import type { UserInfo } from "@parley/protocol/generated/sdkws";
import { sql } from "kysely";
import type {
  ExpressionBuilder,
  ExpressionWrapper,
  Kysely,
  Selectable,
  SqlBool,
} from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong, isPostgres } from "../storage/id-list.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { UserTable } from "./tables.ts";
import type { Transaction } from "../storage/writer.ts";
import { findText } from "./text-index.ts";

/** Absent fields stay as they are. */
export type UserChange = Partial<
  Pick<UserInfo, "nickname" | "faceURL" | "ex" | "globalRecvMsgOpt">
>;

export const toUser = (row: Omit<Selectable<UserTable>, "id">): UserInfo => ({
  userID: row.user_id,
  nickname: row.nickname,
  faceURL: row.face_url,
  ex: row.ex,
  createTime: row.create_time,
  appMangerLevel: row.app_manger_level,
  globalRecvMsgOpt: row.global_recv_msg_opt,
});

/** Returns users in the order of the ids, without duplicates and unknown ids. */
export async function findUsers(
  db: Kysely<Schema>,
  userIDs: readonly string[],
): Promise<UserInfo[]> {
  const wanted = [...new Set(userIDs)];
  const found = new Map<string, UserInfo>();
  for (const chunk of chunksOf(wanted)) {
    const rows = await db
      .selectFrom("users")
      .selectAll()
      .where(isAmong(db, "user_id", chunk))
      .execute();
    for (const row of rows) found.set(row.user_id, toUser(row));
  }
  return wanted.flatMap((userID) => found.get(userID) ?? []);
}

export async function insertUsers(
  { db }: Transaction,
  users: readonly UserInfo[],
): Promise<void> {
  for (const chunk of chunksOf(users))
    await db
      .insertInto("users")
      .values(
        chunk.map((user) => ({
          user_id: user.userID,
          nickname: user.nickname,
          face_url: user.faceURL,
          ex: user.ex,
          create_time: user.createTime,
          app_manger_level: user.appMangerLevel,
          global_recv_msg_opt: user.globalRecvMsgOpt,
        })),
      )
      .execute();
}

export async function updateUser(
  { db }: Transaction,
  userID: string,
  { nickname, faceURL, ex, globalRecvMsgOpt }: UserChange,
): Promise<void> {
  const change = {
    ...(nickname !== undefined && { nickname }),
    ...(faceURL !== undefined && { face_url: faceURL }),
    ...(ex !== undefined && { ex }),
    ...(globalRecvMsgOpt !== undefined && {
      global_recv_msg_opt: globalRecvMsgOpt,
    }),
  };
  if (Object.keys(change).length === 0) return;
  await db
    .updateTable("users")
    .set(change)
    .where("user_id", "=", userID)
    .execute();
}

/** Deletes a user; returns whether there was one. */
export async function deleteUser(
  { db }: Transaction,
  userID: string,
): Promise<boolean> {
  const row = await db
    .deleteFrom("users")
    .where("user_id", "=", userID)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Lists users of level 0 and 1 that match either text; "" matches nobody. */
export async function countAndListUsers(
  db: Kysely<Schema>,
  { userID, nickname }: { userID: string; nickname: string },
  page: Page,
): Promise<{ total: number; users: UserInfo[] }> {
  if (userID === "" && nickname === "")
    return {
      total: await countOrdinary(db),
      users: await listOrdinary(db, page),
    };
  const either = [
    ...(userID === "" ? [] : [await findText(db, "user_id", userID)]),
    ...(nickname === "" ? [] : [await findText(db, "nickname", nickname)]),
  ];
  return countAndList(db, page, (row) =>
    // The sign keeps SQLite from the index of levels: nearly all have one.
    row.and([sql<SqlBool>`+app_manger_level in (0, 1)`, row.or(either)]),
  );
}

/** Everybody less the few others, both of which an index knows. */
async function countOrdinary(db: Kysely<Schema>): Promise<number> {
  const others = await count(db, (row) =>
    row.or([row("app_manger_level", ">", 1), row("app_manger_level", "<", 0)]),
  );
  return (await count(db)) - others;
}

async function listOrdinary(
  db: Kysely<Schema>,
  { offset, limit }: Page,
): Promise<UserInfo[]> {
  if (limit === 0) return [];
  // SQLite would take the index of levels, and sort what it finds.
  const ordinary = sql.raw(
    isPostgres(db) ? "users" : "users indexed by users_ordinary",
  );
  const page = sql`select id from ${ordinary} where app_manger_level in (0, 1)
    order by id limit ${limit} offset ${offset}`;
  const rows = await db
    .selectFrom("users")
    .selectAll()
    .where(sql<SqlBool>`id in (${page})`)
    .orderBy("id")
    .execute();
  return rows.map(toUser);
}

export interface WantedSystemAccounts {
  /** A whole userID or, when there is none such, a whole nickname; "" all. */
  keyword: string;
  /** The lowest level an account of the system has. */
  fromLevel: number;
  /** null: whatever level. */
  level: number | null;
  except: readonly string[];
}

export async function listNotificationAccounts(
  db: Kysely<Schema>,
  { keyword, fromLevel, level, except }: WantedSystemAccounts,
  page: Page,
): Promise<{ total: number; users: UserInfo[] }> {
  const accountsWith = (column?: "user_id" | "nickname") =>
    countAndList(db, page, (row) =>
      row.and([
        row("app_manger_level", ">=", fromLevel),
        ...(level === null ? [] : [row("app_manger_level", "=", level)]),
        ...(except.length === 0 ? [] : [row("user_id", "not in", except)]),
        ...(column ? [row(column, "=", keyword)] : []),
      ]),
    );
  if (keyword === "") return accountsWith();
  const byID = await accountsWith("user_id");
  return byID.total > 0 ? byID : accountsWith("nickname");
}

/** Everybody, the system's accounts too. */
export async function listUserIDs(
  db: Kysely<Schema>,
  { offset, limit }: Page,
): Promise<{ total: number; userIDs: string[] }> {
  const total = await count(db);
  if (limit === 0) return { total, userIDs: [] };
  const rows = await db
    .selectFrom("users")
    .select("user_id")
    .orderBy("id")
    .limit(limit)
    .offset(offset)
    .execute();
  return { total, userIDs: rows.map(({ user_id }) => user_id) };
}

type Condition = (
  row: ExpressionBuilder<Schema, "users">,
) => ExpressionWrapper<Schema, "users", SqlBool>;

/** Counts users, and lists a page of them in order of creation. */
async function countAndList(
  db: Kysely<Schema>,
  { offset, limit }: Page,
  condition: Condition,
): Promise<{ total: number; users: UserInfo[] }> {
  const total = await count(db, condition);
  if (limit === 0) return { total, users: [] };
  const rows = await db
    .selectFrom("users")
    .selectAll()
    .where(condition)
    .orderBy("id")
    .limit(limit)
    .offset(offset)
    .execute();
  return { total, users: rows.map(toUser) };
}

async function count(
  db: Kysely<Schema>,
  condition?: Condition,
): Promise<number> {
  const query = db
    .selectFrom("users")
    .select((row) => row.fn.countAll<number>().as("count"));
  const row = await (
    condition ? query.where(condition) : query
  ).executeTakeFirstOrThrow();
  return Number(row.count);
}
