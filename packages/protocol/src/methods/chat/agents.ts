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
  "Only from the addresses in agents.callbackAddresses. The bot answers with a message, not in this response.";

export const AgentCreate = method("/agent/create", AgentCreateReq, nothing, {
  access: administrator,
  kind: "create",
  words: [
    "Create a bot",
    "Its userID gets the prefix `bot_`; without a userID, ten digits are chosen.",
  ],
  codes: [1003],
});

export const AgentUpdate = method("/agent/update", AgentUpdateReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Change a bot", "Absent fields do not change."],
});

export const AgentDelete = method("/agent/delete", AgentDeleteReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Delete bots", "Their messages stay; unknown ids are ignored."],
});

export const AgentPage = method("/agent/page", AgentPageReq, AgentPageResp, {
  access: signedIn,
  kind: "read",
  words: [
    "List bots",
    "Without userIDs, all bots. Only administrators see url and prompts.",
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
    words: ["Pass on a message to a bot", told],
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
    words: ["Pass on a group message that mentions bots", told],
    codes: [1002],
    query: { key: "Base64 of the message's sendID, recvID and groupID." },
  },
);
