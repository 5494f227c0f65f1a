import { isNotificationID } from "@parley/protocol/conversation-ids";
import { MsgStatus } from "@parley/protocol/content-types";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { shortOperationID } from "@parley/protocol/frame-size";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";
import { PlatformID } from "@parley/protocol/platforms";
import { encodePush } from "@parley/protocol/push-frame";

import type { Entry } from "../follow-ups/follow-ups.ts";
import type { Connected, Session, Sessions } from "../gateway/sessions.ts";
import { isTakenByClients } from "../gateway/wire-format.ts";
import type { WireFormat } from "../gateway/wire-format.ts";
import { doLater } from "../pace/turns.ts";
import type { AnswerFirst } from "./answer-first.ts";

/** One message on its way to sockets. */
export interface Push {
  conversationID: string;
  /** sdkws.MsgData. */
  data: Uint8Array;
  /**
   * OperationID of the request that caused it; clients recognise their own
   * changes by it.
   */
  operationID: string;
  userIDs: readonly string[];
  /** The receivers are the members of this group; undefined: they are named. */
  groupID?: string | undefined;
  /** Another node stored it, and considers who is offline. */
  isFromElsewhere?: boolean;
  /** The message before it was stored a moment ago, maybe by another node. */
  isClose?: boolean | undefined;
  /** Its receivers were chosen, and all others of the conversation get nothing. */
  isChosen?: boolean;
  /** Row of its offline push until that is done; undefined: none. */
  offline?: Entry | undefined;
}

export interface Delivery extends Deliver {
  /** Age of the oldest delivery that has not been sent, in ms. */
  waitingMs(): number;
}

export interface Deliver {
  /**
   * Sends the message to every connection of its receivers, in order of the
   * calls and after the answers that are on their way: an ack comes before
   * the sender's own copy, and the answer to a request by REST before what it
   * makes known to the connection of the one who asked.
   */
  deliver(push: Push): void;
  /** Nobody gets the message, so that nobody waits for it. */
  skip?(push: Push): void;
}

export interface DeliveryDeps {
  sessions: Sessions;
  answerFirst: Pick<AnswerFirst, "send">;
  delivered: (count: number) => void;
  /**
   * Called for a message that exceeds a frame: clients get a hint and fetch it.
   */
  tooLarge?: ((push: Push) => void) | undefined;
  /** Each message once its frames are queued. */
  queued?: ((push: Push) => void) | undefined;
}

export function createDelivery({
  sessions,
  answerFirst,
  delivered,
  queued,
  tooLarge,
}: DeliveryDeps): Delivery {
  /** Large audiences are the same array for message after message. */
  const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

  /**
   * If few of many receivers are online, iterating over the online users is
   * faster.
   */
  function findSet(
    userIDs: readonly string[],
  ): ReadonlySet<string> | undefined {
    const { length } = userIDs;
    if (length < 1_000 || length < 4 * sessions.userCount()) return undefined;
    let set = sets.get(userIDs);
    if (!set) sets.set(userIDs, (set = new Set(userIDs)));
    return set;
  }

  function send(push: Push): void {
    let frameFor: ReturnType<typeof createFrames> | undefined;
    let count = 0;
    const give = (session: Session): void => {
      if (!takesPushes(session)) return;
      frameFor ??= createFrames(push, tooLarge);
      const frame = frameFor(session.wire);
      if (!frame) return;
      answerFirst.send(session, frame, push.operationID);
      count++;
    };
    const set = findSet(push.userIDs);
    if (set) {
      for (const session of sessions.all())
        if (set.has(session.userID)) give(session);
    } else for (const userID of push.userIDs) sessions.of(userID).forEach(give);
    delivered(count);
    if (!push.isFromElsewhere) queued?.(push);
  }

  const { add: deliver, waitingMs } = doLater(send);
  return { deliver, waitingMs };
}

/** An iOS app in the background gets an offline push instead (docs/wire/sockets.md#background). */
export const takesPushes = ({ isBackground, platformID }: Connected): boolean =>
  !isBackground || platformID !== PlatformID.IOS;

/** Encodes once for each wire format in use; null: there is nothing to send. */
function createFrames(push: Push, tooLarge: DeliveryDeps["tooLarge"]) {
  const { conversationID, data, operationID } = push;
  const frames = new Map<WireFormat, Uint8Array | null>();
  const kind = isNotificationID(conversationID) ? "notificationMsgs" : "msgs";
  const payload = encodePush(conversationID, [data], kind);
  const encode = (wire: WireFormat, payload: Uint8Array): Uint8Array =>
    wire.encode({
      reqIdentifier: ReqIdentifier.pushMsg,
      msgIncr: "",
      operationID: shortOperationID(operationID),
      errCode: 0,
      errMsg: "",
      data: payload,
    });

  function frameOf(wire: WireFormat): Uint8Array | null {
    const frame = encode(wire, payload);
    if (isTakenByClients(frame)) return frame;
    tooLarge?.(push);
    const call = callToFetch(data);
    return call && encode(wire, encodePush(conversationID, call, kind));
  }

  return (wire: WireFormat): Uint8Array | null => {
    let frame = frames.get(wire);
    if (frame === undefined) frames.set(wire, (frame = frameOf(wire)));
    return frame;
  };
}

/**
 * COMPAT: sdk-core 3.8 treats a push as complete if it has as many messages as
 * seqs up to the last one, and otherwise pulls. null: the message is online
 * only.
 */
function callToFetch(data: Uint8Array): Uint8Array[] | null {
  const { seq, sendTime } = readMsgData(data);
  if (seq === 0) return null;
  const bare = MsgData.encode({ seq, sendTime, status: MsgStatus.deleted });
  return Array<Uint8Array>(unlikelyCount).fill(bare);
}

/** A number of missing messages that does not occur in practice. */
const unlikelyCount = 31;
