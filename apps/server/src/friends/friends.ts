import { errors } from "@parley/protocol/errors";
import type { FriendInfo, UserInfo } from "@parley/protocol/generated/sdkws";

import type { Kysely } from "kysely";
import type { Notify } from "../notifications/notify.ts";
import type { Caches } from "../storage/caches.ts";
import type { Now } from "../storage/engine.ts";
import { hashOfIDs } from "../storage/id-hash.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import {
  bumpVersion,
  bumpVersions,
  listChanges,
  versionOf,
  sortMarker,
  VersionState,
} from "../storage/versions.ts";
import type { Changes, Version } from "../storage/versions.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { FriendHooks } from "./hooks.ts";
import {
  renderFriendDeleted,
  renderFriendsUpdated,
  renderRemarkSet,
} from "./notifications.ts";
import {
  deleteFriend,
  findFriends,
  hasFriend,
  insertFriends,
  listFriendIDs,
  pageFriends,
  updateFriends,
} from "./store.ts";
import type { FriendChange, StoredFriend } from "./store.ts";
import { createFriendImports } from "./friend-imports.ts";
import type { FriendImports } from "./friend-imports.ts";
import { createFriendProfiles } from "./friend-profiles.ts";
import type { FriendProfiles } from "./friend-profiles.ts";

export interface Friends extends FriendProfiles, FriendImports {
  /** Returns the friends among `friendIDs`. */
  list(ownerID: string, friendIDs: readonly string[]): Promise<FriendInfo[]>;
  /** Pinned ones first, then in order of becoming friends. */
  page(
    ownerID: string,
    page: Page,
  ): Promise<{ total: number; friends: FriendInfo[] }>;
  /** Lists ids in the order of `page`. */
  listIDs(ownerID: string): Promise<string[]>;
  /** The ids with their hash and version (docs/wire/sync.md#full-lists). */
  fullIDs(
    ownerID: string,
    idHash: bigint,
  ): Promise<Version & { equal: boolean; userIDs: string[] }>;
  incremental(
    ownerID: string,
    known: Version,
  ): Promise<{ changes: Changes; insert: FriendInfo[]; update: FriendInfo[] }>;
  /**
   * The owner's list has the friend. Lists are one-sided: it says nothing of
   * the friend's list.
   */
  hasFriend(ownerID: string, friendID: string): Now<boolean>;
  areFriends(userID1: string, userID2: string): Promise<boolean>;
  /** Throws 1004 if they are not friends. */
  setRemark(
    operationID: string,
    ownerID: string,
    friendID: string,
    remark: string,
  ): Promise<void>;
  /** Skips ids that are not friends. */
  update(
    operationID: string,
    ownerID: string,
    friendIDs: readonly string[],
    change: FriendChange,
  ): Promise<void>;
  /** Deletes the friend from the owner's list, and leaves the friend's list alone. */
  delete(operationID: string, ownerID: string, friendID: string): Promise<void>;
  /** Adds missing entries to both lists. Sends no notices. */
  become(tx: Transaction, bond: Bond): Promise<void>;
  /** Somebody else wrote, or removed, the friend's row. */
  pairChanged(tx: Transaction, ownerID: string, friendID: string): void;
}

export interface Bond {
  ownerID: string;
  friendIDs: readonly string[];
  /** FriendAddSource. */
  addSource: number;
  operatorID: string;
}

export interface FriendsDeps {
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

export function createFriends(deps: FriendsDeps): Friends {
  const { db, transact, notify, hooks, now } = deps;
  const keyOf = (ownerID: string, friendID: string) =>
    `${ownerID}\0${friendID}`;
  const pairs = deps.caches.open<boolean>({
    name: "friends",
    size: 200_000,
    load(key) {
      const [ownerID = "", friendID = ""] = key.split("\0");
      return hasFriend(db, ownerID, friendID);
    },
  });

  const pairChanged = (tx: Transaction, ownerID: string, friendID: string) =>
    tx.forget(pairs, keyOf(ownerID, friendID));

  async function show(friends: readonly StoredFriend[]): Promise<FriendInfo[]> {
    const users = await deps.listUsers(
      friends.map(({ friendUserID }) => friendUserID),
    );
    const byID = new Map(users.map((user) => [user.userID, user]));
    return friends.map((friend) =>
      toFriendInfo(friend, byID.get(friend.friendUserID)),
    );
  }

  const listed = async (ownerID: string, friendIDs: readonly string[]) =>
    show(await findFriends(db, ownerID, friendIDs));

  async function update(
    tx: Transaction,
    ownerID: string,
    friendIDs: readonly string[],
    change: FriendChange,
  ): Promise<string[]> {
    const changed = await updateFriends(tx, ownerID, friendIDs, change);
    if (changed.length > 0)
      await bumpVersion(
        tx,
        "friends",
        ownerID,
        VersionState.update,
        change.isPinned === undefined ? changed : [...changed, sortMarker],
      );
    return changed;
  }

  async function become(
    tx: Transaction,
    { ownerID, friendIDs, addSource, operatorID }: Bond,
  ): Promise<void> {
    const createTime = now();
    const bond = (ownerUserID: string, friendUserID: string) => ({
      ownerUserID,
      friendUserID,
      remark: "",
      createTime,
      addSource,
      operatorUserID: operatorID,
      ex: "",
      isPinned: false,
    });
    const theirs = await insertFriends(
      tx,
      friendIDs.map((friendID) => bond(friendID, ownerID)),
    );
    const own = await insertFriends(
      tx,
      friendIDs.map((friendID) => bond(ownerID, friendID)),
    );
    if (own.length > 0)
      await bumpVersion(
        tx,
        "friends",
        ownerID,
        VersionState.insert,
        own.map(({ friendUserID }) => friendUserID),
      );
    await bumpVersions(
      tx,
      "friends",
      theirs.map(({ ownerUserID }) => ownerUserID),
      VersionState.insert,
      ownerID,
    );
    tx.forget(
      pairs,
      [...own, ...theirs].map(({ ownerUserID, friendUserID }) =>
        keyOf(ownerUserID, friendUserID),
      ),
    );
  }

  return {
    ...createFriendProfiles(deps),
    ...createFriendImports({ ...deps, become }),

    become,

    list: listed,

    async page(ownerID, page) {
      const { total, friends } = await pageFriends(db, ownerID, page);
      return { total, friends: await show(friends) };
    },

    listIDs: (ownerID) => listFriendIDs(db, ownerID),

    async fullIDs(ownerID, idHash) {
      const version = await versionOf(deps, "friends", ownerID);
      const ids = await listFriendIDs(db, ownerID);
      const equal = hashOfIDs(ids) === idHash;
      return { ...version, equal, userIDs: equal ? [] : ids };
    },

    async incremental(ownerID, known) {
      const current = await versionOf(deps, "friends", ownerID);
      const changes = await listChanges(db, "friends", ownerID, current, known);
      if (changes.full) return { changes, insert: [], update: [] };
      return {
        changes,
        insert: await listed(ownerID, changes.insert),
        update: await listed(ownerID, changes.update),
      };
    },

    hasFriend: (ownerID, friendID) => pairs.get(keyOf(ownerID, friendID)),

    async areFriends(userID1, userID2) {
      return (
        (await pairs.get(keyOf(userID1, userID2))) &&
        (await pairs.get(keyOf(userID2, userID1)))
      );
    },

    async setRemark(operationID, ownerID, friendID, remark) {
      await transact(async (tx) => {
        const changed = await update(tx, ownerID, [friendID], { remark });
        if (changed.length === 0)
          throw errors.notFound(
            `'${friendID}' is not a friend of '${ownerID}'`,
          );
        await notify(tx, renderRemarkSet(ownerID, friendID), operationID);
        hooks?.afterRemark?.(tx, operationID, {
          ownerUserID: ownerID,
          friendUserID: friendID,
          remark,
        });
      });
    },

    async update(operationID, ownerID, friendIDs, change) {
      if (Object.keys(change).length === 0) return;
      await transact(async (tx) => {
        const changed = await update(tx, ownerID, friendIDs, change);
        if (changed.length > 0)
          await notify(tx, renderFriendsUpdated(ownerID, changed), operationID);
      });
    },

    async delete(operationID, ownerID, friendID) {
      await transact(async (tx) => {
        if (await deleteFriend(tx, ownerID, friendID)) {
          await bumpVersion(tx, "friends", ownerID, VersionState.delete, [
            friendID,
          ]);
          pairChanged(tx, ownerID, friendID);
        }
        // Notifies even if there was none: another device of the owner may not
        // know of the removal yet.
        await notify(tx, renderFriendDeleted(ownerID, friendID), operationID);
        hooks?.afterDelete?.(tx, operationID, ownerID, friendID);
      });
    },

    pairChanged,
  };
}

/** COMPAT: times of lists of friends are in seconds. */
const toFriendInfo = (
  { friendUserID, createTime, ...friend }: StoredFriend,
  user: UserInfo | undefined,
): FriendInfo => ({
  ...friend,
  createTime: Math.floor(createTime / 1000),
  // The public profile; clients rely on its being there.
  friendUser: {
    userID: friendUserID,
    nickname: user?.nickname ?? "",
    faceURL: user?.faceURL ?? "",
    ex: user?.ex ?? "",
    createTime: 0,
    appMangerLevel: 0,
    globalRecvMsgOpt: 0,
  },
});
