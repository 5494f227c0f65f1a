import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutNothing } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";

export type Reason =
  /** A phone had the message by its connection; never stored. */
  | "online"
  /** Switched off by the sender, or for this kind of message. */
  | "optionOff"
  /** The receiver muted the conversation. */
  | "recvMsgOpt"
  /** No device of the user's has a token of a provider that is on. */
  | "noToken"
  /** callbackBeforeOfflinePushCommand refused or did not answer. */
  | "refusedByWebhook"
  | "providerError"
  /** The provider reported the device as unknown; its token was deleted. */
  | "tokenGone"
  /** A crash or a provider that was away kept it for too long (`push.sendWithin`). */
  | "tooOld"
  /** The queue was full. */
  | "overload"
  /** An error of ours; the log has it. */
  | "failed";

/**
 * Why a message was not pushed to some. One row is for a message and a reason,
 * not for a user: in a group of thousands most have a phone connected, and
 * many have muted it or have no token. Who is reached by a connection needs no
 * push and leaves nothing. Of many users the first are named and all counted;
 * what stands in the way of one then is read from the user's devices and
 * settings, which explain.ts adds.
 */
export interface UnsentRecord {
  serverMsgID: string;
  clientMsgID: string;
  conversationID: string;
  reason: Reason;
  /** "" where none was asked. */
  provider: string;
  /** The provider's answer. */
  detail: string;
  userIDs: readonly string[];
  /** All of them, of whom userIDs may be the first. */
  userCount: number;
  time: number;
}

export interface UnsentLog {
  /** Costs the caller nothing: rows are written a second later, together. */
  add(record: UnsentRecord): void;
  /** Finds records by one of the ids, the oldest first. */
  find(message: MessageID): Promise<UnsentRecord[]>;
  /** Removes older records and returns their number. */
  removeBefore(time: number, signal: AbortSignal): Promise<number>;
  /** Writes what is left. */
  close(): Promise<void>;
}

export interface MessageID {
  serverMsgID: string;
  clientMsgID: string;
}

export interface UnsentLogDeps {
  db: Kysely<Schema>;
  transact: Transact;
  logger: Logger;
}

export const maxNamedUsers = 50;
/** Rows that wait; a crash loses a second of them, and a flood the rest. */
export const maxWaiting = 5_000;
const pauseMs = 1_000;
const maxFound = 200;

export function createUnsentLog({
  db,
  transact,
  logger,
}: UnsentLogDeps): UnsentLog {
  let waiting: UnsentRecord[] = [];
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();

  async function write(records: readonly UnsentRecord[]): Promise<void> {
    try {
      for (const chunk of chunksOf(records))
        await transact(
          ({ db }) =>
            db.insertInto("push_unsent").values(chunk.map(toRow)).execute(),
          aboutNothing,
        );
    } catch (error) {
      logger.error(
        { err: error },
        "push: storing the reasons of unsent pushes failed",
      );
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const records = waiting;
    waiting = [];
    if (dropped > 0)
      logger.warn(
        { dropped },
        "push: too many reasons of unsent pushes at once: some were dropped",
      );
    dropped = 0;
    if (records.length > 0) writing = writing.then(() => write(records));
    return writing;
  }

  return {
    add(record) {
      if (waiting.length >= maxWaiting) {
        dropped++; // an operator who finds nothing is to know why
        return;
      }
      waiting.push(record);
      timer ??= setTimeout(() => void flush(), pauseMs);
    },

    async find({ serverMsgID, clientMsgID }) {
      await flush();
      let query = db.selectFrom("push_unsent").selectAll();
      if (serverMsgID !== "")
        query = query.where("server_msg_id", "=", serverMsgID);
      if (clientMsgID !== "")
        query = query.where("client_msg_id", "=", clientMsgID);
      const rows = await query.orderBy("id").limit(maxFound).execute();
      return rows.map((row) => ({
        serverMsgID: row.server_msg_id,
        clientMsgID: row.client_msg_id,
        conversationID: row.conversation_id,
        reason: row.reason as Reason,
        provider: row.provider,
        detail: row.detail,
        userIDs: JSON.parse(row.user_ids) as string[],
        userCount: row.user_count,
        time: row.time,
      }));
    },

    async removeBefore(time, signal) {
      let removed = 0;
      while (!signal.aborted) {
        // Ids follow the time, so no index of the time is needed.
        const rows = await db
          .selectFrom("push_unsent")
          .select(["id", "time"])
          .orderBy("id")
          .limit(500)
          .execute();
        const young = rows.findIndex((row) => row.time >= time);
        const last = (young < 0 ? rows : rows.slice(0, young)).at(-1);
        if (!last) break;
        await transact(({ db }) =>
          db.deleteFrom("push_unsent").where("id", "<=", last.id).execute(),
        );
        removed += young < 0 ? rows.length : young;
        if (young >= 0) break;
      }
      return removed;
    },

    close: flush,
  };
}

const toRow = (record: UnsentRecord) => ({
  server_msg_id: record.serverMsgID,
  client_msg_id: record.clientMsgID,
  conversation_id: record.conversationID,
  reason: record.reason,
  provider: record.provider,
  detail: record.detail,
  user_ids: JSON.stringify(record.userIDs.slice(0, maxNamedUsers)),
  user_count: record.userCount,
  time: record.time,
});
