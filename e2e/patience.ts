import { watchActivity } from "../scripts/process-activity.ts";
import type { Activity } from "../scripts/process-activity.ts";

/** A test gives up after so many seconds without any activity. */
const patienceSeconds = 60;

interface Wait {
  giveUp(): void;
  ms: number;
  since: number;
}

/** One looks for all: looking at every process has its price. */
const waits = new Set<Wait>();
let looking: ReturnType<typeof setInterval> | undefined;

/**
 * Calls `giveUp` once nobody works on what is waited for: neither this process nor
 * what it started, servers and browsers. A slow machine has any time. Answers what
 * ends the wait.
 */
export function whenNothingHappens(
  giveUp: () => void,
  seconds = patienceSeconds,
): () => void {
  const wait = { giveUp, ms: seconds * 1_000, since: performance.now() };
  waits.add(wait);
  looking ??= startLooking();
  return () => {
    waits.delete(wait);
    if (waits.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  };
}

function startLooking(): ReturnType<typeof setInterval> {
  let activity: Activity | undefined;
  return setInterval(() => {
    // Most waits are over before it is worth looking.
    activity ??= watchActivity(process.pid);
    const idleMs = activity.idleMs();
    const now = performance.now();
    for (const wait of [...waits]) {
      if (Math.min(idleMs, now - wait.since) < wait.ms) continue;
      waits.delete(wait);
      wait.giveUp();
    }
  }, 1_000);
}
