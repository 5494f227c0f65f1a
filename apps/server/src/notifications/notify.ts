import { randomUUID } from "node:crypto";

import { MsgFrom, SessionType } from "@parley/protocol/content-types";
import { conversationIDOf } from "@parley/protocol/conversation-ids";
import { MsgData } from "@parley/protocol/generated/sdkws";

import type { Outbox } from "../message-log/outbox.ts";
import type { Transaction } from "../storage/writer.ts";
import type { NotificationSetting } from "./settings.ts";
import { noticeContent, shortName } from "./size.ts";

/** A notice in the words of its domain. */
export interface Notice {
  contentType: number;
  sendID: string;
  /** The receiver; the sender's own devices get a copy. Empty for a group. */
  recvID?: string;
  /** The group whose members receive it. */
  groupID?: string;
  /** The tips as JSON text (docs/wire/notifications.md#form). */
  detail: string;
  /** Kept in the n_ conversation and replayed; else online only. */
  isStored?: boolean;
  senderNickname?: string;
  senderFaceURL?: string;
  /** Overrides the setting of this type. */
  isSendMsg?: boolean;
  /** true: carried without offlinePushInfo. */
  hasNoPushInfo?: boolean;
  /** Receivers, if they are not the group or the pair. */
  audience?: readonly string[];
}

/**
 * Sends a notice with the transaction: it is stored or not with the change
 * itself, and goes out once both are durable.
 */
export type Notify = (
  tx: Transaction,
  notice: Notice,
  operationID: string,
) => Promise<void>;

export interface NotifyDeps {
  outbox: Outbox;
  settings: ReadonlyMap<number, NotificationSetting>;
  now: () => number;
}

/**
 * Types whose `n_` original must go first, so that the SDK's events fire.
 */
const originalFirst: ReadonlySet<number> = new Set([1501, 1509, 1510]);

export function createNotify({ outbox, settings, now }: NotifyDeps): Notify {
  return async (tx, notice, operationID) => {
    const setting = settings.get(notice.contentType);
    const { groupID = "", sendID } = notice;
    const recvID = groupID === "" ? (notice.recvID ?? "") : groupID;
    const sessionType = groupID === "" ? SessionType.single : SessionType.group;
    const isSendMsg = notice.isSendMsg ?? setting?.isSendMsg ?? false;
    const isStored = notice.isStored ?? false;
    const offlinePush = setting?.offlinePush ?? false;
    const at = now();
    const message = {
      sendID,
      recvID,
      groupID,
      clientMsgID: newMessageID(),
      serverMsgID: newMessageID(),
      senderNickname: shortName(notice.senderNickname),
      senderFaceURL: shortName(notice.senderFaceURL),
      sessionType,
      msgFrom: MsgFrom.system,
      contentType: notice.contentType,
      content: noticeContent(notice.detail),
      createTime: at,
      offlinePushInfo: notice.hasNoPushInfo
        ? null
        : {
            title: setting?.title ?? "",
            desc: setting?.desc ?? "",
            ex: setting?.ext ?? "",
            iOSPushSound: "",
            iOSBadgeCount: false,
            signalInfo: "",
          },
    };
    const parties = { sessionType, sendID, recvID, groupID };
    const common = {
      sendID,
      groupID,
      recvID,
      operationID,
      resendKey: 0,
      sessionType,
      contentType: notice.contentType,
      wantsSenderSync: true,
      ...(notice.audience && { audience: notice.audience }),
    };
    const original = () =>
      outbox.send(tx, {
        ...common,
        conversationID: conversationIDOf({ ...parties, isNotification: true }),
        isStored,
        sendTime: isStored ? 0 : at,
        unsealed: MsgData.encode({
          ...message,
          sendTime: isStored ? 0 : at,
          options: {
            isNotNotification: false,
            isSendMsg,
            history: isStored,
            persistent: isStored,
            // The visible copy is what counts and rings.
            offlinePush: isSendMsg ? false : offlinePush,
            unreadCount: false,
            conversationUpdate: false,
            notPrivate: false,
            senderConversationUpdate: false,
            reactionFromCache: false,
            senderSync: true,
          },
        }),
      });
    if (!isSendMsg) {
      await original();
      return;
    }
    const copy = () =>
      outbox.send(tx, {
        ...common,
        conversationID: conversationIDOf({ ...parties, isNotification: false }),
        isStored: true,
        sendTime: 0,
        unsealed: MsgData.encode({
          ...message,
          options: { offlinePush, unreadCount: true },
        }),
      });
    const [first, second] = originalFirst.has(notice.contentType)
      ? [original, copy]
      : [copy, original];
    await first();
    await second();
  };
}

/** 32 hex digits, as OpenIM's ids look. */
export function newMessageID(): string {
  return randomUUID().replaceAll("-", "");
}
