import type { RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";

/*
 * Agents, which answer by a language model (docs/wire/accounts.md#bots).
 */

export interface AgentInfo {
  userID: string;
  nickname: string;
  faceURL: string;
  /** Address of an OpenAI-compatible endpoint, without /chat/completions. */
  url: string;
  /** API key of the endpoint; never in an answer. */
  key: string;
  identity: string;
  model: string;
  /** The system's text. */
  prompts: string;
  createTime: number;
}
export const AgentInfo: MessageType<AgentInfo> = defineMessage(
  "chat.AgentInfo",
  {
    userID: "string",
    nickname: "string",
    faceURL: "string",
    url: "string",
    key: "string",
    identity: "string",
    model: "string",
    prompts: "string",
    createTime: "int64",
  },
);

/** /agent/create */
export interface AgentCreateReq {
  agent: AgentInfo | null;
}
export const AgentCreateReq: MessageType<AgentCreateReq> = defineMessage(
  "chat.AgentCreateReq",
  { agent: AgentInfo.name },
);

/** /agent/update; what is null stays as it is. */
export interface AgentUpdateReq {
  userID: string;
  nickname: string | null;
  faceURL: string | null;
  url: string | null;
  key: string | null;
  identity: string | null;
  model: string | null;
  prompts: string | null;
}
export const AgentUpdateReq: MessageType<AgentUpdateReq> = defineMessage(
  "chat.AgentUpdateReq",
  {
    userID: "string",
    nickname: "string?",
    faceURL: "string?",
    url: "string?",
    key: "string?",
    identity: "string?",
    model: "string?",
    prompts: "string?",
  },
);

/** /agent/delete */
export interface AgentDeleteReq {
  userIDs: string[];
}
export const AgentDeleteReq: MessageType<AgentDeleteReq> = defineMessage(
  "chat.AgentDeleteReq",
  { userIDs: "string[]" },
);

/** /agent/page */
export interface AgentPageReq {
  pagination: RequestPagination | null;
  /** Empty: all. */
  userIDs: string[];
}
export const AgentPageReq: MessageType<AgentPageReq> = defineMessage(
  "chat.AgentPageReq",
  { pagination: "openim.sdkws.RequestPagination", userIDs: "string[]" },
);

export interface AgentPageResp {
  total: number;
  agents: AgentInfo[];
}
export const AgentPageResp: MessageType<AgentPageResp> = defineMessage(
  "chat.AgentPageResp",
  { total: "int64", agents: `${AgentInfo.name}[]` },
);

/**
 * An IM server's webhook about a sent message, with the members that agents use
 * (docs/webhooks.md).
 */
export interface AgentCallbackReq {
  sendID: string;
  /** Receiver of a direct message. */
  recvID: string;
  /** Group of a group message. */
  groupID: string;
  serverMsgID: string;
  contentType: number;
  content: string;
}
export const AgentCallbackReq: MessageType<AgentCallbackReq> = defineMessage(
  "chat.AgentCallbackReq",
  {
    sendID: "string",
    recvID: "string",
    groupID: "string",
    serverMsgID: "string",
    contentType: "int32",
    content: "string",
  },
);
