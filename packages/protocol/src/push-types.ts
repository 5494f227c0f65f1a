import { defineMessage } from "./message.ts";
import type { MessageType } from "./message.ts";

/*
 * Bodies about offline push, which OpenIM has not.
 */

/** /push/explain_unsent */
export interface ExplainUnsentReq {
  serverMsgID: string;
  clientMsgID: string;
  userID: string;
}
export const ExplainUnsentReq: MessageType<ExplainUnsentReq> = defineMessage(
  "parley.push.ExplainUnsentReq",
  { serverMsgID: "string", clientMsgID: "string", userID: "string" },
);

/** The reason why a message was not pushed to some users. */
export interface Unsent {
  serverMsgID: string;
  clientMsgID: string;
  conversationID: string;
  reason: string;
  /** "" if no provider was asked. */
  provider: string;
  /** The provider's answer. */
  detail: string;
  userIDs: readonly string[];
  /** Number of all users; userIDs may be only the first. */
  userCount: number;
  time: number;
}
export const Unsent: MessageType<Unsent> = defineMessage("parley.push.Unsent", {
  serverMsgID: "string",
  clientMsgID: "string",
  conversationID: "string",
  reason: "string",
  provider: "string",
  detail: "string",
  userIDs: "string[]",
  userCount: "int32",
  time: "int64",
});

export interface PushDevice {
  platformID: number;
  /** Enabled providers that can reach the device. */
  providers: string[];
}
export const PushDevice: MessageType<PushDevice> = defineMessage(
  "parley.push.Device",
  { platformID: "int32", providers: "string[]" },
);

export interface ExplainUnsentResp {
  /** Enabled providers. */
  providers: string[];
  unsent: Unsent[];
  /** The user's devices now; empty without a user. */
  devices: PushDevice[];
  /** true if the user mutes the conversation now. */
  hasMuted: boolean;
}
export const ExplainUnsentResp: MessageType<ExplainUnsentResp> = defineMessage(
  "parley.push.ExplainUnsentResp",
  {
    providers: "string[]",
    unsent: `${Unsent.name}[]`,
    devices: `${PushDevice.name}[]`,
    hasMuted: "bool",
  },
);

/** /push/get_web_push_key */
export type GetWebPushKeyReq = Record<never, never>;
export const GetWebPushKeyReq: MessageType<GetWebPushKeyReq> = defineMessage(
  "parley.push.GetWebPushKeyReq",
  {},
);

export interface GetWebPushKeyResp {
  publicKey: string;
}
export const GetWebPushKeyResp: MessageType<GetWebPushKeyResp> = defineMessage(
  "parley.push.GetWebPushKeyResp",
  { publicKey: "string" },
);
