import { errors, ProtocolError } from "@parley/protocol/errors";

import type { Bus } from "../bus/bus.ts";
import { readClientAddresses } from "../http/client-address.ts";
import type { Call } from "../http/route.ts";

/** Wrong secrets in a row, from one network, without a delay. */
const freeTries = 30;
/** Interval of further tries, in ms. */
const pauseMs = 1_000;
/** Most networks in memory. */
const size = 10_000;

const subject = "secret-guesses";

/** A message to the other nodes: a network, and whether the secret from there was right. */
type Told = [from: string, isRight: boolean];

/**
 * Limits wrong secrets from a network to one a second on all nodes together.
 */
export function createSecretGuesses(
  now: () => number,
  bus?: Pick<Bus, "publish" | "subscribe">,
) {
  const { neighborhoodOf } = readClientAddresses([]);
  const tried = new Map<string, { wrong: number; at: number }>();

  function countWrong(key: string, at: number): void {
    const wrong = (tried.get(key)?.wrong ?? 0) + 1;
    tried.delete(key);
    tried.set(key, { wrong, at });
    const [oldest] = tried.keys();
    if (tried.size > size && oldest !== undefined) tried.delete(oldest);
  }

  bus?.subscribe(subject, (data) => {
    const [key, isRight] = JSON.parse(new TextDecoder().decode(data)) as Told;
    if (isRight) tried.delete(key);
    else countWrong(key, now());
  });

  function tellOthers(...told: Told): void {
    bus?.publish(subject, new TextEncoder().encode(JSON.stringify(told)));
  }

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
      if (tried.delete(key)) tellOthers(key, true);
      return answer;
    } catch (error) {
      if (error instanceof ProtocolError && error.code === 1002) {
        countWrong(key, at);
        tellOthers(key, false);
      }
      throw error;
    }
  };
}
