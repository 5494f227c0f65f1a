import { hostname } from "node:os";

import type { Kysely } from "kysely";

import type { Cluster } from "../nodes/cluster.ts";
import type { Logger } from "../watching/logger.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutNothing } from "../storage/writer.ts";
import type { Transaction, Writer } from "../storage/writer.ts";
import { createQueue } from "./queue.ts";
import type { KindOptions, Queue } from "./queue.ts";
import {
  countFollowUps,
  deleteFollowUps,
  deleteOf,
  holdsLease,
  insertFollowUps,
  listFollowUps,
  listIDs,
  rescheduleFollowUp,
  takeLease,
  takeOrphans,
} from "./store.ts";
import type { DeletedFollowUp, KindCount, StoredFollowUp } from "./store.ts";

/**
 * Work to do outside the database after a change: a webhook, a push, a bot's
 * answer. It is a row written in the change's transaction and deleted when
 * done, so it runs at least once, even if the process is killed right after the
 * commit.
 */
export interface FollowUps {
  /** Defines a kind, once, before `start`; the kind's name is stored. */
  define<What>(kind: string, how: KindOptions<What>): FollowUpKind<What>;
  /**
   * Starts the queues: first the rows of an earlier process, then those added
   * since. Retries while the database refuses.
   */
  start(): Promise<void>;
  /**
   * Removes the rows caused by a user who is being deleted, in parts, each in a
   * transaction of its own.
   */
  removeOf(
    userID: string,
    inParts: (work: (tx: Transaction) => Promise<void>) => Promise<void>,
  ): Promise<void>;
  /**
   * Works for at most `graceMs`, by default two seconds; the next start does the
   * rest.
   */
  close(graceMs?: number): Promise<void>;
}

export interface FollowUpKind<What> {
  /**
   * Adds a row in the change's transaction. Costs no statement of its own: the
   * rows of a batch are inserted together. Returns undefined if the queue is
   * full.
   */
  add(tx: Transaction, what: What, of?: Of): Entry | undefined;
  /** For held kinds: deletes the row, because the work is done. */
  done(entry: Entry): void;
  /** For held kinds: hands the row to the queue, which runs it after `inMs`. */
  handOver(entry: Entry, what: What, inMs: number): Promise<void>;
  /** Number of waiting and running rows. */
  waiting(): number;
}

export interface Of {
  /** Rows of one lane run one after another, in order; "" means any order. */
  lane?: string;
  /** User whose deletion voids the row. */
  userID?: string;
}

/** A row, once it is written. */
export interface Entry {
  /** 0 until its batch is committed. */
  readonly id: number;
  readonly createdAt: number;
}

export interface FollowUpsDeps {
  db: Kysely<Schema>;
  writer: Pick<Writer, "transact" | "beforeCommit">;
  logger: Logger;
  now: () => number;
  /** Undefined: this process is alone. */
  cluster?: Pick<Cluster, "self" | "live" | "onLeft"> | undefined;
  /** Milliseconds before a failed start or write is retried. */
  afterFailureMs?: number;
}

interface State {
  kind: string;
  queue: Queue;
  isHeld: boolean;
  count: number;
  size: number;
  dropped(count: number, reason: string, error?: unknown): void;
}

interface Added extends Entry {
  id: number;
  state: State;
  lane: string;
  userID: string;
  what: string;
  size: number;
}

/** Time that finished rows wait for another commit to be deleted with. */
const outcomesMs = 200;
/** Pause between two log lines about one kind, in ms. */
const logPauseMs = 10_000;
/** Rows of a node that is no more that one transaction takes over. */
const orphansAtOnce = 500;
/** Ids that a departure looks through in one statement. */
const idsAtOnce = 1_000;

export async function openFollowUps({
  db,
  writer,
  logger,
  now,
  cluster,
  afterFailureMs = 5_000,
}: FollowUpsDeps): Promise<FollowUps> {
  const node = cluster?.self ?? "";
  const leaseName = cluster ? `follow-ups of ${node}` : "follow-ups";
  const found = await countFollowUps(db, node);
  const states = new Map<string, State>();
  let added: Added[] = [];
  let finished: number[] = [];
  let changed: StoredFollowUp[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /**
   * Fencing token of the lease; undefined until this process has it, or after
   * another one took over.
   */
  let fence: number | undefined;
  let isStarted = false;
  let isLost = false;
  let newest = found.newest;
  /** Held rows that were voided before they were reported done. */
  const voided = new Set<number>();
  /** Finished rows that are not deleted yet. */
  const ended = new Set<number>();
  let isClosed = false;
  let startTimer: ReturnType<typeof setTimeout> | undefined;

  /** Outcomes are written with any commit. */
  const commitOutcomes = (): Promise<void> =>
    writer.transact(() => Promise.resolve(), aboutNothing);

  /** Writes outcomes with the next commit, or alone if there is none. */
  function soon(ms = outcomesMs): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      commitOutcomes().catch(failed);
    }, ms);
  }

  const failed = (error: unknown): void =>
    logger.warn(
      { err: error },
      "follow-ups: rows could not be read or written",
    );

  async function writeOutcomes(tx: Transaction): Promise<void> {
    const ids = finished;
    const rows = changed;
    finished = [];
    changed = [];
    clearTimeout(timer);
    timer = undefined;
    tx.onRollback(() => {
      finished.push(...ids);
      changed.unshift(...rows);
      soon(afterFailureMs);
    });
    if (fence === undefined) return;
    if (!(await holdsLease(tx.db, leaseName, fence))) return lost();
    for (const row of rows) await rescheduleFollowUp(tx.db, row);
    if (ids.length === 0) return;
    await deleteFollowUps(tx.db, ids);
    tx.afterCommit(() => {
      for (const id of ids) ended.delete(id);
    });
  }

  /** Somebody else does them from here on; what they find is theirs. */
  function lost(): void {
    fence = undefined;
    isLost = true;
    logger.error("follow-ups: another process has taken them over");
    for (const { queue } of states.values()) void queue.stop();
  }

  /** Takes the lease when the first row is written; a server without listeners never does. */
  async function take(tx: Transaction): Promise<void> {
    const holder = `${hostname()}:${process.pid}`;
    const taken = await takeLease(tx.db, leaseName, holder);
    tx.afterCommit(() => (fence = taken));
  }

  async function writeAdded(tx: Transaction): Promise<void> {
    const rows = added;
    added = [];
    const ids = await insertFollowUps(
      tx.db,
      rows.map(({ state, lane, userID, what, size, createdAt }) => ({
        kind: state.kind,
        lane,
        user_id: userID,
        what,
        size,
        created_at: createdAt,
        node,
        tries: 0,
        due_at: 0,
      })),
    );
    for (const [i, row] of rows.entries()) row.id = ids[i] ?? 0;
    if (isStarted && !isLost && fence === undefined) await take(tx);
    tx.afterDurable(() => {
      newest = Math.max(newest, ids.at(-1) ?? 0);
      if (fence === undefined) return;
      for (const state of new Set(rows.map((row) => row.state)))
        if (!state.isHeld) state.queue.wake(newest);
    });
  }

  writer.beforeCommit((tx) => {
    if (fence !== undefined && finished.length + changed.length > 0)
      return added.length > 0
        ? writeOutcomes(tx).then(() => writeAdded(tx))
        : writeOutcomes(tx);
    return added.length > 0 ? writeAdded(tx) : undefined;
  });

  function finish(state: State, { id, size }: { id: number; size: number }) {
    if (voided.delete(id)) return;
    state.count--;
    state.size -= size;
    finished.push(id);
    ended.add(id);
    soon();
  }

  function createDropped(kind: string): State["dropped"] {
    let toldAt = -Infinity;
    let untold = 0;
    return (count, reason, error) => {
      untold += count;
      if (now() - toldAt < logPauseMs && now() >= toldAt) return;
      toldAt = now();
      logger.warn(
        {
          kind,
          reason,
          count: untold,
          ...(error !== undefined && { err: error }),
        },
        "follow-ups: dropped",
      );
      untold = 0;
    };
  }

  function define<What>(
    kind: string,
    how: KindOptions<What>,
  ): FollowUpKind<What> {
    const before = found.kinds.find((each) => each.kind === kind);
    const { isHeld = false, limits } = how;
    const dropped = createDropped(kind);
    const drop = (reason: string, what: What | undefined, error: unknown) => {
      dropped(1, reason, error);
      how.dropped(reason, what, error);
    };
    const queue = createQueue<What>(
      { ...how, dropped: drop },
      {
        list: (after, upTo, limit, lane) =>
          listFollowUps(
            db,
            { kind, node, after, upTo, ...(lane !== undefined && { lane }) },
            limit,
          ),
        finished: (row) => finish(state, row),
        changed(row, grownBy) {
          state.size += grownBy;
          return change(row);
        },
        averageSize: () => state.size / Math.max(1, state.count),
        failed,
        now,
      },
    );
    const state: State = {
      kind,
      queue,
      isHeld,
      count: before?.count ?? 0,
      size: before?.size ?? 0,
      dropped,
    };
    states.set(kind, state);

    /** Writes the row with the next commit; resolves when that is durable. */
    function change(row: StoredFollowUp): Promise<void> {
      return writer.transact(async () => {
        changed = [...changed.filter(({ id }) => id !== row.id), { ...row }];
      }, aboutNothing);
    }

    return {
      add(tx, what, { lane = "", userID = "" } = {}) {
        const text = JSON.stringify(what);
        const size = text.length;
        if (state.count >= limits.rows || state.size + size > limits.size) {
          drop("overload", what, undefined);
          return undefined;
        }
        const row: Added = {
          id: 0,
          state,
          lane,
          userID,
          what: text,
          size,
          createdAt: now(),
        };
        state.count++;
        state.size += size;
        added.push(row);
        tx.onRollback(() => {
          state.count--;
          state.size -= size;
          const at = added.lastIndexOf(row);
          if (at >= 0) added.splice(at, 1);
        });
        return row;
      },
      done: (entry) => finish(state, entry as Added),
      handOver(entry, what, inMs) {
        const { id, lane, size: before, createdAt } = entry as Added;
        if (voided.delete(id)) return Promise.resolve();
        const text = JSON.stringify(what);
        const size = text.length;
        state.size += size - before;
        const dueAt = now() + inMs;
        const row = { id, lane, what: text, size, createdAt, tries: 0, dueAt };
        queue.take(row);
        return change(row);
      },
      waiting: () => state.count,
    };
  }

  /** Removes rows of features that are switched off. */
  async function removeOthers(kinds: readonly KindCount[]): Promise<void> {
    for (const { kind, count } of kinds) {
      if (states.has(kind)) continue;
      logger.warn(
        { kind, count },
        "follow-ups: dropped, for the feature is off",
      );
      for (;;) {
        const of = { kind, node, after: 0, upTo: found.newest };
        const rows = await listFollowUps(db, of, idsAtOnce);
        const ids = rows.map(({ id }) => id);
        if (ids.length === 0) break;
        await writer.transact(({ db }) => deleteFollowUps(db, ids));
      }
    }
  }

  async function begin(): Promise<void> {
    await removeOthers(found.kinds);
    isStarted = true;
    await adopt();
    // Counts include rows whose batch is not committed yet.
    if ([...states.values()].every(({ count }) => count === 0)) return;
    await writer.transact(take);
    for (const { queue, isHeld } of states.values())
      queue.wake(isHeld ? found.newest : newest);
    soon();
  }

  /** Takes over the rows of dead nodes. */
  async function adopt(): Promise<void> {
    if (!cluster) return;
    for (let isMore = true; isMore && !isClosed;)
      isMore = await writer.transact(async (tx) => {
        const live = [node, ...cluster.live().map(({ id }) => id)];
        const orphans = await takeOrphans(tx.db, live, orphansAtOnce);
        const known = orphans.filter(({ kind }) => states.has(kind));
        if (known.length === 0) return orphans.length === orphansAtOnce;
        const ids = await insertFollowUps(
          tx.db,
          known.map(({ userID, createdAt, dueAt, ...row }) => ({
            ...{ ...row, node, user_id: userID },
            ...{ created_at: createdAt, due_at: dueAt },
          })),
        );
        if (fence === undefined) await take(tx);
        tx.afterDurable(() => {
          for (const [i, { kind, ...row }] of known.entries()) {
            const state = states.get(kind);
            if (!state) continue;
            state.count++;
            state.size += row.size;
            const id = ids[i] ?? 0;
            newest = Math.max(newest, id);
            // A queue reads its rows itself, but for those that somebody holds.
            if (state.isHeld) state.queue.take({ ...row, id });
            else state.queue.wake(id);
          }
        });
        return orphans.length === orphansAtOnce;
      });
  }
  cluster?.onLeft(() => {
    if (isStarted) void adopt().catch(failed);
  });

  /** Adjusts memory after rows were deleted without being done. */
  function forget(gone: readonly DeletedFollowUp[]): void {
    const ids = new Set(gone.map(({ id }) => id));
    const queued = new Set(
      [...states.values()].flatMap(({ queue }) => queue.drop(ids)),
    );
    for (const { id, kind, size } of gone) {
      const state = states.get(kind);
      if (!state || ended.has(id)) continue;
      if (state.isHeld && id > found.newest && !queued.has(id)) voided.add(id);
      state.count--;
      state.size -= size;
    }
  }

  return {
    define,

    async start() {
      while (!isClosed)
        try {
          return await begin();
        } catch (error) {
          failed(error);
          await new Promise<void>((resolve) => {
            startTimer = setTimeout(resolve, afterFailureMs);
          });
        }
    },

    async removeOf(userID, inParts) {
      // Skips gaps between ids: one row may be days older than the next.
      for (let after = 0; ;) {
        const from = after;
        const upTo = (await listIDs(db, from, newest, idsAtOnce)).at(-1);
        if (upTo === undefined) return;
        await inParts(async (tx) => {
          const gone = await deleteOf(tx.db, userID, from, upTo);
          if (gone.length > 0) tx.afterCommit(() => forget(gone));
        });
        after = upTo;
      }
    },

    async close(graceMs = 2_000) {
      isClosed = true;
      clearTimeout(startTimer);
      const queues = [...states.values()].map(({ queue }) => queue);
      const over = Promise.withResolvers<void>();
      const grace = setTimeout(over.resolve, graceMs);
      await Promise.race([
        Promise.all(queues.map((queue) => queue.drained())),
        over.promise,
      ]);
      const stopped = Promise.all(queues.map((queue) => queue.stop()));
      await Promise.race([stopped, over.promise]);
      clearTimeout(grace);
      if (timer) {
        clearTimeout(timer);
        timer = undefined;
        await commitOutcomes().catch(failed);
      }
    },
  };
}
