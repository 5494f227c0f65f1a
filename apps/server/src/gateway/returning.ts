/**
 * Users whose connection a node closed so that they connect to another one. Until they are
 * there, for a few seconds at most, they still count as online.
 */
export interface Returning {
  expect(userID: string, platformID: number): void;
  arrived(userID: string, platformID: number): void;
  has(userID: string): boolean;
  platformsOf(userID: string): Iterable<number>;
  /** Resolves when the user is back, or is not expected any more; undefined: nobody is. */
  settled(userID: string): Promise<void> | undefined;
  /** Resolves when nobody is expected. */
  allSettled(): Promise<void>;
  /** Expects nobody any more. */
  close(): void;
}

interface Expected {
  /** Timers by platform. */
  platforms: Map<number, ReturnType<typeof setInterval>>;
  settled: PromiseWithResolvers<void>;
}

/** OpenIM's clients connect again at once, then after 1, 2 and 4 seconds. */
const usualGraceMs = 5_000;
const steps = 10;

/** `late` is called for those who did not come back in time, before they are forgotten. */
export function createReturning(
  late: (userID: string, forget: () => void) => void,
  graceMs = usualGraceMs,
): Returning {
  const expected = new Map<string, Expected>();

  function arrived(userID: string, platformID: number): void {
    const found = expected.get(userID);
    if (!found?.platforms.has(platformID)) return;
    clearInterval(found.platforms.get(platformID));
    found.platforms.delete(platformID);
    if (found.platforms.size > 0) return;
    expected.delete(userID);
    found.settled.resolve();
  }

  return {
    expect(userID, platformID) {
      arrived(userID, platformID);
      let found = expected.get(userID);
      if (!found) {
        found = { platforms: new Map(), settled: Promise.withResolvers() };
        expected.set(userID, found);
      }
      // A process that stalled hears of an arrival later than the time is up, so count turns.
      let stepsLeft = steps;
      const timer = setInterval(() => {
        if (--stepsLeft === 0) late(userID, () => arrived(userID, platformID));
      }, graceMs / steps);
      found.platforms.set(platformID, timer);
    },
    arrived,
    has: (userID) => expected.has(userID),
    platformsOf: (userID) => expected.get(userID)?.platforms.keys() ?? [],
    settled: (userID) => expected.get(userID)?.settled.promise,
    async allSettled() {
      await Promise.all(
        [...expected.values()].map(({ settled }) => settled.promise),
      );
    },
    close() {
      for (const [userID, { platforms }] of expected)
        for (const platformID of platforms.keys()) arrived(userID, platformID);
    },
  };
}
