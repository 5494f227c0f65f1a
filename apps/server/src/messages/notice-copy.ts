import { conversationIDOf } from "@parley/protocol/conversation-ids";
import { OptionKey } from "@parley/protocol/content-types";
import { readMsgData, rewriteMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { Outbox } from "../message-log/outbox.ts";

/**
 * Sends a notice of a client with isSendMsg on, and before it a copy that is shown as a
 * message and rings in its place (docs/wire/messages.md#order).
 */
export async function postWithCopy(
  outbox: Outbox,
  message: Parameters<Outbox["post"]>[0],
  view: MsgDataView,
  overrides: Map<string, boolean> | null,
) {
  const option = (name: string) => view.option(name) ?? true;
  const { sendTime } = view;
  const copy = {
    ...message,
    isStored: true,
    // Not the notice's time: a stored message gets its time with its seq.
    sendTime,
    resendKey: 0,
    conversationID: conversationIDOf({
      ...view.ids(),
      isNotification: false,
    }),
    unsealed: rewriteMsgData(readMsgData(message.unsealed), {
      sendTime,
      options: new Map([
        [OptionKey.offlinePush, option(OptionKey.offlinePush)],
        [OptionKey.unreadCount, option(OptionKey.unreadCount)],
      ]),
    }),
  };
  const { durable } = await outbox.post(copy);
  // If it fails, the original fails, too, so nobody needs to handle this promise.
  durable.catch(() => undefined);
  const silenced = new Map(overrides ?? []);
  silenced.set(OptionKey.offlinePush, false);
  silenced.set(OptionKey.unreadCount, false);
  const original = {
    ...message,
    also: undefined,
    unsealed: rewriteMsgData(readMsgData(message.unsealed), {
      options: merged(view, silenced),
    }),
  };
  if (message.isStored) return outbox.post(original);
  // A message that is not stored does not wait for the disk, and would
  // overtake its copy.
  const postOriginal = async () => (await outbox.post(original)).durable;
  return { durable: durable.then(postOriginal) };
}

/** Returns the options of the message, replaced by `overrides`. */
export const merged = (
  view: MsgDataView,
  overrides: ReadonlyMap<string, boolean>,
): Map<string, boolean> => new Map([...(view.options() ?? []), ...overrides]);
