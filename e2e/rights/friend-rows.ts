import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  GetBlackList,
  GetDesignatedFriendApply,
  GetDesignatedFriends,
  GetFriendApplyList,
  GetFriendID,
  GetFriendList,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
  GetIncrementalFriends,
  GetSelfFriendApplyList,
  GetSelfUnhandledApplyCount,
  GetSpecifiedBlacks,
  GetSpecifiedFriendsInfo,
  ImportFriend,
  IsFriend,
  RemoveBlack,
  SetFriendRemark,
  UpdateFriends,
} from "@parley/protocol/methods/friends";

import type { Fixtures } from "./fixtures.ts";
import { row, firstPage } from "./roles.ts";
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
  row(DeleteFriend, friendOfSelf),
  row(GetFriendApplyList, pageOfSelf),
  row(GetDesignatedFriendApply, askedBy, { about: "to self" }),
  row(GetDesignatedFriendApply, asked, { about: "from self" }),
  row(GetSelfFriendApplyList, pageOfSelf),
  row(GetFriendList, pageOfSelf),
  row(GetDesignatedFriends, friendOfSelf),
  row(AddFriend, async (f) => ({
    fromUserID: f.self,
    toUserID: await f.person(),
  })),
  row(AddFriendResponse, async (f) => ({
    ...(await askedBy(f)),
    handleResult: 1,
  })),
  row(
    AddFriendResponse,
    async (f) => ({ ...(await asked(f)), handleResult: 1 }),
    {
      about: "to one's own request",
      codes: { stranger: 1002, self: 1002, imAdmin: 0 },
    },
  ),
  row(SetFriendRemark, async (f) => ({
    ...(await friendOfSelf(f)),
    remark: "x",
  })),
  row(AddBlack, async (f) => ({
    ownerUserID: f.self,
    blackUserID: await f.person(),
  })),
  row(GetBlackList, pageOfSelf),
  row(GetSpecifiedBlacks, blackOfSelf),
  row(RemoveBlack, blackOfSelf),
  // OpenIM has no service behind it and answers everybody 500.
  row(GetIncrementalBlacks, listFrom),
  row(ImportFriend, async (f) => ({
    ownerUserID: f.self,
    friendUserIDs: [await f.person()],
  })),
  row(IsFriend, async (f) => ({
    userID1: f.self,
    userID2: await f.friend(),
  })),
  row(GetFriendID, ofSelf),
  row(GetSpecifiedFriendsInfo, friendOfSelf),
  row(UpdateFriends, async (f) => ({
    ...(await friendOfSelf(f)),
    isPinned: true,
  })),
  row(GetIncrementalFriends, listFrom),
  row(GetFullFriendUserIDs, ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
  row(GetSelfUnhandledApplyCount, ofSelf),
];
