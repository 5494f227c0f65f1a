/**
 * Taking turns with everything else that wants the event loop. What arrives
 * faster than it can be done waits here, in order, and takes a few milliseconds
 * of each turn: timers, new connections and other kinds of work come between.
 */

/** Milliseconds that one kind of work takes of a turn at most. */
const shareMs = 3;
/** Adds an item to what has to be done. */
export type AddWork<T> = (item: T) => void;

export interface Later<T> {
  add: AddWork<T>;
  /** Age of the oldest item in ms, accurate to a turn. */
  waitingMs(): number;
}

export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(resolve));

/** Each item in a later turn than the one that added it. */
export function doLater<T>(work: (item: T) => void): Later<T> {
  const queue = createQueue<T>();
  /** Ends of the queue at turns that left work undone. */
  const marks: { end: number; at: number }[] = [];
  let added = 0;
  let done = 0;

  function run(): void {
    const until = performance.now() + shareMs;
    while (queue.length() > 0) {
      work(queue.take());
      done++;
      if (performance.now() >= until) break;
    }
    while (marks[0] && marks[0].end <= done) marks.shift();
    if (queue.length() === 0) return;
    marks.push({ end: added, at: until });
    setImmediate(run);
  }

  return {
    add(item) {
      added++;
      if (queue.add(item) === 1) setImmediate(run);
    },
    waitingMs: () => (marks[0] ? performance.now() - marks[0].at : 0),
  };
}

/**
 * Each item at once while this turn has time for it, else in a later one. What
 * an item starts and has to wait for in microtasks is part of its time.
 */
export function doSoon<T>(work: (item: T) => void): AddWork<T> {
  const queue = createQueue<T>();
  /** When this turn's share is used up; 0 = nothing came yet. */
  let until = 0;

  function open(): void {
    until = performance.now() + shareMs;
    setImmediate(() => void reopen());
  }

  async function reopen(): Promise<void> {
    until = 0;
    if (queue.length() === 0) return;
    open();
    while (queue.length() > 0 && performance.now() < until) {
      work(queue.take());
      await Promise.resolve();
    }
  }

  return (item) => {
    if (until === 0) open();
    if (queue.length() === 0 && performance.now() < until) work(item);
    else queue.add(item);
  };
}

/**
 * Returns a function to call between steps, which yields to the event loop once
 * the turn took long.
 */
export function shareTurns(): () => Promise<void> | undefined {
  let until = performance.now() + shareMs;
  async function next(): Promise<void> {
    await nextTurn();
    until = performance.now() + shareMs;
  }
  return () => (performance.now() < until ? undefined : next());
}

/** Uses one after another, and lets others come between them when it takes long. */
export async function goThrough<T>(
  items: Iterable<T>,
  use: (item: T) => void,
): Promise<void> {
  const rest = shareTurns();
  for (const item of items) {
    use(item);
    const others = rest();
    if (others) await others;
  }
}

/** First in, first out, without moving everything for each that leaves. */
function createQueue<T>() {
  let items: T[] = [];
  let taken = 0;
  return {
    length: () => items.length - taken,
    /** Adds an item and returns the length of the queue. */
    add: (item: T): number => items.push(item) - taken,
    /** Takes the first item; the queue must not be empty. */
    take(): T {
      const item = items[taken++] as T;
      if (taken === items.length || taken === 1_024) {
        items = items.slice(taken);
        taken = 0;
      }
      return item;
    },
  };
}
