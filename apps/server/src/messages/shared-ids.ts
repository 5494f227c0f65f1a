import { SessionType } from "@parley/protocol/content-types";
import {
  isGroupChatID,
  isNotificationID,
} from "@parley/protocol/conversation-ids";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Head } from "../message-log/heads.ts";
import type { StoredMessage } from "../storage/engine.ts";

// User ids may contain the separator, so two pairs can share a conversation id:
// (a, x_b) and (a_x, b). In n_a_b the notices of a and b also meet those of the
// group a_b. Clients compute these ids themselves, so they cannot change; every
// operation therefore applies only to the two users who are named.

/** The reader. */
export interface Reader {
  userID: string;
  /** The conversation is a group's, or its id equals a group's. */
  readsGroup: boolean;
}

/** Messages under this id may belong to another pair. */
export const mayBeShared = (conversationID: string): boolean =>
  !isGroupChatID(conversationID) &&
  conversationID.split("_").length > (isNotificationID(conversationID) ? 2 : 3);

/** Returns the messages that belong to this reader. */
export function ownOf<Message extends Pick<StoredMessage, "data">>(
  reader: Reader,
  { conversationID }: Pick<Head, "conversationID">,
  messages: Message[],
): Message[] {
  return mayBeShared(conversationID)
    ? messages.filter(({ data }) => isFor(reader, data))
    : messages;
}

function isFor({ userID, readsGroup }: Reader, data: Uint8Array): boolean {
  const { sendID, recvID, groupID, sessionType } = readMsgData(data);
  return sessionType === SessionType.group && groupID !== ""
    ? readsGroup
    : sendID === userID || recvID === userID;
}
