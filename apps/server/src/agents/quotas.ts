/** Rate limits for a user's questions to all agents together. */
export interface Quotas {
  /**
   * Counts a question, or returns the reason for refusing it, in which case it
   * is not counted.
   */
  take(userID: string): QuotaRefusal | undefined;
  /** Ends one question of the user. */
  finish(userID: string): void;
  /** Returns whether to tell the user of a refusal: at most once a minute. */
  mayTell(userID: string): boolean;
}

/** `full`: the limit of all users together is reached. */
export type QuotaRefusal = "tooMany" | "busy" | "full";

export interface QuotaLimits {
  perMinute: number;
  atOnce: number;
  /** Limit for all users together. */
  atOnceInAll: number;
}

interface Usage {
  /** When the questions of the last minute were asked. */
  asked: number[];
  underWay: number;
  toldAt: number;
}

const minuteMs = 60_000;
/** Users that are remembered. */
const size = 100_000;

export function createQuotas(limits: QuotaLimits, now: () => number): Quotas {
  const users = new Map<string, Usage>();
  let underWay = 0;

  function usageOf(userID: string): Usage {
    const known = users.get(userID);
    if (known) {
      // LRU: moves the user to the end.
      users.delete(userID);
      users.set(userID, known);
      return known;
    }
    if (users.size >= size) {
      const [oldest] = users.keys();
      if (oldest !== undefined) users.delete(oldest);
    }
    const usage = { asked: [], underWay: 0, toldAt: -Infinity };
    users.set(userID, usage);
    return usage;
  }

  return {
    take(userID) {
      const usage = usageOf(userID);
      const at = now();
      // A clock that was set back must not keep anybody waiting for it.
      usage.asked = usage.asked.filter(
        (time) => time > at - minuteMs && time <= at,
      );
      if (usage.asked.length >= limits.perMinute) return "tooMany";
      if (usage.underWay >= limits.atOnce) return "busy";
      if (underWay >= limits.atOnceInAll) return "full";
      usage.asked.push(now());
      usage.underWay++;
      underWay++;
      return undefined;
    },
    finish(userID) {
      underWay--;
      const usage = users.get(userID);
      if (usage && usage.underWay > 0) usage.underWay--;
    },
    mayTell(userID) {
      const usage = usageOf(userID);
      if (Math.abs(now() - usage.toldAt) < minuteMs) return false;
      usage.toldAt = now();
      return true;
    },
  };
}
