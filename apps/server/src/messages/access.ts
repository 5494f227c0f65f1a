import {
  isGroupChatID,
  isNotificationID,
} from "@parley/protocol/conversation-ids";

import type { RowGlance } from "../conversations/conversations.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { Now } from "../storage/engine.ts";
import type { Head, MessageLog } from "./log.ts";

/** The messages of a conversation that one user may read. */
export interface Window {
  head: Head;
  /** First readable seq; 0 while nothing was cleared. */
  min: number;
  /** Last readable seq; 0 when there is none. */
  max: number;
}

/** Whose messages a user may look at (messages.md §8). */
export interface Access {
  /** undefined when the conversation is not the user's, or holds nothing. */
  windowOf(userID: string, conversationID: string): Promise<Window | undefined>;
  /** The user's read position, with what sending raised. */
  readSeqOf(userID: string, head: Head): Promise<number>;
}

export interface AccessDeps {
  log: MessageLog;
  userSeqs: UserSeqs;
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  /**
   * Last n_ seq that is for the user in this group: 0 = all, undefined = none
   * (never a member).
   */
  groupNoticeLimit(
    groupID: string,
    userID: string,
  ): Promise<number | undefined>;
  wasMember(groupID: string, userID: string): Promise<boolean>;
}

export function createAccess(deps: AccessDeps): Access {
  const { log, userSeqs } = deps;

  /** Whether the user is of the pair, or is or was in the group. */
  async function concerns(
    userID: string,
    conversationID: string,
  ): Promise<boolean> {
    if (!isGroupChatID(conversationID))
      return isOwnPair(conversationID, userID);
    const groupID = conversationID.slice(3);
    return deps.wasMember(groupID, userID);
  }

  async function windowOf(
    userID: string,
    conversationID: string,
  ): Promise<Window | undefined> {
    const head = await log.find(conversationID);
    if (!head) return undefined;
    if (isNotificationID(conversationID)) {
      const limit = isOwnPair(conversationID, userID)
        ? 0
        : await deps.groupNoticeLimit(conversationID.slice(2), userID);
      if (limit === undefined) return undefined;
      return window(head, 0, limit);
    }
    // A row alone proves nothing: users make rows of any id for themselves.
    if (!(await deps.glance(userID, conversationID))) return undefined;
    if (!(await concerns(userID, conversationID))) return undefined;
    const { minSeq, maxSeq } = await userSeqs.get(userID, conversationID);
    return window(head, minSeq, maxSeq);
  }

  return {
    windowOf,
    async readSeqOf(userID, head) {
      const { readSeq } = await userSeqs.get(userID, head.conversationID);
      return Math.max(readSeq, log.sentSeq(head, userID));
    },
  };
}

/** Of bounds, 0 means none. */
const window = (head: Head, minSeq: number, maxSeq: number): Window => ({
  head,
  min: Math.max(head.minSeq, minSeq),
  max: maxSeq === 0 ? head.maxSeq : Math.min(head.maxSeq, maxSeq),
});

/** n_, si_ or sn_<a>_<b> with this user as one of the two. */
export const isOwnPair = (conversationID: string, userID: string): boolean =>
  conversationID.startsWith(`${userID}_`, conversationID.indexOf("_") + 1) ||
  conversationID.endsWith(`_${userID}`);
