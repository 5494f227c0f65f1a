import {
  GetActiveConversationsReq,
  GetActiveConversationsResp,
  GetConversationsReq,
  GetConversationsResp,
} from "../generated/jssdk.ts";
import { method, signedIn } from "../method.ts";

export const GetJssdkConversations = method(
  "/jssdk/get_conversations",
  GetConversationsReq,
  GetConversationsResp,
  {
    access: signedIn,
    kind: "read",
    takesProtobuf: true,
    words: [
      "Get one's conversations with all that shows them",
      "With the newest message, the peer or group, and the unread count. Those of the caller, whoever is named.",
    ],
  },
);

export const GetActiveJssdkConversations = method(
  "/jssdk/get_active_conversations",
  GetActiveConversationsReq,
  GetActiveConversationsResp,
  {
    access: signedIn,
    kind: "read",
    takesProtobuf: true,
    words: [
      "Get one's most active conversations",
      "Pinned ones first, then by the newest message.",
    ],
  },
);
