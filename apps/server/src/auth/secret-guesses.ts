import { errors, ProtocolError } from "@parley/protocol/errors";

import { readClientAddresses } from "../http/client-address.ts";
import type { Call } from "../http/route.ts";

/** Wrong secrets in a row, from one address, that cost nothing. */
const freeTries = 30;
/** Between two tries after that. */
const pauseMs = 1_000;
/** Addresses that are remembered. */
const size = 10_000;

/** Limits wrong secrets from one network to one attempt a second. */
export function createSecretGuesses(now: () => number) {
  const { neighborhoodOf } = readClientAddresses([]);
  const tried = new Map<string, { wrong: number; at: number }>();

  /** Throws 1002 for who has to wait, without asking. */
  return async function guess<T>(
    { address, isHere }: Pick<Call, "address" | "isHere">,
    ask: () => Promise<T>,
  ): Promise<T> {
    // A proxy on this machine must not lock out the machine's own callers.
    const from = neighborhoodOf(address) ?? address;
    const key = isHere ? `here ${from}` : from;
    const before = tried.get(key);
    const at = now();
    if (before && before.wrong >= freeTries) {
      if (Math.abs(at - before.at) < pauseMs)
        throw errors.noPermission(
          "too many wrong secrets from your address: try again in a second",
        );
      // Attempts during this one wait as well.
      before.at = at;
    }
    try {
      const answer = await ask();
      tried.delete(key);
      return answer;
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 1002) {
        const wrong = (tried.get(key)?.wrong ?? 0) + 1;
        tried.delete(key);
        tried.set(key, { wrong, at });
        const [oldest] = tried.keys();
        if (tried.size > size && oldest !== undefined) tried.delete(oldest);
      }
      throw error;
    }
  };
}
