import {
  ContentType,
  isNotificationType,
  SessionType,
} from "@parley/protocol/content-types";
import { goStringify } from "@parley/protocol/go-json";
import type { MsgDataView } from "@parley/protocol/msg-data";
import { readUTF8 } from "@parley/protocol/utf8";

import type { WebhookFilter } from "./webhooks.ts";

/** Returns the body of message hooks (docs/webhooks.md, MSG). */
export function messageBody(
  view: MsgDataView,
  {
    operationID,
    serverMsgID = view.serverMsgID,
    sendTime = view.sendTime,
    seq = 0,
  }: {
    operationID: string;
    serverMsgID?: string;
    sendTime?: number;
    seq?: number;
  },
) {
  return {
    sendID: view.sendID,
    serverMsgID,
    clientMsgID: view.clientMsgID,
    operationID,
    senderPlatformID: view.senderPlatformID,
    senderNickname: view.senderNickname,
    sessionType: view.sessionType,
    msgFrom: view.msgFrom,
    contentType: view.contentType,
    status: view.status,
    sendTime,
    createTime: view.createTime,
    content: textOf(view),
    seq,
    atUserList: orNull(view.atUserIDList),
    faceURL: view.senderFaceURL,
    ex: view.ex,
  };
}

export const textOf = ({ content }: MsgDataView): string =>
  readUTF8(content, 0, content.length);

/** Go prints a list that nobody filled as null. */
export const orNull = <T>(list: readonly T[]): readonly T[] | null =>
  list.length === 0 ? null : list;

/**
 * Returns the receiver or the group, whichever the kind of conversation uses.
 */
export function addressOf({ sessionType, recvID, groupID }: MsgDataView): {
  recvID: string;
  groupID: string;
} {
  return sessionType === SessionType.group
    ? { recvID: "", groupID }
    : { recvID, groupID: "" };
}

/**
 * Returns the query with which a bot replies by /msg/send_simple_msg
 * (docs/webhooks.md).
 */
export function replyQuery({ sendID, recvID, groupID }: MsgDataView): string {
  const key = Buffer.from(goStringify({ sendID, recvID, groupID }));
  return `?key=${encodeURIComponent(key.toString("base64"))}`;
}

/** Notifications and typing are never told, whatever the filter says. */
export function isWanted(
  { attentionIds, deniedTypes }: WebhookFilter,
  view: MsgDataView,
): boolean {
  const { contentType } = view;
  const { recvID, groupID } = addressOf(view);
  // OpenIM looks at recvID alone, which a group's messages have not.
  if (attentionIds.size > 0 && !attentionIds.has(groupID || recvID))
    return false;
  if (isNotificationType(contentType) || contentType === ContentType.Typing)
    return false;
  return !deniedTypes.has(contentType);
}
