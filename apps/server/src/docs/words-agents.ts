import { AccountLogin } from "@parley/protocol/methods/chat/accounts";

import { agentsExamples } from "./examples-chat.ts";
import { howToAsk } from "./words-chat.ts";
import type { APIWords } from "./api-words.ts";

/** The port of bots. */
export const agentsWords: APIWords = {
  heading: "The bots' API",
  about: `The API by which bots are made, that answer by a language model: the same paths, fields and codes as those of OpenIM's bot service.\n\n${howToAsk}`,
  token: `The adminToken, or to look at bots the chatToken, of the accounts' ${AccountLogin.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    agent: "Bots.",
    im_callback: "What IM servers elsewhere tell of.",
  },
  fields: {
    userID: "Id of a user, or of a bot.",
    nickname: "The name that others see.",
    faceURL: "Address of the picture.",
    createTime: "When it was made.",
    pageNumber: "From 1.",
    showNumber: "Entries on a page.",
    url: "Of the endpoint, without /chat/completions.",
    key: "The endpoint's; empty in answers.",
    model: "As the endpoint names it.",
    prompts: "The system's text, before each question.",
    identity: "For applications.",
    content: "JSON whose members depend on contentType.",
    contentType: "101 text, 106 text that names users.",
    serverMsgID: "A message is answered once.",
  },
  ownFields: {
    "chat.AgentCreateReq": { agent: "The bot." },
    "chat.AgentPageResp": { agents: "The bots." },
    "chat.AgentPageReq": { userIDs: "Only these; empty: all." },
    "chat.AgentDeleteReq": { userIDs: "Ids of bots." },
  },
  examples: agentsExamples,
};
