import type { Fixtures } from "./fixtures.ts";
import { adminOnly, firstPage, personal, selfOrAdmin } from "./roles.ts";
import type { Row } from "./roles.ts";

const ofSelf = ({ self }: Fixtures) => ({ userID: self });
const pageOfSelf = ({ self }: Fixtures) => ({ userID: self, ...firstPage });
const listFrom = ({ self }: Fixtures) => ({
  userID: self,
  versionID: "",
  version: 0,
});

/** self's friend, by the names the routes have for it. */
const friendOfSelf = async (f: Fixtures) => {
  const friendUserID = await f.friend();
  return {
    ownerUserID: f.self,
    friendUserID,
    friendUserIDs: [friendUserID],
    userIDList: [friendUserID],
  };
};

const blackOfSelf = async (f: Fixtures) => {
  const blackUserID = await f.black();
  return { ownerUserID: f.self, blackUserID, userIDList: [blackUserID] };
};

const askedBy = async (f: Fixtures) => {
  const fromUserID = await f.person();
  await f.friendRequest(fromUserID, f.self);
  return { fromUserID, toUserID: f.self };
};

const asked = async (f: Fixtures) => {
  const toUserID = await f.person();
  await f.friendRequest(f.self, toUserID);
  return { fromUserID: f.self, toUserID };
};

export const friendRows: Row[] = [
  selfOrAdmin("/friend/delete_friend", friendOfSelf),
  selfOrAdmin("/friend/get_friend_apply_list", pageOfSelf),
  selfOrAdmin("/friend/get_designated_friend_apply", askedBy, "to self"),
  selfOrAdmin("/friend/get_designated_friend_apply", asked, "from self"),
  selfOrAdmin("/friend/get_self_friend_apply_list", pageOfSelf),
  selfOrAdmin("/friend/get_friend_list", pageOfSelf),
  selfOrAdmin("/friend/get_designated_friends", friendOfSelf),
  selfOrAdmin("/friend/add_friend", async (f) => ({
    fromUserID: f.self,
    toUserID: await f.person(),
  })),
  selfOrAdmin("/friend/add_friend_response", async (f) => ({
    ...(await askedBy(f)),
    handleResult: 1,
  })),
  personal(
    "/friend/add_friend_response",
    { stranger: 1002, self: 1002, imAdmin: 0 },
    async (f) => ({ ...(await asked(f)), handleResult: 1 }),
    "to one's own request",
  ),
  selfOrAdmin("/friend/set_friend_remark", async (f) => ({
    ...(await friendOfSelf(f)),
    remark: "x",
  })),
  selfOrAdmin("/friend/add_black", async (f) => ({
    ownerUserID: f.self,
    blackUserID: await f.person(),
  })),
  selfOrAdmin("/friend/get_black_list", pageOfSelf),
  selfOrAdmin("/friend/get_specified_blacks", blackOfSelf),
  selfOrAdmin("/friend/remove_black", blackOfSelf),
  // OpenIM has no service behind it and answers everybody 500.
  selfOrAdmin("/friend/get_incremental_blacks", listFrom),
  adminOnly("/friend/import_friend", async (f) => ({
    ownerUserID: f.self,
    friendUserIDs: [await f.person()],
  })),
  selfOrAdmin("/friend/is_friend", async (f) => ({
    userID1: f.self,
    userID2: await f.friend(),
  })),
  selfOrAdmin("/friend/get_friend_id", ofSelf),
  selfOrAdmin("/friend/get_specified_friends_info", friendOfSelf),
  selfOrAdmin("/friend/update_friends", async (f) => ({
    ...(await friendOfSelf(f)),
    isPinned: true,
  })),
  selfOrAdmin("/friend/get_incremental_friends", listFrom),
  selfOrAdmin("/friend/get_full_friend_user_ids", ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
  selfOrAdmin("/friend/get_self_unhandled_apply_count", ofSelf),
];
