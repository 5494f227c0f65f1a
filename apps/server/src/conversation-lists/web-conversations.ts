import type { Conversation } from "@parley/protocol/generated/conversation";
import type { ConversationMsg } from "@parley/protocol/generated/jssdk";
import type { FriendInfoOnly } from "@parley/protocol/generated/relation";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";

import type { Pulling, SeqState } from "../messages/pull.ts";

/** All that the web SDK's list of conversations shows, in one answer. */
export interface WebConversations {
  /** Returns the user's rows among these ids. */
  list(
    userID: string,
    conversationIDs: readonly string[],
  ): Promise<WebConversationList>;
  /** Pinned ones first, then by their newest message; at most `count`. */
  listActive(userID: string, count: number): Promise<WebConversationList>;
}

export interface WebConversationList {
  /**
   * Unread count over all of the user's conversations, also those not listed.
   * Deleted messages do not count.
   */
  unreadCount: number;
  /** Leaves out conversations without a message that the user may read. */
  conversations: ConversationMsg[];
}

export interface WebConversationsDeps {
  pulling: Pick<Pulling, "seqStates" | "unread" | "newest">;
  listConversations(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Conversation[]>;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
  /** Returns the friends of the owner among these ids. */
  listFriends(
    ownerID: string,
    userIDs: readonly string[],
  ): Promise<FriendInfoOnly[]>;
}

/** A conversation and how far it was read. */
interface Entry extends SeqState {
  conversation: Conversation;
}

export function createWebConversations(
  deps: WebConversationsDeps,
): WebConversations {
  const { pulling } = deps;

  async function entriesOf(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<Entry[]> {
    const conversations = await deps.listConversations(userID, conversationIDs);
    // Asked for none, pulling would answer all.
    if (conversations.length === 0) return [];
    const states = await pulling.seqStates(userID, idsOf(conversations));
    return conversations.flatMap((conversation) => {
      const state = states.get(conversation.conversationID);
      return state && state.maxSeq > 0 ? { ...state, conversation } : [];
    });
  }

  async function countUnread(
    userID: string,
    entries: readonly Entry[],
  ): Promise<number> {
    const states = entries.map(
      (entry) => [entry.conversation.conversationID, entry] as const,
    );
    const counts = await pulling.unread(userID, new Map(states));
    return counts.values().reduce((sum, count) => sum + count, 0);
  }

  async function show(
    userID: string,
    entries: readonly Entry[],
  ): Promise<ConversationMsg[]> {
    const conversations = entries.map(({ conversation }) => conversation);
    const peerIDs = conversations.map((each) => each.userID).filter(Boolean);
    const groupIDs = conversations.map((each) => each.groupID).filter(Boolean);
    const [messages, users, friends, groups] = await Promise.all([
      pulling.newest(userID, idsOf(conversations)),
      deps.listUsers(peerIDs).then(by("userID")),
      deps.listFriends(userID, peerIDs).then(by("friendUserID")),
      deps.listGroups(groupIDs).then(by("groupID")),
    ]);
    return entries.flatMap(({ conversation, maxSeq, hasReadSeq }) => {
      const last = messages.get(conversation.conversationID);
      if (!last) return [];
      return {
        conversation,
        lastMsg: MsgData.decode(last.data),
        user: users.get(conversation.userID) ?? null,
        friend: friends.get(conversation.userID) ?? null,
        group: groups.get(conversation.groupID) ?? null,
        maxSeq,
        readSeq: hasReadSeq,
      };
    });
  }

  return {
    async list(userID, conversationIDs) {
      if (conversationIDs.length === 0)
        return { unreadCount: 0, conversations: [] };
      const entries = await entriesOf(userID, conversationIDs);
      return {
        unreadCount: await countUnread(userID, entries),
        conversations: await show(userID, entries),
      };
    },

    async listActive(userID, count) {
      const entries = await entriesOf(userID);
      const shown = entries
        .toSorted(
          (a, b) =>
            Number(b.conversation.isPinned) - Number(a.conversation.isPinned) ||
            b.maxSeqTime - a.maxSeqTime,
        )
        .slice(0, count);
      return {
        unreadCount: await countUnread(userID, entries),
        conversations: await show(userID, shown),
      };
    },
  };
}

const idsOf = (conversations: readonly Conversation[]): string[] =>
  conversations.map(({ conversationID }) => conversationID);

const by =
  <Key extends string>(key: Key) =>
  <Item extends Record<Key, string>>(items: readonly Item[]) =>
    new Map(items.map((item) => [item[key] as string, item]));
