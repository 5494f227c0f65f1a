import {
  CircuitOpen,
  createCircuitBreaker,
} from "../../pace/circuit-breaker.ts";
import { createLine } from "../../pace/line.ts";
import { Away } from "./provider.ts";

/** Stands between us and a provider that may be slow, busy or gone. */
export type Guard = <T>(call: () => Promise<T>) => Promise<T>;

export interface GuardDeps {
  /** Name in the settings and logs. */
  name: string;
  /** Calls at the same time; more wait in line. */
  concurrency: number;
  now: () => number;
}

/** A provider may wish to be left alone for so long. */
const longestWishMs = 10 * 60_000;

/**
 * Throws Away at once while the provider is gone, or as long as it said that
 * it wants to be left alone.
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
