import type { GetSpecifiedFriendsInfoInfo } from "@parley/protocol/generated/relation";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import { findBlacks } from "./black-store.ts";
import { findFriends } from "./store.ts";

/**
 * Returns the users' relation to an owner: friend, blocked, both or neither.
 */
export type ListRelations = (
  ownerID: string,
  userIDs: readonly string[],
) => Promise<GetSpecifiedFriendsInfoInfo[]>;

export interface RelationsDeps {
  db: Kysely<Schema>;
  /** Returns users in the order of the ids; leaves out unknown ones. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
}

export function createRelations({
  db,
  listUsers,
}: RelationsDeps): ListRelations {
  return async (ownerID, userIDs) => {
    const users = await listUsers(userIDs);
    const friends = new Map(
      (await findFriends(db, ownerID, userIDs)).map(
        ({ friendUserID, ...friend }) => [friendUserID, friend],
      ),
    );
    const blacks = new Map(
      (await findBlacks(db, ownerID, userIDs)).map(
        ({ blackUserID, ...black }) => [blackUserID, black],
      ),
    );
    // COMPAT: times in milliseconds here, and faces only once.
    return users.map((userInfo) => {
      const friend = friends.get(userInfo.userID);
      const black = blacks.get(userInfo.userID);
      return {
        userInfo,
        friendInfo: friend ? { ...friend, friendUser: null } : null,
        blackInfo: black ? { ...black, blackUserInfo: null } : null,
      };
    });
  };
}
