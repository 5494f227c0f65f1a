import {
  isGroupChatID,
  isNotificationID,
  isPairOf,
} from "@parley/protocol/conversation-ids";

import type { RowGlance } from "../conversations/versioned-rows.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { Now } from "../storage/engine.ts";
import type { Reader } from "./shared-ids.ts";

/** The messages of a conversation that one user may read. */
export interface Window {
  head: Head;
  reader: Reader;
  /** First readable seq; 0 while nothing was cleared. */
  min: number;
  /** Last readable seq; 0 when there is none. */
  max: number;
}

/** Decides which messages a user may read (docs/wire/messages.md#pulling). */
export interface MessageAccess {
  /** undefined when the conversation is not the user's, or holds nothing. */
  windowOf(userID: string, conversationID: string): Promise<Window | undefined>;
  /** The user's read position, with what sending raised. */
  readSeqOf(userID: string, head: Head): Promise<number>;
  /** The user is one of the pair, or is or was a member of the group. */
  concerns(userID: string, conversationID: string): Promise<boolean>;
}

export interface MessageAccessDeps {
  log: MessageLog;
  userSeqs: UserSeqs;
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  /** The owner had a row and deleted it. */
  isRowDeleted(ownerID: string, conversationID: string): Promise<boolean>;
  /**
   * Last n_ seq that is for the user in this group: 0 = all, undefined = none
   * (never a member).
   */
  groupNoticeLimit(
    groupID: string,
    userID: string,
  ): Promise<number | undefined>;
  /** undefined = the user never was in the group. */
  membership(
    groupID: string,
    userID: string,
  ): Promise<"is" | "was" | undefined>;
}

export function createMessageAccess(deps: MessageAccessDeps): MessageAccess {
  const { log, userSeqs } = deps;

  async function concerns(
    userID: string,
    conversationID: string,
  ): Promise<boolean> {
    if (!isGroupChatID(conversationID)) return isPairOf(conversationID, userID);
    const membership = await deps.membership(conversationID.slice(3), userID);
    if (membership !== "was") return membership !== undefined;
    // A user who left before the first message has no bound and nothing to
    // read.
    return (await userSeqs.get(userID, conversationID)).maxSeq > 0;
  }

  async function noticeWindow(
    userID: string,
    head: Head,
  ): Promise<Window | undefined> {
    // Somebody may have named a group like a pair of users.
    const { conversationID } = head;
    const isPair = isPairOf(conversationID, userID);
    const groupID = conversationID.slice(2);
    const limit = await deps.groupNoticeLimit(groupID, userID);
    if (!isPair && limit === undefined) return undefined;
    const readsGroup = isPair ? limit === 0 : true;
    const reader = { userID, readsGroup };
    // Somebody else may have had this userID before.
    const { minSeq } = await userSeqs.get(userID, conversationID);
    return window(head, reader, minSeq, isPair ? 0 : (limit ?? 0));
  }

  async function windowOf(
    userID: string,
    conversationID: string,
  ): Promise<Window | undefined> {
    const head = await log.find(conversationID);
    if (!head) return undefined;
    if (isNotificationID(conversationID)) return noticeWindow(userID, head);
    // A webhook may have refused the row; who deleted it wants nothing of it.
    if (
      !(await deps.glance(userID, conversationID)) &&
      (!(await concerns(userID, conversationID)) ||
        (await deps.isRowDeleted(userID, conversationID)))
    )
      return undefined;
    const { minSeq, maxSeq } = await userSeqs.get(userID, conversationID);
    const reader = { userID, readsGroup: isGroupChatID(conversationID) };
    return window(head, reader, minSeq, maxSeq);
  }

  return {
    windowOf,
    async readSeqOf(userID, head) {
      const seqs = await userSeqs.get(userID, head.conversationID);
      const sentSeq = await log.sentSeqs(userID, [head]);
      return readUpTo(
        Math.max(seqs.readSeq, sentSeq(head)),
        boundsOf(head, seqs.minSeq, seqs.maxSeq),
      );
    },
    concerns,
  };
}

/** Bounds of 0 do not apply. */
function window(
  head: Head,
  reader: Reader,
  minSeq: number,
  maxSeq: number,
): Window {
  const bounds = boundsOf(head, minSeq, maxSeq);
  return { head, reader, min: bounds.minSeq, max: bounds.maxSeq };
}

const boundsOf = (head: Head, minSeq: number, maxSeq: number) => ({
  minSeq: Math.max(head.minSeq, minSeq),
  maxSeq: maxSeq === 0 ? head.maxSeq : Math.min(head.maxSeq, maxSeq),
});

/**
 * Messages that the user cannot read are not unread: those before joining,
 * cleared ones and expired ones count as read.
 */
export const readUpTo = (
  readSeq: number,
  { minSeq, maxSeq }: { minSeq: number; maxSeq: number },
): number => Math.max(readSeq, Math.min(minSeq - 1, maxSeq), 0);
