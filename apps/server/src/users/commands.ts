import { errors } from "@parley/protocol/errors";
import type { AllCommandInfoResp } from "@parley/protocol/generated/user";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";

/**
 * Values that an app stores for a user under a kind (`type`, never 0) and a
 * uuid. Duplicates are possible; then the oldest counts.
 */
export interface UserCommands {
  add(userID: string, command: NewCommand): Promise<void>;
  /** Throws 1004. */
  delete(userID: string, type: number, uuid: string): Promise<void>;
  /** null keeps what is there. Throws 1004, unless nothing is to change. */
  update(
    userID: string,
    type: number,
    uuid: string,
    change: { value: string | null; ex: string | null },
  ): Promise<void>;
  /** Lists one kind or all, in order of creation. */
  list(userID: string, type?: number): Promise<AllCommandInfoResp[]>;
}

export interface NewCommand {
  type: number;
  uuid: string;
  value: string;
  ex: string;
}

export interface UserCommandsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

export function createUserCommands({
  db,
  transact,
  now,
}: UserCommandsDeps): UserCommands {
  async function requireID(
    { db }: { db: Kysely<Schema> },
    userID: string,
    type: number,
    uuid: string,
  ): Promise<number> {
    const row = await db
      .selectFrom("user_commands")
      .select("id")
      .where("user_id", "=", userID)
      .where("type", "=", type)
      .where("uuid", "=", uuid)
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();
    if (!row) throw errors.notFound(`no command '${uuid}' of type ${type}`);
    return row.id;
  }

  return {
    add: (userID, command) =>
      transact(async (tx) => {
        const create_time = Math.floor(now() / 1_000);
        await tx.db
          .insertInto("user_commands")
          .values({ user_id: userID, ...command, create_time })
          .execute();
      }, aboutUsers(userID)),

    delete: (userID, type, uuid) =>
      transact(async (tx) => {
        const id = await requireID(tx, userID, type, uuid);
        await tx.db.deleteFrom("user_commands").where("id", "=", id).execute();
      }, aboutUsers(userID)),

    async update(userID, type, uuid, { value, ex }) {
      const change = {
        ...(value !== null && { value }),
        ...(ex !== null && { ex }),
      };
      if (Object.keys(change).length === 0) return;
      await transact(async (tx) => {
        const id = await requireID(tx, userID, type, uuid);
        await tx.db
          .updateTable("user_commands")
          .set(change)
          .where("id", "=", id)
          .execute();
      }, aboutUsers(userID));
    },

    async list(userID, type) {
      const all = db
        .selectFrom("user_commands")
        .selectAll()
        .where("user_id", "=", userID)
        .orderBy("id");
      const rows = await (
        type === undefined ? all : all.where("type", "=", type)
      ).execute();
      return rows.map((row) => ({
        type: row.type,
        createTime: row.create_time,
        uuid: row.uuid,
        value: row.value,
        ex: row.ex,
      }));
    },
  };
}
