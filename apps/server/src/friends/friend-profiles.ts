import type { UserInfo } from "@parley/protocol/generated/sdkws";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import { bumpVersions, VersionState } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import { renderFriendProfileChanged } from "./notifications.ts";
import {
  filterOwnersOfFriend,
  listFriendIDsAfter,
  listOwnersOfFriend,
} from "./store.ts";

/** Tells friends of a changed name or picture. */
export interface FriendProfiles {
  /** Tells those who see this user's name and face in a list of friends. */
  profileChanged(
    tx: Transaction,
    cause: Cause,
    user: Pick<UserInfo, "userID">,
  ): Promise<void>;
}

export interface FriendProfilesDeps {
  notify: Notify;
  changes: Pick<LargeChanges, "define">;
}

/** Number of users whom a commit notifies. */
const toldAtOnce = 100;

/** A changed profile, and who changed it. */
interface ProfileChange {
  operationID: string;
  by: string;
  userID: string;
}

export function createFriendProfiles({
  notify,
  changes,
}: FriendProfilesDeps): FriendProfiles {
  /**
   * Notifies first the users who have this user in a list, then those only in
   * the user's own list.
   */
  const telling = changes.define<
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
