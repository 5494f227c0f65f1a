import {
  DeleteConversationsReq,
  GetAllConversationsReq,
  GetAllConversationsResp,
  GetConversationReq,
  GetConversationResp,
  GetConversationsReq,
  GetConversationsResp,
  GetFullOwnerConversationIDsReq,
  GetFullOwnerConversationIDsResp,
  GetIncrementalConversationReq,
  GetIncrementalConversationResp,
  GetNotNotifyConversationIDsReq,
  GetNotNotifyConversationIDsResp,
  GetOwnerConversationReq,
  GetOwnerConversationResp,
  GetPinnedConversationIDsReq,
  GetPinnedConversationIDsResp,
  GetSortedConversationListReq,
  GetSortedConversationListResp,
  SetConversationsReq,
  UpdateConversationsByUserReq,
} from "../generated/conversation.ts";
import { method, nothing, self } from "../method.ts";

const sync =
  "Give versionID and version of the answer before; without them, or too far behind, `full` says to fetch the whole list.";

export const GetSortedConversationList = method(
  "/conversation/get_sorted_conversation_list",
  GetSortedConversationListReq,
  GetSortedConversationListResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: [
      "List conversations with their newest message",
      "Pinned ones first, then by the newest message. With names and pictures and the number of unread messages.",
    ],
    codes: [1002, 1004],
  },
);

export const GetAllConversations = method(
  "/conversation/get_all_conversations",
  GetAllConversationsReq,
  GetAllConversationsResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["ownerUserID"],
    words: ["Get all conversations of a user"],
    codes: [1002],
  },
);

export const GetConversation = method(
  "/conversation/get_conversation",
  GetConversationReq,
  GetConversationResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["conversationID", "ownerUserID"],
    words: ["Get one conversation"],
    codes: [1002, 1004],
  },
);

export const GetConversations = method(
  "/conversation/get_conversations",
  GetConversationsReq,
  GetConversationsResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["ownerUserID", "conversationIDs"],
    words: [
      "Get conversations by id",
      "Conversations that the user does not have are omitted.",
    ],
    codes: [1002],
  },
);

export const SetConversations = method(
  "/conversation/set_conversations",
  SetConversationsReq,
  nothing,
  {
    access: self("userIDs"),
    kind: "change",
    required: [
      "userIDs",
      "conversation",
      "conversation.conversationID",
      "conversation.conversationType",
    ],
    words: [
      "Change the settings of a conversation",
      "For one or more owners; null: no change. Creates missing conversations.",
    ],
    codes: [1002, 1004, 1204],
  },
);

export const GetFullConversationIDs = method(
  "/conversation/get_full_conversation_ids",
  GetFullOwnerConversationIDsReq,
  GetFullOwnerConversationIDsResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Get the ids of all conversations, if they differ"],
    codes: [1002],
  },
);

export const GetIncrementalConversations = method(
  "/conversation/get_incremental_conversations",
  GetIncrementalConversationReq,
  GetIncrementalConversationResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Catch up with changes among conversations", sync],
    codes: [1002],
  },
);

export const GetOwnerConversation = method(
  "/conversation/get_owner_conversation",
  GetOwnerConversationReq,
  GetOwnerConversationResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["List conversations, page by page", "In order of creation."],
    codes: [1002],
  },
);

export const GetNotNotifyConversationIDs = method(
  "/conversation/get_not_notify_conversation_ids",
  GetNotNotifyConversationIDsReq,
  GetNotNotifyConversationIDsResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["List the ids of conversations without push"],
    codes: [1002],
  },
);

export const GetPinnedConversationIDs = method(
  "/conversation/get_pinned_conversation_ids",
  GetPinnedConversationIDsReq,
  GetPinnedConversationIDsResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["List the ids of pinned conversations"],
    codes: [1002],
  },
);

export const DeleteConversations = method(
  "/conversation/delete_conversations",
  DeleteConversationsReq,
  nothing,
  {
    access: self("ownerUserID"),
    kind: "change",
    words: [
      "Delete conversations from a user's list",
      "The messages stay, and a new message brings the conversation back.",
    ],
    codes: [1002],
  },
);

export const UpdateConversationsByUser = method(
  "/conversation/update_conversations_by_user",
  UpdateConversationsByUserReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    words: [
      "Set the free text of conversations with a user",
      "In the lists of all users who have a conversation with this user.",
    ],
    codes: [1002],
  },
);
