import { ReqIdentifier } from "../envelope.ts";
import {
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  GetLastMessageReq,
  GetLastMessageResp,
  GetSeqMessageReq,
  GetSeqMessageResp,
  SendMsgResp,
} from "../generated/msg.ts";
import { DelUserPushTokenReq } from "../generated/push.ts";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  MsgData,
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
  SetAppBackgroundStatusReq,
  SubUserOnlineStatus,
  SubUserOnlineStatusTips,
} from "../generated/sdkws.ts";
import type { MessageType } from "../message.ts";
import { nothing, self, signedIn } from "../method.ts";
import type { Access, FieldPath, Kind } from "../method.ts";
import { EmptyReq } from "../rest-types.ts";

/** One request that a client makes over its connection (docs/wire/sockets.md#requests). */
export interface Frame<Request = object, Response = unknown> {
  readonly reqIdentifier: number;
  readonly request: MessageType<Request>;
  /** undefined: the answer's `data` is empty. */
  readonly response: MessageType<Response> | undefined;
  readonly access: Access;
  readonly kind: Kind;
  /** These want every field of the envelope (docs/wire/sockets.md#requests). */
  readonly wantsEnvelope: boolean;
}

interface Description<Request> {
  access: Access<FieldPath<NoInfer<Request>>>;
  kind: Kind;
  wantsEnvelope?: boolean;
}

const frame = <Request extends object, Response = never>(
  reqIdentifier: number,
  request: MessageType<Request>,
  response: MessageType<Response> | typeof nothing,
  { wantsEnvelope = false, ...more }: Description<Request>,
): Frame<Request, Response> => ({
  reqIdentifier,
  request,
  response,
  wantsEnvelope,
  ...more,
});

export const NewestSeqFrame = frame(
  ReqIdentifier.getNewestSeq,
  GetMaxSeqReq,
  GetMaxSeqResp,
  { access: self("userID"), kind: "read" },
);

export const PullByRangeFrame = frame(
  ReqIdentifier.pullMsgByRange,
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
  { access: self("userID"), kind: "read", wantsEnvelope: true },
);

/** The conversation determines who may send to whom. */
export const SendMsgFrame = frame(ReqIdentifier.sendMsg, MsgData, SendMsgResp, {
  access: self(),
  kind: "send",
});

/** Refused: signalling is not supported. */
export const SignalFrame = frame(
  ReqIdentifier.sendSignalMsg,
  EmptyReq,
  nothing,
  { access: signedIn, kind: "read" },
);

export const PullBySeqsFrame = frame(
  ReqIdentifier.pullMsgBySeqList,
  GetSeqMessageReq,
  GetSeqMessageResp,
  { access: self("userID"), kind: "read", wantsEnvelope: true },
);

export const ReadSeqsFrame = frame(
  ReqIdentifier.getConvMaxReadSeq,
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  { access: self("userID"), kind: "read", wantsEnvelope: true },
);

export const LastMessagesFrame = frame(
  ReqIdentifier.pullConvLastMessage,
  GetLastMessageReq,
  GetLastMessageResp,
  { access: self("userID"), kind: "read" },
);

/**
 * Signs out the connection's own user, whomever the request names. It counts as a
 * read: whoever goes is let go, however much there is to do.
 */
export const LogoutFrame = frame(
  ReqIdentifier.logout,
  DelUserPushTokenReq,
  nothing,
  { access: signedIn, kind: "read" },
);

export const BackgroundStatusFrame = frame(
  ReqIdentifier.setBackgroundStatus,
  SetAppBackgroundStatusReq,
  nothing,
  { access: signedIn, kind: "read", wantsEnvelope: true },
);

export const SubscribeStatusFrame = frame(
  ReqIdentifier.subUserOnlineStatus,
  SubUserOnlineStatus,
  SubUserOnlineStatusTips,
  { access: signedIn, kind: "read" },
);
