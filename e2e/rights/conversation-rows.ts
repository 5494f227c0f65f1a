import {
  DeleteConversations,
  GetAllConversations,
  GetConversation,
  GetConversations,
  GetFullConversationIDs,
  GetIncrementalConversations,
  GetNotNotifyConversationIDs,
  GetOwnerConversation,
  GetPinnedConversationIDs,
  GetSortedConversationList,
  SetConversations,
  UpdateConversationsByUser,
} from "@parley/protocol/methods/conversations";
import {
  GetActiveJssdkConversations,
  GetJssdkConversations,
} from "@parley/protocol/methods/jssdk";

import type { Conversation, Fixtures } from "./fixtures.ts";
import { row, firstPage } from "./roles.ts";
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
  row(GetSortedConversationList, async (f) => ({
    userID: f.self,
    conversationIDs: [(await f.conversation()).conversationID],
    ...firstPage,
  })),
  row(GetAllConversations, ({ self }) => ({
    ownerUserID: self,
  })),
  row(GetConversation, ownConversation),
  row(GetConversations, ownConversation),
  row(SetConversations, async (f) => ({
    userIDs: [f.self],
    conversation: pinned(await f.conversation()),
  })),
  row(
    SetConversations,
    async (f, { role, userID }) => ({
      userIDs: role === "stranger" ? [userID, f.self] : [f.self],
      conversation: pinned(await f.conversation()),
    }),
    { about: "of the caller and another" },
  ),
  row(GetFullConversationIDs, ({ self }) => ({
    userID: self,
    idHash: 1,
  })),
  row(GetIncrementalConversations, ({ self }) => ({
    userID: self,
    versionID: "",
    version: 0,
  })),
  row(GetOwnerConversation, ({ self }) => ({
    userID: self,
    ...firstPage,
  })),
  row(GetNotNotifyConversationIDs, ofSelf),
  row(GetPinnedConversationIDs, ofSelf),
  row(DeleteConversations, ownConversation),
  row(UpdateConversationsByUser, ({ self }) => ({
    userID: self,
    ex: "x",
  })),
  // These two answer the caller's own conversations, whomever the body names.
  row(GetJssdkConversations, ownConversation),
  row(GetActiveJssdkConversations, ({ self }) => ({
    ownerUserID: self,
    count: 10,
  })),
];
