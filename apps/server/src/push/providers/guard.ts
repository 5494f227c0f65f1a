import {
  CircuitOpen,
  createCircuitBreaker,
} from "../../pace/circuit-breaker.ts";
import { createLine } from "../../pace/line.ts";
import { Away } from "./provider.ts";

/**
 * Guards calls to a provider: concurrency limit, circuit breaker and
 * Retry-After.
 */
export type Guard = <T>(call: () => Promise<T>) => Promise<T>;

export interface GuardDeps {
  /** Name in the settings and logs. */
  name: string;
  /** Calls at the same time; more wait in line. */
  concurrency: number;
  now: () => number;
}

/** Maximum of Retry-After that is honoured. */
const longestWishMs = 10 * 60_000;

/**
 * Creates a guard that throws Away at once while the provider is down or during
 * its Retry-After.
 */
export function createGuard({ name, concurrency, now }: GuardDeps): Guard {
  const line = createLine(concurrency);
  const breaker = createCircuitBreaker({
    name,
    isFailure: (error) => error instanceof Away,
    now,
  });
  let busyUntil = 0;

  async function run<T>(call: () => Promise<T>): Promise<T> {
    const leftMs = busyUntil - now();
    // More is left than any wish when the clock was set back.
    if (leftMs > 0 && leftMs <= longestWishMs)
      throw new Away(`${name} wants to be asked later, as it answered`);
    try {
      return await breaker.run(call);
    } catch (error) {
      if (error instanceof CircuitOpen) throw new Away(error.message);
      if (error instanceof Away && error.retryAfterMs > 0)
        busyUntil = now() + Math.min(error.retryAfterMs, longestWishMs);
      throw error;
    }
  }

  return (call) => line(() => run(call));
}
