import { SessionType } from "./content-types.ts";
import { errors } from "./errors.ts";

/** Ids are put together here and nowhere else (docs/wire/conversations.md#conversation-ids). */

export function singleChatID(a: string, b: string): string {
  return `si_${sortedPair(a, b)}`;
}

export function groupChatID(groupID: string): string {
  return `sg_${groupID}`;
}

/** The chat of a user with an official account. */
export function notificationChatID(a: string, b: string): string {
  return `sn_${sortedPair(a, b)}`;
}

/** Returns the conversation of a conversation's notices: si_a_b → n_a_b. */
export function notificationTwin(conversationID: string): string {
  return `n_${conversationID.slice(conversationID.indexOf("_") + 1)}`;
}

/** Returns the conversation of a user's own notices. */
export function ownNotificationID(userID: string): string {
  return `n_${userID}_${userID}`;
}

export function isSingleChatID(conversationID: string): boolean {
  return conversationID.startsWith("si_");
}

export function isGroupChatID(conversationID: string): boolean {
  return conversationID.startsWith("sg_");
}

export function isNotificationID(conversationID: string): boolean {
  return conversationID.startsWith("n_");
}

/**
 * Returns whether an n_, si_ or sn_ id belongs to a pair with this user. An id
 * may belong to several pairs, because user ids may contain the separator.
 */
export function isPairOf(conversationID: string, userID: string): boolean {
  const pair = conversationID.slice(conversationID.indexOf("_") + 1);
  return (
    (pair.startsWith(`${userID}_`) &&
      compareBytewise(userID, pair.slice(userID.length + 1)) <= 0) ||
    (pair.endsWith(`_${userID}`) &&
      compareBytewise(pair.slice(0, -userID.length - 1), userID) <= 0)
  );
}

export interface ConversationParties {
  sessionType: number;
  sendID: string;
  recvID: string;
  groupID: string;
  isNotification: boolean;
}

/** Throws `args` for a session type that is not sent in. */
export function conversationIDOf(parties: ConversationParties): string {
  const { sessionType, sendID, recvID, groupID, isNotification } = parties;
  switch (sessionType) {
    case SessionType.single:
      return isNotification
        ? `n_${sortedPair(sendID, recvID)}`
        : singleChatID(sendID, recvID);
    case SessionType.notification:
      return isNotification
        ? `n_${sortedPair(sendID, recvID)}`
        : notificationChatID(sendID, recvID);
    case SessionType.group:
      return isNotification ? `n_${groupID}` : groupChatID(groupID);
    default:
      throw errors.args(`sessionType ${sessionType} is not supported`);
  }
}

function sortedPair(a: string, b: string): string {
  return compareBytewise(a, b) <= 0 ? `${a}_${b}` : `${b}_${a}`;
}

/**
 * Orders as Go does: by UTF-8 bytes. JavaScript's own order is by UTF-16
 * units, which puts characters beyond U+FFFF before U+E000 to U+FFFF.
 */
export function compareBytewise(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Moves the surrogates (0xD800 to 0xDFFF) behind everything else. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
