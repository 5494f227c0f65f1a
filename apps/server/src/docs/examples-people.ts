import {
  GetAdminToken,
  GetUserToken,
  ParseToken,
} from "@parley/protocol/methods/auth";
import {
  AccountCheck,
  AddNotificationAccount,
  DelUserClientConfig,
  GetAllUserIDs,
  GetSubscribeUsersStatus,
  GetUserClientConfig,
  GetUsers,
  GetUsersInfo,
  GetUsersOnlineStatus,
  GetUsersOnlineTokenDetail,
  GetUsersStatus,
  PageUserClientConfig,
  ProcessUserCommandAdd,
  ProcessUserCommandDelete,
  ProcessUserCommandGet,
  ProcessUserCommandGetAll,
  ProcessUserCommandUpdate,
  SearchNotificationAccount,
  SetGlobalMsgRecvOpt,
  SetUserClientConfig,
  SubscribeUsersStatus,
  UpdateNotificationAccount,
  UpdateUserInfo,
  UpdateUserInfoEx,
  UserRegister,
} from "@parley/protocol/methods/users";
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

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const nothingYet = { versionID: "", version: 0 };

/** Ann, Bob, Cleo and Dora sign up, and Ann makes friends. */
export const peopleExamples: readonly Example[] = [
  {
    path: GetAdminToken.path,
    body: { userID: "imAdmin", secret: "openIM123" },
  },
  {
    path: UserRegister.path,
    body: {
      users: [
        { userID: "ann", nickname: "Ann", faceURL: "https://x.org/ann.png" },
        { userID: "bob", nickname: "Bob", faceURL: "" },
        { userID: "cleo", nickname: "Cleo", faceURL: "" },
        { userID: "dora", nickname: "Dora", faceURL: "" },
      ],
    },
  },
  { path: GetUserToken.path, body: { userID: "ann", platformID: 5 } },
  {
    path: ParseToken.path,
    body: { token: `{{${GetUserToken.path} token}}` },
  },

  // Users.
  {
    path: UpdateUserInfo.path,
    body: { userInfo: { userID: "bob", nickname: "Bobby", ex: "likes tea" } },
  },
  {
    path: UpdateUserInfoEx.path,
    body: { userInfo: { userID: "ann", nickname: "Ann Lee" } },
  },
  {
    path: SetGlobalMsgRecvOpt.path,
    body: { userID: "bob", globalRecvMsgOpt: 0 },
  },
  { path: GetUsersInfo.path, body: { userIDs: ["ann", "bob"] } },
  { path: GetAllUserIDs.path, body: { pagination: firstPage } },
  { path: AccountCheck.path, body: { checkUserIDs: ["ann", "nobody"] } },
  { path: GetUsers.path, body: { pagination: firstPage, nickName: "bob" } },
  { path: GetUsersOnlineStatus.path, body: { userIDs: ["ann", "bob"] } },
  { path: GetUsersOnlineTokenDetail.path, body: { userIDs: ["ann"] } },
  {
    path: GetUsersStatus.path,
    body: { userID: "ann", userIDs: ["bob"] },
  },
  {
    path: SubscribeUsersStatus.path,
    body: { userID: "ann", userIDs: ["bob"], genre: 1 },
  },
  { path: GetSubscribeUsersStatus.path, body: { userID: "ann" } },
  {
    path: ProcessUserCommandAdd.path,
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy tea" },
  },
  {
    path: ProcessUserCommandUpdate.path,
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy more tea" },
  },
  {
    path: ProcessUserCommandGet.path,
    body: { userID: "ann", type: 1 },
  },
  { path: ProcessUserCommandGetAll.path, body: { userID: "ann" } },
  {
    path: ProcessUserCommandDelete.path,
    body: { userID: "ann", type: 1, uuid: "note-1" },
  },
  {
    path: AddNotificationAccount.path,
    body: { userID: "news", nickName: "News", faceURL: "", appMangerLevel: 3 },
  },
  {
    path: UpdateNotificationAccount.path,
    body: { userID: "news", nickName: "The news", faceURL: "" },
  },
  {
    path: SearchNotificationAccount.path,
    body: { keyword: "news", pagination: firstPage },
  },
  {
    path: SetUserClientConfig.path,
    body: { userID: "ann", configs: { theme: "dark", language: "en" } },
  },
  { path: GetUserClientConfig.path, body: { userID: "ann" } },
  {
    path: PageUserClientConfig.path,
    body: { userID: "ann", key: "", pagination: firstPage },
  },
  {
    path: DelUserClientConfig.path,
    body: { userID: "ann", keys: ["language"] },
  },

  // Friends.
  {
    path: AddFriend.path,
    body: { fromUserID: "ann", toUserID: "bob", reqMsg: "Shall we?", ex: "" },
  },
  {
    path: GetSelfUnhandledApplyCount.path,
    body: { userID: "bob", time: 0 },
  },
  {
    path: GetFriendApplyList.path,
    body: { userID: "bob", pagination: firstPage, handleResults: [0] },
  },
  {
    path: GetSelfFriendApplyList.path,
    body: { userID: "ann", pagination: firstPage, handleResults: [] },
  },
  {
    path: GetDesignatedFriendApply.path,
    body: { fromUserID: "ann", toUserID: "bob" },
  },
  {
    path: AddFriendResponse.path,
    body: {
      fromUserID: "ann",
      toUserID: "bob",
      handleResult: 1,
      handleMsg: "Gladly",
    },
  },
  {
    path: ImportFriend.path,
    body: { ownerUserID: "ann", friendUserIDs: ["cleo"] },
  },
  {
    path: GetFriendList.path,
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: GetDesignatedFriends.path,
    body: { ownerUserID: "ann", friendUserIDs: ["bob"] },
  },
  { path: GetFriendID.path, body: { userID: "ann" } },
  {
    path: GetSpecifiedFriendsInfo.path,
    body: { ownerUserID: "ann", userIDList: ["bob"] },
  },
  { path: IsFriend.path, body: { userID1: "ann", userID2: "bob" } },
  {
    path: SetFriendRemark.path,
    body: { ownerUserID: "ann", friendUserID: "bob", remark: "My brother" },
  },
  {
    path: UpdateFriends.path,
    body: { ownerUserID: "ann", friendUserIDs: ["bob"], isPinned: true },
  },
  {
    path: GetIncrementalFriends.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: GetFullFriendUserIDs.path,
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: DeleteFriend.path,
    body: { ownerUserID: "ann", friendUserID: "cleo" },
  },
  {
    path: AddBlack.path,
    body: { ownerUserID: "ann", blackUserID: "dora", ex: "" },
  },
  {
    path: GetBlackList.path,
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: GetSpecifiedBlacks.path,
    body: { ownerUserID: "ann", userIDList: ["dora"] },
  },
  {
    path: GetIncrementalBlacks.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: RemoveBlack.path,
    body: { ownerUserID: "ann", blackUserID: "dora" },
  },
];
