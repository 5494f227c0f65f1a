import type { RequestEnvelope } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import type { CloseReason } from "@parley/protocol/errors";
import { maxOperationIDLength } from "@parley/protocol/limits";
import type { Frame } from "@parley/protocol/methods/frames";
import { requireNoNUL } from "@parley/protocol/nul";

import type { Now } from "../storage/engine.ts";
import type { Session } from "./sessions.ts";

/** One gateway request on its way to the operation that answers it. */
export interface FrameCall {
  session: Session;
  operationID: string;
  data: Uint8Array;
}

/**
 * The result of a request. When the handler resolves, the request has its place
 * in the order of events, so the connection's next request may begin; the
 * answer itself may come later (a message that is being synced).
 */
export interface FrameAnswer {
  data: Uint8Array | Promise<Uint8Array>;
  /** Ends the connection once the answer is out. */
  thenClose?: CloseReason;
}

/** A request of the wire and the operation that answers it. */
export interface FrameHandler {
  readonly frame: Frame;
  /** Returns without a promise if nothing has to be waited for, which is cheaper. */
  answer(call: FrameCall): Now<FrameAnswer>;
}

/** Handlers by request identifier (docs/wire/sockets.md#requests). */
export type FrameHandlers = ReadonlyMap<number, FrameHandler>;

export const byIdentifier = (
  handlers: readonly FrameHandler[],
): FrameHandlers =>
  new Map(handlers.map((each) => [each.frame.reqIdentifier, each]));

/** Reads `data` within the limits of requests, and lets it be answered. */
export const handler = <Request extends object>(
  frame: Frame<Request>,
  handle: (call: FrameCall, request: Request) => Promise<FrameAnswer>,
): FrameHandler => ({
  frame,
  async answer(call) {
    const value = frame.request.limited.decode(call.data);
    if (call.data.includes(0)) requireNoNUL(value);
    return handle(call, value);
  },
});

/** Throws 1001 or 500 if a field of the envelope is missing or too long. */
export function requireEnvelope(
  request: RequestEnvelope,
  { wantsEnvelope }: Frame,
): void {
  const { sendID, operationID, msgIncr } = request;
  // Pushes to others carry it.
  requireShort("operationID", operationID);
  requireShort("msgIncr", msgIncr);
  if (!wantsEnvelope) return;
  requireSaid("sendID", sendID);
  requireSaid("operationID", operationID);
  requireSaid("msgIncr", msgIncr);
}

function requireShort(field: string, text: string): void {
  if (text.length > maxOperationIDLength)
    throw errors.args(
      `${field} is longer than ${maxOperationIDLength} characters`,
    );
}

function requireSaid(field: string, text: string): void {
  if (text === "") throw errors.internal(`${field} is empty`);
}
