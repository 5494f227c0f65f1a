import type { Feature } from "../feature/feature.ts";
import { createFriendApplications } from "./applications.ts";
import { createBlackReads } from "./black-reads.ts";
import { createBlacks } from "./blacks.ts";
import { createFriendDeparture } from "./departure.ts";
import { createFriends } from "./friends.ts";
import type { Friends, FriendsDeps } from "./friends.ts";
import { createRelations } from "./relations.ts";
import { friendRoutes } from "./routes.ts";
import { findFriends } from "./store.ts";
import { createWelcome } from "./welcome.ts";
import type { RequireWelcome } from "./welcome.ts";

/** All of friends and black lists, put together. */
export interface FriendFeature extends Feature {
  /** Throws if one user may not write to another. */
  requireWelcome: RequireWelcome;
  profileChanged: Friends["profileChanged"];
  /** Returns the owner's friends among the users. */
  find: (
    ownerID: string,
    userIDs: readonly string[],
  ) => ReturnType<typeof findFriends>;
}

export interface FriendFeatureDeps extends FriendsDeps {
  /** Only users in the receiver's list of friends may write to the receiver. */
  friendVerify: boolean;
}

export function createFriendFeature(deps: FriendFeatureDeps): FriendFeature {
  const friends = createFriends(deps);
  const blacks = createBlacks(deps);
  return {
    name: "friends",
    routes: friendRoutes({
      friends,
      applications: createFriendApplications({ ...deps, friends }),
      blacks,
      blackReads: createBlackReads(() => performance.now()),
      listRelations: createRelations(deps),
      ...(deps.hooks && { hooks: deps.hooks }),
    }),
    requireWelcome: createWelcome({
      isBlocked: blacks.isBlocked,
      hasFriend: friends.hasFriend,
      friendVerify: deps.friendVerify,
    }),
    async profileChanged(...changed) {
      await friends.profileChanged(...changed);
      await blacks.profileChanged(...changed);
    },
    depart: createFriendDeparture({ ...deps, ...friends, ...blacks }),
    find: (ownerID, userIDs) => findFriends(deps.db, ownerID, userIDs),
  };
}
