import { errors } from "@parley/protocol/errors";
import type { LogInfo } from "@parley/protocol/generated/third";
import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { ClientLogTable } from "./tables.ts";
import type { Transact, Transaction } from "../storage/writer.ts";

/**
 * Logs that apps uploaded as objects: here is only who, when and where the
 * file is.
 */
export interface ClientLogs {
  add(userID: string, logs: readonly NewClientLog[]): Promise<void>;
  search(
    wanted: WantedLogs,
    page: Page,
  ): Promise<{ total: number; logsInfos: LogInfo[] }>;
  /** All or none of them. Throws 1004. */
  delete(logIDs: readonly string[]): Promise<void>;
  /**
   * Removes what was there before this time (UTC milliseconds), so many at
   * most; answers how many went. The files are objects, and go as such.
   */
  removeOld(before: number, limit: number): Promise<number>;
}

export interface NewClientLog {
  platform: string;
  filename: string;
  url: string;
  appFramework: string;
  version: string;
  ex: string;
}

export interface WantedLogs {
  /** A part of the userID; "" is anybody. */
  keyword: string;
  /** Both included; null is any time. */
  between: { start: number; end: number } | null;
}

export interface ClientLogsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Leaves out unknown users. */
  listUsers(
    userIDs: readonly string[],
  ): Promise<{ userID: string; nickname: string }[]>;
  /** Ten digits, the first not 0. */
  randomDigits(): string;
  now: () => number;
}

export function createClientLogs({
  db,
  transact,
  listUsers,
  randomDigits,
  now,
}: ClientLogsDeps): ClientLogs {
  async function freeIDs(tx: Transaction, count: number): Promise<string[]> {
    const free = new Set<string>();
    while (free.size < count) {
      const drawn = new Set<string>();
      while (free.size + drawn.size < count) drawn.add(randomDigits());
      const taken = new Set(await findIDs(tx.db, [...drawn]));
      for (const id of drawn) if (!taken.has(id)) free.add(id);
    }
    return [...free];
  }

  return {
    async add(userID, logs) {
      await transact(async (tx) => {
        const ids = await freeIDs(tx, logs.length);
        const createTime = now();
        const rows = logs.map(({ url, appFramework, ...log }, i) => ({
          ...log,
          log_id: ids[i] ?? "",
          user_id: userID,
          url,
          app_framework: appFramework,
          create_time: createTime,
        }));
        for (const chunk of chunksOf(rows))
          await tx.db.insertInto("client_logs").values(chunk).execute();
      });
    },

    async search({ keyword, between }, page) {
      let found = db
        .selectFrom("client_logs")
        .selectAll()
        .orderBy("create_time", "desc")
        .orderBy("id", "desc");
      if (keyword !== "")
        // A search that means every character, case too, in every engine.
        found = found.where(
          sql<boolean>`replace(user_id, ${keyword}, '') <> user_id`,
        );
      if (between)
        found = found
          .where("create_time", ">=", between.start)
          .where("create_time", "<=", between.end);
      const { total, rows } = await selectPage(found, page);
      const users = await listUsers(rows.map(({ user_id }) => user_id));
      const names = new Map(
        users.map(({ userID, nickname }) => [userID, nickname]),
      );
      return {
        total,
        logsInfos: rows.map((row) => toLog(row, names.get(row.user_id) ?? "")),
      };
    },

    removeOld: (before, limit) =>
      transact(async ({ db }) => {
        const { numDeletedRows } = await db
          .deleteFrom("client_logs")
          .where("id", "in", (old) =>
            old
              .selectFrom("client_logs")
              .select("id")
              .where("create_time", "<", before)
              .orderBy("create_time")
              .limit(limit),
          )
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),

    async delete(logIDs) {
      const wanted = [...new Set(logIDs)];
      await transact(async ({ db }) => {
        const known = new Set(await findIDs(db, wanted));
        const missing = wanted.find((id) => !known.has(id));
        if (missing !== undefined) throw errors.notFound(`no log '${missing}'`);
        for (const chunk of chunksOf(wanted))
          await db
            .deleteFrom("client_logs")
            .where(isAmong(db, "log_id", chunk))
            .execute();
      });
    },
  };
}

async function findIDs(
  db: Kysely<Schema>,
  logIDs: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const chunk of chunksOf(logIDs)) {
    const rows = await db
      .selectFrom("client_logs")
      .select("log_id")
      .where(isAmong(db, "log_id", chunk))
      .execute();
    found.push(...rows.map(({ log_id }) => log_id));
  }
  return found;
}

const toLog = (row: Selectable<ClientLogTable>, nickname: string): LogInfo => ({
  userID: row.user_id,
  platform: row.platform,
  url: row.url,
  createTime: row.create_time,
  nickname,
  logID: row.log_id,
  filename: row.filename,
  // COMPAT: always empty; the framework is stored and not shown.
  systemType: "",
  ex: row.ex,
  version: row.version,
});
