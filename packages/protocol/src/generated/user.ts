// Made from proto/openim/user.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as conversation from "./conversation.ts";
import type * as sdkws from "./sdkws.ts";

export interface GetAllUserIDReq {
  pagination: sdkws.RequestPagination | null;
}
export const GetAllUserIDReq: MessageType<GetAllUserIDReq> = message(
  "openim.user.getAllUserIDReq",
);

export interface GetAllUserIDResp {
  total: number;
  userIDs: string[];
}
export const GetAllUserIDResp: MessageType<GetAllUserIDResp> = message(
  "openim.user.getAllUserIDResp",
);

export interface AccountCheckReq {
  checkUserIDs: string[];
}
export const AccountCheckReq: MessageType<AccountCheckReq> = message(
  "openim.user.accountCheckReq",
);

export interface AccountCheckResp_SingleUserStatus {
  userID: string;
  accountStatus: number;
}
export const AccountCheckResp_SingleUserStatus: MessageType<AccountCheckResp_SingleUserStatus> =
  message("openim.user.accountCheckResp.singleUserStatus");

export interface AccountCheckResp {
  results: AccountCheckResp_SingleUserStatus[];
}
export const AccountCheckResp: MessageType<AccountCheckResp> = message(
  "openim.user.accountCheckResp",
);

export interface GetDesignateUsersReq {
  userIDs: string[];
}
export const GetDesignateUsersReq: MessageType<GetDesignateUsersReq> = message(
  "openim.user.getDesignateUsersReq",
);

export interface GetDesignateUsersResp {
  usersInfo: sdkws.UserInfo[];
}
export const GetDesignateUsersResp: MessageType<GetDesignateUsersResp> =
  message("openim.user.getDesignateUsersResp");

export interface UpdateUserInfoReq {
  userInfo: sdkws.UserInfo | null;
}
export const UpdateUserInfoReq: MessageType<UpdateUserInfoReq> = message(
  "openim.user.updateUserInfoReq",
);

export type UpdateUserInfoResp = Record<string, never>;
export const UpdateUserInfoResp: MessageType<UpdateUserInfoResp> = message(
  "openim.user.updateUserInfoResp",
);

export interface UpdateUserInfoExReq {
  userInfo: sdkws.UserInfoWithEx | null;
}
export const UpdateUserInfoExReq: MessageType<UpdateUserInfoExReq> = message(
  "openim.user.updateUserInfoExReq",
);

export type UpdateUserInfoExResp = Record<string, never>;
export const UpdateUserInfoExResp: MessageType<UpdateUserInfoExResp> = message(
  "openim.user.updateUserInfoExResp",
);

export interface SetGlobalRecvMessageOptReq {
  userID: string;
  globalRecvMsgOpt: number;
}
export const SetGlobalRecvMessageOptReq: MessageType<SetGlobalRecvMessageOptReq> =
  message("openim.user.setGlobalRecvMessageOptReq");

export type SetGlobalRecvMessageOptResp = Record<string, never>;
export const SetGlobalRecvMessageOptResp: MessageType<SetGlobalRecvMessageOptResp> =
  message("openim.user.setGlobalRecvMessageOptResp");

export interface SetConversationReq {
  conversation: conversation.Conversation | null;
  notificationType: number;
  operationID: string;
}
export const SetConversationReq: MessageType<SetConversationReq> = message(
  "openim.user.setConversationReq",
);

export type SetConversationResp = Record<string, never>;
export const SetConversationResp: MessageType<SetConversationResp> = message(
  "openim.user.setConversationResp",
);

export interface SetRecvMsgOptReq {
  ownerUserID: string;
  conversationID: string;
  recvMsgOpt: number;
  notificationType: number;
  operationID: string;
}
export const SetRecvMsgOptReq: MessageType<SetRecvMsgOptReq> = message(
  "openim.user.setRecvMsgOptReq",
);

export type SetRecvMsgOptResp = Record<string, never>;
export const SetRecvMsgOptResp: MessageType<SetRecvMsgOptResp> = message(
  "openim.user.setRecvMsgOptResp",
);

export interface GetConversationReq {
  conversationID: string;
  ownerUserID: string;
  operationID: string;
}
export const GetConversationReq: MessageType<GetConversationReq> = message(
  "openim.user.getConversationReq",
);

export interface GetConversationResp {
  conversation: conversation.Conversation | null;
}
export const GetConversationResp: MessageType<GetConversationResp> = message(
  "openim.user.getConversationResp",
);

export interface GetConversationsReq {
  ownerUserID: string;
  conversationIDs: string[];
  operationID: string;
}
export const GetConversationsReq: MessageType<GetConversationsReq> = message(
  "openim.user.getConversationsReq",
);

export interface GetConversationsResp {
  conversations: conversation.Conversation[];
}
export const GetConversationsResp: MessageType<GetConversationsResp> = message(
  "openim.user.getConversationsResp",
);

export interface GetAllConversationsReq {
  ownerUserID: string;
  operationID: string;
}
export const GetAllConversationsReq: MessageType<GetAllConversationsReq> =
  message("openim.user.getAllConversationsReq");

export interface GetAllConversationsResp {
  conversations: conversation.Conversation[];
}
export const GetAllConversationsResp: MessageType<GetAllConversationsResp> =
  message("openim.user.getAllConversationsResp");

export interface BatchSetConversationsReq {
  conversations: conversation.Conversation[];
  OwnerUserID: string;
  notificationType: number;
  OperationID: string;
}
export const BatchSetConversationsReq: MessageType<BatchSetConversationsReq> =
  message("openim.user.batchSetConversationsReq");

export interface BatchSetConversationsResp {
  Success: string[];
  Failed: string[];
}
export const BatchSetConversationsResp: MessageType<BatchSetConversationsResp> =
  message("openim.user.batchSetConversationsResp");

export interface GetPaginationUsersReq {
  pagination: sdkws.RequestPagination | null;
  userID: string;
  nickName: string;
}
export const GetPaginationUsersReq: MessageType<GetPaginationUsersReq> =
  message("openim.user.getPaginationUsersReq");

export interface GetPaginationUsersResp {
  total: number;
  users: sdkws.UserInfo[];
}
export const GetPaginationUsersResp: MessageType<GetPaginationUsersResp> =
  message("openim.user.getPaginationUsersResp");

export interface UserRegisterReq {
  users: sdkws.UserInfo[];
}
export const UserRegisterReq: MessageType<UserRegisterReq> = message(
  "openim.user.userRegisterReq",
);

export type UserRegisterResp = Record<string, never>;
export const UserRegisterResp: MessageType<UserRegisterResp> = message(
  "openim.user.userRegisterResp",
);

export interface GetGlobalRecvMessageOptReq {
  userID: string;
}
export const GetGlobalRecvMessageOptReq: MessageType<GetGlobalRecvMessageOptReq> =
  message("openim.user.getGlobalRecvMessageOptReq");

export interface GetGlobalRecvMessageOptResp {
  globalRecvMsgOpt: number;
}
export const GetGlobalRecvMessageOptResp: MessageType<GetGlobalRecvMessageOptResp> =
  message("openim.user.getGlobalRecvMessageOptResp");

export interface UserRegisterCountReq {
  start: number;
  end: number;
}
export const UserRegisterCountReq: MessageType<UserRegisterCountReq> = message(
  "openim.user.userRegisterCountReq",
);

export interface UserRegisterCountResp {
  total: number;
  before: number;
  count: Record<string, number>;
}
export const UserRegisterCountResp: MessageType<UserRegisterCountResp> =
  message("openim.user.userRegisterCountResp");

export interface SubscribeOrCancelUsersStatusReq {
  userID: string;
  userIDs: string[];
  genre: number;
}
export const SubscribeOrCancelUsersStatusReq: MessageType<SubscribeOrCancelUsersStatusReq> =
  message("openim.user.subscribeOrCancelUsersStatusReq");

export interface SubscribeOrCancelUsersStatusResp {
  statusList: OnlineStatus[];
}
export const SubscribeOrCancelUsersStatusResp: MessageType<SubscribeOrCancelUsersStatusResp> =
  message("openim.user.subscribeOrCancelUsersStatusResp");

export interface GetSubscribeUsersStatusReq {
  userID: string;
}
export const GetSubscribeUsersStatusReq: MessageType<GetSubscribeUsersStatusReq> =
  message("openim.user.getSubscribeUsersStatusReq");

export interface GetSubscribeUsersStatusResp {
  statusList: OnlineStatus[];
}
export const GetSubscribeUsersStatusResp: MessageType<GetSubscribeUsersStatusResp> =
  message("openim.user.getSubscribeUsersStatusResp");

export interface OnlineStatus {
  userID: string;
  /** 1 online, 0 offline */
  status: number;
  platformIDs: number[];
}
export const OnlineStatus: MessageType<OnlineStatus> = message(
  "openim.user.onlineStatus",
);

export interface GetUserStatusReq {
  userID: string;
  userIDs: string[];
}
export const GetUserStatusReq: MessageType<GetUserStatusReq> = message(
  "openim.user.getUserStatusReq",
);

export interface GetUserStatusResp {
  statusList: OnlineStatus[];
}
export const GetUserStatusResp: MessageType<GetUserStatusResp> = message(
  "openim.user.getUserStatusResp",
);

export interface SetUserStatusReq {
  userID: string;
  status: number;
  platformID: number;
  connID: string;
  isBackground: boolean;
}
export const SetUserStatusReq: MessageType<SetUserStatusReq> = message(
  "openim.user.setUserStatusReq",
);

export type SetUserStatusResp = Record<string, never>;
export const SetUserStatusResp: MessageType<SetUserStatusResp> = message(
  "openim.user.setUserStatusResp",
);

export interface UserOnlineStatus {
  userID: string;
  connID: string;
  online: number[];
  offline: number[];
}
export const UserOnlineStatus: MessageType<UserOnlineStatus> = message(
  "openim.user.userOnlineStatus",
);

export interface SetUserOnlineStatusReq {
  status: UserOnlineStatus[];
}
export const SetUserOnlineStatusReq: MessageType<SetUserOnlineStatusReq> =
  message("openim.user.setUserOnlineStatusReq");

export type SetUserOnlineStatusResp = Record<string, never>;
export const SetUserOnlineStatusResp: MessageType<SetUserOnlineStatusResp> =
  message("openim.user.setUserOnlineStatusResp");

export interface ProcessUserCommandAddReq {
  userID: string;
  type: number;
  uuid: string;
  value: string | null;
  ex: string | null;
}
export const ProcessUserCommandAddReq: MessageType<ProcessUserCommandAddReq> =
  message("openim.user.processUserCommandAddReq");

export type ProcessUserCommandAddResp = Record<string, never>;
export const ProcessUserCommandAddResp: MessageType<ProcessUserCommandAddResp> =
  message("openim.user.processUserCommandAddResp");

export interface ProcessUserCommandDeleteReq {
  userID: string;
  type: number;
  uuid: string;
}
export const ProcessUserCommandDeleteReq: MessageType<ProcessUserCommandDeleteReq> =
  message("openim.user.processUserCommandDeleteReq");

export type ProcessUserCommandDeleteResp = Record<string, never>;
export const ProcessUserCommandDeleteResp: MessageType<ProcessUserCommandDeleteResp> =
  message("openim.user.processUserCommandDeleteResp");

export interface ProcessUserCommandUpdateReq {
  userID: string;
  type: number;
  uuid: string;
  value: string | null;
  ex: string | null;
}
export const ProcessUserCommandUpdateReq: MessageType<ProcessUserCommandUpdateReq> =
  message("openim.user.processUserCommandUpdateReq");

export type ProcessUserCommandUpdateResp = Record<string, never>;
export const ProcessUserCommandUpdateResp: MessageType<ProcessUserCommandUpdateResp> =
  message("openim.user.processUserCommandUpdateResp");

export interface ProcessUserCommandGetReq {
  userID: string;
  type: number;
}
export const ProcessUserCommandGetReq: MessageType<ProcessUserCommandGetReq> =
  message("openim.user.processUserCommandGetReq");

export interface CommandInfoResp {
  type: number;
  /** seconds */
  createTime: number;
  uuid: string;
  value: string;
  ex: string;
}
export const CommandInfoResp: MessageType<CommandInfoResp> = message(
  "openim.user.CommandInfoResp",
);

export interface ProcessUserCommandGetResp {
  CommandResp: CommandInfoResp[];
}
export const ProcessUserCommandGetResp: MessageType<ProcessUserCommandGetResp> =
  message("openim.user.processUserCommandGetResp");

export interface ProcessUserCommandGetAllReq {
  userID: string;
}
export const ProcessUserCommandGetAllReq: MessageType<ProcessUserCommandGetAllReq> =
  message("openim.user.processUserCommandGetAllReq");

export interface AllCommandInfoResp {
  type: number;
  /** seconds */
  createTime: number;
  uuid: string;
  value: string;
  ex: string;
}
export const AllCommandInfoResp: MessageType<AllCommandInfoResp> = message(
  "openim.user.AllCommandInfoResp",
);

export interface ProcessUserCommandGetAllResp {
  CommandResp: AllCommandInfoResp[];
}
export const ProcessUserCommandGetAllResp: MessageType<ProcessUserCommandGetAllResp> =
  message("openim.user.processUserCommandGetAllResp");

export interface AddNotificationAccountReq {
  userID: string;
  nickName: string;
  faceURL: string;
  appMangerLevel: number;
}
export const AddNotificationAccountReq: MessageType<AddNotificationAccountReq> =
  message("openim.user.addNotificationAccountReq");

export interface AddNotificationAccountResp {
  userID: string;
  faceURL: string;
  nickName: string;
  appMangerLevel: number;
}
export const AddNotificationAccountResp: MessageType<AddNotificationAccountResp> =
  message("openim.user.addNotificationAccountResp");

export interface UpdateNotificationAccountInfoReq {
  userID: string;
  faceURL: string;
  nickName: string;
}
export const UpdateNotificationAccountInfoReq: MessageType<UpdateNotificationAccountInfoReq> =
  message("openim.user.updateNotificationAccountInfoReq");

export type UpdateNotificationAccountInfoResp = Record<string, never>;
export const UpdateNotificationAccountInfoResp: MessageType<UpdateNotificationAccountInfoResp> =
  message("openim.user.updateNotificationAccountInfoResp");

export interface SearchNotificationAccountReq {
  keyword: string;
  appManagerLevel: number | null;
  pagination: sdkws.RequestPagination | null;
}
export const SearchNotificationAccountReq: MessageType<SearchNotificationAccountReq> =
  message("openim.user.searchNotificationAccountReq");

export interface NotificationAccountInfo {
  userID: string;
  faceURL: string;
  nickName: string;
  appMangerLevel: number;
}
export const NotificationAccountInfo: MessageType<NotificationAccountInfo> =
  message("openim.user.notificationAccountInfo");

export interface SearchNotificationAccountResp {
  total: number;
  notificationAccounts: NotificationAccountInfo[];
}
export const SearchNotificationAccountResp: MessageType<SearchNotificationAccountResp> =
  message("openim.user.searchNotificationAccountResp");

export interface GetNotificationAccountReq {
  userID: string;
}
export const GetNotificationAccountReq: MessageType<GetNotificationAccountReq> =
  message("openim.user.getNotificationAccountReq");

export interface GetNotificationAccountResp {
  account: NotificationAccountInfo | null;
}
export const GetNotificationAccountResp: MessageType<GetNotificationAccountResp> =
  message("openim.user.getNotificationAccountResp");

export interface SortQueryReq {
  asc: boolean;
  userIDName: Record<string, string>;
}
export const SortQueryReq: MessageType<SortQueryReq> = message(
  "openim.user.sortQueryReq",
);

export interface SortQueryResp {
  users: sdkws.UserInfo[];
}
export const SortQueryResp: MessageType<SortQueryResp> = message(
  "openim.user.sortQueryResp",
);

export interface GetAllOnlineUsersReq {
  cursor: number;
}
export const GetAllOnlineUsersReq: MessageType<GetAllOnlineUsersReq> = message(
  "openim.user.getAllOnlineUsersReq",
);

export interface GetAllOnlineUsersResp {
  StatusList: OnlineStatus[];
  nextCursor: number;
}
export const GetAllOnlineUsersResp: MessageType<GetAllOnlineUsersResp> =
  message("openim.user.getAllOnlineUsersResp");

export interface GetUserClientConfigReq {
  userID: string;
}
export const GetUserClientConfigReq: MessageType<GetUserClientConfigReq> =
  message("openim.user.getUserClientConfigReq");

export interface GetUserClientConfigResp {
  configs: Record<string, string>;
}
export const GetUserClientConfigResp: MessageType<GetUserClientConfigResp> =
  message("openim.user.getUserClientConfigResp");

export interface SetUserClientConfigReq {
  userID: string;
  configs: Record<string, string>;
}
export const SetUserClientConfigReq: MessageType<SetUserClientConfigReq> =
  message("openim.user.setUserClientConfigReq");

export type SetUserClientConfigResp = Record<string, never>;
export const SetUserClientConfigResp: MessageType<SetUserClientConfigResp> =
  message("openim.user.setUserClientConfigResp");

export interface DelUserClientConfigReq {
  userID: string;
  keys: string[];
}
export const DelUserClientConfigReq: MessageType<DelUserClientConfigReq> =
  message("openim.user.delUserClientConfigReq");

export type DelUserClientConfigResp = Record<string, never>;
export const DelUserClientConfigResp: MessageType<DelUserClientConfigResp> =
  message("openim.user.delUserClientConfigResp");

export interface PageUserClientConfigReq {
  userID: string;
  key: string;
  pagination: sdkws.RequestPagination | null;
}
export const PageUserClientConfigReq: MessageType<PageUserClientConfigReq> =
  message("openim.user.pageUserClientConfigReq");

export interface PageUserClientConfigResp {
  total: number;
  configs: ClientConfig[];
}
export const PageUserClientConfigResp: MessageType<PageUserClientConfigResp> =
  message("openim.user.pageUserClientConfigResp");

export interface ClientConfig {
  key: string;
  userID: string;
  value: string;
}
export const ClientConfig: MessageType<ClientConfig> = message(
  "openim.user.clientConfig",
);
