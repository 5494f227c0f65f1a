import type { Job } from "./jobs.ts";

export interface Outdated {
  name: string;
  /** Age from which something is outdated; 0 keeps it for good. */
  days: number;
  /** Removes so many at most of what is older; returns how many went. */
  remove(before: number, limit: number): Promise<number>;
  now: () => number;
}

const dayMs = 86_400_000;
/** Removed before others have their turn. */
const atOnce = 100;

/** Removes what is too old, a piece at a time, until there is no more. */
export const outdatedJob = ({ name, days, remove, now }: Outdated): Job => ({
  name,
  async run(signal) {
    if (days === 0) return 0;
    const before = now() - days * dayMs;
    let removed = 0;
    while (!signal.aborted) {
      const count = await remove(before, atOnce);
      removed += count;
      if (count < atOnce) break;
    }
    return removed;
  },
});
