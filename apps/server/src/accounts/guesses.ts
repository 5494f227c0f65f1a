import type { SignInPlaces } from "./sign-in-places.ts";
import type { Tries } from "./tries.ts";

/** Rate limit for wrong passwords, per account and per network address. */
export interface Guesses {
  /**
   * Returns what `isRight` returns, after a delay that grows with the number of wrong
   * passwords before. Throws 20012 without calling it after too many wrong ones for this
   * account or from this address. At an address or on a device where the right one was
   * given before, only wrong ones from there count for the account, so that strangers
   * cannot lock a user out.
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
  /** Wrong ones in a row; 0 = no limit. */
  perAccount: number;
  perAddress: number;
}

/** Delay of the first slowed attempt, in ms; each further one doubles it. */
const firstWaitMs = 100;
/** Less than the timeouts of clients. */
const longestWaitMs = 1_000;

/** Right passwords are never counted; they only wait while wrong ones are being checked. */
export function createGuesses({
  limits: { perAccount, perAddress },
  tries,
  places,
  neighborhoodOf,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: {
  limits: GuessLimits;
  tries: Tries;
  places: SignInPlaces;
  /**
   * Returns the network of one household or office; undefined: too many people
   * share the address, so it is not counted.
   */
  neighborhoodOf(address: string): string | undefined;
  wait?: (ms: number) => Promise<void>;
}): Guesses {
  return {
    async guess(account, { address, deviceID = "" }, isRight) {
      const neighborhood = neighborhoodOf(address);
      const here = [
        `address ${neighborhood ?? address}`,
        ...(deviceID === "" ? [] : [`device ${deviceID}`]),
      ];
      const known =
        perAccount > 0 ? await places.find(account, here) : undefined;
      const counts = [
        ...(perAccount > 0
          ? [
              {
                key: `account ${account}${known === undefined ? "" : ` at ${known}`}`,
                limit: perAccount,
                isOwners: true,
              },
            ]
          : []),
        ...(perAddress > 0 && neighborhood !== undefined
          ? [
              {
                key: `address ${neighborhood}`,
                limit: perAddress,
                isOwners: false,
              },
            ]
          : []),
      ];
      const tried = await tries.begin(counts);
      let right: boolean | undefined;
      try {
        const waits = tried.wrong.map((wrong, at) =>
          waitOf(wrong, counts[at]?.limit ?? 0),
        );
        const waitMs = Math.max(0, ...waits);
        if (waitMs > 0) await wait(waitMs);
        right = await isRight();
        if (right && perAccount > 0) await places.remember(account, here);
        return right;
      } finally {
        await tried.end(right);
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
