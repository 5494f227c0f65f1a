import { GiveUp, ReceiverAway } from "./outcome.ts";
import type { StoredFollowUp } from "./store.ts";

/** Options of a kind of follow-up. */
export interface KindOptions<What> {
  /**
   * Does the work; must be idempotent, because failures are retried. Throws
   * ReceiverAway or GiveUp; any other error is retried a few times.
   */
  run(what: What, about: About<What>): Promise<void>;
  /** Maximum number of concurrent runs. */
  workers: number;
  /** Age after which a row is dropped. */
  maxAgeMs: number;
  /** Delays before the retries; after the last one the row is dropped. */
  pausesMs: readonly number[];
  /**
   * Maximum number of waiting rows and of their characters; more are dropped.
   */
  limits: { rows: number; size: number };
  /**
   * The queue does not run rows of this process: the code that added a row
   * reports when it is done. The queue runs rows that an earlier process left.
   */
  isHeld?: boolean;
  /** Called for a dropped row; `what` is undefined if it was never stored. */
  dropped(reason: string, what: What | undefined, error: unknown): void;
  /** Called when the receiver becomes unreachable. */
  away?(error: ReceiverAway): void;
}

export interface About<What> {
  /** Idempotency key: the same for each attempt, also after a crash; unique. */
  id: string;
  createdAt: number;
  /** Number of failed attempts. */
  tries: number;
  /** Replaces the work durably; resolves when that is stored. */
  save(what: What): Promise<void>;
}

export interface QueueDeps {
  /** Rows above `after` up to `upTo`, in order; of one lane or of all. */
  list(
    after: number,
    upTo: number,
    limit: number,
    lane?: string,
  ): Promise<StoredFollowUp[]>;
  /** Called when the row is done or given up, so that it is deleted. */
  finished(row: StoredFollowUp): void;
  /** Called when the row changed; `grownBy` is in characters. */
  changed(row: StoredFollowUp, grownBy: number): Promise<void>;
  /** Average characters of a row. */
  averageSize(): number;
  /** Rows cannot be read, or written, at the moment. */
  failed(error: unknown): void;
  now: () => number;
}

/** Queue of one kind: reads, runs and finishes its rows. */
export interface Queue {
  /** Rows up to this id are durable. */
  wake(upTo: number): void;
  /** Takes over a row that was held, and runs it when it is due. */
  take(row: StoredFollowUp): void;
  /**
   * Drops rows that were read already, and returns their ids; others are not
   * read after their deletion.
   */
  drop(ids: ReadonlySet<number>): number[];
  /** Begins nothing new; resolves when nothing is under way. */
  stop(): Promise<void>;
  /** Resolves when nothing is left to be done now. */
  drained(): Promise<void>;
}

/** Rows that are read before they are needed, and of one lane. */
const windowRows = 512;
const laneRows = 64;
const pageRows = 128;
const pageSize = 4 << 20;
/** Pauses between retries while a receiver is away, in ms. */
const awayMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const readAgainMs = 1_000;

interface Lane {
  readonly key: string;
  /** Undefined: a row without an order, alone in its lane. */
  readonly name: string | undefined;
  readonly rows: StoredFollowUp[];
  /** A row of it is under way, or waits for its time. */
  isBusy: boolean;
  /** Had no room for rows up to the cursor: those above `readTo` are read again. */
  isCrowded: boolean;
  readTo: number;
}

export function createQueue<What>(
  how: KindOptions<What>,
  deps: QueueDeps,
): Queue {
  const longestPauseMs = Math.max(0, ...how.pausesMs);
  const lanes = new Map<string, Lane>();
  const ready: Lane[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const dropped = new Set<number>();
  let inWindow = 0;
  let running = 0;
  /** Rows up to here were read, but for those of crowded lanes. */
  let cursor = 0;
  let upTo = 0;
  let isReading = false;
  let isStopped = false;
  /** Tries in a row that found nobody there; then one looks for all. */
  let away = 0;
  let successes = 0;
  /** Rows that found nobody there, and how many had got through before. */
  const alone = new Map<number, number>();
  /** The last row that found nobody since one got through. */
  let lastAway: number | undefined;
  /** More than one row found nobody since then. */
  let areSeveralAway = false;
  let isPaused = false;
  let waiters: (() => void)[] = [];

  function later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
  }

  function laneOf({ id, lane: name }: StoredFollowUp): Lane {
    const key = name === "" ? `\0${id}` : name;
    let lane = lanes.get(key);
    if (lane) return lane;
    lane = {
      key,
      name: name === "" ? undefined : name,
      rows: [],
      isBusy: false,
      isCrowded: false,
      readTo: 0,
    };
    lanes.set(key, lane);
    return lane;
  }

  function push(lane: Lane, row: StoredFollowUp): void {
    lane.rows.push(row);
    inWindow++;
    if (lane.rows.length === 1 && !lane.isBusy) ready.push(lane);
  }

  /** One conversation that has thousands leaves room for the others. */
  function arrive(row: StoredFollowUp): void {
    const lane = laneOf(row);
    if (lane.isCrowded) return;
    if (lane.rows.length < laneRows) return push(lane, row);
    lane.isCrowded = true;
    lane.readTo = lane.rows.at(-1)?.id ?? 0;
  }

  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      while (!isStopped && cursor < upTo && inWindow < windowRows) {
        const limit = limitOf();
        const end = upTo;
        const rows = await deps.list(cursor, end, limit);
        cursor = rows.length < limit ? end : (rows.at(-1)?.id ?? end);
        for (const row of rows) arrive(row);
        start();
      }
    } catch (error) {
      deps.failed(error);
      if (!isStopped) later(readAgainMs, pump);
    } finally {
      isReading = false;
    }
    settle();
  }

  /** A page has as many rows as fit into some megabytes. */
  const limitOf = (): number =>
    Math.max(
      1,
      Math.min(pageRows, Math.floor(pageSize / (deps.averageSize() + 1))),
    );

  async function readMore(lane: Lane): Promise<void> {
    const limit = Math.min(laneRows, limitOf());
    const end = cursor;
    try {
      const rows = await deps.list(lane.readTo, end, limit, lane.name);
      lane.readTo = rows.at(-1)?.id ?? lane.readTo;
      // Rows that the cursor passed meanwhile had no room either.
      lane.isCrowded = rows.length === limit || cursor > end;
      for (const row of rows) push(lane, row);
    } catch (error) {
      deps.failed(error);
      await new Promise<void>((resolve) => later(readAgainMs, resolve));
    }
  }

  function start(): void {
    const most = away > 0 ? 1 : how.workers;
    while (!isStopped && !isPaused && running < most) {
      const lane = ready.shift();
      if (!lane) return;
      lane.isBusy = true;
      running++;
      void work(lane);
    }
  }

  function pump(): void {
    start();
    if (cursor < upTo && inWindow < windowRows / 2) void read();
    settle();
  }

  async function work(lane: Lane): Promise<void> {
    const pauseMs = await doNext(lane);
    running--;
    if (pauseMs > 0 && !isStopped) later(pauseMs, () => void free(lane));
    else await free(lane);
    settle();
  }

  async function free(lane: Lane): Promise<void> {
    while (lane.rows.length === 0 && lane.isCrowded && !isStopped)
      await readMore(lane);
    lane.isBusy = false;
    if (lane.rows.length > 0) ready.push(lane);
    else lanes.delete(lane.key);
    pump();
  }

  /** Returns for how long the lane is left alone, in ms. */
  async function doNext(lane: Lane): Promise<number> {
    const [row] = lane.rows;
    if (!row) return 0;
    const shift = (): boolean => {
      lane.rows.shift();
      inWindow--;
      return dropped.delete(row.id);
    };
    if (dropped.has(row.id)) {
      alone.delete(row.id);
      shift();
      return 0;
    }
    const inMs = row.dueAt - deps.now();
    // A clock that was set back must not make it wait for that time.
    if (inMs > 0 && inMs <= longestPauseMs) return inMs;
    const what = JSON.parse(row.what) as What;
    const end = (reason?: string, error?: unknown): number => {
      alone.delete(row.id);
      if (!shift()) deps.finished(row);
      if (reason !== undefined) how.dropped(reason, what, error);
      return 0;
    };
    if (deps.now() - row.createdAt > how.maxAgeMs) return end("tooOld");
    try {
      await how.run(what, aboutOf(row));
      noteAnswer();
      successes++;
      return end();
    } catch (error) {
      // A receiver that answers other rows but not this one is not away.
      if (error instanceof ReceiverAway && !isAwayForOne(row)) {
        if (away === 0 && !isPaused) how.away?.(error);
        pause();
        return 0;
      }
      if (error instanceof GiveUp) {
        noteAnswer();
        return end(error.reason, error);
      }
      const pauseMs = how.pausesMs[row.tries];
      if (pauseMs === undefined) return end("failed", error);
      row.tries++;
      row.dueAt = deps.now() + pauseMs;
      deps.changed(row, 0).catch(deps.failed);
      return pauseMs;
    }
  }

  function noteAnswer(): void {
    away = 0;
    lastAway = undefined;
    areSeveralAway = false;
  }

  /**
   * Returns whether the receiver answered other rows since this one first found
   * nobody. Where others find nobody either, it is away again, for all.
   */
  function isAwayForOne({ id }: StoredFollowUp): boolean {
    areSeveralAway ||= lastAway !== undefined && lastAway !== id;
    lastAway = id;
    if (areSeveralAway || !alone.has(id)) alone.set(id, successes);
    return alone.get(id) !== successes;
  }

  function aboutOf(row: StoredFollowUp): About<What> {
    return {
      id: `${row.createdAt.toString(36)}-${row.id.toString(36)}`,
      createdAt: row.createdAt,
      tries: row.tries,
      save(what) {
        const before = row.size;
        row.what = JSON.stringify(what);
        row.size = row.what.length;
        return deps.changed(row, row.size - before);
      },
    };
  }

  /** Everybody waits for one to look whether the receiver is back. */
  function pause(): void {
    if (isPaused) return;
    isPaused = true;
    const ms = awayMs[Math.min(away++, awayMs.length - 1)] ?? 0;
    settle();
    later(ms, () => {
      isPaused = false;
      pump();
    });
  }

  const isIdle = (): boolean =>
    running === 0 &&
    (isStopped ||
      isPaused ||
      (ready.length === 0 && cursor >= upTo && !isReading));

  function settle(): void {
    if (!isIdle()) return;
    const settled = waiters;
    waiters = [];
    for (const resolve of settled) resolve();
  }

  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      waiters.push(resolve);
      settle();
    });

  return {
    wake(id) {
      upTo = Math.max(upTo, id);
      pump();
    },
    take(row) {
      push(laneOf(row), row);
      pump();
    },
    drop(ids) {
      const known = [...lanes.values()].flatMap(({ rows }) =>
        rows.filter(({ id }) => ids.has(id)).map(({ id }) => id),
      );
      for (const id of known) dropped.add(id);
      return known;
    },
    async stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await drained();
    },
    drained,
  };
}
