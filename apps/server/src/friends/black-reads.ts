/**
 * COMPAT: sdk-core 3.8 reads the black list after changing it, and again after
 * the notice. It inserts missing entries, and the call fails if both reads find
 * the same ones; so the second read is delayed until the first could be
 * inserted.
 */
export interface BlackReads {
  /** This device changed the list. */
  changed(device: ReadingDevice): void;
  /** Resolves when this device may be answered what the list holds. */
  turn(device: ReadingDevice): Promise<void>;
}

export interface ReadingDevice {
  userID: string;
  platformID: number;
}

/** Minimum time between two answers, in ms. */
const gapMs = 150;
/** Time in ms after a change in which a device may read its list twice. */
const wakefulMs = 3_000;
/** Maximum delay of a read. */
const maxWaitMs = 2_000;

export function createBlackReads(now: () => number): BlackReads {
  /** By user: the time of the next answer, and when the entry expires. */
  const recent = new Map<string, { freeAt: number; until: number }>();

  function forget(key: string): void {
    const restMs = (recent.get(key)?.until ?? 0) - now();
    if (restMs <= 0) recent.delete(key);
    else setTimeout(forget, restMs, key);
  }

  return {
    changed(device) {
      const key = keyOf(device);
      const until = now() + wakefulMs;
      const known = recent.get(key);
      if (known) {
        known.until = until;
        return;
      }
      recent.set(key, { freeAt: 0, until });
      setTimeout(forget, wakefulMs, key);
    },
    async turn(device) {
      const reads = recent.get(keyOf(device));
      if (!reads) return;
      const at = now();
      const waitMs = Math.max(0, reads.freeAt - at);
      if (waitMs > maxWaitMs) return;
      reads.freeAt = at + waitMs + gapMs;
      if (waitMs > 0)
        await new Promise((resolve) => setTimeout(resolve, waitMs));
    },
  };
}

const keyOf = ({ userID, platformID }: ReadingDevice): string =>
  `${platformID} ${userID}`;
