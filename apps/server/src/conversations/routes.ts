import { RecvMsgOpt, SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
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
} from "@parley/protocol/generated/conversation";

import type { SortedConversations } from "../conversation-lists/sorted.ts";
import { requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requirePage, toPage } from "../storage/page.ts";
import type { Conversations } from "./conversations.ts";

export interface ConversationRoutesDeps {
  conversations: Conversations;
  sorted: SortedConversations;
  /** Returns the owner's conversations without a message since `time`. */
  quietSince(ownerID: string, time: number): Promise<string[]>;
  /** Throws 1004, and 1204 for a group that was dismissed. */
  requireGroup(groupID: string): Promise<void>;
  now: () => number;
}

const dayMs = 86_400_000;

export const conversationRoutes = ({
  conversations,
  sorted,
  quietSince,
  requireGroup,
  now,
}: ConversationRoutesDeps): Route[] => [
  route(
    "/conversation/get_sorted_conversation_list",
    GetSortedConversationListReq,
    {
      required: ["userID"],
      response: GetSortedConversationListResp,
      handle({ actor }, { userID, conversationIDs, pagination }) {
        const page = requirePage(pagination);
        requireSelf(actor, userID);
        return sorted.list(userID, conversationIDs, page);
      },
    },
  ),
  route("/conversation/get_all_conversations", GetAllConversationsReq, {
    required: ["ownerUserID"],
    response: GetAllConversationsResp,
    async handle({ actor }, { ownerUserID }) {
      requireSelf(actor, ownerUserID);
      return { conversations: await conversations.list(ownerUserID) };
    },
  }),
  route("/conversation/get_conversation", GetConversationReq, {
    required: ["conversationID", "ownerUserID"],
    response: GetConversationResp,
    async handle({ actor }, { ownerUserID, conversationID }) {
      requireSelf(actor, ownerUserID);
      return {
        conversation: await conversations.get(ownerUserID, conversationID),
      };
    },
  }),
  route("/conversation/get_conversations", GetConversationsReq, {
    required: ["ownerUserID", "conversationIDs"],
    response: GetConversationsResp,
    async handle({ actor }, { ownerUserID, conversationIDs }) {
      requireSelf(actor, ownerUserID);
      return {
        conversations: await conversations.list(ownerUserID, conversationIDs),
      };
    },
  }),
  route("/conversation/set_conversations", SetConversationsReq, {
    required: [
      "userIDs",
      "conversation",
      "conversation.conversationID",
      "conversation.conversationType",
    ],
    async handle({ actor, operationID }, { userIDs, conversation }) {
      if (!conversation) throw errors.args("conversation is missing");
      const { conversationType, userID, groupID } = conversation;
      if (conversationType === SessionType.single && userID === "")
        throw errors.args("conversation.userID is empty");
      if (conversationType === SessionType.group && groupID === "")
        throw errors.args("conversation.groupID is empty");
      for (const each of userIDs) requireSelf(actor, each);
      if (conversationType === SessionType.writeGroup)
        await requireGroup(groupID);
      await conversations.set(operationID, userIDs, conversation);
    },
  }),
  route(
    "/conversation/get_full_conversation_ids",
    GetFullOwnerConversationIDsReq,
    {
      response: GetFullOwnerConversationIDsResp,
      handle({ actor }, { userID, idHash }) {
        requireSelf(actor, userID);
        return conversations.fullIDs(userID, idHash);
      },
    },
  ),
  route(
    "/conversation/get_incremental_conversations",
    GetIncrementalConversationReq,
    {
      response: GetIncrementalConversationResp,
      async handle({ actor }, { userID, versionID, version }) {
        requireSelf(actor, userID);
        const { changes, insert, update } = await conversations.incremental(
          userID,
          { versionID, version },
        );
        return {
          version: changes.version,
          versionID: changes.versionID,
          full: changes.full,
          delete: changes.full ? [] : changes.delete,
          insert,
          update,
        };
      },
    },
  ),
  route("/conversation/get_owner_conversation", GetOwnerConversationReq, {
    response: GetOwnerConversationResp,
    handle({ actor }, { userID, pagination }) {
      requireSelf(actor, userID);
      return conversations.page(userID, toPage(pagination));
    },
  }),
  route(
    "/conversation/get_not_notify_conversation_ids",
    GetNotNotifyConversationIDsReq,
    {
      response: GetNotNotifyConversationIDsResp,
      async handle({ actor }, { userID }) {
        requireSelf(actor, userID);
        const recvMsgOpt = RecvMsgOpt.receiveNotNotify;
        return {
          conversationIDs: await conversations.listIDs(userID, { recvMsgOpt }),
        };
      },
    },
  ),
  route(
    "/conversation/get_pinned_conversation_ids",
    GetPinnedConversationIDsReq,
    {
      response: GetPinnedConversationIDsResp,
      async handle({ actor }, { userID }) {
        requireSelf(actor, userID);
        return {
          conversationIDs: await conversations.listIDs(userID, {
            isPinned: true,
          }),
        };
      },
    },
  ),
  route("/conversation/delete_conversations", DeleteConversationsReq, {
    async handle({ actor }, { ownerUserID, conversationIDs, needDeleteTime }) {
      requireSelf(actor, ownerUserID);
      if (conversationIDs.length > 0 === needDeleteTime > 0)
        throw errors.args("give either conversationIDs or needDeleteTime");
      await conversations.delete(
        ownerUserID,
        conversationIDs.length > 0
          ? conversationIDs
          : await quietSince(ownerUserID, now() - needDeleteTime * dayMs),
      );
    },
  }),
  route(
    "/conversation/update_conversations_by_user",
    UpdateConversationsByUserReq,
    {
      async handle({ actor }, { userID, ex }) {
        requireSelf(actor, userID);
        if (ex !== null) await conversations.setExOfPeer(userID, ex);
      },
    },
  ),
];
