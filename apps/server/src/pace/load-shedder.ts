import { errors } from "@parley/protocol/errors";
import type { Kind } from "@parley/protocol/method";

import { createGrowingWait } from "./growing-wait.ts";

/** The error of a request that was refused because of overload. */
export const overloaded = errors.internal(
  "too many requests, please try again later",
);

/**
 * Sheds load: beyond the machine's capacity it refuses some requests at once,
 * so that the waiting time of the others does not grow. It decides by waiting
 * time rather than queue length, separately for each kind: changes are refused
 * first, then new connections (retry later), and reads only when their client
 * has given up.
 */
export interface LoadShedder {
  /**
   * Returns whether a request that waited `waitedMs` is still worth serving.
   * `underWay` is the number of unanswered requests of this client of the user:
   * a few with many are refused before others.
   */
  admits(
    kind: Kind,
    waitedMs: number,
    underWay?: number,
    userID?: string,
  ): boolean;
  /**
   * New connections are welcome. They are not while connected users wait long
   * for their sync: these finish first, and clients connect again by
   * themselves.
   */
  admitsNewcomer(): boolean;
  /**
   * A read of this user begins, which waits for the database or for its turn from
   * now on; what this answers is called when that is over.
   */
  reading(userID: string): () => void;
  /**
   * Also watches a queue of changes: `waitingMs` returns the waiting time of
   * its oldest item; admitted requests may wait for the disk or the network.
   * `refuseOlder` refuses items that waited longer.
   */
  watch(waitingMs: () => number, refuseOlder?: (ms: number) => void): void;
  /** Counts a request that was refused for it. */
  refused(): void;
  /** Number of refusals so far. */
  refusals(): number;
}

export interface LoadShedderDeps {
  /** Called when shedding begins. */
  began(waitedMs: number): void;
  /** Monotonic clock, in milliseconds. */
  elapsed: () => number;
}

/** A load shedder that admits everything. */
export const noLoadShedder: LoadShedder = {
  admits: () => true,
  admitsNewcomer: () => true,
  reading: () => () => undefined,
  watch: () => undefined,
  refused: () => undefined,
  refusals: () => 0,
};

/**
 * Waiting time from which shedding begins: a quarter of the clients' timeout. A
 * machine that keeps up stays below it, though the first messages of thousands
 * at once may come near.
 */
const tooLateMs = 2_500;
/**
 * Maximum waiting time while shedding: a long queue helps nobody, and admitted
 * requests should be fast.
 */
const lateWhileSheddingMs = 200;
/** More than people have, who write one message and then the next. */
const manyUnderWay = 256;
/**
 * As many users with many keep nobody waiting for long: a machine does all they
 * may have under way within that time. Where more have many, everybody writes
 * too much, and refusing only what is beyond many would leave a long queue.
 */
const fewFloods = 8;
const floodMs = 1_000;
/** The event loop may be busy with reading for longer than a second. */
const waryMs = 10_000;
/** COMPAT: timeout of OpenIM's SDKs for reads, which they never retry. */
const tooLateToReadMs = 10_000;
/** Waiting time of reads from which new connections are refused. */
const slowReadMs = 3_000;
/**
 * Users with slow reads that close the door: one user may have asked for much
 * and must not keep others out.
 */
const slowReaders = 8;
/** Time in ms after a slow read in which newcomers are refused. */
const fullMs = 1_000;

export function createLoadShedder({
  began,
  elapsed,
}: LoadShedderDeps): LoadShedder {
  const queues: (() => number)[] = [];
  const remedies: ((ms: number) => void)[] = [];
  /** Reads under way, oldest first. */
  const reads = new Set<{ userID: string; since: number }>();
  const growing = createGrowingWait();
  /** By user with many under way who had to wait: when that was, oldest first. */
  const floods = new Map<string, number>();
  let refusedAt = -Infinity;
  let slowReadAt = -Infinity;
  let refusals = 0;

  function admitsRead(waitedMs: number): boolean {
    if (waitedMs > slowReadMs) slowReadAt = elapsed();
    return waitedMs <= tooLateToReadMs;
  }

  function noticeSlowReads(): void {
    const latest = elapsed() - slowReadMs;
    const waiting = new Set<string>();
    for (const { userID, since } of reads) {
      if (since >= latest) return;
      if (waiting.add(userID).size < slowReaders) continue;
      slowReadAt = elapsed();
      return;
    }
  }

  /** Only few have as many under way. */
  function floodsAlone(userID: string, now: number): boolean {
    floods.delete(userID);
    floods.set(userID, now);
    for (const [other, at] of floods) {
      if (now - at < floodMs) break;
      floods.delete(other);
    }
    return floods.size <= fewFloods;
  }

  function admitsChange(
    waitedMs: number,
    underWay: number,
    userID: string,
  ): boolean {
    // One after another: what waited for its turn will wait for the disk, too.
    let late = waitedMs;
    for (const waitsNow of queues) late += waitsNow();
    if (late <= lateWhileSheddingMs) {
      growing.ended();
      return true;
    }
    const now = elapsed();
    // One client that floods shall not have the others refused.
    if (underWay > manyUnderWay && floodsAlone(userID, now)) return false;
    const isWary = now - refusedAt < waryMs;
    const isGrowing = growing.noted(late, now);
    if (!isWary && !isGrowing && late <= tooLateMs) return true;
    if (!isWary) began(late);
    refusedAt = now;
    // Refusing is cheap; requests admitted earlier would delay everybody after
    // them.
    for (const refuseOlder of remedies) refuseOlder(lateWhileSheddingMs);
    return false;
  }

  return {
    admits: (kind, waitedMs, underWay = 1, userID = "") =>
      kind === "read"
        ? admitsRead(waitedMs)
        : admitsChange(waitedMs, underWay, userID),
    admitsNewcomer() {
      noticeSlowReads();
      return elapsed() - slowReadAt >= fullMs;
    },
    reading(userID) {
      const read = { userID, since: elapsed() };
      reads.add(read);
      return () => {
        noticeSlowReads();
        reads.delete(read);
      };
    },
    watch(waitingMs, refuseOlder) {
      queues.push(waitingMs);
      if (refuseOlder) remedies.push(refuseOlder);
    },
    refused: () => void refusals++,
    refusals: () => refusals,
  };
}
