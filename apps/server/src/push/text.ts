import { ContentType } from "@parley/protocol/content-types";
import type { OfflinePushInfo } from "@parley/protocol/generated/sdkws";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { PushText } from "./providers/provider.ts";

/** Providers take 4 KB with everything around it, in any script. */
const longestTitle = 128;
const longestBody = 400;
const longestExBytes = 1_536;

/**
 * Returns the text of a push, which never has the message's content
 * (docs/push.md).
 */
export function renderPushText(
  view: MsgDataView,
  info: OfflinePushInfo | null,
  { conversationID, operationID }: Place,
): PushText {
  const title = clip(info?.title || titleOf(view.contentType), longestTitle);
  const ex = info?.ex ?? "";
  return {
    title,
    body: clip(info?.desc ?? "", longestBody) || title,
    // Half of what an app wants to read is nothing it can read.
    ex: Buffer.byteLength(ex) <= longestExBytes ? ex : "",
    sound: info?.iOSPushSound ?? "",
    raisesBadge: info?.iOSBadgeCount ?? false,
    clientMsgID: view.clientMsgID,
    conversationID,
    operationID,
  };
}

interface Place {
  conversationID: string;
  operationID: string;
}

function titleOf(contentType: number): string {
  switch (contentType) {
    case ContentType.Text:
      return "[TEXT]";
    case ContentType.Picture:
      return "[PICTURE]";
    case ContentType.Voice:
      return "[VOICE]";
    case ContentType.Video:
      return "[VIDEO]";
    case ContentType.File:
      return "[File]";
    case ContentType.AtText:
      return "";
    case ContentType.SignalingNotification:
      return "[SIGNALINVITE]";
    default:
      return "[NEWMSG]";
  }
}

/** Whole characters only. */
function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHalf ? longest - 1 : longest)}…`;
}
