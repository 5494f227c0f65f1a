import { isNotificationID } from "@parley/protocol/conversation-ids";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { PlatformID } from "@parley/protocol/platforms";
import { encodePush } from "@parley/protocol/push-frame";

import type { Session, Sessions } from "../gateway/sessions.ts";
import type { WireFormat } from "../gateway/wire-format.ts";
import { doLater } from "../turns.ts";
import type { AnswerFirst } from "./answer-first.ts";

/** One message on its way to sockets. */
export interface Push {
  conversationID: string;
  /** sdkws.MsgData. */
  data: Uint8Array;
  /** Of the request that caused it; clients know their own by it. */
  operationID: string;
  userIDs: readonly string[];
}

export interface Delivery extends Deliver {
  /** How long the oldest of what is to be sent has been waiting, in ms. */
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
}

export interface DeliveryDeps {
  sessions: Sessions;
  answerFirst: Pick<AnswerFirst, "send">;
  delivered: (count: number) => void;
  /** Each message once its frames are queued. */
  queued?: ((push: Push) => void) | undefined;
}

export function createDelivery({
  sessions,
  answerFirst,
  delivered,
  queued,
}: DeliveryDeps): Delivery {
  /** Of large audiences, which are the same list message after message. */
  const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

  /** When few of many are online, it is quicker to go through who is. */
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
      frameFor ??= createFrames(push);
      answerFirst.send(session, frameFor(session.wire), push.operationID);
      count++;
    };
    const set = findSet(push.userIDs);
    if (set) {
      for (const session of sessions.all())
        if (set.has(session.userID)) give(session);
    } else for (const userID of push.userIDs) sessions.of(userID).forEach(give);
    delivered(count);
    queued?.(push);
  }

  const { add: deliver, waitingMs } = doLater(send);
  return { deliver, waitingMs };
}

/** An iOS app in the background gets an offline push instead (gateway.md §9). */
export const takesPushes = ({ isBackground, platformID }: Session): boolean =>
  !isBackground || platformID !== PlatformID.IOS;

/** Encodes once for each wire format that a receiver speaks. */
function createFrames({ conversationID, data, operationID }: Push) {
  const frames = new Map<WireFormat, Uint8Array>();
  const payload = encodePush(
    conversationID,
    [data],
    isNotificationID(conversationID) ? "notificationMsgs" : "msgs",
  );
  return (wire: WireFormat): Uint8Array => {
    const known = frames.get(wire);
    if (known) return known;
    const frame = wire.encode({
      reqIdentifier: ReqIdentifier.pushMsg,
      msgIncr: "",
      operationID,
      errCode: 0,
      errMsg: "",
      data: payload,
    });
    frames.set(wire, frame);
    return frame;
  };
}
