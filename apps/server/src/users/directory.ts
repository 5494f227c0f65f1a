import { errors } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Caches } from "../storage/caches.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import { createLookup } from "../storage/lookup.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import { findUsers, toUser } from "./store.ts";

/** Profiles as everybody reads them. Whoever changes one says so. */
export interface UserDirectory {
  /** Returns null when there is no such user, at once when it was asked for lately. */
  find(userID: string): Now<UserInfo | null>;
  /** Throws 1004. */
  get(userID: string): Promise<UserInfo>;
  /** Returns undefined when there is no such user. */
  levelOf(userID: string): Promise<number | undefined>;
  /** Keeps the order asked for, leaves out unknown users and returns each once. */
  list(userIDs: readonly string[]): Promise<UserInfo[]>;
  /** Lists users like `list`, and those who are being deleted, as they were. */
  listFaces(userIDs: readonly string[]): Promise<UserInfo[]>;
  /**
   * The user is being deleted and counts as deleted, except that the userID is
   * not free yet.
   */
  isDeparting(userID: string): boolean;
  /** Forgets the cached profiles once the transaction is committed. */
  changed(tx: Transaction, userIDs: readonly string[]): void;
}

export interface UserDirectoryDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  isDeparting?(userID: string): boolean;
}

export function createUserDirectory({
  db,
  caches,
  isDeparting = () => false,
}: UserDirectoryDeps): UserDirectory {
  const rowOf = createLookup(db, {
    table: "users",
    by: ["user_id"],
    select: [
      "user_id",
      "nickname",
      "face_url",
      "ex",
      "create_time",
      "app_manger_level",
      "global_recv_msg_opt",
    ],
  });
  const cache = caches.open<UserInfo | null>({
    name: "users",
    size: 100_000,
    load: (userID) =>
      then(rowOf(userID), ([row]) => (row ? toUser(row) : null)),
  });
  const find = (userID: string) =>
    isDeparting(userID) ? null : cache.get(userID);

  return {
    find,

    async get(userID) {
      const user = await find(userID);
      if (!user) throw errors.notFound(`no user '${userID}'`);
      return user;
    },

    async levelOf(userID) {
      const user = await find(userID);
      return user?.appMangerLevel;
    },

    list: (userIDs) =>
      findUsers(
        db,
        userIDs.filter((userID) => !isDeparting(userID)),
      ),

    listFaces: (userIDs) => findUsers(db, userIDs),

    isDeparting,

    changed: (tx, userIDs) => tx.forget(cache, userIDs),
  };
}
