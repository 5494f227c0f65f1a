import {
  AgentCallbackReq,
  AgentCreateReq,
  AgentDeleteReq,
  AgentPageReq,
  AgentPageResp,
  AgentUpdateReq,
} from "../../chat/agents.ts";
import {
  administrator,
  anybody,
  method,
  nothing,
  signedIn,
} from "../../method.ts";

const told =
  "From the machines of agents.callbackAddresses only. The answer of a bot comes as a message, not here.";

export const AgentCreate = method("/agent/create", AgentCreateReq, nothing, {
  access: administrator,
  kind: "create",
  words: [
    "Make a bot",
    "`bot_` is put before its userID; without one, before ten digits.",
  ],
  codes: [1003],
});

export const AgentUpdate = method("/agent/update", AgentUpdateReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Change a bot", "What is absent stays."],
});

export const AgentDelete = method("/agent/delete", AgentDeleteReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Delete bots", "What they said stays; unknown ones are left out."],
});

export const AgentPage = method("/agent/page", AgentPageReq, AgentPageResp, {
  access: signedIn,
  kind: "read",
  words: [
    "List bots",
    "Without userIDs all. Only administrators see url and prompts.",
  ],
});

export const AgentCallbackSingle = method(
  "/im_callback/callbackAfterSendSingleMsgCommand",
  AgentCallbackReq,
  nothing,
  {
    access: anybody,
    kind: "change",
    bindStatus: 400,
    words: ["Tell of a message to a bot", told],
    codes: [1002],
    query: { key: "Base64 of the message's sendID, recvID and groupID." },
  },
);

export const AgentCallbackGroup = method(
  "/im_callback/callbackAfterSendGroupMsgCommand",
  AgentCallbackReq,
  nothing,
  {
    access: anybody,
    kind: "change",
    bindStatus: 400,
    words: ["Tell of a message in a group that names bots", told],
    codes: [1002],
    query: { key: "Base64 of the message's sendID, recvID and groupID." },
  },
);
