import type { Depart } from "../feature/departing.ts";
import type { Notify } from "../notifications/notify.ts";
import { bumpVersions, VersionState } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import type { FriendHooks } from "./hooks.ts";
import type { Blacks } from "./blacks.ts";
import type { Friends } from "./friends.ts";
import { renderFriendDeleted, renderUnblocked } from "./notifications.ts";

export interface FriendDepartureDeps {
  notify: Notify;
  pairChanged: Friends["pairChanged"];
  listChanged: Blacks["listChanged"];
  hooks?: Pick<FriendHooks, "afterDelete" | "afterUnblock">;
}

/** Rows that one transaction removes; each of the notices goes to somebody. */
const atOnce = 30;

/**
 * Removes requests, friends and blocks on both sides. Users who had the user in
 * a list are notified as if they had removed the entry themselves.
 */
export const createFriendDeparture =
  ({ notify, pairChanged, listChanged, hooks }: FriendDepartureDeps): Depart =>
  async ({ userID, operationID }, removing) => {
    await removing.untilNothing(async (tx) => ({
      friendRequests:
        (await deleteApplications(tx, "from_user_id", userID)) +
        (await deleteApplications(tx, "to_user_id", userID)),
    }));
    await removing.untilNothing(async (tx) => {
      const own = await deleteFriends(tx, "owner_user_id", userID);
      for (const { friend_user_id } of own)
        pairChanged(tx, userID, friend_user_id);
      return { friends: own.length };
    });
    await removing.untilNothing(async (tx) => {
      const rows = await deleteFriends(tx, "friend_user_id", userID);
      const owners = rows.map(({ owner_user_id }) => owner_user_id);
      await bumpVersions(tx, "friends", owners, VersionState.delete, userID);
      for (const ownerID of owners) {
        pairChanged(tx, ownerID, userID);
        await notify(tx, renderFriendDeleted(ownerID, userID), operationID);
        hooks?.afterDelete?.(tx, operationID, ownerID, userID);
      }
      return { friendOf: owners.length };
    });
    await removing.untilNothing(async (tx) => {
      const own = await deleteBlacks(tx, "owner_user_id", userID);
      if (own.length > 0) listChanged(tx, userID);
      return { blacks: own.length };
    });
    await removing.untilNothing(async (tx) => {
      const owners = await deleteBlacks(tx, "black_user_id", userID);
      await bumpVersions(tx, "blacks", owners, VersionState.delete, userID);
      for (const ownerID of owners) {
        listChanged(tx, ownerID);
        await notify(tx, renderUnblocked(ownerID, userID), operationID);
        const unblocked = { ownerUserID: ownerID, blackUserID: userID };
        hooks?.afterUnblock?.(tx, operationID, unblocked);
      }
      return { blockedBy: owners.length };
    });
  };

async function deleteApplications(
  { db }: Transaction,
  side: "from_user_id" | "to_user_id",
  userID: string,
): Promise<number> {
  const gone = await db
    .deleteFrom("friend_requests")
    .where("id", "in", (e) =>
      e
        .selectFrom("friend_requests")
        .select("id")
        .where(side, "=", userID)
        .limit(atOnce),
    )
    .returning("id")
    .execute();
  return gone.length;
}

const deleteFriends = (
  { db }: Transaction,
  side: "owner_user_id" | "friend_user_id",
  userID: string,
) =>
  db
    .deleteFrom("friends")
    .where("id", "in", (e) =>
      e
        .selectFrom("friends")
        .select("id")
        .where(side, "=", userID)
        .limit(atOnce),
    )
    .returning(["owner_user_id", "friend_user_id"])
    .execute();

/** Deletes blocks and returns the owners of the lists. */
async function deleteBlacks(
  { db }: Transaction,
  side: "owner_user_id" | "black_user_id",
  userID: string,
): Promise<string[]> {
  const gone = await db
    .deleteFrom("blacks")
    .where("id", "in", (e) =>
      e
        .selectFrom("blacks")
        .select("id")
        .where(side, "=", userID)
        .limit(atOnce),
    )
    .returning("owner_user_id")
    .execute();
  return gone.map(({ owner_user_id }) => owner_user_id);
}
