import { SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  Conversation,
  ConversationElem,
  MsgInfo,
} from "@parley/protocol/generated/conversation";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";

import type { Pulling } from "../messages/pull.ts";
import type { Page } from "../storage/page.ts";

/** The deprecated list with newest messages (get_sorted_conversation_list). */
export interface SortedConversations {
  list(
    userID: string,
    conversationIDs: readonly string[],
    page: Page,
  ): Promise<{
    conversationTotal: number;
    unreadTotal: number;
    conversationElems: ConversationElem[];
  }>;
}

export interface SortedConversationsDeps {
  pulling: Pulling;
  listConversations(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Conversation[]>;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
}

export function createSortedConversations(
  deps: SortedConversationsDeps,
): SortedConversations {
  const { pulling } = deps;
  return {
    async list(userID, conversationIDs, { offset, limit }) {
      const rows = await deps.listConversations(
        userID,
        conversationIDs.length > 0 ? conversationIDs : undefined,
      );
      if (rows.length === 0) throw errors.notFound("no conversations");
      const ids = rows.map((row) => row.conversationID);
      const states = await pulling.seqStates(userID, ids);
      const unread = await pulling.unread(userID, states);
      const unreadOf = (id: string): number => unread.get(id) ?? 0;
      const timeOf = (id: string) => states.get(id)?.maxSeqTime ?? 0;
      const sorted = rows.toSorted(
        (a, b) =>
          Number(b.isPinned) - Number(a.isPinned) ||
          timeOf(b.conversationID) - timeOf(a.conversationID),
      );
      const shown = sorted.slice(offset, offset + limit);
      const newest = await pulling.newest(
        userID,
        shown.map((row) => row.conversationID),
      );
      const holdsMessages = (id: string): boolean => {
        const { minSeq = 0, maxSeq = 0 } = states.get(id) ?? {};
        return maxSeq > 0 && minSeq <= maxSeq;
      };
      const users = new Map(
        (
          await deps.listUsers(shown.map((row) => row.userID).filter(Boolean))
        ).map((user) => [user.userID, user]),
      );
      const groups = new Map(
        (
          await deps.listGroups(shown.map((row) => row.groupID).filter(Boolean))
        ).map((group) => [group.groupID, group]),
      );
      return {
        conversationTotal: ids.filter(holdsMessages).length,
        unreadTotal: ids.reduce((sum, id) => sum + unreadOf(id), 0),
        conversationElems: shown.map((row) => {
          const message = newest.get(row.conversationID);
          return {
            conversationID: row.conversationID,
            recvMsgOpt: row.recvMsgOpt,
            unreadCount: unreadOf(row.conversationID),
            IsPinned: row.isPinned,
            msgInfo: message
              ? toInfo(
                  MsgData.decode(message.data),
                  users.get(row.userID),
                  groups.get(row.groupID),
                )
              : null,
          };
        }),
      };
    },
  };
}

/** A single chat shows its peer, a group who spoke. */
function toInfo(
  message: MsgData,
  peer: UserInfo | undefined,
  group: GroupInfo | undefined,
): MsgInfo {
  const isGroup = message.sessionType === SessionType.group;
  return {
    serverMsgID: message.serverMsgID,
    clientMsgID: message.clientMsgID,
    sessionType: message.sessionType,
    sendID: message.sendID,
    recvID: message.recvID,
    senderName: isGroup ? message.senderNickname : (peer?.nickname ?? ""),
    faceURL: isGroup ? "" : (peer?.faceURL ?? ""),
    groupID: message.groupID,
    groupName: group?.groupName ?? "",
    groupFaceURL: group?.faceURL ?? "",
    groupType: group?.groupType ?? 0,
    groupMemberCount: group?.memberCount ?? 0,
    LatestMsgRecvTime: message.sendTime,
    msgFrom: message.msgFrom,
    contentType: message.contentType,
    content: new TextDecoder().decode(message.content),
    ex: message.ex,
  };
}
