import { RecvMsgOpt, SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
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
  SetConversations,
  UpdateConversationsByUser,
} from "@parley/protocol/methods/conversations";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { toPage } from "../storage/page.ts";
import type { Conversations } from "./conversations.ts";

export interface ConversationRoutesDeps {
  conversations: Conversations;
  /** Returns the owner's conversations without a message since `time`. */
  quietSince(ownerID: string, time: number): Promise<string[]>;
  /** Throws 1004, and 1204 for a group that was dismissed. */
  requireGroup(groupID: string): Promise<void>;
  now: () => number;
}

const dayMs = 86_400_000;

export const conversationRoutes = ({
  conversations,
  quietSince,
  requireGroup,
  now,
}: ConversationRoutesDeps): Route[] => [
  route(GetAllConversations, {
    async handle(_call, { ownerUserID }) {
      return { conversations: await conversations.list(ownerUserID) };
    },
  }),
  route(GetConversation, {
    async handle(_call, { ownerUserID, conversationID }) {
      return {
        conversation: await conversations.get(ownerUserID, conversationID),
      };
    },
  }),
  route(GetConversations, {
    async handle(_call, { ownerUserID, conversationIDs }) {
      return {
        conversations: await conversations.list(ownerUserID, conversationIDs),
      };
    },
  }),
  route(SetConversations, {
    check({ conversation }) {
      const { conversationType, userID, groupID } = conversation ?? {};
      if (conversationType === SessionType.single && userID === "")
        throw errors.args("conversation.userID is empty");
      if (conversationType === SessionType.group && groupID === "")
        throw errors.args("conversation.groupID is empty");
    },
    async handle({ cause: { operationID } }, { userIDs, conversation }) {
      if (!conversation) throw errors.args("conversation is missing");
      const { conversationType, groupID } = conversation;
      if (conversationType === SessionType.writeGroup)
        await requireGroup(groupID);
      await conversations.set(operationID, userIDs, conversation);
    },
  }),
  route(GetFullConversationIDs, {
    handle(_call, { userID, idHash }) {
      return conversations.fullIDs(userID, idHash);
    },
  }),
  route(GetIncrementalConversations, {
    async handle(_call, { userID, versionID, version }) {
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
  }),
  route(GetOwnerConversation, {
    handle(_call, { userID, pagination }) {
      return conversations.page(userID, toPage(pagination));
    },
  }),
  route(GetNotNotifyConversationIDs, {
    async handle(_call, { userID }) {
      const recvMsgOpt = RecvMsgOpt.receiveNotNotify;
      return {
        conversationIDs: await conversations.listIDs(userID, { recvMsgOpt }),
      };
    },
  }),
  route(GetPinnedConversationIDs, {
    async handle(_call, { userID }) {
      return {
        conversationIDs: await conversations.listIDs(userID, {
          isPinned: true,
        }),
      };
    },
  }),
  route(DeleteConversations, {
    async handle(_call, { ownerUserID, conversationIDs, needDeleteTime }) {
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
  route(UpdateConversationsByUser, {
    async handle(_call, { userID, ex }) {
      if (ex !== null) await conversations.setExOfPeer(userID, ex);
    },
  }),
];
