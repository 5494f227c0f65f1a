// Made from proto/openim/push.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";
import type * as sdkws from "./sdkws.ts";

export interface PushMsgReq {
  msgData: sdkws.MsgData | null;
  conversationID: string;
  userIDs: string[];
}
export const PushMsgReq: MessageType<PushMsgReq> = message(
  "openim.push.PushMsgReq",
);

export type PushMsgResp = Record<string, never>;
export const PushMsgResp: MessageType<PushMsgResp> = message(
  "openim.push.PushMsgResp",
);

export interface DelUserPushTokenReq {
  userID: string;
  platformID: number;
}
export const DelUserPushTokenReq: MessageType<DelUserPushTokenReq> = message(
  "openim.push.DelUserPushTokenReq",
);

export type DelUserPushTokenResp = Record<string, never>;
export const DelUserPushTokenResp: MessageType<DelUserPushTokenResp> = message(
  "openim.push.DelUserPushTokenResp",
);
