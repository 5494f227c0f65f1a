import { createHmac } from "node:crypto";

import { errors } from "@parley/protocol/errors";

import { CircuitOpen, createCircuitBreaker } from "../circuit-breaker.ts";
import { NoAnswer } from "./answer.ts";

/** One event on its way to the receiver. */
export interface Delivery {
  command: string;
  operationID: string;
  /** JSON, with its newline. */
  body: string;
  /** With its question mark; "" is none. */
  query: string;
  timeoutMs: number;
}

/** Resolves with the body of the answer, whatever its status; throws NoAnswer. */
export type Post = (delivery: Delivery) => Promise<string>;

export interface ClientDeps {
  url: string;
  /** Signs what is sent; "" signs nothing, as OpenIM does. */
  secret: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
}

/** The receiver had the event and its time; asking again would repeat it. */
export class TimedOut extends NoAnswer {}

/** Asks the receiver, unless it is known to be gone. */
export function createClient({ url, secret, fetch, now }: ClientDeps): Post {
  const { run } = createCircuitBreaker({ name: "the webhook receiver", now });

  return async ({ command, operationID, body, query, timeoutMs }) => {
    try {
      return await run(async () => {
        const response = await fetch(`${url}/${command}${query}`, {
          method: "POST",
          headers: {
            operationID,
            "Content-Type": "application/json; charset=utf-8",
            // For each try anew: a receiver refuses what is old.
            ...(secret !== "" && signature(secret, now(), body)),
          },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        });
        return response.text();
      });
    } catch (error) {
      if (error instanceof CircuitOpen)
        throw new NoAnswer(errors.network(error.message));
      const reason = error instanceof Error ? error.message : String(error);
      const refusal = errors.network(`${command}: ${reason}`, { cause: error });
      throw error instanceof Error && error.name === "TimeoutError"
        ? new TimedOut(refusal)
        : new NoAnswer(refusal);
    }
  };
}

/**
 * What proves to a receiver that we sent this body, and when (docs/webhooks.md).
 * The time is a part of what is signed, so that nobody can send it again later.
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
