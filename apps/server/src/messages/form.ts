import {
  ContentType,
  OptionKey,
  SessionType,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { maxSentBytes } from "@parley/protocol/frame-size";
import { requireNoNUL } from "@parley/protocol/nul";
import type { MsgDataView } from "@parley/protocol/msg-data";

/** docs/wire/messages.md#form: throws 1001. */
export function requireForm(view: MsgDataView): void {
  const { sessionType, contentType } = view;
  // A gzipped frame can hold far more.
  if (view.bytes.length > maxSentBytes)
    throw errors.args(`a message may have ${maxSentBytes} bytes`);
  if (view.bytes.includes(0)) requireNoNUL(view.ids());
  if (view.sendID === "") throw errors.args("sendID is empty");
  if (view.content.length === 0) throw errors.args("content is empty");
  const isOfficial = sessionType === SessionType.notification;
  if (isOfficial !== (contentType === ContentType.OANotification))
    throw errors.args("sessionType 4 and contentType 1400 go together");
  switch (sessionType) {
    case SessionType.single:
    case SessionType.notification:
      if (view.recvID === "") throw errors.args("recvID is empty");
      return;
    case SessionType.group:
      if (view.groupID === "") throw errors.args("groupID is empty");
      return;
    default:
      throw errors.args(`sessionType ${sessionType} is not 1, 3 or 4`);
  }
}

const onlineOnly = [
  OptionKey.history,
  OptionKey.persistent,
  OptionKey.senderSync,
  OptionKey.conversationUpdate,
  OptionKey.senderConversationUpdate,
  OptionKey.unreadCount,
  OptionKey.offlinePush,
];
const off = (keys: readonly string[]) =>
  new Map(keys.map((each) => [each, false]));

/**
 * Returns the options that the server overrides
 * (docs/wire/conversations.md#options).
 */
export function overridesFor(contentType: number): Map<string, boolean> | null {
  switch (contentType) {
    case ContentType.Typing:
      return off(onlineOnly);
    case ContentType.HasReadReceipt:
      return off([
        OptionKey.conversationUpdate,
        OptionKey.senderConversationUpdate,
        OptionKey.unreadCount,
        OptionKey.offlinePush,
      ]);
    case ContentType.Revoke:
      return off([OptionKey.unreadCount, OptionKey.offlinePush]);
    default:
      return null;
  }
}
