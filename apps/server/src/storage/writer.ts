import type { Kysely } from "kysely";

import { nextTurn } from "../pace/turns.ts";
import { DamagedDatabase } from "./damage.ts";
import { toBatchError, toDiskError } from "./disk-errors.ts";
import { toDuplicateError } from "./duplicates.ts";
import type { DroppingMemory, Forgotten, Memory } from "./caches.ts";
import type { Engine } from "./engine.ts";
import { LostDatabase } from "./lost-database.ts";
import type { Schema } from "./schema.ts";
import { WriteQueue } from "./write-queue.ts";
import type { Item } from "./write-queue.ts";

/**
 * The open transaction of a batch, for one piece of work. A batch becomes
 * durable as a whole: work that arrives during a sync shares the next commit
 * (group commit).
 */
export interface Transaction {
  readonly db: Kysely<Schema>;
  /** Undoes a change of memory if the change of the database is undone. */
  onRollback(undo: () => void): void;
  /** Runs once others can read the change, before it is durable. */
  afterCommit(action: () => void): void;
  /**
   * Says what the change makes untrue in memory. It is forgotten after the
   * commit, in order with `afterCommit`.
   */
  forget(memory: DroppingMemory, keys: string | readonly string[]): void;
  /** The same where this process brings its memory up to date by itself. */
  forget(
    memory: Memory,
    keys: string | readonly string[],
    instead: () => void,
  ): void;
  /** Runs once the change is durable, in order of the changes. */
  afterDurable(action: () => void): void;
  /**
   * Asks a slow outside party without blocking the writer: rolls the work back,
   * and runs it again from its start with the answer. So ask after the checks;
   * they are repeated after the answer. `question` is its key; an error of
   * `ask` ends the work. Only inside `transact`.
   */
  outside<T>(question: string, ask: () => Promise<T>): Promise<T>;
}

export type Flush = (
  tx: Transaction,
  forgotten: readonly Forgotten[],
) => Promise<void> | void;

/** Called before the work of a batch, with what its changes are about. */
export type Prepare = (
  tx: Transaction,
  about: readonly (readonly string[] | undefined)[],
) => Promise<void>;

export interface TransactOptions {
  /**
   * Keys of what the work reads to decide and what it changes. Where several processes
   * write, only changes that share a key wait for each other. Without keys it waits
   * for all others, which is always right, and slow for what is frequent.
   */
  about?: AboutKeys;
}

/** Keys, or what returns them when the batch begins. */
export type AboutKeys = readonly string[] | (() => readonly string[]);

/** The key of what is one user's own. */
export const aboutUser = (userID: string): string => `user ${userID}`;

/** Options of a change of what is these users' own. */
export const aboutUsers = (...userIDs: string[]): TransactOptions => ({
  about: userIDs.map(aboutUser),
});

/** Options of a change of a group and its members, and of nobody's settings. */
export const aboutGroup = (groupID: string): TransactOptions => ({
  about: [`group ${groupID}`],
});

/** Options of a change that touches nothing by which another change decides. */
export const aboutNothing: TransactOptions = { about: [] };

export type Transact = <T>(
  work: (tx: Transaction) => Promise<T>,
  options?: TransactOptions,
) => Promise<T>;

export interface Writer {
  /**
   * Runs `work` atomically and resolves with its result when that is durable.
   * If `work` throws, its changes are undone and nobody else's.
   */
  transact: Transact;
  /**
   * The same for a message that needs more than its own row, as the first one of a
   * conversation does: it keeps its place among those that are enqueued.
   */
  transactMessage: Transact;
  /**
   * Fast lane for messages: `run` is synchronous and must not throw; `failed`
   * is called if the batch could not be written.
   */
  enqueue(item: {
    run(tx: Transaction): void;
    failed(error: Error): void;
  }): void;
  /**
   * Rejects enqueued items that have waited longer than `ms`. Transactions
   * stay: they are few, and may be half of a larger operation.
   */
  refuseOlder(ms: number, reason: Error): void;
  /**
   * Calls `flush` before every commit, with the batch still open and its
   * invalidations, so that other nodes can be told in the same commit, or after
   * it.
   */
  beforeCommit(flush: Flush): void;
  /** The same before all others, which write what follows from it. */
  firstBeforeCommit(flush: Flush): void;
  /** Calls `prepare` at the start of every batch, and of every attempt at one. */
  beforeWork(prepare: Prepare): void;
  /**
   * `confirm` is called after each commit with the batch's invalidations. Callers get their
   * results when its promise resolves; undefined: at once.
   */
  answerWhen(
    confirm: (forgotten: readonly Forgotten[]) => Promise<void> | undefined,
  ): void;
  /** Refuses what comes now with this error; undefined: it is taken. */
  refuseWhile(reason: () => Error | undefined): void;
  /**
   * The newest batch could not be written, or the database is damaged. Asking starts
   * another attempt, because load balancers send no writes while this is true; after
   * damage nothing is tried any more.
   */
  isRefusing(): boolean;
  /** Throws what a change that comes now would be refused with. */
  requireTaking(): void;
  /** Age of the oldest work that is not durable, in ms. */
  waitingMs(): number;
  /** Finishes accepted work; refuses later work. */
  close(): Promise<void>;
}

/** A transaction as the writer's own items see it. */
interface OpenBatch extends Transaction {
  /** Returns the promise of `answerWhen`, after the commit. */
  confirmed(): Promise<void> | undefined;
}

interface Committed {
  items: readonly Item<OpenBatch>[];
  /** Runs when the batch is durable. */
  actions: readonly (() => void)[];
}

/**
 * Times that a batch is begun again because another process was in its way. Each attempt
 * knows from the one before what it has to lock first.
 */
const mostAttempts = 8;
/**
 * Messages that come together go together: a commit and a sync of its own costs more
 * than all else that is done for a message. So a batch begins this long after the one
 * before.
 */
const companyMs = 2;
/**
 * Share of messages that come while others are on their way, above which a batch waits
 * for more. A lone message does not wait, and neither does a sender who waits for each
 * answer.
 */
const muchCompany = 0.2;
/** A batch begins with so many messages, as more would not make them much cheaper. */
const enoughCompany = 32;
/** Weight of the newest message in that share. */
const newest = 1 / 16;

/** Events for the operator's log. */
export interface WriterTroubles {
  /**
   * A sync failed, so its data may or may not be on the disk, and a retry would
   * not tell: the system drops pages that it could not write. Nothing is
   * acknowledged any more, and the process must exit.
   */
  broken(error: Error): void;
  /**
   * Batches fail from now on: each is rolled back, and its callers are
   * rejected.
   */
  refusing?(error: Error): void;
  /** Batches are written again. */
  recovered?(): void;
}

export interface WriterOptions {
  /**
   * Batches that wait for more messages begin 2 ms after the end of the one before, not
   * after its beginning. Round trips to a server make a batch longer than that, and then
   * nothing would ever wait.
   */
  restsBetweenBatches?: boolean;
}

export function createWriter(
  engine: Engine,
  troubles: WriterTroubles,
  { restsBetweenBatches = false }: WriterOptions = {},
): Writer {
  const queue = new WriteQueue<OpenBatch>();
  const flushes: Flush[] = [];
  const preparations: Prepare[] = [];
  /** Batches that are committed and wait to be synced, oldest first. */
  let committed: Committed[] = [];
  let running: Promise<void> | undefined;
  let syncing: Promise<void> | undefined;
  let isFull: (() => void) | undefined;
  let isEnough: (() => void) | undefined;
  let closed = false;
  let brokenBy: Error | undefined;
  let isRefusing = false;
  /** A change of nothing is on its way, to see whether it can be written. */
  let isTrying = false;
  /** The time at which writing the open batch began; 0: there is none. */
  let batchSince = 0;
  /** The time at which the running sync began; 0: there is none. */
  let syncSince = 0;

  /** The time at which the newest batch began, or ended if the writer rests. */
  let lastBatch = -Infinity;
  /** Share of the newest messages that came while others were on their way. */
  let company = 0;

  let whyRefusing: () => Error | undefined = () => undefined;
  let confirm: Parameters<Writer["answerWhen"]>[0] = () => undefined;
  const whyRefused = (): Error | undefined =>
    engine.damage() ?? engine.losses?.refusal() ?? whyRefusing();

  function add(item: Omit<Item<OpenBatch>, "since">): void {
    if (closed) return item.failed(new Error("storage is closed"));
    const refusal = whyRefused();
    if (refusal) return item.failed(refusal);
    const { run, failed, isolated, isMessage, about } = item;
    const since = performance.now();
    if (isMessage) company += ((running || syncing ? 1 : 0) - company) * newest;
    queue.add({ run, failed, isolated, isMessage, about, since });
    if (queue.isFull) isFull?.();
    if (queue.length >= enoughCompany) isEnough?.();
    running ??= drain();
  }

  // While a commit is in doubt nothing leaves the queue.
  engine.losses?.onRefusing(() => {
    const reason = engine.losses?.refusal();
    if (reason)
      for (const item of queue.takeInOrder(queue.length)) item.failed(reason);
  });

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      // Everything that arrives with this turn of the event loop goes together,
      // and sockets are read between batches.
      await nextTurn();
      // While the disk works, more comes together; a full batch need not wait.
      if (syncing && !queue.isFull)
        await Promise.race([
          syncing,
          new Promise<void>((resolve) => (isFull = resolve)),
        ]);
      if (!queue.hasChanges) await waitForCompany();
      const { items, ms } = queue.takeBatch();
      lastBatch = batchSince = performance.now();
      await writeBatch(items, ms);
      if (restsBetweenBatches) lastBatch = performance.now();
      batchSince = 0;
    }
    running = undefined;
  }

  async function waitForCompany(): Promise<void> {
    const ms = Math.round(lastBatch + companyMs - performance.now());
    if (ms < 1 || company < muchCompany || closed) return;
    if (queue.length >= enoughCompany) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      // What else comes with this turn goes, too.
      isEnough = () => {
        isEnough = undefined;
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
    isEnough = undefined;
  }

  /** One sync serves all that was committed before it began. */
  async function sync(): Promise<void> {
    while (committed.length > 0) {
      const batches = committed;
      committed = [];
      syncSince = performance.now();
      try {
        await (brokenBy ? Promise.reject(brokenBy) : engine.durable());
      } catch (error) {
        const reason = asError(error);
        if (!brokenBy) troubles.broken((brokenBy = reason));
        for (const { items } of batches)
          for (const item of items) item.failed(reason);
        continue;
      }
      syncSince = 0;
      for (const [i, { actions }] of batches.entries()) {
        if (i > 0) await nextTurn();
        for (const action of actions) action();
      }
    }
    syncing = undefined;
  }

  /** Writes the items, as often as another process is in the way. */
  async function writeBatch(
    items: Item<OpenBatch>[],
    ms: number,
  ): Promise<void> {
    for (let attempt = 1; await isInTheWay(items, ms, attempt); attempt++);
  }

  /** Returns true when the batch was undone and has to be begun again. */
  async function isInTheWay(
    items: Item<OpenBatch>[],
    ms: number,
    attempt: number,
  ): Promise<boolean> {
    const undo: (() => void)[] = [];
    const afterCommit: (() => void)[] = [];
    const durable: (() => void)[] = [];
    const forgotten: Forgotten[] = [];
    /** A batch that is begun again decides anew whom it refuses. */
    const refusals: (() => void)[] = [];
    const refuse = (refusal: () => void): void => {
      if (engine.isConflict) refusals.push(refusal);
      else refusal();
    };
    const answers: { wait?: Promise<void> | undefined } = {};
    const tx: OpenBatch = {
      db: engine.write,
      confirmed: () => answers.wait,
      onRollback: (action) => void undo.push(action),
      afterCommit: (action) => void afterCommit.push(action),
      afterDurable: (action) => void durable.push(action),
      forget(
        memory: Memory,
        given: string | readonly string[],
        instead?: () => void,
      ) {
        const keys = typeof given === "string" ? [given] : given;
        if (keys.length === 0) return;
        forgotten.push({ memory, keys });
        afterCommit.push(
          instead ??
            (() => {
              for (const key of keys) void memory.forget(key);
            }),
        );
      },
      outside: () => Promise.reject(new Error("there is no webhook to ask")),
    };
    try {
      requireWhole();
      await engine.begin();
      if (preparations.length > 0) {
        const about = items.flatMap((item) =>
          item.isolated
            ? [typeof item.about === "function" ? item.about() : item.about]
            : [],
        );
        for (const prepare of preparations) await prepare(tx, about);
      }
      for (const [i, item] of items.entries()) {
        if (item.isolated) {
          await runIsolated(
            item,
            tx,
            refuse,
            ...[undo, afterCommit, durable, forgotten],
          );
          if (performance.now() - batchSince > ms) queue.cut(items, i);
        } else item.run(tx) as void;
      }
      for (const flush of flushes) await flush(tx, forgotten);
      requireWhole();
      await engine.commit();
    } catch (error) {
      await rollback().catch(() => undefined); // the first error says more
      for (const action of undo.reverse()) action();
      if (engine.isConflict?.(error) && attempt < mostAttempts) return true;
      for (const refuse of refusals) refuse();
      const reason = toBatchError(asError(error));
      if (!(
        reason instanceof LostDatabase || reason instanceof DamagedDatabase
      )) {
        if (!isRefusing) troubles.refusing?.(asError(error));
        isRefusing = true;
      }
      for (const item of items) item.failed(reason);
      return false;
    }
    for (const refuse of refusals) refuse();
    if (isRefusing) troubles.recovered?.();
    isRefusing = false;
    for (const action of afterCommit) action();
    answers.wait = confirm(forgotten);
    committed.push({ items, actions: durable });
    syncing ??= sync();
    return false;
  }

  /**
   * Damage may have been met by a reader, or by a change whose savepoint was
   * rolled back.
   */
  function requireWhole(): void {
    const damage = engine.damage();
    if (damage) throw damage;
  }

  // Engines may throw at once.
  const rollback = async () => engine.rollback();
  const rollbackToSavepoint = async () => engine.rollbackToSavepoint();

  async function runIsolated(
    item: Item<OpenBatch>,
    tx: OpenBatch,
    refuse: (refusal: () => void) => void,
    ...lists: [(() => void)[], (() => void)[], (() => void)[], Forgotten[]]
  ): Promise<void> {
    const [undo, committed, durable, forgotten] = lists;
    const marks = lists.map((list) => list.length);
    await engine.savepoint();
    try {
      await item.run(tx);
      await engine.releaseSavepoint();
    } catch (error) {
      if (engine.isConflict?.(error)) throw error;
      await rollbackToSavepoint().catch(() => {
        // The database has undone the whole batch: a full disk may do that.
        throw error;
      });
      for (const action of undo.splice(marks[0] ?? 0).reverse()) action();
      committed.length = marks[1] ?? 0;
      durable.length = marks[2] ?? 0;
      forgotten.length = marks[3] ?? 0;
      const reason = toDuplicateError(toDiskError(asError(error)));
      refuse(() => item.failed(reason));
    }
  }

  function run<T>(
    work: (tx: Transaction) => Promise<T>,
    isMessage: boolean,
    options?: TransactOptions,
    answers?: ReadonlyMap<string, unknown>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      add({
        isolated: true,
        isMessage,
        about: options?.about,
        async run(tx) {
          const result = await work({
            ...tx,
            outside: <A>(question: string, ask: () => Promise<A>) =>
              answers?.has(question)
                ? Promise.resolve(answers.get(question) as A)
                : Promise.reject(new Question(question, ask)),
          });
          tx.afterDurable(() => {
            const confirmed = tx.confirmed();
            if (confirmed) void confirmed.then(() => resolve(result));
            else resolve(result);
          });
        },
        failed(error) {
          if (!(error instanceof Question)) return reject(error);
          error
            .ask()
            .then((answer) =>
              run(
                work,
                isMessage,
                options,
                new Map(answers).set(error.question, answer),
              ),
            )
            .then(resolve, reject);
        },
      });
    });
  }

  return {
    transact: (work, options) => run(work, false, options),
    transactMessage: (work, options) => run(work, true, options),
    enqueue: ({ run, failed }) =>
      add({ run, failed, isolated: false, isMessage: true }),
    refuseOlder(ms, reason) {
      for (const item of queue.takeOlder(ms)) item.failed(reason);
    },
    isRefusing() {
      if (engine.damage()) return true;
      if (isRefusing && !isTrying) {
        isTrying = true;
        run(touch, false)
          .catch(() => undefined) // troubles hear of it
          .finally(() => (isTrying = false));
      }
      return isRefusing;
    },
    beforeCommit: (flush) => void flushes.push(flush),
    answerWhen: (given) => void (confirm = given),
    refuseWhile: (reason) => void (whyRefusing = reason),
    firstBeforeCommit: (flush) => void flushes.unshift(flush),
    beforeWork: (prepare) => void preparations.push(prepare),
    requireTaking() {
      const refusal = whyRefused();
      if (refusal) throw refusal;
    },
    waitingMs() {
      // Then it is not for too much to do that they wait.
      if (engine.losses?.trouble() !== undefined) return 0;
      const since = Math.min(
        queue.oldestSince,
        batchSince || Infinity,
        syncSince || Infinity,
      );
      return since === Infinity ? 0 : performance.now() - since;
    },
    async close() {
      closed = true;
      await running;
      await syncing;
    },
  };
}

/** Ends an attempt whose work goes on when it has this answer. */
class Question extends Error {
  override readonly name = "Question";
  readonly question: string;
  readonly ask: () => Promise<unknown>;

  constructor(question: string, ask: () => Promise<unknown>) {
    super(`asks outside: ${question}`);
    this.question = question;
    this.ask = ask;
  }
}

/** The smallest change that has to reach the disk. */
async function touch({ db }: Transaction): Promise<void> {
  const value = String(Date.now());
  await db
    .insertInto("meta")
    .values({ key: "written", value })
    .onConflict((row) => row.column("key").doUpdateSet({ value }))
    .execute();
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
