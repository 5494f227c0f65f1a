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

/** Why a message was not pushed to some. */
export interface Unsent {
  serverMsgID: string;
  clientMsgID: string;
  conversationID: string;
  reason: string;
  /** "" where none was asked. */
  provider: string;
  /** What the provider answered. */
  detail: string;
  userIDs: readonly string[];
  /** All of them, of whom userIDs may be the first. */
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
  /** Who of those that are on would push to it. */
  providers: string[];
}
export const PushDevice: MessageType<PushDevice> = defineMessage(
  "parley.push.Device",
  { platformID: "int32", providers: "string[]" },
);

export interface ExplainUnsentResp {
  /** Those that are on. */
  providers: string[];
  unsent: Unsent[];
  /** The user's, as they are now; without a user nobody's. */
  devices: PushDevice[];
  /** Whether the user mutes the conversation now. */
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
