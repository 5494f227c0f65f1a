// Made from proto/openim/jssdk.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as conversation from "./conversation.ts";
import type * as relation from "./relation.ts";
import type * as sdkws from "./sdkws.ts";

export interface ConversationMsg {
  conversation: conversation.Conversation | null;
  lastMsg: sdkws.MsgData | null;
  user: sdkws.UserInfo | null;
  friend: relation.FriendInfoOnly | null;
  group: sdkws.GroupInfo | null;
  maxSeq: number;
  readSeq: number;
}
export const ConversationMsg: MessageType<ConversationMsg> = message(
  "openim.jssdk.ConversationMsg",
);

export interface GetActiveConversationsReq {
  ownerUserID: string;
  count: number;
}
export const GetActiveConversationsReq: MessageType<GetActiveConversationsReq> =
  message("openim.jssdk.GetActiveConversationsReq");

export interface GetActiveConversationsResp {
  unreadCount: number;
  conversations: ConversationMsg[];
}
export const GetActiveConversationsResp: MessageType<GetActiveConversationsResp> =
  message("openim.jssdk.GetActiveConversationsResp");

export interface GetConversationsReq {
  ownerUserID: string;
  conversationIDs: string[];
}
export const GetConversationsReq: MessageType<GetConversationsReq> = message(
  "openim.jssdk.GetConversationsReq",
);

export interface GetConversationsResp {
  unreadCount: number;
  conversations: ConversationMsg[];
}
export const GetConversationsResp: MessageType<GetConversationsResp> = message(
  "openim.jssdk.GetConversationsResp",
);
