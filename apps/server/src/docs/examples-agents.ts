import {
  AgentCallbackGroup,
  AgentCallbackSingle,
  AgentCreate,
  AgentDelete,
  AgentPage,
  AgentUpdate,
} from "@parley/protocol/methods/chat/agents";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };

/** Requests to the port of bots. */
export const agentsExamples: readonly Example[] = [
  {
    path: AgentCreate.path,
    body: {
      agent: {
        userID: "helper",
        nickname: "Helper",
        faceURL: "",
        url: "https://api.openai.com/v1",
        key: "sk-of-your-account",
        model: "gpt-4o-mini",
        identity: "",
        prompts: "You help guests of a tea room.",
      },
    },
  },
  {
    path: AgentUpdate.path,
    body: { userID: "bot_helper", nickname: "The helper" },
  },
  { path: AgentPage.path, body: { pagination: firstPage } },
  {
    path: AgentCallbackSingle.path,
    // {"sendID":"ann","recvID":"bob","groupID":""}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiJib2IiLCJncm91cElEIjoiIn0=",
    },
    body: {
      sendID: "ann",
      recvID: "bob",
      serverMsgID: "1",
      contentType: 101,
      content: '{"content":"Tea?"}',
    },
  },
  {
    path: AgentCallbackGroup.path,
    // {"sendID":"ann","recvID":"","groupID":"tea"}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiIiLCJncm91cElEIjoidGVhIn0=",
    },
    body: {
      sendID: "ann",
      groupID: "tea",
      serverMsgID: "2",
      contentType: 101,
      content: '{"content":"Tea?"}',
    },
  },
  { path: AgentDelete.path, body: { userIDs: ["bot_helper"] } },
];
