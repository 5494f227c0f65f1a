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
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  now: () => number;
}

/** The receiver had the event and its time; asking again would repeat it. */
export class TimedOut extends NoAnswer {}

/** Asks the receiver, unless it is known to be gone. */
export function createClient({ url, fetch, now }: ClientDeps): Post {
  const { run } = createCircuitBreaker({ name: "the webhook receiver", now });

  return async ({ command, operationID, body, query, timeoutMs }) => {
    try {
      return await run(async () => {
        const response = await fetch(`${url}/${command}${query}`, {
          method: "POST",
          headers: {
            operationID,
            "Content-Type": "application/json; charset=utf-8",
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
