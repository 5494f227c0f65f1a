// Made from proto/openim/conversation.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface Conversation {
  ownerUserID: string;
  conversationID: string;
  /** 0 receive, 1 not, 2 receive without notification */
  recvMsgOpt: number;
  /** 1 single, 3 group, 4 notification */
  conversationType: number;
  userID: string;
  groupID: string;
  isPinned: boolean;
  attachedInfo: string;
  isPrivateChat: boolean;
  /** 0 none, 1 at me, 2 at all, 3 at all and me, 4 group announcement */
  groupAtType: number;
  ex: string;
  /** seconds */
  burnDuration: number;
  /** first readable seq for this user */
  minSeq: number;
  /** non-zero = frozen for a former group member */
  maxSeq: number;
  /** seconds */
  msgDestructTime: number;
  /** Unix milliseconds; -62135596800000 (the zero time) until the clean-up job has run for the row */
  latestMsgDestructTime: number;
  isMsgDestruct: boolean;
}
export const Conversation: MessageType<Conversation> = message(
  "openim.conversation.Conversation",
);

export interface ConversationReq {
  conversationID: string;
  conversationType: number;
  userID: string;
  groupID: string;
  recvMsgOpt: number | null;
  isPinned: boolean | null;
  attachedInfo: string | null;
  isPrivateChat: boolean | null;
  ex: string | null;
  burnDuration: number | null;
  minSeq: number | null;
  maxSeq: number | null;
  groupAtType: number | null;
  msgDestructTime: number | null;
  isMsgDestruct: boolean | null;
}
export const ConversationReq: MessageType<ConversationReq> = message(
  "openim.conversation.ConversationReq",
);

export interface SetConversationReq {
  conversation: Conversation | null;
}
export const SetConversationReq: MessageType<SetConversationReq> = message(
  "openim.conversation.SetConversationReq",
);

export type SetConversationResp = Record<string, never>;
export const SetConversationResp: MessageType<SetConversationResp> = message(
  "openim.conversation.SetConversationResp",
);

export interface GetConversationReq {
  conversationID: string;
  ownerUserID: string;
}
export const GetConversationReq: MessageType<GetConversationReq> = message(
  "openim.conversation.GetConversationReq",
);

export interface GetConversationResp {
  conversation: Conversation | null;
}
export const GetConversationResp: MessageType<GetConversationResp> = message(
  "openim.conversation.GetConversationResp",
);

export interface GetSortedConversationListReq {
  userID: string;
  conversationIDs: string[];
  pagination: sdkws.RequestPagination | null;
}
export const GetSortedConversationListReq: MessageType<GetSortedConversationListReq> =
  message("openim.conversation.GetSortedConversationListReq");

export interface GetSortedConversationListResp {
  conversationTotal: number;
  unreadTotal: number;
  conversationElems: ConversationElem[];
}
export const GetSortedConversationListResp: MessageType<GetSortedConversationListResp> =
  message("openim.conversation.GetSortedConversationListResp");

export interface ConversationElem {
  conversationID: string;
  recvMsgOpt: number;
  unreadCount: number;
  IsPinned: boolean;
  msgInfo: MsgInfo | null;
}
export const ConversationElem: MessageType<ConversationElem> = message(
  "openim.conversation.ConversationElem",
);

export interface MsgInfo {
  serverMsgID: string;
  clientMsgID: string;
  sessionType: number;
  sendID: string;
  recvID: string;
  senderName: string;
  faceURL: string;
  groupID: string;
  groupName: string;
  groupFaceURL: string;
  groupType: number;
  groupMemberCount: number;
  /** Unix milliseconds */
  LatestMsgRecvTime: number;
  msgFrom: number;
  contentType: number;
  /** plain string */
  content: string;
  ex: string;
}
export const MsgInfo: MessageType<MsgInfo> = message(
  "openim.conversation.MsgInfo",
);

export interface GetConversationsReq {
  ownerUserID: string;
  conversationIDs: string[];
}
export const GetConversationsReq: MessageType<GetConversationsReq> = message(
  "openim.conversation.GetConversationsReq",
);

export interface GetConversationsResp {
  conversations: Conversation[];
}
export const GetConversationsResp: MessageType<GetConversationsResp> = message(
  "openim.conversation.GetConversationsResp",
);

export interface GetAllConversationsReq {
  ownerUserID: string;
}
export const GetAllConversationsReq: MessageType<GetAllConversationsReq> =
  message("openim.conversation.GetAllConversationsReq");

export interface GetAllConversationsResp {
  conversations: Conversation[];
}
export const GetAllConversationsResp: MessageType<GetAllConversationsResp> =
  message("openim.conversation.GetAllConversationsResp");

export interface GetRecvMsgNotNotifyUserIDsReq {
  groupID: string;
}
export const GetRecvMsgNotNotifyUserIDsReq: MessageType<GetRecvMsgNotNotifyUserIDsReq> =
  message("openim.conversation.GetRecvMsgNotNotifyUserIDsReq");

export interface GetRecvMsgNotNotifyUserIDsResp {
  userIDs: string[];
}
export const GetRecvMsgNotNotifyUserIDsResp: MessageType<GetRecvMsgNotNotifyUserIDsResp> =
  message("openim.conversation.GetRecvMsgNotNotifyUserIDsResp");

export interface CreateSingleChatConversationsReq {
  recvID: string;
  sendID: string;
  conversationID: string;
  conversationType: number;
}
export const CreateSingleChatConversationsReq: MessageType<CreateSingleChatConversationsReq> =
  message("openim.conversation.CreateSingleChatConversationsReq");

export type CreateSingleChatConversationsResp = Record<string, never>;
export const CreateSingleChatConversationsResp: MessageType<CreateSingleChatConversationsResp> =
  message("openim.conversation.CreateSingleChatConversationsResp");

export interface CreateGroupChatConversationsReq {
  userIDs: string[];
  groupID: string;
}
export const CreateGroupChatConversationsReq: MessageType<CreateGroupChatConversationsReq> =
  message("openim.conversation.CreateGroupChatConversationsReq");

export type CreateGroupChatConversationsResp = Record<string, never>;
export const CreateGroupChatConversationsResp: MessageType<CreateGroupChatConversationsResp> =
  message("openim.conversation.CreateGroupChatConversationsResp");

export interface SetConversationMaxSeqReq {
  conversationID: string;
  ownerUserID: string[];
  maxSeq: number;
}
export const SetConversationMaxSeqReq: MessageType<SetConversationMaxSeqReq> =
  message("openim.conversation.SetConversationMaxSeqReq");

export type SetConversationMaxSeqResp = Record<string, never>;
export const SetConversationMaxSeqResp: MessageType<SetConversationMaxSeqResp> =
  message("openim.conversation.SetConversationMaxSeqResp");

export interface SetConversationMinSeqReq {
  conversationID: string;
  ownerUserID: string[];
  minSeq: number;
}
export const SetConversationMinSeqReq: MessageType<SetConversationMinSeqReq> =
  message("openim.conversation.SetConversationMinSeqReq");

export type SetConversationMinSeqResp = Record<string, never>;
export const SetConversationMinSeqResp: MessageType<SetConversationMinSeqResp> =
  message("openim.conversation.SetConversationMinSeqResp");

export interface GetConversationIDsReq {
  userID: string;
}
export const GetConversationIDsReq: MessageType<GetConversationIDsReq> =
  message("openim.conversation.GetConversationIDsReq");

export interface GetConversationIDsResp {
  conversationIDs: string[];
}
export const GetConversationIDsResp: MessageType<GetConversationIDsResp> =
  message("openim.conversation.GetConversationIDsResp");

export interface SetConversationsReq {
  userIDs: string[];
  conversation: ConversationReq | null;
}
export const SetConversationsReq: MessageType<SetConversationsReq> = message(
  "openim.conversation.SetConversationsReq",
);

export type SetConversationsResp = Record<string, never>;
export const SetConversationsResp: MessageType<SetConversationsResp> = message(
  "openim.conversation.SetConversationsResp",
);

export interface GetUserConversationIDsHashReq {
  ownerUserID: string;
}
export const GetUserConversationIDsHashReq: MessageType<GetUserConversationIDsHashReq> =
  message("openim.conversation.GetUserConversationIDsHashReq");

export interface GetUserConversationIDsHashResp {
  hash: bigint;
}
export const GetUserConversationIDsHashResp: MessageType<GetUserConversationIDsHashResp> =
  message("openim.conversation.GetUserConversationIDsHashResp");

export interface GetConversationsByConversationIDReq {
  conversationIDs: string[];
}
export const GetConversationsByConversationIDReq: MessageType<GetConversationsByConversationIDReq> =
  message("openim.conversation.GetConversationsByConversationIDReq");

export interface GetConversationsByConversationIDResp {
  conversations: Conversation[];
}
export const GetConversationsByConversationIDResp: MessageType<GetConversationsByConversationIDResp> =
  message("openim.conversation.GetConversationsByConversationIDResp");

export interface GetConversationOfflinePushUserIDsReq {
  conversationID: string;
  userIDs: string[];
}
export const GetConversationOfflinePushUserIDsReq: MessageType<GetConversationOfflinePushUserIDsReq> =
  message("openim.conversation.GetConversationOfflinePushUserIDsReq");

export interface GetConversationOfflinePushUserIDsResp {
  userIDs: string[];
}
export const GetConversationOfflinePushUserIDsResp: MessageType<GetConversationOfflinePushUserIDsResp> =
  message("openim.conversation.GetConversationOfflinePushUserIDsResp");

export interface GetConversationNotReceiveMessageUserIDsReq {
  conversationID: string;
}
export const GetConversationNotReceiveMessageUserIDsReq: MessageType<GetConversationNotReceiveMessageUserIDsReq> =
  message("openim.conversation.GetConversationNotReceiveMessageUserIDsReq");

export interface GetConversationNotReceiveMessageUserIDsResp {
  userIDs: string[];
}
export const GetConversationNotReceiveMessageUserIDsResp: MessageType<GetConversationNotReceiveMessageUserIDsResp> =
  message("openim.conversation.GetConversationNotReceiveMessageUserIDsResp");

export interface UpdateConversationReq {
  conversationID: string;
  userIDs: string[];
  recvMsgOpt: number | null;
  isPinned: boolean | null;
  attachedInfo: string | null;
  isPrivateChat: boolean | null;
  ex: string | null;
  burnDuration: number | null;
  minSeq: number | null;
  maxSeq: number | null;
  groupAtType: number | null;
  msgDestructTime: number | null;
  isMsgDestruct: boolean | null;
  latestMsgDestructTime: number | null;
}
export const UpdateConversationReq: MessageType<UpdateConversationReq> =
  message("openim.conversation.UpdateConversationReq");

export type UpdateConversationResp = Record<string, never>;
export const UpdateConversationResp: MessageType<UpdateConversationResp> =
  message("openim.conversation.UpdateConversationResp");

export interface GetFullOwnerConversationIDsReq {
  idHash: bigint;
  userID: string;
}
export const GetFullOwnerConversationIDsReq: MessageType<GetFullOwnerConversationIDsReq> =
  message("openim.conversation.GetFullOwnerConversationIDsReq");

export interface GetFullOwnerConversationIDsResp {
  version: number;
  versionID: string;
  equal: boolean;
  conversationIDs: string[];
}
export const GetFullOwnerConversationIDsResp: MessageType<GetFullOwnerConversationIDsResp> =
  message("openim.conversation.GetFullOwnerConversationIDsResp");

export interface GetIncrementalConversationReq {
  userID: string;
  versionID: string;
  version: number;
}
export const GetIncrementalConversationReq: MessageType<GetIncrementalConversationReq> =
  message("openim.conversation.GetIncrementalConversationReq");

export interface GetIncrementalConversationResp {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[];
  insert: Conversation[];
  update: Conversation[];
}
export const GetIncrementalConversationResp: MessageType<GetIncrementalConversationResp> =
  message("openim.conversation.GetIncrementalConversationResp");

export interface GetOwnerConversationReq {
  userID: string;
  pagination: sdkws.RequestPagination | null;
}
export const GetOwnerConversationReq: MessageType<GetOwnerConversationReq> =
  message("openim.conversation.GetOwnerConversationReq");

export interface GetOwnerConversationResp {
  total: number;
  conversations: Conversation[];
}
export const GetOwnerConversationResp: MessageType<GetOwnerConversationResp> =
  message("openim.conversation.GetOwnerConversationResp");

export type GetConversationsNeedClearMsgReq = Record<string, never>;
export const GetConversationsNeedClearMsgReq: MessageType<GetConversationsNeedClearMsgReq> =
  message("openim.conversation.GetConversationsNeedClearMsgReq");

export interface GetConversationsNeedClearMsgResp {
  conversations: Conversation[];
}
export const GetConversationsNeedClearMsgResp: MessageType<GetConversationsNeedClearMsgResp> =
  message("openim.conversation.GetConversationsNeedClearMsgResp");

export interface GetNotNotifyConversationIDsReq {
  userID: string;
}
export const GetNotNotifyConversationIDsReq: MessageType<GetNotNotifyConversationIDsReq> =
  message("openim.conversation.GetNotNotifyConversationIDsReq");

export interface GetNotNotifyConversationIDsResp {
  conversationIDs: string[];
}
export const GetNotNotifyConversationIDsResp: MessageType<GetNotNotifyConversationIDsResp> =
  message("openim.conversation.GetNotNotifyConversationIDsResp");

export interface GetPinnedConversationIDsReq {
  userID: string;
}
export const GetPinnedConversationIDsReq: MessageType<GetPinnedConversationIDsReq> =
  message("openim.conversation.GetPinnedConversationIDsReq");

export interface GetPinnedConversationIDsResp {
  conversationIDs: string[];
}
export const GetPinnedConversationIDsResp: MessageType<GetPinnedConversationIDsResp> =
  message("openim.conversation.GetPinnedConversationIDsResp");

export interface ClearUserConversationMsgReq {
  timestamp: number;
  limit: number;
}
export const ClearUserConversationMsgReq: MessageType<ClearUserConversationMsgReq> =
  message("openim.conversation.ClearUserConversationMsgReq");

export interface ClearUserConversationMsgResp {
  count: number;
}
export const ClearUserConversationMsgResp: MessageType<ClearUserConversationMsgResp> =
  message("openim.conversation.ClearUserConversationMsgResp");

export interface UpdateConversationsByUserReq {
  userID: string;
  ex: string | null;
}
export const UpdateConversationsByUserReq: MessageType<UpdateConversationsByUserReq> =
  message("openim.conversation.UpdateConversationsByUserReq");

export type UpdateConversationsByUserResp = Record<string, never>;
export const UpdateConversationsByUserResp: MessageType<UpdateConversationsByUserResp> =
  message("openim.conversation.UpdateConversationsByUserResp");

export interface DeleteConversationsReq {
  ownerUserID: string;
  needDeleteTime: number;
  conversationIDs: string[];
}
export const DeleteConversationsReq: MessageType<DeleteConversationsReq> =
  message("openim.conversation.DeleteConversationsReq");

export type DeleteConversationsResp = Record<string, never>;
export const DeleteConversationsResp: MessageType<DeleteConversationsResp> =
  message("openim.conversation.DeleteConversationsResp");
