import type { Conversation, Fixtures } from "./fixtures.ts";
import { anyone, firstPage, selfOrAdmin } from "./roles.ts";
import type { Row } from "./roles.ts";

const ofSelf = ({ self }: Fixtures) => ({ userID: self });

/** A conversation of self's, by the names the routes have for it. */
const ownConversation = async (f: Fixtures) => {
  const { conversationID } = await f.conversation();
  const conversationIDs = [conversationID];
  return { ownerUserID: f.self, conversationID, conversationIDs };
};

const pinned = ({ conversationID, peerID }: Conversation) => ({
  conversationID,
  conversationType: 1,
  userID: peerID,
  isPinned: true,
});

export const conversationRows: Row[] = [
  selfOrAdmin("/conversation/get_sorted_conversation_list", async (f) => ({
    userID: f.self,
    conversationIDs: [(await f.conversation()).conversationID],
    ...firstPage,
  })),
  selfOrAdmin("/conversation/get_all_conversations", ({ self }) => ({
    ownerUserID: self,
  })),
  selfOrAdmin("/conversation/get_conversation", ownConversation),
  selfOrAdmin("/conversation/get_conversations", ownConversation),
  selfOrAdmin("/conversation/set_conversations", async (f) => ({
    userIDs: [f.self],
    conversation: pinned(await f.conversation()),
  })),
  selfOrAdmin(
    "/conversation/set_conversations",
    async (f, { role, userID }) => ({
      userIDs: role === "stranger" ? [userID, f.self] : [f.self],
      conversation: pinned(await f.conversation()),
    }),
    "of the caller and another",
  ),
  selfOrAdmin("/conversation/get_full_conversation_ids", ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
  selfOrAdmin("/conversation/get_incremental_conversations", ({ self }) => ({
    userID: self,
    versionID: "",
    version: 0,
  })),
  selfOrAdmin("/conversation/get_owner_conversation", ({ self }) => ({
    userID: self,
    ...firstPage,
  })),
  selfOrAdmin("/conversation/get_not_notify_conversation_ids", ofSelf),
  selfOrAdmin("/conversation/get_pinned_conversation_ids", ofSelf),
  selfOrAdmin("/conversation/delete_conversations", ownConversation),
  selfOrAdmin("/conversation/update_conversations_by_user", ({ self }) => ({
    userID: self,
    ex: "x",
  })),
  // These two answer the caller's own conversations, whomever the body names.
  anyone("/jssdk/get_conversations", ownConversation),
  anyone("/jssdk/get_active_conversations", ({ self }) => ({
    ownerUserID: self,
    count: 10,
  })),
];
