import {
  CancelMuteGroup,
  CancelMuteGroupMember,
  CreateGroup,
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupAbstractInfo,
  GetGroupApplicationUnhandledCount,
  GetGroupMemberList,
  GetGroupMemberUserID,
  GetGroupMembersInfo,
  GetGroupUsersReqApplicationList,
  GetGroups,
  GetGroupsInfo,
  GetIncrementalGroupMembers,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  GetJoinedGroupList,
  GetRecvGroupApplicationList,
  GetSpecifiedUserGroupRequestInfo,
  GetUserReqGroupApplicationList,
  GroupApplicationResponse,
  InviteUserToGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfo,
  SetGroupInfoEx,
  SetGroupMemberInfo,
} from "@parley/protocol/methods/groups";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const nothingYet = { versionID: "", version: 0 };

/** Ann and her friends found groups. */
export const groupExamples: readonly Example[] = [
  {
    path: CreateGroup.path,
    body: {
      ownerUserID: "ann",
      adminUserIDs: [],
      memberUserIDs: ["bob"],
      groupInfo: {
        groupID: "tea",
        groupName: "Tea at four",
        groupType: 2,
        introduction: "Every day but Sunday",
        faceURL: "",
        needVerification: 0,
      },
    },
  },
  {
    path: JoinGroup.path,
    body: {
      groupID: "tea",
      inviterUserID: "cleo",
      joinSource: 3,
      reqMessage: "I bring cake",
    },
  },
  {
    path: GetGroupApplicationUnhandledCount.path,
    body: { userID: "ann", time: 0 },
  },
  {
    path: GetRecvGroupApplicationList.path,
    body: { fromUserID: "ann", pagination: firstPage, handleResults: [0] },
  },
  {
    path: GetUserReqGroupApplicationList.path,
    body: { userID: "cleo", pagination: firstPage },
  },
  {
    path: GetGroupUsersReqApplicationList.path,
    body: { groupID: "tea", userIDs: ["cleo"] },
  },
  {
    path: GetSpecifiedUserGroupRequestInfo.path,
    body: { groupID: "tea", userID: "cleo" },
  },
  {
    path: GroupApplicationResponse.path,
    body: {
      groupID: "tea",
      fromUserID: "cleo",
      handleResult: 1,
      handledMsg: "Welcome",
    },
  },
  {
    path: InviteUserToGroup.path,
    body: { groupID: "tea", invitedUserIDs: ["dora"], reason: "More cake" },
  },
  {
    path: SetGroupInfo.path,
    body: {
      groupInfoForSet: { groupID: "tea", notification: "Closed on Sundays" },
    },
  },
  {
    path: SetGroupInfoEx.path,
    body: { groupID: "tea", groupName: "Tea at five", lookMemberInfo: 0 },
  },
  {
    path: SetGroupMemberInfo.path,
    body: {
      members: [
        { groupID: "tea", userID: "bob", nickname: "Baker", roleLevel: 60 },
      ],
    },
  },
  {
    path: MuteGroupMember.path,
    body: { groupID: "tea", userID: "dora", mutedSeconds: 3_600 },
  },
  {
    path: CancelMuteGroupMember.path,
    body: { groupID: "tea", userID: "dora" },
  },
  { path: MuteGroup.path, body: { groupID: "tea" } },
  { path: CancelMuteGroup.path, body: { groupID: "tea" } },
  { path: GetGroupsInfo.path, body: { groupIDs: ["tea"] } },
  {
    path: GetJoinedGroupList.path,
    body: { fromUserID: "ann", pagination: firstPage },
  },
  {
    path: GetGroups.path,
    body: { groupName: "tea", groupID: "", pagination: firstPage },
  },
  { path: GetGroupAbstractInfo.path, body: { groupIDs: ["tea"] } },
  {
    path: GetGroupMembersInfo.path,
    body: { groupID: "tea", userIDs: ["ann", "bob"] },
  },
  {
    path: GetGroupMemberList.path,
    body: { groupID: "tea", filter: 0, keyword: "", pagination: firstPage },
  },
  { path: GetGroupMemberUserID.path, body: { groupID: "tea" } },
  {
    path: GetIncrementalJoinGroups.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: GetFullJoinGroupIDs.path,
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: GetIncrementalGroupMembers.path,
    body: { groupID: "tea", ...nothingYet },
  },
  {
    path: GetIncrementalGroupMembersBatch.path,
    body: { userID: "ann", reqList: [{ groupID: "tea", ...nothingYet }] },
  },
  {
    path: GetFullGroupMemberUserIDs.path,
    body: { groupID: "tea", idHash: 0 },
  },
  {
    path: KickGroup.path,
    body: { groupID: "tea", kickedUserIDs: ["dora"], reason: "No cake" },
  },
  { path: QuitGroup.path, body: { groupID: "tea", userID: "cleo" } },
];
