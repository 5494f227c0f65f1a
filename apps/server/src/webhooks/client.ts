import { createHmac } from "node:crypto";

import { errors } from "@parley/protocol/errors";

import { AnswerTooLong, readAnswerText } from "../http/answer-body.ts";
import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { NoAnswer } from "./answer.ts";

/** One event on its way to the receiver. */
export interface WebhookCall {
  command: string;
  operationID: string;
  /** JSON, with its newline. */
  body: string;
  /** Query string with its question mark, or "". */
  query: string;
  timeoutMs: number;
  /** Idempotency key of an event: the same for each attempt. */
  eventID?: string;
}

/** Resolves with the body of the answer, whatever its status; throws NoAnswer. */
export type Post = (delivery: WebhookCall) => Promise<string>;

export interface ClientDeps {
  url: string;
  /** Signs what is sent; "" signs nothing, as OpenIM does. */
  secret: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
}

/** The receiver took longer than it may; it may have had the event. */
export class TimedOut extends NoAnswer {}
/** The receiver had the event, and answered what cannot be read. */
export class Unreadable extends NoAnswer {}

/** Asks the receiver, unless it is known to be gone. */
export function createClient({ url, secret, fetch, now }: ClientDeps): Post {
  const { run } = createCircuitBreaker({
    name: "the webhook receiver",
    isFailure: (error) => !(error instanceof AnswerTooLong),
    now,
  });

  return async (event) => {
    const { command, operationID, body, query, timeoutMs, eventID } = event;
    try {
      return await run(async () => {
        const response = await fetch(`${url}/${command}${query}`, {
          method: "POST",
          headers: {
            operationID,
            "Content-Type": "application/json; charset=utf-8",
            ...(eventID !== undefined && { "X-Parley-Event-ID": eventID }),
            // For each try anew: a receiver refuses what is old.
            ...(secret !== "" && signature(secret, now(), body)),
          },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        });
        return readAnswerText(response, maxAnswerBytes);
      });
    } catch (error) {
      if (error instanceof CircuitOpen)
        throw new NoAnswer(errors.network(error.message));
      if (error instanceof AnswerTooLong)
        throw new Unreadable(errors.data(`${command}: ${error.message}`));
      const reason = error instanceof Error ? error.message : String(error);
      const refusal = errors.network(`${command}: ${reason}`, { cause: error });
      throw error instanceof Error && error.name === "TimeoutError"
        ? new TimedOut(refusal)
        : new NoAnswer(refusal);
    }
  };
}

/** Maximum size of an answer; all ids of the largest group fit. */
const maxAnswerBytes = 4_194_304;

/**
 * Returns the signature by which a receiver verifies the body
 * (docs/webhooks.md). The signature covers the time, which limits replays.
 */
function signature(
  secret: string,
  timestamp: number,
  body: string,
): Record<string, string> {
  const hmac = createHmac("sha256", secret).update(`${timestamp}.${body}`);
  return {
    "X-Parley-Timestamp": String(timestamp),
    "X-Parley-Signature": hmac.digest("hex"),
  };
}
