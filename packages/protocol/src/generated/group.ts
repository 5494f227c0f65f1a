// Made from proto/openim/group.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface CreateGroupReq {
  memberUserIDs: string[];
  groupInfo: sdkws.GroupInfo | null;
  adminUserIDs: string[];
  ownerUserID: string;
  sendMessage: boolean | null;
}
export const CreateGroupReq: MessageType<CreateGroupReq> = message(
  "openim.group.CreateGroupReq",
);

export interface CreateGroupResp {
  groupInfo: sdkws.GroupInfo | null;
}
export const CreateGroupResp: MessageType<CreateGroupResp> = message(
  "openim.group.CreateGroupResp",
);

export interface GetGroupsInfoReq {
  groupIDs: string[];
}
export const GetGroupsInfoReq: MessageType<GetGroupsInfoReq> = message(
  "openim.group.GetGroupsInfoReq",
);

export interface GetGroupsInfoResp {
  groupInfos: sdkws.GroupInfo[];
}
export const GetGroupsInfoResp: MessageType<GetGroupsInfoResp> = message(
  "openim.group.GetGroupsInfoResp",
);

export interface SetGroupInfoReq {
  groupInfoForSet: sdkws.GroupInfoForSet | null;
}
export const SetGroupInfoReq: MessageType<SetGroupInfoReq> = message(
  "openim.group.SetGroupInfoReq",
);

export type SetGroupInfoResp = Record<string, never>;
export const SetGroupInfoResp: MessageType<SetGroupInfoResp> = message(
  "openim.group.SetGroupInfoResp",
);

export interface SetGroupInfoExReq {
  groupID: string;
  groupName: string | null;
  notification: string | null;
  introduction: string | null;
  faceURL: string | null;
  ex: string | null;
  needVerification: number | null;
  lookMemberInfo: number | null;
  applyMemberFriend: number | null;
}
export const SetGroupInfoExReq: MessageType<SetGroupInfoExReq> = message(
  "openim.group.SetGroupInfoExReq",
);

export type SetGroupInfoExResp = Record<string, never>;
export const SetGroupInfoExResp: MessageType<SetGroupInfoExResp> = message(
  "openim.group.SetGroupInfoExResp",
);

export interface GetGroupApplicationListReq {
  pagination: sdkws.RequestPagination | null;
  fromUserID: string;
  groupIDs: string[];
  handleResults: number[];
}
export const GetGroupApplicationListReq: MessageType<GetGroupApplicationListReq> =
  message("openim.group.GetGroupApplicationListReq");

export interface GetGroupApplicationListResp {
  total: number;
  groupRequests: sdkws.GroupRequest[];
}
export const GetGroupApplicationListResp: MessageType<GetGroupApplicationListResp> =
  message("openim.group.GetGroupApplicationListResp");

export interface GetGroupApplicationUnhandledCountReq {
  userID: string;
  time: number;
}
export const GetGroupApplicationUnhandledCountReq: MessageType<GetGroupApplicationUnhandledCountReq> =
  message("openim.group.GetGroupApplicationUnhandledCountReq");

export interface GetGroupApplicationUnhandledCountResp {
  count: number;
}
export const GetGroupApplicationUnhandledCountResp: MessageType<GetGroupApplicationUnhandledCountResp> =
  message("openim.group.GetGroupApplicationUnhandledCountResp");

export interface GetUserReqApplicationListReq {
  pagination: sdkws.RequestPagination | null;
  userID: string;
  groupIDs: string[];
  handleResults: number[];
}
export const GetUserReqApplicationListReq: MessageType<GetUserReqApplicationListReq> =
  message("openim.group.GetUserReqApplicationListReq");

export interface GetUserReqApplicationListResp {
  total: number;
  groupRequests: sdkws.GroupRequest[];
}
export const GetUserReqApplicationListResp: MessageType<GetUserReqApplicationListResp> =
  message("openim.group.GetUserReqApplicationListResp");

export interface GetSpecifiedUserGroupRequestInfoReq {
  groupID: string;
  userID: string;
}
export const GetSpecifiedUserGroupRequestInfoReq: MessageType<GetSpecifiedUserGroupRequestInfoReq> =
  message("openim.group.GetSpecifiedUserGroupRequestInfoReq");

export interface GetSpecifiedUserGroupRequestInfoResp {
  total: number;
  groupRequests: sdkws.GroupRequest[];
}
export const GetSpecifiedUserGroupRequestInfoResp: MessageType<GetSpecifiedUserGroupRequestInfoResp> =
  message("openim.group.GetSpecifiedUserGroupRequestInfoResp");

export interface TransferGroupOwnerReq {
  groupID: string;
  oldOwnerUserID: string;
  newOwnerUserID: string;
}
export const TransferGroupOwnerReq: MessageType<TransferGroupOwnerReq> =
  message("openim.group.TransferGroupOwnerReq");

export type TransferGroupOwnerResp = Record<string, never>;
export const TransferGroupOwnerResp: MessageType<TransferGroupOwnerResp> =
  message("openim.group.TransferGroupOwnerResp");

export interface JoinGroupReq {
  groupID: string;
  reqMessage: string;
  joinSource: number;
  inviterUserID: string;
  ex: string;
}
export const JoinGroupReq: MessageType<JoinGroupReq> = message(
  "openim.group.JoinGroupReq",
);

export type JoinGroupResp = Record<string, never>;
export const JoinGroupResp: MessageType<JoinGroupResp> = message(
  "openim.group.JoinGroupResp",
);

export interface GroupApplicationResponseReq {
  groupID: string;
  fromUserID: string;
  handledMsg: string;
  handleResult: number;
}
export const GroupApplicationResponseReq: MessageType<GroupApplicationResponseReq> =
  message("openim.group.GroupApplicationResponseReq");

export type GroupApplicationResponseResp = Record<string, never>;
export const GroupApplicationResponseResp: MessageType<GroupApplicationResponseResp> =
  message("openim.group.GroupApplicationResponseResp");

export interface QuitGroupReq {
  groupID: string;
  userID: string;
}
export const QuitGroupReq: MessageType<QuitGroupReq> = message(
  "openim.group.QuitGroupReq",
);

export type QuitGroupResp = Record<string, never>;
export const QuitGroupResp: MessageType<QuitGroupResp> = message(
  "openim.group.QuitGroupResp",
);

export interface GetGroupMemberListReq {
  pagination: sdkws.RequestPagination | null;
  groupID: string;
  filter: number;
  keyword: string;
}
export const GetGroupMemberListReq: MessageType<GetGroupMemberListReq> =
  message("openim.group.GetGroupMemberListReq");

export interface GetGroupMemberListResp {
  total: number;
  members: sdkws.GroupMemberFullInfo[];
}
export const GetGroupMemberListResp: MessageType<GetGroupMemberListResp> =
  message("openim.group.GetGroupMemberListResp");

export interface GetGroupMembersInfoReq {
  groupID: string;
  userIDs: string[];
}
export const GetGroupMembersInfoReq: MessageType<GetGroupMembersInfoReq> =
  message("openim.group.GetGroupMembersInfoReq");

export interface GetGroupMembersInfoResp {
  members: sdkws.GroupMemberFullInfo[];
}
export const GetGroupMembersInfoResp: MessageType<GetGroupMembersInfoResp> =
  message("openim.group.GetGroupMembersInfoResp");

export interface KickGroupMemberReq {
  groupID: string;
  kickedUserIDs: string[];
  reason: string;
  sendMessage: boolean | null;
}
export const KickGroupMemberReq: MessageType<KickGroupMemberReq> = message(
  "openim.group.KickGroupMemberReq",
);

export type KickGroupMemberResp = Record<string, never>;
export const KickGroupMemberResp: MessageType<KickGroupMemberResp> = message(
  "openim.group.KickGroupMemberResp",
);

export interface GetJoinedGroupListReq {
  pagination: sdkws.RequestPagination | null;
  fromUserID: string;
}
export const GetJoinedGroupListReq: MessageType<GetJoinedGroupListReq> =
  message("openim.group.GetJoinedGroupListReq");

export interface GetJoinedGroupListResp {
  total: number;
  groups: sdkws.GroupInfo[];
}
export const GetJoinedGroupListResp: MessageType<GetJoinedGroupListResp> =
  message("openim.group.GetJoinedGroupListResp");

export interface InviteUserToGroupReq {
  groupID: string;
  reason: string;
  invitedUserIDs: string[];
  sendMessage: boolean | null;
}
export const InviteUserToGroupReq: MessageType<InviteUserToGroupReq> = message(
  "openim.group.InviteUserToGroupReq",
);

export type InviteUserToGroupResp = Record<string, never>;
export const InviteUserToGroupResp: MessageType<InviteUserToGroupResp> =
  message("openim.group.InviteUserToGroupResp");

export interface GetGroupAllMemberReq {
  pagination: sdkws.RequestPagination | null;
  groupID: string;
}
export const GetGroupAllMemberReq: MessageType<GetGroupAllMemberReq> = message(
  "openim.group.GetGroupAllMemberReq",
);

export interface GetGroupAllMemberResp {
  members: sdkws.GroupMemberFullInfo[];
}
export const GetGroupAllMemberResp: MessageType<GetGroupAllMemberResp> =
  message("openim.group.GetGroupAllMemberResp");

export interface CMSGroup {
  groupInfo: sdkws.GroupInfo | null;
  groupOwnerUserName: string;
  groupOwnerUserID: string;
}
export const CMSGroup: MessageType<CMSGroup> = message("openim.group.CMSGroup");

export interface GetGroupsReq {
  pagination: sdkws.RequestPagination | null;
  groupName: string;
  groupID: string;
}
export const GetGroupsReq: MessageType<GetGroupsReq> = message(
  "openim.group.GetGroupsReq",
);

export interface GetGroupsResp {
  total: number;
  groups: CMSGroup[];
}
export const GetGroupsResp: MessageType<GetGroupsResp> = message(
  "openim.group.GetGroupsResp",
);

export interface GetGroupMemberReq {
  groupID: string;
}
export const GetGroupMemberReq: MessageType<GetGroupMemberReq> = message(
  "openim.group.GetGroupMemberReq",
);

export interface GetGroupMembersCMSReq {
  pagination: sdkws.RequestPagination | null;
  groupID: string;
  userName: string;
}
export const GetGroupMembersCMSReq: MessageType<GetGroupMembersCMSReq> =
  message("openim.group.GetGroupMembersCMSReq");

export interface GetGroupMembersCMSResp {
  total: number;
  members: sdkws.GroupMemberFullInfo[];
}
export const GetGroupMembersCMSResp: MessageType<GetGroupMembersCMSResp> =
  message("openim.group.GetGroupMembersCMSResp");

export interface DismissGroupReq {
  groupID: string;
  deleteMember: boolean;
  sendMessage: boolean | null;
}
export const DismissGroupReq: MessageType<DismissGroupReq> = message(
  "openim.group.DismissGroupReq",
);

export type DismissGroupResp = Record<string, never>;
export const DismissGroupResp: MessageType<DismissGroupResp> = message(
  "openim.group.DismissGroupResp",
);

export interface MuteGroupMemberReq {
  groupID: string;
  userID: string;
  mutedSeconds: number;
}
export const MuteGroupMemberReq: MessageType<MuteGroupMemberReq> = message(
  "openim.group.MuteGroupMemberReq",
);

export type MuteGroupMemberResp = Record<string, never>;
export const MuteGroupMemberResp: MessageType<MuteGroupMemberResp> = message(
  "openim.group.MuteGroupMemberResp",
);

export interface CancelMuteGroupMemberReq {
  groupID: string;
  userID: string;
}
export const CancelMuteGroupMemberReq: MessageType<CancelMuteGroupMemberReq> =
  message("openim.group.CancelMuteGroupMemberReq");

export type CancelMuteGroupMemberResp = Record<string, never>;
export const CancelMuteGroupMemberResp: MessageType<CancelMuteGroupMemberResp> =
  message("openim.group.CancelMuteGroupMemberResp");

export interface MuteGroupReq {
  groupID: string;
}
export const MuteGroupReq: MessageType<MuteGroupReq> = message(
  "openim.group.MuteGroupReq",
);

export type MuteGroupResp = Record<string, never>;
export const MuteGroupResp: MessageType<MuteGroupResp> = message(
  "openim.group.MuteGroupResp",
);

export interface CancelMuteGroupReq {
  groupID: string;
}
export const CancelMuteGroupReq: MessageType<CancelMuteGroupReq> = message(
  "openim.group.CancelMuteGroupReq",
);

export type CancelMuteGroupResp = Record<string, never>;
export const CancelMuteGroupResp: MessageType<CancelMuteGroupResp> = message(
  "openim.group.CancelMuteGroupResp",
);

export interface SetGroupMemberInfo {
  groupID: string;
  userID: string;
  nickname: string | null;
  faceURL: string | null;
  roleLevel: number | null;
  ex: string | null;
}
export const SetGroupMemberInfo: MessageType<SetGroupMemberInfo> = message(
  "openim.group.SetGroupMemberInfo",
);

export interface SetGroupMemberInfoReq {
  members: SetGroupMemberInfo[];
}
export const SetGroupMemberInfoReq: MessageType<SetGroupMemberInfoReq> =
  message("openim.group.SetGroupMemberInfoReq");

export type SetGroupMemberInfoResp = Record<string, never>;
export const SetGroupMemberInfoResp: MessageType<SetGroupMemberInfoResp> =
  message("openim.group.SetGroupMemberInfoResp");

export interface GetGroupAbstractInfoReq {
  groupIDs: string[];
}
export const GetGroupAbstractInfoReq: MessageType<GetGroupAbstractInfoReq> =
  message("openim.group.GetGroupAbstractInfoReq");

export interface GroupAbstractInfo {
  groupID: string;
  groupMemberNumber: number;
  groupMemberListHash: bigint;
}
export const GroupAbstractInfo: MessageType<GroupAbstractInfo> = message(
  "openim.group.GroupAbstractInfo",
);

export interface GetGroupAbstractInfoResp {
  groupAbstractInfos: GroupAbstractInfo[];
}
export const GetGroupAbstractInfoResp: MessageType<GetGroupAbstractInfoResp> =
  message("openim.group.GetGroupAbstractInfoResp");

export interface GetUserInGroupMembersReq {
  userID: string;
  groupIDs: string[];
}
export const GetUserInGroupMembersReq: MessageType<GetUserInGroupMembersReq> =
  message("openim.group.GetUserInGroupMembersReq");

export interface GetUserInGroupMembersResp {
  members: sdkws.GroupMemberFullInfo[];
}
export const GetUserInGroupMembersResp: MessageType<GetUserInGroupMembersResp> =
  message("openim.group.GetUserInGroupMembersResp");

export interface GetGroupMemberUserIDsReq {
  groupID: string;
}
export const GetGroupMemberUserIDsReq: MessageType<GetGroupMemberUserIDsReq> =
  message("openim.group.GetGroupMemberUserIDsReq");

export interface GetGroupMemberUserIDsResp {
  userIDs: string[];
}
export const GetGroupMemberUserIDsResp: MessageType<GetGroupMemberUserIDsResp> =
  message("openim.group.GetGroupMemberUserIDsResp");

export interface GetGroupMemberRoleLevelReq {
  groupID: string;
  roleLevels: number[];
}
export const GetGroupMemberRoleLevelReq: MessageType<GetGroupMemberRoleLevelReq> =
  message("openim.group.GetGroupMemberRoleLevelReq");

export interface GetGroupMemberRoleLevelResp {
  members: sdkws.GroupMemberFullInfo[];
}
export const GetGroupMemberRoleLevelResp: MessageType<GetGroupMemberRoleLevelResp> =
  message("openim.group.GetGroupMemberRoleLevelResp");

export interface GetGroupInfoCacheReq {
  groupID: string;
}
export const GetGroupInfoCacheReq: MessageType<GetGroupInfoCacheReq> = message(
  "openim.group.GetGroupInfoCacheReq",
);

export interface GetGroupInfoCacheResp {
  groupInfo: sdkws.GroupInfo | null;
}
export const GetGroupInfoCacheResp: MessageType<GetGroupInfoCacheResp> =
  message("openim.group.GetGroupInfoCacheResp");

export interface GetGroupMemberCacheReq {
  groupID: string;
  groupMemberID: string;
}
export const GetGroupMemberCacheReq: MessageType<GetGroupMemberCacheReq> =
  message("openim.group.GetGroupMemberCacheReq");

export interface GetGroupMemberCacheResp {
  member: sdkws.GroupMemberFullInfo | null;
}
export const GetGroupMemberCacheResp: MessageType<GetGroupMemberCacheResp> =
  message("openim.group.GetGroupMemberCacheResp");

export interface GroupCreateCountReq {
  start: number;
  end: number;
}
export const GroupCreateCountReq: MessageType<GroupCreateCountReq> = message(
  "openim.group.GroupCreateCountReq",
);

export interface GroupCreateCountResp {
  total: number;
  before: number;
  count: Record<string, number>;
}
export const GroupCreateCountResp: MessageType<GroupCreateCountResp> = message(
  "openim.group.GroupCreateCountResp",
);

export interface GetGroupUsersReqApplicationListReq {
  groupID: string;
  userIDs: string[];
}
export const GetGroupUsersReqApplicationListReq: MessageType<GetGroupUsersReqApplicationListReq> =
  message("openim.group.getGroupUsersReqApplicationListReq");

export interface GetGroupUsersReqApplicationListResp {
  total: number;
  groupRequests: sdkws.GroupRequest[];
}
export const GetGroupUsersReqApplicationListResp: MessageType<GetGroupUsersReqApplicationListResp> =
  message("openim.group.getGroupUsersReqApplicationListResp");

export interface NotificationUserInfoUpdateReq {
  userID: string;
  oldUserInfo: sdkws.UserInfo | null;
  newUserInfo: sdkws.UserInfo | null;
}
export const NotificationUserInfoUpdateReq: MessageType<NotificationUserInfoUpdateReq> =
  message("openim.group.notificationUserInfoUpdateReq");

export type NotificationUserInfoUpdateResp = Record<string, never>;
export const NotificationUserInfoUpdateResp: MessageType<NotificationUserInfoUpdateResp> =
  message("openim.group.notificationUserInfoUpdateResp");

export interface GetIncrementalGroupMemberReq {
  groupID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalGroupMemberReq: MessageType<GetIncrementalGroupMemberReq> =
  message("openim.group.getIncrementalGroupMemberReq");

export interface GetIncrementalGroupMemberResp {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[];
  insert: sdkws.GroupMemberFullInfo[];
  update: sdkws.GroupMemberFullInfo[];
  group: sdkws.GroupInfo | null;
  sortVersion: number;
}
export const GetIncrementalGroupMemberResp: MessageType<GetIncrementalGroupMemberResp> =
  message("openim.group.getIncrementalGroupMemberResp");

export interface GetIncrementalJoinGroupReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalJoinGroupReq: MessageType<GetIncrementalJoinGroupReq> =
  message("openim.group.getIncrementalJoinGroupReq");

export interface GetIncrementalJoinGroupResp {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[];
  insert: sdkws.GroupInfo[];
  update: sdkws.GroupInfo[];
  sortVersion: number;
}
export const GetIncrementalJoinGroupResp: MessageType<GetIncrementalJoinGroupResp> =
  message("openim.group.getIncrementalJoinGroupResp");

export interface GetFullGroupMemberUserIDsReq {
  idHash: bigint;
  groupID: string;
}
export const GetFullGroupMemberUserIDsReq: MessageType<GetFullGroupMemberUserIDsReq> =
  message("openim.group.GetFullGroupMemberUserIDsReq");

export interface GetFullGroupMemberUserIDsResp {
  version: number;
  versionID: string;
  equal: boolean;
  userIDs: string[];
}
export const GetFullGroupMemberUserIDsResp: MessageType<GetFullGroupMemberUserIDsResp> =
  message("openim.group.GetFullGroupMemberUserIDsResp");

export interface GetFullJoinGroupIDsReq {
  idHash: bigint;
  userID: string;
}
export const GetFullJoinGroupIDsReq: MessageType<GetFullJoinGroupIDsReq> =
  message("openim.group.GetFullJoinGroupIDsReq");

export interface GetFullJoinGroupIDsResp {
  version: number;
  versionID: string;
  equal: boolean;
  groupIDs: string[];
}
export const GetFullJoinGroupIDsResp: MessageType<GetFullJoinGroupIDsResp> =
  message("openim.group.GetFullJoinGroupIDsResp");

export interface BatchGetIncrementalGroupMemberReq {
  userID: string;
  reqList: GetIncrementalGroupMemberReq[];
}
export const BatchGetIncrementalGroupMemberReq: MessageType<BatchGetIncrementalGroupMemberReq> =
  message("openim.group.BatchGetIncrementalGroupMemberReq");

export interface BatchGetIncrementalGroupMemberResp {
  respList: Record<string, GetIncrementalGroupMemberResp>;
}
export const BatchGetIncrementalGroupMemberResp: MessageType<BatchGetIncrementalGroupMemberResp> =
  message("openim.group.BatchGetIncrementalGroupMemberResp");
