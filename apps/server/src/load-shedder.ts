import { errors } from "@parley/protocol/errors";

/** What a request hears that was refused because there is too much to do. */
export const overloaded = errors.internal(
  "too many requests, please try again later",
);

/**
 * Past what the machine can do, some requests are refused at once, so that the
 * others do not wait longer and longer. What tells is not how much there is to
 * do but how long it has been waiting.
 */
export interface LoadShedder {
  /** Whether a request that waited so long, in ms, is still worth doing. */
  admits(waitedMs: number): boolean;
  /** Something was refused within the last second. */
  isShedding(): boolean;
  /**
   * Looks at a queue, too: how long has the oldest of it been waiting, in ms?
   * What was admitted may wait for the disk, or for its way out. `refuseOlder`
   * refuses what has been waiting for longer than that.
   */
  watch(waitingMs: () => number, refuseOlder?: (ms: number) => void): void;
  /** Counts a request that was refused for it. */
  refused(): void;
  /** How many there were. */
  refusals(): number;
}

export interface LoadShedderDeps {
  /** Told when it begins. */
  began(waitedMs: number): void;
  now: () => number;
}

/** For who wants everything answered, however late. */
export const noLoadShedder: LoadShedder = {
  admits: () => true,
  isShedding: () => false,
  watch: () => undefined,
  refused: () => undefined,
  refusals: () => 0,
};

/**
 * A quarter of what clients wait before they give up. A machine that keeps up makes
 * nobody wait so long, but the first messages of thousands at once may come near.
 */
const tooLateMs = 2_500;
/**
 * Once it is too late for some, a long queue is of no use to anybody: those
 * who are admitted shall not wait like those before them.
 */
const lateWhileSheddingMs = 200;
const calmMs = 1_000;
/** The event loop may be busy with reading for longer than a calm second. */
const waryMs = 10_000;

export function createLoadShedder({
  began,
  now,
}: LoadShedderDeps): LoadShedder {
  const queues: (() => number)[] = [];
  const remedies: ((ms: number) => void)[] = [];
  let refusedAt = -Infinity;
  let refusals = 0;
  const isShedding = (): boolean => now() - refusedAt < calmMs;

  return {
    admits(waitedMs) {
      const late = queues.reduce(
        (most, each) => Math.max(most, each()),
        waitedMs,
      );
      if (late <= lateWhileSheddingMs) return true;
      const isWary = now() - refusedAt < waryMs;
      if (!isWary && late <= tooLateMs) return true;
      if (!isWary) began(late);
      refusedAt = now();
      // Who is refused costs little; who was admitted before would hold up
      // everybody after.
      for (const refuseOlder of remedies) refuseOlder(lateWhileSheddingMs);
      return false;
    },
    isShedding,
    watch(waitingMs, refuseOlder) {
      queues.push(waitingMs);
      if (refuseOlder) remedies.push(refuseOlder);
    },
    refused: () => void refusals++,
    refusals: () => refusals,
  };
}
