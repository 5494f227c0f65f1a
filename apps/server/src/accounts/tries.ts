import { errors } from "@parley/protocol/errors";

/** Counts passwords that were tried, by what they were tried for. */
export interface Tries {
  /**
   * Begins a try that counts for all of these. Waits while as many as may be wrong are
   * wrong or under way, so that many at once win nothing. Throws 20012, and counts
   * nothing, once that many were wrong.
   */
  begin(counts: readonly TryCount[]): Promise<Try>;
  /** Answers how many that count no more it removed. */
  removeOld(limit: number): Promise<number>;
}

export interface TryCount {
  /** What it was tried for: an account, a network. */
  key: string;
  /** As many may be wrong. */
  limit: number;
  /** A right one says that nobody was guessing: those before it count no more. */
  isOwners: boolean;
}

export interface Try {
  /** How many were wrong before, for each. */
  readonly wrong: readonly number[];
  /** Undefined: nobody knows whether it was right. */
  end(isRight: boolean | undefined): Promise<void>;
}

/** Accounts and networks that are remembered. */
const size = 100_000;

interface Tried {
  /** When the wrong ones were tried, oldest first. */
  wrong: number[];
  /** Under way: nobody knows yet whether they are right. */
  pending: number;
  /** Attempts that wait for the running one to end. */
  waiting: (() => void)[];
}

/**
 * Of the only process that has the database, in memory: a new start forgets them, which
 * nobody outside can bring about.
 */
export function createTries(seconds: number, now: () => number): Tries {
  const byKey = new Map<string, Tried>();

  function triedOf(key: string): Tried {
    const tried = byKey.get(key) ?? { wrong: [], pending: 0, waiting: [] };
    // The one that came last is forgotten last.
    byKey.delete(key);
    byKey.set(key, tried);
    if (byKey.size > size)
      for (const [oldest, { pending, waiting }] of byKey) {
        if (pending > 0 || waiting.length > 0) continue;
        byKey.delete(oldest);
        break;
      }
    return tried;
  }

  return {
    async begin(counts) {
      for (;;) {
        const since = now() - seconds * 1_000;
        const entered = counts.map(({ key, limit, isOwners }) => {
          const tried = triedOf(key);
          tried.wrong = tried.wrong.filter((at) => at > since);
          requireFewer(tried.wrong, limit, since);
          return { tried, limit, isOwners };
        });
        const full = entered.find(
          ({ tried: { wrong, pending }, limit }) =>
            wrong.length + pending >= limit,
        );
        if (full) {
          await new Promise<void>((resolve) =>
            full.tried.waiting.push(resolve),
          );
          continue;
        }
        for (const { tried } of entered) tried.pending++;
        return {
          wrong: entered.map(({ tried }) => tried.wrong.length),
          end(isRight) {
            for (const { tried, isOwners } of entered) {
              if (isRight === false) tried.wrong.push(now());
              else if (isRight && isOwners) tried.wrong.splice(0);
              tried.pending--;
              for (const go of tried.waiting.splice(0)) go();
            }
            return Promise.resolve();
          },
        };
      }
    },
    removeOld: () => Promise.resolve(0),
  };
}

/** Throws if that many of the newest, which stand oldest first, were wrong. */
export function requireFewer(
  wrong: readonly number[],
  limit: number,
  since: number,
): void {
  const [oldest] = wrong;
  if (oldest !== undefined && wrong.length >= limit)
    throw errors.forbidden(
      `too many wrong passwords: try again in ${Math.ceil((oldest - since) / 1_000)} seconds`,
    );
}
