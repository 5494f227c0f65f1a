// Made from proto/openim/relation.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface GetPaginationFriendsReq {
  pagination: sdkws.RequestPagination | null;
  userID: string;
}
export const GetPaginationFriendsReq: MessageType<GetPaginationFriendsReq> =
  message("openim.relation.getPaginationFriendsReq");

export interface GetPaginationFriendsResp {
  friendsInfo: sdkws.FriendInfo[];
  total: number;
}
export const GetPaginationFriendsResp: MessageType<GetPaginationFriendsResp> =
  message("openim.relation.getPaginationFriendsResp");

export interface ApplyToAddFriendReq {
  fromUserID: string;
  toUserID: string;
  reqMsg: string;
  ex: string;
}
export const ApplyToAddFriendReq: MessageType<ApplyToAddFriendReq> = message(
  "openim.relation.applyToAddFriendReq",
);

export type ApplyToAddFriendResp = Record<string, never>;
export const ApplyToAddFriendResp: MessageType<ApplyToAddFriendResp> = message(
  "openim.relation.applyToAddFriendResp",
);

export interface FriendInfo {
  ownerUserID: string;
  friendUserID: string;
  friendNickname: string;
  friendFaceURL: string;
  remark: string;
  createTime: number;
  addSource: number;
  operatorUserID: string;
  ex: string;
  isPinned: boolean;
}
export const FriendInfo: MessageType<FriendInfo> = message(
  "openim.relation.friendInfo",
);

export interface ImportFriendReq {
  ownerUserID: string;
  friendUserIDs: string[];
}
export const ImportFriendReq: MessageType<ImportFriendReq> = message(
  "openim.relation.importFriendReq",
);

export type ImportFriendResp = Record<string, never>;
export const ImportFriendResp: MessageType<ImportFriendResp> = message(
  "openim.relation.importFriendResp",
);

export interface GetPaginationFriendsApplyToReq {
  userID: string;
  pagination: sdkws.RequestPagination | null;
  handleResults: number[];
}
export const GetPaginationFriendsApplyToReq: MessageType<GetPaginationFriendsApplyToReq> =
  message("openim.relation.getPaginationFriendsApplyToReq");

export interface GetPaginationFriendsApplyToResp {
  FriendRequests: sdkws.FriendRequest[];
  total: number;
}
export const GetPaginationFriendsApplyToResp: MessageType<GetPaginationFriendsApplyToResp> =
  message("openim.relation.getPaginationFriendsApplyToResp");

export interface GetDesignatedFriendsApplyReq {
  fromUserID: string;
  toUserID: string;
}
export const GetDesignatedFriendsApplyReq: MessageType<GetDesignatedFriendsApplyReq> =
  message("openim.relation.getDesignatedFriendsApplyReq");

export interface GetDesignatedFriendsApplyResp {
  friendRequests: sdkws.FriendRequest[];
}
export const GetDesignatedFriendsApplyResp: MessageType<GetDesignatedFriendsApplyResp> =
  message("openim.relation.getDesignatedFriendsApplyResp");

export interface GetSelfUnhandledApplyCountReq {
  userID: string;
  time: number;
}
export const GetSelfUnhandledApplyCountReq: MessageType<GetSelfUnhandledApplyCountReq> =
  message("openim.relation.getSelfUnhandledApplyCountReq");

export interface GetSelfUnhandledApplyCountResp {
  count: number;
}
export const GetSelfUnhandledApplyCountResp: MessageType<GetSelfUnhandledApplyCountResp> =
  message("openim.relation.getSelfUnhandledApplyCountResp");

export interface GetIncrementalFriendsApplyToReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalFriendsApplyToReq: MessageType<GetIncrementalFriendsApplyToReq> =
  message("openim.relation.getIncrementalFriendsApplyToReq");

export interface GetIncrementalFriendsApplyToResp {
  version: number;
  versionID: string;
  full: boolean;
  deleteUserIds: string[];
  changes: sdkws.FriendRequest[];
}
export const GetIncrementalFriendsApplyToResp: MessageType<GetIncrementalFriendsApplyToResp> =
  message("openim.relation.getIncrementalFriendsApplyToResp");

export interface GetIncrementalFriendsApplyFromReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalFriendsApplyFromReq: MessageType<GetIncrementalFriendsApplyFromReq> =
  message("openim.relation.getIncrementalFriendsApplyFromReq");

export interface GetIncrementalFriendsApplyFromResp {
  version: number;
  versionID: string;
  full: boolean;
  deleteUserIds: string[];
  changes: sdkws.FriendRequest[];
}
export const GetIncrementalFriendsApplyFromResp: MessageType<GetIncrementalFriendsApplyFromResp> =
  message("openim.relation.getIncrementalFriendsApplyFromResp");

export interface GetDesignatedFriendsReq {
  ownerUserID: string;
  friendUserIDs: string[];
}
export const GetDesignatedFriendsReq: MessageType<GetDesignatedFriendsReq> =
  message("openim.relation.getDesignatedFriendsReq");

export interface GetDesignatedFriendsResp {
  friendsInfo: sdkws.FriendInfo[];
}
export const GetDesignatedFriendsResp: MessageType<GetDesignatedFriendsResp> =
  message("openim.relation.getDesignatedFriendsResp");

export interface AddBlackReq {
  ownerUserID: string;
  blackUserID: string;
  ex: string;
}
export const AddBlackReq: MessageType<AddBlackReq> = message(
  "openim.relation.addBlackReq",
);

export type AddBlackResp = Record<string, never>;
export const AddBlackResp: MessageType<AddBlackResp> = message(
  "openim.relation.addBlackResp",
);

export interface RemoveBlackReq {
  ownerUserID: string;
  blackUserID: string;
}
export const RemoveBlackReq: MessageType<RemoveBlackReq> = message(
  "openim.relation.removeBlackReq",
);

export type RemoveBlackResp = Record<string, never>;
export const RemoveBlackResp: MessageType<RemoveBlackResp> = message(
  "openim.relation.removeBlackResp",
);

export interface GetPaginationBlacksReq {
  userID: string;
  pagination: sdkws.RequestPagination | null;
}
export const GetPaginationBlacksReq: MessageType<GetPaginationBlacksReq> =
  message("openim.relation.getPaginationBlacksReq");

export interface GetPaginationBlacksResp {
  blacks: sdkws.BlackInfo[];
  total: number;
}
export const GetPaginationBlacksResp: MessageType<GetPaginationBlacksResp> =
  message("openim.relation.getPaginationBlacksResp");

export interface IsFriendReq {
  userID1: string;
  userID2: string;
}
export const IsFriendReq: MessageType<IsFriendReq> = message(
  "openim.relation.isFriendReq",
);

export interface IsFriendResp {
  inUser1Friends: boolean;
  inUser2Friends: boolean;
}
export const IsFriendResp: MessageType<IsFriendResp> = message(
  "openim.relation.isFriendResp",
);

export interface IsBlackReq {
  userID1: string;
  userID2: string;
}
export const IsBlackReq: MessageType<IsBlackReq> = message(
  "openim.relation.isBlackReq",
);

export interface IsBlackResp {
  inUser1Blacks: boolean;
  inUser2Blacks: boolean;
}
export const IsBlackResp: MessageType<IsBlackResp> = message(
  "openim.relation.isBlackResp",
);

export interface DeleteFriendReq {
  ownerUserID: string;
  friendUserID: string;
}
export const DeleteFriendReq: MessageType<DeleteFriendReq> = message(
  "openim.relation.deleteFriendReq",
);

export type DeleteFriendResp = Record<string, never>;
export const DeleteFriendResp: MessageType<DeleteFriendResp> = message(
  "openim.relation.deleteFriendResp",
);

export interface RespondFriendApplyReq {
  fromUserID: string;
  toUserID: string;
  handleResult: number;
  handleMsg: string;
}
export const RespondFriendApplyReq: MessageType<RespondFriendApplyReq> =
  message("openim.relation.respondFriendApplyReq");

export type RespondFriendApplyResp = Record<string, never>;
export const RespondFriendApplyResp: MessageType<RespondFriendApplyResp> =
  message("openim.relation.respondFriendApplyResp");

export interface UpdateFriendsReq {
  ownerUserID: string;
  friendUserIDs: string[];
  isPinned: boolean | null;
  remark: string | null;
  ex: string | null;
}
export const UpdateFriendsReq: MessageType<UpdateFriendsReq> = message(
  "openim.relation.updateFriendsReq",
);

export type UpdateFriendsResp = Record<string, never>;
export const UpdateFriendsResp: MessageType<UpdateFriendsResp> = message(
  "openim.relation.updateFriendsResp",
);

export interface SetFriendRemarkReq {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
}
export const SetFriendRemarkReq: MessageType<SetFriendRemarkReq> = message(
  "openim.relation.setFriendRemarkReq",
);

export type SetFriendRemarkResp = Record<string, never>;
export const SetFriendRemarkResp: MessageType<SetFriendRemarkResp> = message(
  "openim.relation.setFriendRemarkResp",
);

export interface GetPaginationFriendsApplyFromReq {
  userID: string;
  pagination: sdkws.RequestPagination | null;
  handleResults: number[];
}
export const GetPaginationFriendsApplyFromReq: MessageType<GetPaginationFriendsApplyFromReq> =
  message("openim.relation.getPaginationFriendsApplyFromReq");

export interface GetPaginationFriendsApplyFromResp {
  friendRequests: sdkws.FriendRequest[];
  total: number;
}
export const GetPaginationFriendsApplyFromResp: MessageType<GetPaginationFriendsApplyFromResp> =
  message("openim.relation.getPaginationFriendsApplyFromResp");

export interface GetFriendIDsReq {
  userID: string;
}
export const GetFriendIDsReq: MessageType<GetFriendIDsReq> = message(
  "openim.relation.getFriendIDsReq",
);

export interface GetFriendIDsResp {
  friendIDs: string[];
}
export const GetFriendIDsResp: MessageType<GetFriendIDsResp> = message(
  "openim.relation.getFriendIDsResp",
);

export interface GetSpecifiedFriendsInfoReq {
  ownerUserID: string;
  userIDList: string[];
}
export const GetSpecifiedFriendsInfoReq: MessageType<GetSpecifiedFriendsInfoReq> =
  message("openim.relation.getSpecifiedFriendsInfoReq");

export interface GetSpecifiedFriendsInfoInfo {
  userInfo: sdkws.UserInfo | null;
  friendInfo: sdkws.FriendInfo | null;
  blackInfo: sdkws.BlackInfo | null;
}
export const GetSpecifiedFriendsInfoInfo: MessageType<GetSpecifiedFriendsInfoInfo> =
  message("openim.relation.getSpecifiedFriendsInfoInfo");

export interface GetSpecifiedFriendsInfoResp {
  infos: GetSpecifiedFriendsInfoInfo[];
}
export const GetSpecifiedFriendsInfoResp: MessageType<GetSpecifiedFriendsInfoResp> =
  message("openim.relation.getSpecifiedFriendsInfoResp");

export interface GetIncrementalFriendsReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalFriendsReq: MessageType<GetIncrementalFriendsReq> =
  message("openim.relation.getIncrementalFriendsReq");

export interface GetIncrementalFriendsResp {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[];
  insert: sdkws.FriendInfo[];
  update: sdkws.FriendInfo[];
  sortVersion: number;
}
export const GetIncrementalFriendsResp: MessageType<GetIncrementalFriendsResp> =
  message("openim.relation.getIncrementalFriendsResp");

export interface GetIncrementalBlacksReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalBlacksReq: MessageType<GetIncrementalBlacksReq> =
  message("openim.relation.getIncrementalBlacksReq");

export interface GetIncrementalBlacksResp {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[];
  insert: sdkws.BlackInfo[];
  update: sdkws.BlackInfo[];
}
export const GetIncrementalBlacksResp: MessageType<GetIncrementalBlacksResp> =
  message("openim.relation.getIncrementalBlacksResp");

export interface GetSpecifiedBlacksReq {
  ownerUserID: string;
  userIDList: string[];
}
export const GetSpecifiedBlacksReq: MessageType<GetSpecifiedBlacksReq> =
  message("openim.relation.GetSpecifiedBlacksReq");

export interface GetSpecifiedBlacksResp {
  blacks: sdkws.BlackInfo[];
  total: number;
}
export const GetSpecifiedBlacksResp: MessageType<GetSpecifiedBlacksResp> =
  message("openim.relation.GetSpecifiedBlacksResp");

export interface GetFullFriendUserIDsReq {
  idHash: bigint;
  userID: string;
}
export const GetFullFriendUserIDsReq: MessageType<GetFullFriendUserIDsReq> =
  message("openim.relation.getFullFriendUserIDsReq");

export interface GetFullFriendUserIDsResp {
  version: number;
  versionID: string;
  equal: boolean;
  userIDs: string[];
}
export const GetFullFriendUserIDsResp: MessageType<GetFullFriendUserIDsResp> =
  message("openim.relation.getFullFriendUserIDsResp");

export interface NotificationUserInfoUpdateReq {
  userID: string;
  oldUserInfo: sdkws.UserInfo | null;
  newUserInfo: sdkws.UserInfo | null;
}
export const NotificationUserInfoUpdateReq: MessageType<NotificationUserInfoUpdateReq> =
  message("openim.relation.notificationUserInfoUpdateReq");

export type NotificationUserInfoUpdateResp = Record<string, never>;
export const NotificationUserInfoUpdateResp: MessageType<NotificationUserInfoUpdateResp> =
  message("openim.relation.notificationUserInfoUpdateResp");

export interface FriendInfoOnly {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
  /** Unix milliseconds */
  createTime: number;
  addSource: number;
  operatorUserID: string;
  ex: string;
  isPinned: boolean;
}
export const FriendInfoOnly: MessageType<FriendInfoOnly> = message(
  "openim.relation.FriendInfoOnly",
);

export interface GetFriendInfoReq {
  ownerUserID: string;
  friendUserIDs: string[];
}
export const GetFriendInfoReq: MessageType<GetFriendInfoReq> = message(
  "openim.relation.getFriendInfoReq",
);

export interface GetFriendInfoResp {
  friendInfos: FriendInfoOnly[];
}
export const GetFriendInfoResp: MessageType<GetFriendInfoResp> = message(
  "openim.relation.getFriendInfoResp",
);
