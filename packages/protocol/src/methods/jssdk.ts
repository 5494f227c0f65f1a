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
      "Get conversations with everything that their list shows",
      "With the newest message, the peer or group, and the unread count. Always the caller's conversations, whichever user is named.",
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
      "Get the most active conversations",
      "Pinned ones first, then by the newest message.",
    ],
  },
);
