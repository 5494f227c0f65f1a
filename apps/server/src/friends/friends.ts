import { FriendAddSource } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { FriendInfo, UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
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
  renderFriendProfileChanged,
  renderFriendsUpdated,
  renderImported,
  renderRemarkSet,
} from "./notifications.ts";
import {
  deleteFriend,
  filterOwnersOfFriend,
  findFriends,
  hasFriend,
  insertFriends,
  listFriendIDs,
  listFriendIDsAfter,
  listOwnersOfFriend,
  pageFriends,
  updateFriends,
} from "./store.ts";
import type { FriendChange, StoredFriend } from "./store.ts";

export interface Friends {
  /** Returns the friends among `friendIDs`. */
  list(ownerID: string, friendIDs: readonly string[]): Promise<FriendInfo[]>;
  /** Pinned ones first, then in order of becoming friends. */
  page(
    ownerID: string,
    page: Page,
  ): Promise<{ total: number; friends: FriendInfo[] }>;
  /** In the order of `page`. */
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
  /** From the owner's list alone. */
  delete(operationID: string, ownerID: string, friendID: string): Promise<void>;
  /** Without anybody asking: 1004 when one of them cannot become a friend. */
  import(
    cause: Cause,
    ownerID: string,
    friendIDs: readonly string[],
  ): Promise<void>;
  /** Adds missing entries to both lists. Sends no notices. */
  become(tx: Transaction, bond: Bond): Promise<void>;
  /** Somebody else wrote, or removed, the friend's row. */
  pairChanged(tx: Transaction, ownerID: string, friendID: string): void;
  /** Tells those who see this user's name and face in a list of friends. */
  profileChanged(
    tx: Transaction,
    cause: Cause,
    user: Pick<UserInfo, "userID">,
  ): Promise<void>;
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
  /** Unknown ones are left out. */
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

  async function requireUsers(userIDs: ReadonlySet<string>): Promise<void> {
    const users = await deps.listUsers([...userIDs]);
    if (users.length !== userIDs.size)
      throw errors.notFound("one of the users is unknown");
  }

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

  /**
   * Notifies first the users who have this user in a list, then those only in
   * the user's own list.
   */
  const telling = deps.changes.define<
    ProfileChange,
    { owners: number } | { own: string }
  >("profile of a friend", async (tx, what, at) => {
    const { userID } = what;
    if ("owners" in at) {
      const rows = await listOwnersOfFriend(
        tx.db,
        userID,
        at.owners,
        toldAtOnce,
      );
      const owners = rows.map(({ ownerID }) => ownerID);
      await bumpVersions(tx, "friends", owners, VersionState.update, userID);
      await tellOfProfile(tx, what, owners);
      const last = rows.at(-1);
      if (last && rows.length === toldAtOnce) return { owners: last.id };
    }
    const after = "own" in at ? at.own : "";
    // COMPAT: OpenIM also tells those who dropped this user.
    const own = await listFriendIDsAfter(tx.db, userID, after, toldAtOnce);
    const told = await filterOwnersOfFriend(tx.db, userID, own);
    await tellOfProfile(
      tx,
      what,
      own.filter((friendID) => !told.has(friendID)),
    );
    const last = own.at(-1);
    return last !== undefined && own.length === toldAtOnce
      ? { own: last }
      : undefined;
  });

  /** Skips users who were deleted, or are no longer friends. */
  const welcoming = deps.changes.define<Imported, number>(
    "welcome of imported friends",
    async (tx, { operationID, ownerID, friendIDs }, at) => {
      const next = at + welcomedAtOnce;
      const some = friendIDs.slice(at, next);
      const users = await deps.listUsers([ownerID, ...some]);
      const known = new Set(users.map(({ userID }) => userID));
      if (!known.has(ownerID)) return undefined;
      for (const { friendUserID } of await findFriends(tx.db, ownerID, some))
        if (known.has(friendUserID))
          await notify(tx, renderImported(ownerID, friendUserID), operationID);
      return next < friendIDs.length ? next : undefined;
    },
    { isOneByOne: true },
  );

  async function tellOfProfile(
    tx: Transaction,
    { operationID, by, userID }: ProfileChange,
    viewerIDs: readonly string[],
  ): Promise<void> {
    for (const viewerID of viewerIDs)
      await notify(
        tx,
        renderFriendProfileChanged(by, viewerID, userID),
        operationID,
      );
  }

  return {
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

    async import(cause, ownerID, given) {
      const { operationID } = cause;
      if (given.length === 0) return;
      const wanted = new Set([ownerID, ...given]);
      if (wanted.size !== given.length + 1)
        throw errors.notFound("a userID occurs twice, or is the owner's own");
      await requireUsers(wanted);
      const ask = hooks?.beforeImport;
      const friendIDs = ask ? await ask(operationID, ownerID, given) : given;
      const { waited } = await transact(async (tx) => {
        // The answer may name others, and take its time.
        await requireUsers(new Set([ownerID, ...friendIDs]));
        await become(tx, {
          ownerID,
          friendIDs,
          addSource: FriendAddSource.import,
          operatorID: cause.actor.userID,
        });
        hooks?.afterImport?.(tx, operationID, ownerID, friendIDs);
        const what = { operationID, ownerID, friendIDs };
        return friendIDs.length > welcomedAtOnce
          ? welcoming.follow(tx, what, 0)
          : welcoming.begin(tx, what, 0);
      });
      await waited();
    },

    pairChanged,

    async profileChanged(tx, cause, { userID }) {
      const by = cause.actor.userID;
      await telling.begin(
        tx,
        { operationID: cause.operationID, by, userID },
        { owners: 0 },
      );
    },
  };
}

/** Lists, or friends, that one commit notifies of a new profile. */
const toldAtOnce = 100;

/** Each opens a chat of two: rows of both, and a message. */
const welcomedAtOnce = 20;

/** A friendship that an import made. */
interface Imported {
  operationID: string;
  ownerID: string;
  friendIDs: readonly string[];
}

/** A changed profile, and who changed it. */
interface ProfileChange {
  operationID: string;
  by: string;
  userID: string;
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
