import {
  ContentType,
  MsgFrom,
  NotificationReliability,
  SessionType,
} from "@parley/protocol/content-types";
import { goStringify } from "@parley/protocol/go-json";
import type { SendBusinessNotificationReq } from "@parley/protocol/rest-types";

import type { Cause } from "../http/actor.ts";
import type { Sending } from "./send.ts";
import { postFromServer } from "./server-send.ts";
import type { Sent } from "./server-send.ts";

/**
 * Tells a user, or everyone of a group, what only the operator's own apps
 * understand (docs/wire/messages.md#typing-and-business). Neither sender nor receiver has
 * to exist; the
 * group has to.
 */
export type SendBusiness = (
  cause: Cause,
  notification: SendBusinessNotificationReq,
) => Promise<Sent>;

export interface BusinessDeps {
  sending: Sending;
  now: () => number;
}

export const createBusiness =
  ({ sending, now }: BusinessDeps): SendBusiness =>
  (cause, notification) => {
    const { sendUserID, recvUserID, recvGroupID, sendMsg } = notification;
    const { key, data, reliabilityLevel } = notification;
    const isStored = reliabilityLevel === NotificationReliability.reliableNoMsg;
    return postFromServer(sending, cause, {
      sendID: sendUserID,
      recvID: recvUserID,
      groupID: recvGroupID,
      sessionType: recvGroupID === "" ? SessionType.single : SessionType.group,
      msgFrom: MsgFrom.system,
      contentType: ContentType.BusinessNotification,
      content: Buffer.from(goStringify({ detail: goStringify({ key, data }) })),
      createTime: now(),
      options: {
        isNotNotification: false,
        isSendMsg: sendMsg,
        history: isStored,
        persistent: isStored,
        offlinePush: false,
        // Counts the visible copy; the notice itself never counts.
        unreadCount: sendMsg,
        conversationUpdate: false,
        notPrivate: false,
        senderConversationUpdate: false,
        reactionFromCache: false,
        senderSync: true,
      },
    });
  };
