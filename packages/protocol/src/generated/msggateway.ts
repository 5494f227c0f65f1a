// Made from proto/openim/msggateway.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface OnlinePushMsgReq {
  msgData: sdkws.MsgData | null;
  pushToUserID: string;
}
export const OnlinePushMsgReq: MessageType<OnlinePushMsgReq> = message(
  "openim.msggateway.OnlinePushMsgReq",
);

export interface OnlinePushMsgResp {
  resp: SingleMsgToUserPlatform[];
}
export const OnlinePushMsgResp: MessageType<OnlinePushMsgResp> = message(
  "openim.msggateway.OnlinePushMsgResp",
);

export interface SingleMsgToUserResults {
  userID: string;
  resp: SingleMsgToUserPlatform[];
  onlinePush: boolean;
}
export const SingleMsgToUserResults: MessageType<SingleMsgToUserResults> =
  message("openim.msggateway.SingleMsgToUserResults");

export interface OnlineBatchPushOneMsgReq {
  msgData: sdkws.MsgData | null;
  pushToUserIDs: string[];
}
export const OnlineBatchPushOneMsgReq: MessageType<OnlineBatchPushOneMsgReq> =
  message("openim.msggateway.OnlineBatchPushOneMsgReq");

export interface OnlineBatchPushOneMsgResp {
  singlePushResult: SingleMsgToUserResults[];
}
export const OnlineBatchPushOneMsgResp: MessageType<OnlineBatchPushOneMsgResp> =
  message("openim.msggateway.OnlineBatchPushOneMsgResp");

export interface SingleMsgToUserPlatform {
  ResultCode: number;
  RecvID: string;
  RecvPlatFormID: number;
}
export const SingleMsgToUserPlatform: MessageType<SingleMsgToUserPlatform> =
  message("openim.msggateway.SingleMsgToUserPlatform");

export interface GetUsersOnlineStatusReq {
  userIDs: string[];
}
export const GetUsersOnlineStatusReq: MessageType<GetUsersOnlineStatusReq> =
  message("openim.msggateway.GetUsersOnlineStatusReq");

export interface GetUsersOnlineStatusResp_SuccessDetail {
  platformID: number;
  connID: string;
  isBackground: boolean;
  token: string;
}
export const GetUsersOnlineStatusResp_SuccessDetail: MessageType<GetUsersOnlineStatusResp_SuccessDetail> =
  message("openim.msggateway.GetUsersOnlineStatusResp.SuccessDetail");

export interface GetUsersOnlineStatusResp_FailedDetail {
  userID: string;
}
export const GetUsersOnlineStatusResp_FailedDetail: MessageType<GetUsersOnlineStatusResp_FailedDetail> =
  message("openim.msggateway.GetUsersOnlineStatusResp.FailedDetail");

export interface GetUsersOnlineStatusResp_SuccessResult {
  userID: string;
  status: number;
  detailPlatformStatus: GetUsersOnlineStatusResp_SuccessDetail[];
}
export const GetUsersOnlineStatusResp_SuccessResult: MessageType<GetUsersOnlineStatusResp_SuccessResult> =
  message("openim.msggateway.GetUsersOnlineStatusResp.SuccessResult");

export interface GetUsersOnlineStatusResp {
  successResult: GetUsersOnlineStatusResp_SuccessResult[];
  failedResult: GetUsersOnlineStatusResp_FailedDetail[];
}
export const GetUsersOnlineStatusResp: MessageType<GetUsersOnlineStatusResp> =
  message("openim.msggateway.GetUsersOnlineStatusResp");

export interface SingleDetail {
  userID: string;
  status: number;
  singlePlatformToken: SinglePlatformToken[];
}
export const SingleDetail: MessageType<SingleDetail> = message(
  "openim.msggateway.SingleDetail",
);

export interface SinglePlatformToken {
  platformID: number;
  total: number;
  token: string[];
}
export const SinglePlatformToken: MessageType<SinglePlatformToken> = message(
  "openim.msggateway.SinglePlatformToken",
);

export interface KickUserOfflineReq {
  platformID: number;
  kickUserIDList: string[];
}
export const KickUserOfflineReq: MessageType<KickUserOfflineReq> = message(
  "openim.msggateway.KickUserOfflineReq",
);

export type KickUserOfflineResp = Record<string, never>;
export const KickUserOfflineResp: MessageType<KickUserOfflineResp> = message(
  "openim.msggateway.KickUserOfflineResp",
);

export interface MultiTerminalLoginCheckReq {
  userID: string;
  platformID: number;
  token: string;
}
export const MultiTerminalLoginCheckReq: MessageType<MultiTerminalLoginCheckReq> =
  message("openim.msggateway.MultiTerminalLoginCheckReq");

export type MultiTerminalLoginCheckResp = Record<string, never>;
export const MultiTerminalLoginCheckResp: MessageType<MultiTerminalLoginCheckResp> =
  message("openim.msggateway.MultiTerminalLoginCheckResp");
