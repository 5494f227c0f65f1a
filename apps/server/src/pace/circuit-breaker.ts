/** Thrown without a call while the circuit is open, after too many failures. */
export class CircuitOpen extends Error {
  override readonly name = "CircuitOpen";

  constructor(name: string) {
    super(`${name} is away: it is asked again in a few seconds`);
  }
}

/** Circuit breaker for calls to a remote service. */
export interface CircuitBreaker {
  /** Runs `ask`. Throws CircuitOpen without calling it, or its error. */
  run<T>(ask: () => Promise<T>): Promise<T>;
}

/** Consecutive failures that open the breaker. */
const failuresToOpen = 20;
/** Time in ms that an open breaker refuses calls. */
const openMs = 5_000;

/**
 * Creates a circuit breaker: while a service is down, callers fail at once
 * instead of waiting for timeouts, and one call probes it every few seconds.
 */
export function createCircuitBreaker({
  name,
  isFailure = () => true,
  now,
}: {
  /** Name for operators. */
  name: string;
  /** Returns whether the error counts as a failure; a refusal is an answer. */
  isFailure?: (error: unknown) => boolean;
  now: () => number;
}): CircuitBreaker {
  let failures = 0;
  let askedAgainAt = 0;

  return {
    async run(ask) {
      if (failures >= failuresToOpen) {
        const leftMs = askedAgainAt - now();
        // More is left than there was when the clock was set back.
        if (leftMs > 0 && leftMs <= openMs) throw new CircuitOpen(name);
        askedAgainAt = now() + openMs;
      }
      try {
        const answer = await ask();
        failures = 0;
        return answer;
      } catch (error) {
        if (!isFailure(error)) failures = 0;
        else if (++failures === failuresToOpen) askedAgainAt = now() + openMs;
        throw error;
      }
    },
  };
}
