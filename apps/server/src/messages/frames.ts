import { isNotificationID } from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import {
  GetConversationsHasReadAndMaxSeqResp,
  SendMsgResp,
} from "@parley/protocol/generated/msg";
import { GetMaxSeqResp } from "@parley/protocol/generated/sdkws";
import {
  LastMessagesFrame,
  NewestSeqFrame,
  PullByRangeFrame,
  PullBySeqsFrame,
  ReadSeqsFrame,
  SendMsgFrame,
} from "@parley/protocol/methods/frames";
import type { Frame } from "@parley/protocol/methods/frames";
import {
  encodeAck,
  encodeLastMessages,
  encodePullResponse,
} from "@parley/protocol/push-frame";

import type { Actor } from "../http/actor.ts";
import { requireAccess } from "../http/route.ts";
import { handler } from "../gateway/requests.ts";
import type { FrameHandler } from "../gateway/requests.ts";
import type { Session } from "../gateway/sessions.ts";
import type { WireFormat } from "../gateway/wire-format.ts";
import { then } from "../storage/engine.ts";
import type { Pulled, Pulling } from "./pull.ts";
import type { Accepted, Ack, Sending } from "./send.ts";

export interface MessageFramesDeps {
  pulling: Pulling;
  sending: Sending;
  actorOf(session: Session): Actor;
  /** Throws 1506 or 1507 once the token was kicked, or its user deleted. */
  requireNotKicked(token: string): Promise<void>;
}

/** The gateway requests about messages (docs/wire/sockets.md#requests). */
export function messageFrames({
  pulling,
  sending,
  actorOf,
  requireNotKicked,
}: MessageFramesDeps): FrameHandler[] {
  /** A request that names whose view it wants; most refuse "" as a stranger. */
  const own = <Request extends { userID: string }>(
    frame: Frame<Request>,
    answer: (request: Request, wire: WireFormat) => Promise<Uint8Array>,
    { isNameRequired = false } = {},
  ): FrameHandler =>
    handler(frame, async ({ session }, request) => {
      if (isNameRequired && request.userID === "")
        throw errors.args("userID is empty");
      requireAccess(frame, actorOf(session), request);
      return { data: await answer(request, session.wire) };
    });

  const send: FrameHandler = {
    frame: SendMsgFrame,
    // Not decoded: it is stored and sent on as the bytes that came.
    answer: ({ session, data, operationID }) =>
      then(
        sending.accept({ actor: actorOf(session), operationID }, data, () =>
          requireNotKicked(session.token),
        ),
        toAnswer,
      ),
  };

  return [
    send,
    own(NewestSeqFrame, async ({ userID }, wire) =>
      encodeNewestSeqs(await pulling.newestSeqs(userID), wire),
    ),
    own(PullByRangeFrame, async ({ userID, seqRanges, order }, wire) => {
      const pulled = await pulling.byRanges(
        userID,
        seqRanges,
        order,
        wire.room,
      );
      return encodePullResponse(pulled.map(toEntry));
    }),
    own(PullBySeqsFrame, async ({ userID, conversations, order }, wire) => {
      const pulled = await pulling.bySeqs(
        userID,
        conversations,
        order,
        wire.room,
      );
      return encodePullResponse(pulled.map(toEntry));
    }),
    own(
      ReadSeqsFrame,
      async ({ userID, conversationIDs, returnPinned }) => {
        const states = await pulling.seqStates(userID, conversationIDs);
        return GetConversationsHasReadAndMaxSeqResp.encode({
          seqs: Object.fromEntries(states),
          pinnedConversationIDs: returnPinned
            ? await pulling.pinned(userID)
            : [],
        });
      },
      { isNameRequired: true },
    ),
    own(LastMessagesFrame, async ({ userID, conversationIDs }, wire) => {
      const found = await pulling.newest(userID, conversationIDs, wire.room);
      return encodeLastMessages(
        [...found].map(([conversationID, { data }]) => ({
          conversationID,
          msg: data,
        })),
      );
    }),
  ];
}

/** Encodes as many conversations as fit, those with the newest messages first. */
function encodeNewestSeqs(
  newest: Awaited<ReturnType<Pulling["newestSeqs"]>>,
  wire: WireFormat,
): Uint8Array {
  const encode = (some: typeof newest): Uint8Array =>
    GetMaxSeqResp.encode({
      maxSeqs: Object.fromEntries(
        some.map(({ conversationID, maxSeq }) => [conversationID, maxSeq]),
      ),
    });
  const all = encode(newest);
  if (wire.fits(all)) return all;
  const sorted = newest.toSorted((a, b) => b.maxSeqTime - a.maxSeqTime);
  for (let share = wire.room / all.length; ; share *= 0.9) {
    const some = encode(sorted.slice(0, Math.floor(share * sorted.length)));
    if (some.length <= wire.room) return some;
  }
}

const toAnswer = ({ acked }: Accepted) => ({ data: acked.then(toAck) });

const toAck = (ack: Ack): Uint8Array<ArrayBuffer> => {
  if (!ack.modified) return encodeAck(ack);
  const { modified, ...ids } = ack;
  const modify = { ...modified.message, sendTime: ack.sendTime };
  return SendMsgResp.encode({ ...ids, modify });
};

const toEntry = ({ conversationID, framed, isEnd, endSeq }: Pulled) => ({
  conversationID,
  notification: isNotificationID(conversationID),
  framed,
  isEnd,
  endSeq,
});
