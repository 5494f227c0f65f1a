import { AccountLogin } from "@parley/protocol/methods/chat/accounts";

import { agentsExamples } from "./examples-agents.ts";
import { howToAsk } from "./words-chat.ts";
import type { APIWords } from "./api-words.ts";

/** The port of bots. */
export const agentsWords: APIWords = {
  heading: "The bots' API",
  about: `The API for bots, whose answers a language model writes, with the same paths, fields and codes as OpenIM's bot service.\n\n${howToAsk}`,
  token: `The adminToken, or to list bots the chatToken, of the accounts' ${AccountLogin.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    agent: "Bots.",
    im_callback: "Messages from other IM servers.",
  },
  fields: {
    userID: "Id of a user, or of a bot.",
    nickname: "The name that others see.",
    faceURL: "Address of the picture.",
    createTime: "Time of creation.",
    pageNumber: "Page number, from 1.",
    showNumber: "Entries on a page.",
    url: "Address of the endpoint, without /chat/completions.",
    key: "API key of the endpoint; empty in answers.",
    model: "Name of the model at the endpoint.",
    prompts: "System prompt, sent before each question.",
    identity: "Free text for applications.",
    content: "JSON whose members depend on contentType.",
    contentType: "101 text, 106 text that mentions users.",
    serverMsgID: "Id of the message; each message is answered once.",
  },
  ownFields: {
    "chat.AgentCreateReq": { agent: "The bot." },
    "chat.AgentPageResp": { agents: "The bots." },
    "chat.AgentPageReq": { userIDs: "Filter by these ids; empty: all." },
    "chat.AgentDeleteReq": { userIDs: "Ids of bots." },
  },
  examples: agentsExamples,
};
