import { errors } from "@parley/protocol/errors";

import type { SignInPlaces } from "./sign-in-places.ts";

/** Rate limit for wrong passwords, per account and per network address. */
export interface Guesses {
  /**
   * Answers what `isRight` does, later the more were wrong before. Throws 20012
   * without asking once too many were wrong for this account, or from this
   * address. Where the right one was given before, at this address or on this
   * device, only the wrong ones from there count for the account: strangers
   * keep nobody out.
   */
  guess(
    account: string,
    from: GuessedFrom,
    isRight: () => Promise<boolean>,
  ): Promise<boolean>;
}

export interface GuessedFrom {
  address: string;
  /** The client reports it; empty: unknown. */
  deviceID?: string;
}

export interface GuessLimits {
  /** Wrong ones in a row of `seconds`; 0 = no limit. */
  perAccount: number;
  perAddress: number;
  seconds: number;
}

/** Accounts and addresses that are remembered. */
const size = 100_000;
/** Delay of the first slowed attempt, in ms; each further one doubles it. */
const firstWaitMs = 100;
/** No client may give up meanwhile. */
const longestWaitMs = 1_000;

interface Tried {
  /** When the wrong ones were tried, oldest first. */
  wrong: number[];
  /** Under way: nobody knows yet whether they are right. */
  pending: number;
  /** Attempts that wait for the running one to end. */
  waiting: (() => void)[];
}

/**
 * In memory: a new start forgets them, which nobody outside can bring about.
 * Tries that are under way count, so many at once win nothing; who is right all
 * the time only waits for the others.
 */
export function createGuesses({
  limits: { perAccount, perAddress, seconds },
  places,
  neighborhoodOf,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now,
}: {
  limits: GuessLimits;
  places: SignInPlaces;
  /**
   * Returns the network of one household or office; undefined: too many people
   * share the address, so it is not counted.
   */
  neighborhoodOf(address: string): string | undefined;
  wait?: (ms: number) => Promise<void>;
  now: () => number;
}): Guesses {
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

  async function enter(key: string, limit: number): Promise<Tried> {
    for (;;) {
      const tried = triedOf(key);
      const since = now() - seconds * 1_000;
      tried.wrong = tried.wrong.filter((at) => at > since);
      const [oldest] = tried.wrong;
      if (oldest !== undefined && tried.wrong.length >= limit)
        throw errors.forbidden(
          `too many wrong passwords: try again in ${Math.ceil((oldest - since) / 1_000)} seconds`,
        );
      if (tried.wrong.length + tried.pending < limit) {
        tried.pending++;
        return tried;
      }
      await new Promise<void>((resolve) => tried.waiting.push(resolve));
    }
  }

  function leave(tried: Tried): void {
    tried.pending--;
    for (const go of tried.waiting.splice(0)) go();
  }

  return {
    async guess(account, { address, deviceID = "" }, isRight) {
      const neighborhood = neighborhoodOf(address);
      const here = [
        `address ${neighborhood ?? address}`,
        ...(deviceID === "" ? [] : [`device ${deviceID}`]),
      ];
      const known =
        perAccount > 0 ? await places.find(account, here) : undefined;
      const keys = [
        ...(perAccount > 0
          ? [
              [
                `account ${account}${known === undefined ? "" : ` at ${known}`}`,
                perAccount,
              ] as const,
            ]
          : []),
        ...(perAddress > 0 && neighborhood !== undefined
          ? [[`address ${neighborhood}`, perAddress] as const]
          : []),
      ];
      const entered: Tried[] = [];
      try {
        let waitMs = 0;
        for (const [key, limit] of keys) {
          const tried = await enter(key, limit);
          entered.push(tried);
          waitMs = Math.max(waitMs, waitOf(tried.wrong.length, limit));
        }
        if (waitMs > 0) await wait(waitMs);
        const right = await isRight();
        if (!right) for (const { wrong } of entered) wrong.push(now());
        // A right password ends the count: its owner was not guessing.
        else if (perAccount > 0) {
          entered[0]?.wrong.splice(0);
          await places.remember(account, here);
        }
        return right;
      } finally {
        for (const tried of entered) leave(tried);
      }
    },
  };
}

/**
 * Returns the delay in ms; the first third of the allowed mistakes costs
 * nothing.
 */
function waitOf(wrong: number, limit: number): number {
  const slow = wrong - Math.floor(limit / 3);
  return slow < 0
    ? 0
    : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(slow, 10));
}
