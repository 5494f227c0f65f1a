/** Nobody was asked: whoever it is failed too often just now. */
export class CircuitOpen extends Error {
  override readonly name = "CircuitOpen";

  constructor(name: string) {
    super(`${name} is away: it is asked again in a few seconds`);
  }
}

/** Stands before somebody far away who may be gone. */
export interface CircuitBreaker {
  /** Throws CircuitOpen without asking, or whatever asking throws. */
  run<T>(ask: () => Promise<T>): Promise<T>;
}

/** Consecutive failures that open the breaker. */
const failuresToOpen = 20;
/** Time in ms that an open breaker refuses calls. */
const openMs = 5_000;

/**
 * Once somebody is gone, callers fail at once instead of waiting for their
 * time-outs, and one of them looks every few seconds.
 */
export function createCircuitBreaker({
  name,
  isFailure = () => true,
  now,
}: {
  /** Name for operators. */
  name: string;
  /** The error means that nobody answered; a refusal is an answer. */
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
