import { ReqIdentifier } from "@parley/protocol/envelope";
import type { RequestEnvelope } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import type { CloseReason } from "@parley/protocol/errors";
import { maxOperationIDLength } from "@parley/protocol/limits";
import type { MessageType } from "@parley/protocol/message";
import { requireNoNUL } from "@parley/protocol/nul";

import type { Session } from "./sessions.ts";

/** One gateway request on its way to the operation that answers it. */
export interface FrameCall {
  session: Session;
  operationID: string;
  data: Uint8Array;
}

/**
 * What a handler made of a request. It has taken its place in the order of
 * things when the handler resolves, so the connection's next request may
 * begin; the answer itself may come later (a message that is being synced).
 */
export interface FrameAnswer {
  data: Uint8Array | Promise<Uint8Array>;
  /** Ends the connection once the answer is out. */
  thenClose?: CloseReason;
}

/** What answers one identifier. */
export interface FrameHandler {
  /** What `data` is, for who describes it. */
  request: Pick<MessageType<unknown>, "name" | "descriptor">;
  answer(call: FrameCall): Promise<FrameAnswer>;
}

/** Which operation answers which identifier (docs/wire/sockets.md#requests). */
export type FrameHandlers = ReadonlyMap<number, FrameHandler>;

/** Reads `data` within the limits of requests, and lets it be answered. */
export const frame = <Request extends object>(
  request: MessageType<Request>,
  handle: (call: FrameCall, request: Request) => Promise<FrameAnswer>,
): FrameHandler => ({
  request,
  async answer(call) {
    const value = request.limited.decode(call.data);
    if (call.data.includes(0)) requireNoNUL(value);
    return handle(call, value);
  },
});

/** These want every field of the envelope (docs/wire/sockets.md#requests). */
const strict: ReadonlySet<number> = new Set([
  ReqIdentifier.pullMsgByRange,
  ReqIdentifier.pullMsgBySeqList,
  ReqIdentifier.getConvMaxReadSeq,
  ReqIdentifier.setBackgroundStatus,
]);

export function requireEnvelope(request: RequestEnvelope): void {
  // Pushes to others carry it.
  for (const field of ["operationID", "msgIncr"] as const)
    if (request[field].length > maxOperationIDLength)
      throw errors.args(
        `${field} is longer than ${maxOperationIDLength} characters`,
      );
  if (!strict.has(request.reqIdentifier)) return;
  for (const field of ["sendID", "operationID", "msgIncr"] as const)
    if (request[field] === "") throw errors.internal(`${field} is empty`);
}
