/** Sends clients to other nodes. */
export interface Moving {
  /** The part of the connections that is closed, above 0 and at most 1. */
  share: number;
  /** Connections that are closed in a second. */
  perSecond: number;
}

/** Clients that come back together would be too many at once (a stampede). */
const stepMs = 20;

/** Calls `work` for each item in random order, so many a second, until the signal aborts. */
export async function inPaces<Item>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => void,
  signal: AbortSignal,
): Promise<void> {
  let at = performance.now();
  let due = 1;
  // A process that hung must not make up for it at once.
  const mostDue = Math.max(1, perSecond / 10);
  for (const item of shuffled(items)) {
    while (due < 1) {
      await Bun.sleep(stepMs);
      const now = performance.now();
      due = Math.min(due + ((now - at) / 1_000) * perSecond, mostDue);
      at = now;
      if (signal.aborted) return;
    }
    due--;
    work(item);
  }
}

/** Connections of a group came together, and should not all leave together. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const list = [...items];
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [list[last], list[other]] = [list[other] as Item, list[last] as Item];
  }
  return list;
}
