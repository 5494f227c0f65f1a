import type { OfflinePushInfo } from "./generated/sdkws.ts";
import type { JSONValue } from "./go-json.ts";
import { defineMessage, type MessageType } from "./message.ts";

/*
 * Bodies of the API that OpenIM declares in its handlers and not in a .proto
 * file. A body that does not fit is answered with HTTP 400.
 */

interface SendMsg {
  sendID: string;
  groupID: string;
  senderNickname: string;
  senderFaceURL: string;
  senderPlatformID: number;
  /** An object whose members depend on contentType. */
  content: Record<string, JSONValue>;
  contentType: number;
  sessionType: number;
  isOnlineOnly: boolean;
  notOfflinePush: boolean;
  /** Unix milliseconds; 0 is the server's time. */
  sendTime: number;
  offlinePushInfo: OfflinePushInfo | null;
  ex: string;
}

const sendMsg = {
  sendID: "string",
  groupID: "string",
  senderNickname: "string",
  senderFaceURL: "string",
  senderPlatformID: "int32",
  content: "json{}",
  contentType: "int32",
  sessionType: "int32",
  isOnlineOnly: "bool",
  notOfflinePush: "bool",
  sendTime: "int64",
  offlinePushInfo: "openim.sdkws.OfflinePushInfo",
  ex: "string",
};

/** The body `{}` of routes that ask for nothing. */
export const EmptyReq: MessageType<Record<never, never>> = defineMessage(
  "apistruct.EmptyReq",
  {},
);

/** /auth/force_logout_all, which OpenIM has not. */
export interface ForceLogoutAllReq {
  userID: string;
}
export const ForceLogoutAllReq: MessageType<ForceLogoutAllReq> = defineMessage(
  "parley.auth.ForceLogoutAllReq",
  { userID: "string" },
);

/** /msg/send_msg */
export interface SendMsgReq extends SendMsg {
  recvID: string;
  /** The same message sent again is stored once; "" lets the server make one. */
  clientMsgID: string;
}
export const SendMsgReq: MessageType<SendMsgReq> = defineMessage(
  "apistruct.SendMsgReq",
  { recvID: "string", ...sendMsg, clientMsgID: "string" },
);

/** /msg/batch_send_msg */
export interface BatchSendMsgReq extends SendMsg {
  /** Sends to every registered user and ignores recvIDs. */
  isSendAll: boolean;
  recvIDs: string[];
}
export const BatchSendMsgReq: MessageType<BatchSendMsgReq> = defineMessage(
  "apistruct.BatchSendMsgReq",
  { ...sendMsg, isSendAll: "bool", recvIDs: "string[]" },
);

/** /msg/send_simple_msg, beside its query parameter `key`. */
export interface SendSingleMsgReq {
  /** Sender, if the key names a group. */
  sendID: string;
  content: string;
  offlinePushInfo: OfflinePushInfo | null;
  ex: string;
}
export const SendSingleMsgReq: MessageType<SendSingleMsgReq> = defineMessage(
  "apistruct.SendSingleMsgReq",
  {
    sendID: "string",
    content: "string",
    offlinePushInfo: "openim.sdkws.OfflinePushInfo",
    ex: "string",
  },
);

/** The `key` of /msg/send_simple_msg and of webhooks, once decoded. */
export interface WebhookKey {
  sendID: string;
  recvID: string;
  groupID: string;
}
export const WebhookKey: MessageType<WebhookKey> = defineMessage(
  "apistruct.WebhookKey",
  { sendID: "string", recvID: "string", groupID: "string" },
);

/** /msg/send_business_notification */
export interface SendBusinessNotificationReq {
  key: string;
  data: string;
  sendUserID: string;
  /** One of these two must be given. */
  recvUserID: string;
  recvGroupID: string;
  /** The notice is also stored as a visible message. */
  sendMsg: boolean;
  /** 1 (as null) push only, 2 stored in the notification conversation. */
  reliabilityLevel: number | null;
}
export const SendBusinessNotificationReq: MessageType<SendBusinessNotificationReq> =
  defineMessage("apistruct.SendBusinessNotificationReq", {
    key: "string",
    data: "string",
    sendUserID: "string",
    recvUserID: "string",
    recvGroupID: "string",
    sendMsg: "bool",
    reliabilityLevel: "int32?",
  });

/** The answer of every route that sends one message. */
export interface SendMsgResp {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
  /** Fields that a webhook changed, by MsgData's names. */
  modify: Record<string, JSONValue>;
}
export const SendMsgResp: MessageType<SendMsgResp> = defineMessage(
  "apistruct.SendMsgResp",
  {
    serverMsgID: "string",
    clientMsgID: "string",
    sendTime: "int64",
    modify: "json{}",
  },
);

/** One receiver's answer in BatchSendMsgResp. */
export interface SingleReturnResult extends SendMsgResp {
  recvID: string;
}
export const SingleReturnResult: MessageType<SingleReturnResult> =
  defineMessage("apistruct.SingleReturnResult", {
    serverMsgID: "string",
    clientMsgID: "string",
    sendTime: "int64",
    recvID: "string",
    modify: "json{}",
  });

export interface BatchSendMsgResp {
  results: SingleReturnResult[];
  failedUserIDs: string[];
}
export const BatchSendMsgResp: MessageType<BatchSendMsgResp> = defineMessage(
  "apistruct.BatchSendMsgResp",
  { results: "apistruct.SingleReturnResult[]", failedUserIDs: "string[]" },
);

export interface GetConfigListResp {
  environment: string;
  version: string;
  configNames: string[];
}
export const GetConfigListResp: MessageType<GetConfigListResp> = defineMessage(
  "apistruct.GetConfigListResp",
  { environment: "string", version: "string", configNames: "string[]" },
);

/** Answered with a string: the configuration in JSON. */
export interface GetConfigReq {
  configName: string;
}
export const GetConfigReq: MessageType<GetConfigReq> = defineMessage(
  "apistruct.GetConfigReq",
  { configName: "string" },
);

export interface SetConfigReq {
  configName: string;
  /** JSON text. */
  data: string;
}
export const SetConfigReq: MessageType<SetConfigReq> = defineMessage(
  "apistruct.SetConfigReq",
  { configName: "string", data: "string" },
);

export interface SetEnableConfigManagerReq {
  enable: boolean;
}
export const SetEnableConfigManagerReq: MessageType<SetEnableConfigManagerReq> =
  defineMessage("apistruct.SetEnableConfigManagerReq", { enable: "bool" });

export interface GetEnableConfigManagerResp {
  enable: boolean;
}
export const GetEnableConfigManagerResp: MessageType<GetEnableConfigManagerResp> =
  defineMessage("apistruct.GetEnableConfigManagerResp", { enable: "bool" });
