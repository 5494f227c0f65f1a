// Made from proto/openim/msg.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as conversation from "./conversation.ts";
import type * as sdkws from "./sdkws.ts";

export interface MsgDataToMQ {
  token: string;
  msgData: sdkws.MsgData | null;
}
export const MsgDataToMQ: MessageType<MsgDataToMQ> = message(
  "openim.msg.MsgDataToMQ",
);

export interface MsgDataToDB {
  msgData: sdkws.MsgData | null;
}
export const MsgDataToDB: MessageType<MsgDataToDB> = message(
  "openim.msg.MsgDataToDB",
);

export interface PushMsgDataToMQ {
  msgData: sdkws.MsgData | null;
  conversationID: string;
}
export const PushMsgDataToMQ: MessageType<PushMsgDataToMQ> = message(
  "openim.msg.PushMsgDataToMQ",
);

export interface MsgDataToMongoByMQ {
  lastSeq: number;
  conversationID: string;
  msgData: sdkws.MsgData[];
}
export const MsgDataToMongoByMQ: MessageType<MsgDataToMongoByMQ> = message(
  "openim.msg.MsgDataToMongoByMQ",
);

export interface GetMaxAndMinSeqReq {
  UserID: string;
}
export const GetMaxAndMinSeqReq: MessageType<GetMaxAndMinSeqReq> = message(
  "openim.msg.GetMaxAndMinSeqReq",
);

export interface GetMaxAndMinSeqResp {
  MaxSeq: number;
  MinSeq: number;
}
export const GetMaxAndMinSeqResp: MessageType<GetMaxAndMinSeqResp> = message(
  "openim.msg.GetMaxAndMinSeqResp",
);

export interface SendMsgReq {
  msgData: sdkws.MsgData | null;
}
export const SendMsgReq: MessageType<SendMsgReq> = message(
  "openim.msg.SendMsgReq",
);

export interface SendMsgResp {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
  modify: sdkws.MsgData | null;
}
export const SendMsgResp: MessageType<SendMsgResp> = message(
  "openim.msg.SendMsgResp",
);

export interface SendSimpleMsgReq {
  msgData: sdkws.MsgData | null;
}
export const SendSimpleMsgReq: MessageType<SendSimpleMsgReq> = message(
  "openim.msg.SendSimpleMsgReq",
);

export interface SendSimpleMsgResp {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
  modify: sdkws.MsgData | null;
}
export const SendSimpleMsgResp: MessageType<SendSimpleMsgResp> = message(
  "openim.msg.SendSimpleMsgResp",
);

export interface SetSendMsgStatusReq {
  status: number;
}
export const SetSendMsgStatusReq: MessageType<SetSendMsgStatusReq> = message(
  "openim.msg.SetSendMsgStatusReq",
);

export type SetSendMsgStatusResp = Record<string, never>;
export const SetSendMsgStatusResp: MessageType<SetSendMsgStatusResp> = message(
  "openim.msg.SetSendMsgStatusResp",
);

export type GetSendMsgStatusReq = Record<string, never>;
export const GetSendMsgStatusReq: MessageType<GetSendMsgStatusReq> = message(
  "openim.msg.GetSendMsgStatusReq",
);

export interface GetSendMsgStatusResp {
  status: number;
}
export const GetSendMsgStatusResp: MessageType<GetSendMsgStatusResp> = message(
  "openim.msg.GetSendMsgStatusResp",
);

export interface MsgDataToModifyByMQ {
  messages: sdkws.MsgData[];
  conversationID: string;
}
export const MsgDataToModifyByMQ: MessageType<MsgDataToModifyByMQ> = message(
  "openim.msg.MsgDataToModifyByMQ",
);

export type DelMsgsReq = Record<string, never>;
export const DelMsgsReq: MessageType<DelMsgsReq> = message(
  "openim.msg.DelMsgsReq",
);

export type DelMsgsResp = Record<string, never>;
export const DelMsgsResp: MessageType<DelMsgsResp> = message(
  "openim.msg.DelMsgsResp",
);

export interface RevokeMsgReq {
  conversationID: string;
  seq: number;
  userID: string;
}
export const RevokeMsgReq: MessageType<RevokeMsgReq> = message(
  "openim.msg.RevokeMsgReq",
);

export type RevokeMsgResp = Record<string, never>;
export const RevokeMsgResp: MessageType<RevokeMsgResp> = message(
  "openim.msg.RevokeMsgResp",
);

export interface MarkMsgsAsReadReq {
  conversationID: string;
  seqs: number[];
  userID: string;
}
export const MarkMsgsAsReadReq: MessageType<MarkMsgsAsReadReq> = message(
  "openim.msg.MarkMsgsAsReadReq",
);

export type MarkMsgsAsReadResp = Record<string, never>;
export const MarkMsgsAsReadResp: MessageType<MarkMsgsAsReadResp> = message(
  "openim.msg.MarkMsgsAsReadResp",
);

export interface MarkConversationAsReadReq {
  conversationID: string;
  userID: string;
  hasReadSeq: number;
  seqs: number[];
}
export const MarkConversationAsReadReq: MessageType<MarkConversationAsReadReq> =
  message("openim.msg.MarkConversationAsReadReq");

export type MarkConversationAsReadResp = Record<string, never>;
export const MarkConversationAsReadResp: MessageType<MarkConversationAsReadResp> =
  message("openim.msg.MarkConversationAsReadResp");

export interface SetConversationHasReadSeqReq {
  conversationID: string;
  userID: string;
  hasReadSeq: number;
  noNotification: boolean;
}
export const SetConversationHasReadSeqReq: MessageType<SetConversationHasReadSeqReq> =
  message("openim.msg.SetConversationHasReadSeqReq");

export type SetConversationHasReadSeqResp = Record<string, never>;
export const SetConversationHasReadSeqResp: MessageType<SetConversationHasReadSeqResp> =
  message("openim.msg.SetConversationHasReadSeqResp");

export interface DeleteSyncOpt {
  IsSyncSelf: boolean;
  IsSyncOther: boolean;
}
export const DeleteSyncOpt: MessageType<DeleteSyncOpt> = message(
  "openim.msg.DeleteSyncOpt",
);

export interface ClearConversationsMsgReq {
  conversationIDs: string[];
  userID: string;
  deleteSyncOpt: DeleteSyncOpt | null;
}
export const ClearConversationsMsgReq: MessageType<ClearConversationsMsgReq> =
  message("openim.msg.ClearConversationsMsgReq");

export type ClearConversationsMsgResp = Record<string, never>;
export const ClearConversationsMsgResp: MessageType<ClearConversationsMsgResp> =
  message("openim.msg.ClearConversationsMsgResp");

export interface UserClearAllMsgReq {
  userID: string;
  deleteSyncOpt: DeleteSyncOpt | null;
}
export const UserClearAllMsgReq: MessageType<UserClearAllMsgReq> = message(
  "openim.msg.UserClearAllMsgReq",
);

export type UserClearAllMsgResp = Record<string, never>;
export const UserClearAllMsgResp: MessageType<UserClearAllMsgResp> = message(
  "openim.msg.UserClearAllMsgResp",
);

export interface DeleteMsgsReq {
  conversationID: string;
  seqs: number[];
  userID: string;
  deleteSyncOpt: DeleteSyncOpt | null;
}
export const DeleteMsgsReq: MessageType<DeleteMsgsReq> = message(
  "openim.msg.DeleteMsgsReq",
);

export type DeleteMsgsResp = Record<string, never>;
export const DeleteMsgsResp: MessageType<DeleteMsgsResp> = message(
  "openim.msg.DeleteMsgsResp",
);

export interface DeleteMsgPhysicalReq {
  conversationIDs: string[];
  timestamp: number;
}
export const DeleteMsgPhysicalReq: MessageType<DeleteMsgPhysicalReq> = message(
  "openim.msg.DeleteMsgPhysicalReq",
);

export type DeleteMsgPhysicalResp = Record<string, never>;
export const DeleteMsgPhysicalResp: MessageType<DeleteMsgPhysicalResp> =
  message("openim.msg.DeleteMsgPhysicalResp");

export interface DeleteMsgPhysicalBySeqReq {
  conversationID: string;
  seqs: number[];
}
export const DeleteMsgPhysicalBySeqReq: MessageType<DeleteMsgPhysicalBySeqReq> =
  message("openim.msg.DeleteMsgPhysicalBySeqReq");

export type DeleteMsgPhysicalBySeqResp = Record<string, never>;
export const DeleteMsgPhysicalBySeqResp: MessageType<DeleteMsgPhysicalBySeqResp> =
  message("openim.msg.DeleteMsgPhysicalBySeqResp");

export interface GetMaxSeqsReq {
  conversationIDs: string[];
}
export const GetMaxSeqsReq: MessageType<GetMaxSeqsReq> = message(
  "openim.msg.GetMaxSeqsReq",
);

export interface GetHasReadSeqsReq {
  userID: string;
  conversationIDs: string[];
}
export const GetHasReadSeqsReq: MessageType<GetHasReadSeqsReq> = message(
  "openim.msg.GetHasReadSeqsReq",
);

export interface SeqsInfoResp {
  maxSeqs: Record<string, number>;
}
export const SeqsInfoResp: MessageType<SeqsInfoResp> = message(
  "openim.msg.SeqsInfoResp",
);

export interface GetMsgByConversationIDsReq {
  conversationIDs: string[];
  maxSeqs: Record<string, number>;
}
export const GetMsgByConversationIDsReq: MessageType<GetMsgByConversationIDsReq> =
  message("openim.msg.GetMsgByConversationIDsReq");

export interface GetMsgByConversationIDsResp {
  msgDatas: Record<string, sdkws.MsgData>;
}
export const GetMsgByConversationIDsResp: MessageType<GetMsgByConversationIDsResp> =
  message("openim.msg.GetMsgByConversationIDsResp");

export interface GetConversationMaxSeqReq {
  conversationID: string;
}
export const GetConversationMaxSeqReq: MessageType<GetConversationMaxSeqReq> =
  message("openim.msg.GetConversationMaxSeqReq");

export interface GetConversationMaxSeqResp {
  maxSeq: number;
}
export const GetConversationMaxSeqResp: MessageType<GetConversationMaxSeqResp> =
  message("openim.msg.GetConversationMaxSeqResp");

export interface GetConversationsHasReadAndMaxSeqReq {
  userID: string;
  conversationIDs: string[];
  returnPinned: boolean;
}
export const GetConversationsHasReadAndMaxSeqReq: MessageType<GetConversationsHasReadAndMaxSeqReq> =
  message("openim.msg.GetConversationsHasReadAndMaxSeqReq");

export interface Seqs {
  maxSeq: number;
  hasReadSeq: number;
  maxSeqTime: number;
}
export const Seqs: MessageType<Seqs> = message("openim.msg.Seqs");

export interface GetConversationsHasReadAndMaxSeqResp {
  seqs: Record<string, Seqs>;
  pinnedConversationIDs: string[];
}
export const GetConversationsHasReadAndMaxSeqResp: MessageType<GetConversationsHasReadAndMaxSeqResp> =
  message("openim.msg.GetConversationsHasReadAndMaxSeqResp");

export interface GetActiveUserReq {
  start: number;
  end: number;
  ase: boolean;
  group: boolean;
  pagination: sdkws.RequestPagination | null;
}
export const GetActiveUserReq: MessageType<GetActiveUserReq> = message(
  "openim.msg.GetActiveUserReq",
);

export interface ActiveUser {
  user: sdkws.UserInfo | null;
  count: number;
}
export const ActiveUser: MessageType<ActiveUser> = message(
  "openim.msg.ActiveUser",
);

export interface GetActiveUserResp {
  msgCount: number;
  userCount: number;
  dateCount: Record<string, number>;
  users: ActiveUser[];
}
export const GetActiveUserResp: MessageType<GetActiveUserResp> = message(
  "openim.msg.GetActiveUserResp",
);

export interface GetActiveGroupReq {
  start: number;
  end: number;
  ase: boolean;
  pagination: sdkws.RequestPagination | null;
}
export const GetActiveGroupReq: MessageType<GetActiveGroupReq> = message(
  "openim.msg.GetActiveGroupReq",
);

export interface ActiveGroup {
  group: sdkws.GroupInfo | null;
  count: number;
}
export const ActiveGroup: MessageType<ActiveGroup> = message(
  "openim.msg.ActiveGroup",
);

export interface GetActiveGroupResp {
  msgCount: number;
  groupCount: number;
  dateCount: Record<string, number>;
  groups: ActiveGroup[];
}
export const GetActiveGroupResp: MessageType<GetActiveGroupResp> = message(
  "openim.msg.GetActiveGroupResp",
);

export interface SearchMessageReq {
  sendID: string;
  recvID: string;
  contentType: number;
  sendTime: string;
  sessionType: number;
  pagination: sdkws.RequestPagination | null;
}
export const SearchMessageReq: MessageType<SearchMessageReq> = message(
  "openim.msg.SearchMessageReq",
);

export interface SearchChatLog {
  chatLog: ChatLog | null;
  isRevoked: boolean;
}
export const SearchChatLog: MessageType<SearchChatLog> = message(
  "openim.msg.SearchChatLog",
);

export interface SearchedMsgData {
  msgData: sdkws.MsgData | null;
  isRevoked: boolean;
}
export const SearchedMsgData: MessageType<SearchedMsgData> = message(
  "openim.msg.SearchedMsgData",
);

export interface SearchMessageResp {
  chatLogs: SearchChatLog[];
  chatLogsNum: number;
}
export const SearchMessageResp: MessageType<SearchMessageResp> = message(
  "openim.msg.SearchMessageResp",
);

export interface ChatLog {
  serverMsgID: string;
  clientMsgID: string;
  sendID: string;
  recvID: string;
  groupID: string;
  recvNickname: string;
  senderPlatformID: number;
  senderNickname: string;
  senderFaceURL: string;
  groupName: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  /** plain string */
  content: string;
  status: number;
  /** Unix milliseconds */
  sendTime: number;
  createTime: number;
  ex: string;
  /** not filled (senderFaceURL is used for groups) */
  groupFaceURL: string;
  groupMemberCount: number;
  seq: number;
  groupOwner: string;
  groupType: number;
}
export const ChatLog: MessageType<ChatLog> = message("openim.msg.ChatLog");

export interface BatchSendMessageReq {
  recvIDList: string[];
  msgData: sdkws.MsgData | null;
}
export const BatchSendMessageReq: MessageType<BatchSendMessageReq> = message(
  "openim.msg.batchSendMessageReq",
);

export type BatchSendMessageResp = Record<string, never>;
export const BatchSendMessageResp: MessageType<BatchSendMessageResp> = message(
  "openim.msg.batchSendMessageResp",
);

export type GetServerTimeReq = Record<string, never>;
export const GetServerTimeReq: MessageType<GetServerTimeReq> = message(
  "openim.msg.GetServerTimeReq",
);

export interface GetServerTimeResp {
  serverTime: number;
}
export const GetServerTimeResp: MessageType<GetServerTimeResp> = message(
  "openim.msg.GetServerTimeResp",
);

export interface ClearMsgReq {
  conversations: conversation.Conversation[];
}
export const ClearMsgReq: MessageType<ClearMsgReq> = message(
  "openim.msg.ClearMsgReq",
);

export type ClearMsgResp = Record<string, never>;
export const ClearMsgResp: MessageType<ClearMsgResp> = message(
  "openim.msg.ClearMsgResp",
);

export interface DestructMsgsReq {
  timestamp: number;
  limit: number;
}
export const DestructMsgsReq: MessageType<DestructMsgsReq> = message(
  "openim.msg.DestructMsgsReq",
);

export interface DestructMsgsResp {
  count: number;
}
export const DestructMsgsResp: MessageType<DestructMsgsResp> = message(
  "openim.msg.DestructMsgsResp",
);

export interface SetUserConversationsMinSeqReq {
  userIDs: string[];
  conversationID: string;
  seq: number;
}
export const SetUserConversationsMinSeqReq: MessageType<SetUserConversationsMinSeqReq> =
  message("openim.msg.SetUserConversationsMinSeqReq");

export type SetUserConversationsMinSeqResp = Record<string, never>;
export const SetUserConversationsMinSeqResp: MessageType<SetUserConversationsMinSeqResp> =
  message("openim.msg.SetUserConversationsMinSeqResp");

export interface ConversationSeqs {
  conversationID: string;
  seqs: number[];
}
export const ConversationSeqs: MessageType<ConversationSeqs> = message(
  "openim.msg.ConversationSeqs",
);

export interface GetSeqMessageReq {
  userID: string;
  conversations: ConversationSeqs[];
  order: number;
}
export const GetSeqMessageReq: MessageType<GetSeqMessageReq> = message(
  "openim.msg.GetSeqMessageReq",
);

export interface GetSeqMessageResp {
  msgs: Record<string, sdkws.PullMsgs>;
  notificationMsgs: Record<string, sdkws.PullMsgs>;
}
export const GetSeqMessageResp: MessageType<GetSeqMessageResp> = message(
  "openim.msg.GetSeqMessageResp",
);

export interface GetActiveConversationReq {
  conversationIDs: string[];
  limit: number;
}
export const GetActiveConversationReq: MessageType<GetActiveConversationReq> =
  message("openim.msg.GetActiveConversationReq");

export interface ActiveConversation {
  conversationID: string;
  lastTime: number;
  maxSeq: number;
}
export const ActiveConversation: MessageType<ActiveConversation> = message(
  "openim.msg.ActiveConversation",
);

export interface GetActiveConversationResp {
  conversations: ActiveConversation[];
}
export const GetActiveConversationResp: MessageType<GetActiveConversationResp> =
  message("openim.msg.GetActiveConversationResp");

export interface SetUserConversationMaxSeqReq {
  conversationID: string;
  ownerUserID: string[];
  maxSeq: number;
}
export const SetUserConversationMaxSeqReq: MessageType<SetUserConversationMaxSeqReq> =
  message("openim.msg.SetUserConversationMaxSeqReq");

export type SetUserConversationMaxSeqResp = Record<string, never>;
export const SetUserConversationMaxSeqResp: MessageType<SetUserConversationMaxSeqResp> =
  message("openim.msg.SetUserConversationMaxSeqResp");

export interface SetUserConversationMinSeqReq {
  conversationID: string;
  ownerUserID: string[];
  minSeq: number;
}
export const SetUserConversationMinSeqReq: MessageType<SetUserConversationMinSeqReq> =
  message("openim.msg.SetUserConversationMinSeqReq");

export type SetUserConversationMinSeqResp = Record<string, never>;
export const SetUserConversationMinSeqResp: MessageType<SetUserConversationMinSeqResp> =
  message("openim.msg.SetUserConversationMinSeqResp");

export interface GetLastMessageSeqByTimeReq {
  conversationID: string;
  time: number;
}
export const GetLastMessageSeqByTimeReq: MessageType<GetLastMessageSeqByTimeReq> =
  message("openim.msg.GetLastMessageSeqByTimeReq");

export interface GetLastMessageSeqByTimeResp {
  seq: number;
}
export const GetLastMessageSeqByTimeResp: MessageType<GetLastMessageSeqByTimeResp> =
  message("openim.msg.GetLastMessageSeqByTimeResp");

export interface GetLastMessageReq {
  userID: string;
  conversationIDs: string[];
}
export const GetLastMessageReq: MessageType<GetLastMessageReq> = message(
  "openim.msg.GetLastMessageReq",
);

export interface GetLastMessageResp {
  msgs: Record<string, sdkws.MsgData>;
}
export const GetLastMessageResp: MessageType<GetLastMessageResp> = message(
  "openim.msg.GetLastMessageResp",
);
