import { errors } from "@parley/protocol/errors";
import type {
  BlackInfo,
  PublicUserInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Caches } from "../storage/caches.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import { createLookup } from "../storage/lookup.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import {
  bumpVersion,
  bumpVersions,
  listChanges,
  versionOf,
  VersionState,
} from "../storage/versions.ts";
import type { Changes, Version } from "../storage/versions.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import {
  deleteBlack,
  findBlacks,
  insertBlack,
  listOwnersOfBlack,
  pageBlacks,
} from "./black-store.ts";
import type { StoredBlack } from "./black-store.ts";
import type { FriendHooks } from "./hooks.ts";
import { renderBlocked, renderUnblocked } from "./notifications.ts";

/** Blacklists of users. Times are in milliseconds. */
export interface Blacks {
  /** Pages through the blocked users, in order of blocking. */
  page(
    ownerID: string,
    page: Page,
  ): Promise<{ total: number; blacks: BlackInfo[] }>;
  /**
   * Returns the blocked ones among `userIDs`, in their order. blackUserInfo is
   * null for a deleted account.
   */
  list(ownerID: string, userIDs: readonly string[]): Promise<BlackInfo[]>;
  incremental(
    ownerID: string,
    known: Version,
  ): Promise<{ changes: Changes; insert: BlackInfo[]; update: BlackInfo[] }>;
  /** Returns from the cache, without a promise, if the owner's list is there. */
  isBlocked(ownerID: string, userID: string): Now<boolean>;
  /** Throws 1004 for oneself and somebody unknown, 1003 when it is so. */
  add(
    cause: Cause,
    black: Pick<StoredBlack, "ownerUserID" | "blackUserID" | "ex">,
  ): Promise<void>;
  remove(operationID: string, ownerID: string, userID: string): Promise<void>;
  /** Somebody else wrote the owner's list. */
  listChanged(tx: Transaction, ownerID: string): void;
  /**
   * Bumps the versions of black lists with this user, because they show names
   * and faces; sends no notices.
   */
  profileChanged(
    tx: Transaction,
    cause: Cause,
    user: Pick<UserInfo, "userID">,
  ): Promise<void>;
}

export interface BlacksDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  transact: Transact;
  notify: Notify;
  /** Leaves out unknown users. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
  hooks?: FriendHooks;
  now: () => number;
}

export function createBlacks(deps: BlacksDeps): Blacks {
  const { db, transact, notify, now } = deps;
  /**
   * Cached by owner rather than by pair: most users block nobody, and everybody
   * sends.
   */
  const blacksOf = createLookup(db, {
    table: "blacks",
    by: ["owner_user_id"],
    select: ["black_user_id"],
  });
  const blocked = deps.caches.open<ReadonlySet<string>>({
    name: "blacklists",
    size: 100_000,
    load: (ownerID) =>
      then(blacksOf(ownerID), (rows) =>
        rows.length === 0
          ? nobody
          : new Set(rows.map(({ black_user_id }) => black_user_id)),
      ),
  });

  async function show(
    blacks: readonly StoredBlack[],
    unknown: (userID: string) => PublicUserInfo | null,
  ): Promise<BlackInfo[]> {
    const users = await deps.listUsers(
      blacks.map(({ blackUserID }) => blackUserID),
    );
    const byID = new Map(users.map((user) => [user.userID, user]));
    return blacks.map(({ blackUserID, ...black }) => {
      const user = byID.get(blackUserID);
      return {
        ...black,
        blackUserInfo: user ? toFace(user) : unknown(blackUserID),
      };
    });
  }

  const listed = async (ownerID: string, userIDs: readonly string[]) =>
    show(await findBlacks(db, ownerID, userIDs), faceless);

  const listChanged = (tx: Transaction, ownerID: string) =>
    tx.forget(blocked, ownerID);

  async function changed(
    tx: Transaction,
    ownerID: string,
    state: VersionState,
    userID: string,
  ): Promise<void> {
    await bumpVersion(tx, "blacks", ownerID, state, [userID]);
    listChanged(tx, ownerID);
  }

  const marking = deps.changes.define<{ userID: string }, number>(
    "profile of who is blocked",
    async (tx, { userID }, after) => {
      const rows = await listOwnersOfBlack(tx.db, userID, after, markedAtOnce);
      const owners = rows.map(({ ownerID }) => ownerID);
      await bumpVersions(tx, "blacks", owners, VersionState.update, userID);
      return rows.length < markedAtOnce ? undefined : rows.at(-1)?.id;
    },
  );

  return {
    async page(ownerID, page) {
      const { total, blacks } = await pageBlacks(db, ownerID, page);
      return { total, blacks: await show(blacks, faceless) };
    },

    list: async (ownerID, userIDs) =>
      show(await findBlacks(db, ownerID, userIDs), () => null),

    async incremental(ownerID, known) {
      const current = await versionOf(deps, "blacks", ownerID);
      const changes = await listChanges(db, "blacks", ownerID, current, known);
      if (changes.full) return { changes, insert: [], update: [] };
      return {
        changes,
        insert: await listed(ownerID, changes.insert),
        update: await listed(ownerID, changes.update),
      };
    },

    isBlocked(ownerID, userID) {
      const found = blocked.get(ownerID);
      return found instanceof Promise
        ? found.then((those) => those.has(userID))
        : found.has(userID);
    },

    async add(cause, black) {
      const { ownerUserID, blackUserID, ex } = black;
      await deps.hooks?.beforeBlock?.(cause.operationID, black);
      if (ownerUserID === blackUserID)
        throw errors.notFound("users cannot block themselves");
      await transact(
        async (tx) => {
          const users = await deps.listUsers([ownerUserID, blackUserID]);
          if (users.length < 2)
            throw errors.notFound("one of the users is unknown");
          const isNew = await insertBlack(tx, {
            ownerUserID,
            blackUserID,
            createTime: now(),
            addSource: 0,
            operatorUserID: cause.actor.userID,
            ex,
          });
          if (!isNew) throw errors.duplicateKey(`'${blackUserID}' is blocked`);
          await changed(tx, ownerUserID, VersionState.insert, blackUserID);
          await notify(
            tx,
            renderBlocked(ownerUserID, blackUserID),
            cause.operationID,
          );
        },
        aboutUsers(ownerUserID, blackUserID),
      );
    },

    async remove(operationID, ownerID, userID) {
      await transact(
        async (tx) => {
          if (await deleteBlack(tx, ownerID, userID))
            await changed(tx, ownerID, VersionState.delete, userID);
          // Notifies even if there was none: another device of the owner may not
          // know of the removal yet.
          await notify(tx, renderUnblocked(ownerID, userID), operationID);
          const removed = { ownerUserID: ownerID, blackUserID: userID };
          deps.hooks?.afterUnblock?.(tx, operationID, removed);
        },
        aboutUsers(ownerID, userID),
      );
    },

    listChanged,

    async profileChanged(tx, _cause, { userID }) {
      await marking.begin(tx, { userID }, 0);
    },
  };
}

/** Lists that one commit marks as changed. */
const markedAtOnce = 200;

const toFace = ({ userID, nickname, faceURL, ex }: UserInfo) => ({
  userID,
  nickname,
  faceURL,
  ex,
});

/** Clients rely on a user object. */
const faceless = (userID: string): PublicUserInfo => ({
  userID,
  nickname: "",
  faceURL: "",
  ex: "",
});

const nobody: ReadonlySet<string> = new Set();
