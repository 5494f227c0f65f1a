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

import type { Cause } from "../http/actor.ts";
import { newMessageID } from "../notifications/notify.ts";
import { shareTurns } from "../pace/turns.ts";
import type { Now } from "../storage/engine.ts";
import { requireContent } from "./content.ts";
import type { Accepted, Ack, Sending } from "./send.ts";

/**
 * A message that a backend sends in somebody's name
 * (docs/wire/messages.md#sending-over-rest).
 */
export interface ServerMessage {
  /** The idempotency key, if it is not "": the same message is stored once. */
  clientMsgID?: string;
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
  /** Fields that a webhook changed. */
  modify: Record<string, JSONValue>;
}

export interface SentTo extends Sent {
  recvID: string;
}

export interface ServerSending {
  send(cause: Cause, message: ServerMessage): Promise<Sent>;
  /** One message each; failures never fail the call. */
  sendToMany(
    cause: Cause,
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

  /** Builds the message; throws if it is invalid for every receiver. */
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
    async send(cause, message) {
      const composed = await compose(message);
      const { recvID, groupID } = message;
      const isGroup = composed.sessionType === SessionType.group;
      return postFromServer(sending, cause, {
        ...composed,
        clientMsgID: message.clientMsgID ?? "",
        recvID,
        groupID: isGroup ? groupID : "",
      });
    },

    async sendToMany(cause, message, recvIDs) {
      const composed = await compose(message);
      const isGroup = composed.sessionType === SessionType.group;
      const groupID = isGroup ? message.groupID : "";
      const results: SentTo[] = [];
      const failedUserIDs: string[] = [];
      let some: string[] = [];
      const rest = shareTurns();
      /** Receivers are read in one query and share one sync. */
      async function sendToSome(): Promise<void> {
        const outcomes = await Promise.all(
          some.map((recvID) =>
            postFromServer(sending, cause, {
              ...composed,
              recvID: isGroup ? "" : recvID,
              groupID,
            }).then(asSent, asError),
          ),
        );
        for (const [i, { sent, error }] of outcomes.entries()) {
          const recvID = some[i] ?? "";
          if (sent) results.push({ ...sent, recvID });
          else if (error instanceof ProtocolError) failedUserIDs.push(recvID);
          else throw error;
        }
        some = [];
        // Refusals never wait for the disk, so thousands of them would be one
        // turn.
        await rest();
      }
      for await (const recvID of recvIDs)
        if (some.push(recvID) === sentTogether) await sendToSome();
      await sendToSome();
      return { results, failedUserIDs };
    },
  };
}

/**
 * Messages of one call that are synced together: other senders' messages queue
 * behind them, and a first message creates rows.
 */
const sentTogether = 32;

interface Outcome {
  sent?: Sent;
  error?: unknown;
}
const asSent = (sent: Sent): Outcome => ({ sent });
const asError = (error: unknown): Outcome => ({ error });

/** Sends what the server composed, with a clientMsgID of its own where it has none. */
export async function postFromServer(
  sending: Sending,
  cause: Cause,
  message: Partial<MsgData>,
): Promise<Sent> {
  const { acked } = await accept(sending, cause, message);
  return toSent(await acked);
}

async function accept(
  sending: Sending,
  cause: Cause,
  message: Partial<MsgData>,
): Promise<Accepted> {
  const clientMsgID = message.clientMsgID || newMessageID();
  const data = MsgData.encode({ ...message, clientMsgID });
  return message.clientMsgID
    ? sending.accept(cause, data)
    : sending.acceptFromServer(cause, data);
}

const toSent = ({ modified, ...ack }: Ack): Sent => ({
  ...ack,
  modify: modified?.fields ?? {},
});

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
