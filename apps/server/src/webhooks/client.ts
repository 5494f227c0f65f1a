import { errors } from "@parley/protocol/errors";

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
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
}

/** The receiver had the event and its time; asking again would repeat it. */
export class TimedOut extends NoAnswer {}

/** So many failures one after another mean that nobody is there. */
const failuresToOpen = 20;
/** So long nobody is asked then. */
const openMs = 5_000;

/**
 * Asks the receiver. When it is gone, callers fail at once instead of waiting
 * for their timeouts, and one of them looks every few seconds.
 */
export function createClient({ url, fetch, now }: ClientDeps): Post {
  let failures = 0;
  let askedAgainAt = 0;

  return async ({ command, operationID, body, query, timeoutMs }) => {
    if (failures >= failuresToOpen) {
      if (now() < askedAgainAt)
        throw new NoAnswer(errors.network("the webhook receiver is away"));
      askedAgainAt = now() + openMs;
    }
    try {
      const response = await fetch(`${url}/${command}${query}`, {
        method: "POST",
        headers: {
          operationID,
          "Content-Type": "application/json; charset=utf-8",
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      failures = 0;
      return text;
    } catch (error) {
      failures++;
      if (failures === failuresToOpen) askedAgainAt = now() + openMs;
      const reason = error instanceof Error ? error.message : String(error);
      const refusal = errors.network(`${command}: ${reason}`, { cause: error });
      throw error instanceof Error && error.name === "TimeoutError"
        ? new TimedOut(refusal)
        : new NoAnswer(refusal);
    }
  };
}
