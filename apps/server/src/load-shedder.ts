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
  /** Counts a request that was refused for it. */
  refused(): void;
  /** How many there were. */
  refusals(): number;
}

export interface LoadShedderDeps {
  /** How long the oldest change has been waiting for the disk, in ms. */
  changesWait(): number;
  /** Told when it begins. */
  began(waitedMs: number): void;
  now: () => number;
}

/**
 * Half of what clients wait before they give up. A machine that keeps up makes
 * nobody wait so long, but the first messages of thousands at once may come near.
 */
const tooLateMs = 5_000;
/**
 * Once it is too late for some, a long queue is of no use to anybody: those
 * who are admitted shall not wait like those before them.
 */
const lateWhileSheddingMs = 200;
const calmMs = 1_000;
/** The event loop may be busy with reading for longer than a calm second. */
const waryMs = 10_000;

export function createLoadShedder({
  changesWait,
  began,
  now,
}: LoadShedderDeps): LoadShedder {
  let refusedAt = -Infinity;
  let refusals = 0;
  const isShedding = (): boolean => now() - refusedAt < calmMs;

  return {
    admits(waitedMs) {
      const late = Math.max(waitedMs, changesWait());
      if (late <= lateWhileSheddingMs) return true;
      if (now() - refusedAt < waryMs) {
        refusedAt = now();
        return false;
      }
      if (late <= tooLateMs) return true;
      refusedAt = now();
      began(late);
      return false;
    },
    isShedding,
    refused: () => void refusals++,
    refusals: () => refusals,
  };
}
