import { errors } from "@parley/protocol/errors";

/** Counts tries of passwords by account and by network. */
export interface Tries {
  /**
   * Begins a try that counts for all of these keys. Waits while tries that are wrong or
   * being checked reach the limit, so that parallel requests cannot exceed it. Throws 20012
   * and counts nothing if wrong ones alone reach it.
   */
  begin(counts: readonly TryCount[]): Promise<Try>;
  /** Removes up to `limit` expired tries and returns how many it removed. */
  removeOld(limit: number): Promise<number>;
}

export interface TryCount {
  /** The account or network that is tried. */
  key: string;
  /** Most wrong tries. */
  limit: number;
  /** A right try resets the count. */
  isOwners: boolean;
}

export interface Try {
  /** The number of earlier wrong tries, for each key. */
  readonly wrong: readonly number[];
  /** Ends the try; undefined: the check failed, so it is not known whether it was right. */
  end(isRight: boolean | undefined): Promise<void>;
}

/** Most accounts and networks in memory. */
const size = 100_000;

interface Tried {
  /** Times of wrong tries, oldest first. */
  wrong: number[];
  /** Number of tries that are being checked. */
  pending: number;
  /** Attempts that wait for the running one to end. */
  waiting: (() => void)[];
}

/**
 * Counts tries in memory, for a process that does not share its database. A restart resets
 * the counts, but an attacker cannot cause one.
 */
export function createTries(seconds: number, now: () => number): Tries {
  const byKey = new Map<string, Tried>();

  function triedOf(key: string): Tried {
    const tried = byKey.get(key) ?? { wrong: [], pending: 0, waiting: [] };
    // LRU: used keys move to the end.
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

/** Throws 20012 if there are as many wrong tries as the limit; `wrong` has the oldest first. */
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
