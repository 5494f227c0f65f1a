import {
  AppManagerLevel,
  ContentType,
  MsgFrom,
  OptionKey,
  SessionType,
} from "@parley/protocol/content-types";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type {
  OfflinePushInfo,
  UserInfo,
} from "@parley/protocol/generated/sdkws";
import { goStringify } from "@parley/protocol/go-json";
import type { JSONValue } from "@parley/protocol/go-json";

import type { Actor } from "../auth/auth.ts";
import type { Now } from "../storage/engine.ts";
import { requireContent } from "./content.ts";
import { newMessageID } from "./notify.ts";
import type { Sending } from "./send.ts";

/** What a backend wants said, in whose name (messages.md §15). */
export interface ServerMessage {
  sendID: string;
  recvID: string;
  groupID: string;
  senderNickname: string;
  senderFaceURL: string;
  senderPlatformID: number;
  content: Record<string, JSONValue>;
  contentType: number;
  sessionType: number;
  isOnlineOnly: boolean;
  notOfflinePush: boolean;
  /** 0 = now. */
  sendTime: number;
  offlinePushInfo: OfflinePushInfo | null;
  ex: string;
}

export interface Sent {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
  /** What a webhook changed. */
  modify: Record<string, JSONValue>;
}

export interface SentTo extends Sent {
  recvID: string;
}

export interface ServerSending {
  send(
    actor: Actor,
    operationID: string,
    message: ServerMessage,
  ): Promise<Sent>;
  /** One message each; failures never fail the call. */
  sendToMany(
    actor: Actor,
    operationID: string,
    message: ServerMessage,
    recvIDs: Iterable<string> | AsyncIterable<string>,
  ): Promise<{ results: SentTo[]; failedUserIDs: string[] }>;
}

export interface ServerSendingDeps {
  sending: Sending;
  findUser(userID: string): Now<UserInfo | null>;
  now: () => number;
}

export function createServerSending(deps: ServerSendingDeps): ServerSending {
  const { sending, now } = deps;

  /** Throws what makes the message itself unfit, for whomever it is. */
  async function compose(message: ServerMessage): Promise<Partial<MsgData>> {
    requireContent(message.contentType, message.content);
    const isOfficial = message.contentType === ContentType.OANotification;
    if (isOfficial) await requireAccount(message.sendID);
    const text = goStringify(message.content, { sortKeys: true });
    const { isOnlineOnly, notOfflinePush } = message;
    const options: Record<string, boolean> = {};
    if (isOnlineOnly) for (const key of onlineOnly) options[key] = false;
    if (notOfflinePush) options[OptionKey.offlinePush] = false;
    return {
      sendID: message.sendID,
      senderNickname: message.senderNickname,
      senderFaceURL: message.senderFaceURL,
      senderPlatformID: message.senderPlatformID,
      sessionType: isOfficial ? SessionType.notification : message.sessionType,
      msgFrom: MsgFrom.system,
      contentType: message.contentType,
      content: Buffer.from(isOfficial ? goStringify({ detail: text }) : text),
      sendTime: message.sendTime,
      createTime: now(),
      options,
      offlinePushInfo: message.offlinePushInfo,
      atUserIDList: atUserIDsOf(message),
      ex: message.ex,
    };
  }

  async function requireAccount(userID: string): Promise<void> {
    const user = await deps.findUser(userID);
    if (!user) throw errors.userIDNotFound(`no account '${userID}'`);
    if (user.appMangerLevel < AppManagerLevel.appAdmin)
      throw errors.noPermission(`${userID} is no notification account`);
  }

  return {
    async send(actor, operationID, message) {
      const composed = await compose(message);
      const { recvID, groupID } = message;
      const isGroup = composed.sessionType === SessionType.group;
      return postFromServer(sending, actor, operationID, {
        ...composed,
        recvID,
        groupID: isGroup ? groupID : "",
      });
    },

    async sendToMany(actor, operationID, message, recvIDs) {
      const composed = await compose(message);
      const results: SentTo[] = [];
      const failedUserIDs: string[] = [];
      const isGroup = composed.sessionType === SessionType.group;
      for await (const recvID of recvIDs)
        try {
          const groupID = isGroup ? message.groupID : "";
          const to = { recvID: isGroup ? "" : recvID, groupID };
          const ack = await postFromServer(sending, actor, operationID, {
            ...composed,
            ...to,
          });
          results.push({ ...ack, recvID });
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          failedUserIDs.push(recvID);
        }
      return { results, failedUserIDs };
    },
  };
}

/** Sends what the server composed, with a clientMsgID of its own. */
export async function postFromServer(
  sending: Sending,
  actor: Actor,
  operationID: string,
  message: Partial<MsgData>,
): Promise<Sent> {
  const clientMsgID = newMessageID();
  const data = MsgData.encode({ ...message, clientMsgID });
  const { acked } = await sending.acceptFromServer(actor, data, operationID);
  const { modified, ...ack } = await acked;
  return { ...ack, modify: modified?.fields ?? {} };
}

const onlineOnly = [
  OptionKey.history,
  OptionKey.persistent,
  OptionKey.senderSync,
  OptionKey.conversationUpdate,
];

function atUserIDsOf({ contentType, content }: ServerMessage): string[] {
  const { atUserList } = content;
  return contentType === ContentType.AtText && Array.isArray(atUserList)
    ? atUserList.map(String)
    : [];
}
