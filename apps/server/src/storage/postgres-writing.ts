import type { Losses } from "./engine.ts";
import {
  ForeignDatabase,
  LostDatabase,
  isLoss,
  reasonOf,
} from "./lost-database.ts";
import {
  beginTenure,
  lookMs,
  newOwner,
  openSession,
  requireTenure,
  takeLock,
  wasCommitted,
} from "./postgres-session.ts";
import type { Tenure, WriterSession } from "./postgres-session.ts";

/** Events for the operator's log. */
export interface DatabaseTroubles {
  /**
   * The database cannot be reached or does not answer; called once for each
   * loss.
   */
  lost(reason: string): void;
  back(afterMs: number): void;
  /** The memory of this process is worth nothing any more: it has to end. */
  foreign(error: Error): void;
}

/**
 * The writer's connection, which reconnects after a loss. The outcome of a
 * commit in doubt, whose answer was lost, is looked up in the database, so that
 * `commit` resolves with the truth.
 */
export interface Writing extends Omit<Losses, "asChange"> {
  query: WriterSession["query"];
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  savepoint(): void;
  /** Throws if something failed since the savepoint. */
  releaseSavepoint(): void;
  rollbackToSavepoint(): Promise<void>;
  /**
   * Returns true while it is unknown whether the reachable database is the one
   * of this process.
   */
  isUnproven(): boolean;
  close(): Promise<void>;
}

/**
 * Changes wait during a loss shorter than this and are not refused; longer
 * waits would be shed as overload.
 */
const graceMs = 2_000;
/** Looks without an answer after which changes are refused. */
const silentLooks = graceMs / lookMs;
/** Looks without anything to do after which the database is asked. */
const idleLooks = 4;
const longestPauseMs = 2_000;
const stoppingMs = 3_000;

const releasing = "release savepoint part";

/**
 * Statements stay prepared, and with them the plans of a time when tables were small
 * enough to be read whole.
 */
const sessionSettings =
  "set synchronous_commit = on; set enable_seqscan = off; set jit = off";

/**
 * A node that is paused amid a batch holds locks that all others wait for: the database
 * undoes its batch after so long.
 */
const sharedSettings = "; set idle_in_transaction_session_timeout = '5s'";

/** All nodes of a cluster are one holder. */
const clusterHolder = "cluster";

const nothingChanged = "nothing was changed: the database cannot be reached";

const noAnswer = (looks: number): Error =>
  new Error(`no answer for ${(looks * lookMs) / 1_000} s`);

interface Batch {
  session: WriterSession;
  /**
   * Resolves with the number of its transaction when that is open; undefined: nothing
   * was asked of it yet.
   */
  opening?: Promise<number>;
  /** The first error: what comes after it fails. */
  failure?: Error;
}

/** A statement outside a batch is a transaction by itself. */
const noBatch = (session: WriterSession): Batch => ({
  session,
  opening: Promise.resolve(0),
});

interface Doubt {
  transaction: number;
  decide(outcome: "committed" | LostDatabase): void;
}

export async function openWriting(
  url: string,
  troubles: DatabaseTroubles,
  isShared: boolean,
): Promise<Writing | "taken"> {
  const owner = newOwner();
  const holder = isShared ? clusterHolder : owner;
  const listeners: (() => void)[] = [];
  let tenure: Tenure | undefined;
  /** The batch that is being written, also after the loss of its session. */
  let batch: Batch;
  /** Session for the next batch; undefined: it was lost. */
  let ready: WriterSession | undefined;
  let lostAt = 0;
  let lostBecause = "";
  let isSilent = false;
  let wasRefusing = false;
  let idleFor = 0;
  let lastCommitted: number | undefined;
  let doubt: Doubt | undefined;
  let isClosed = false;
  let isForeign = false;
  /** Called when there is a connection again, or no hope. */
  let wake: (() => void)[] = [];
  /** A new connection that is not proven yet. */
  let trying: WriterSession | undefined;

  async function connect(): Promise<WriterSession> {
    const session = (trying = await openSession({ url, lost }));
    try {
      await session.query(
        isShared ? sessionSettings + sharedSettings : sessionSettings,
      );
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  function lost(session: WriterSession, reason: unknown): void {
    if (session !== ready) return;
    ready = undefined;
    // Before that whoever opens it hears of it.
    if (isClosed || !tenure) return;
    if (!isSilent) tellLost(reasonOf(reason));
    void reconnect();
  }

  function tellLost(reason: string): void {
    lostAt = performance.now();
    lostBecause = reason;
    troubles.lost(reason);
  }

  function tellBack(): void {
    troubles.back(performance.now() - lostAt);
    isSilent = false;
    wakeAll();
  }

  async function reconnect(): Promise<void> {
    for (let pauseMs = 0; !isClosed && !isForeign;) {
      await pause(pauseMs);
      pauseMs = Math.min(Math.max(pauseMs * 2, 50), longestPauseMs);
      let session: WriterSession | undefined;
      try {
        session = await connect();
        await prove(session);
        if (session.isLost()) continue;
        ready = session;
        tellBack();
        return;
      } catch (error) {
        void session?.close();
        if (isClosed) return;
        lostBecause = reasonOf(error);
        if (!(error instanceof ForeignDatabase)) continue;
        isForeign = true;
        troubles.foreign(error);
        wakeAll();
      }
    }
  }

  /** Proves that this database holds what memory holds. */
  async function prove(session: WriterSession): Promise<void> {
    // The lock proves that the old connection has ended, and its transaction
    // with it.
    const lock = await takeLock(session, owner, isShared);
    if (lock === "held by another")
      throw new ForeignDatabase("another Parley has it now");
    if (lock !== "taken")
      throw new Error("the server has not ended the old connection yet");
    if (tenure) await requireTenure(session, tenure, lastCommitted);
    const committed = doubt && (await wasCommitted(session, doubt.transaction));
    // Also says that a synchronous standby has all that was committed before.
    if (tenure) await beginTenure(session, tenure.holder);
    if (!doubt) return;
    const { decide } = doubt;
    doubt = undefined;
    decide(committed ? "committed" : new LostDatabase(nothingChanged));
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
      if (isClosed) resolve();
    });

  function wakeAll(): void {
    const waiting = wake;
    wake = [];
    for (const each of waiting) each();
  }

  const refuses = (): boolean =>
    isForeign || isSilent || (!ready && performance.now() - lostAt >= graceMs);

  function look(): void {
    if (!tenure) return; // a new version may change much before that
    if (trying?.look().isTooLong) trying.giveUp(noAnswer(silentLooks));
    if (ready) lookAt(ready);
    const isRefusing = refuses();
    if (isRefusing && !wasRefusing) {
      wakeAll();
      for (const listener of listeners) listener();
    }
    wasRefusing = isRefusing;
  }

  function lookAt(session: WriterSession): void {
    const { looks, isTooLong } = session.look();
    if (looks > 0) idleFor = 0;
    else if (++idleFor >= idleLooks) {
      idleFor = 0;
      void session.quick("select 1").catch(() => undefined); // that is told
    }
    if (looks >= silentLooks && !isSilent) {
      isSilent = true;
      tellLost(noAnswer(looks).message);
    } else if (looks < silentLooks && isSilent) tellBack();
    if (isTooLong) session.giveUp(noAnswer(looks));
  }

  /** The connection for a new batch. */
  async function whenReady(): Promise<WriterSession> {
    while (!ready) {
      if (refuses() || isClosed) throw refusal();
      await new Promise<void>((resolve) => wake.push(resolve));
    }
    return ready;
  }

  const refusal = (): LostDatabase =>
    new LostDatabase(nothingChanged, new Error(lostBecause));

  /** Returns the error that a statement of a batch fails with. */
  const told = (session: WriterSession, error: unknown): Error =>
    isLoss(error, session.isLost())
      ? new LostDatabase(nothingChanged, error)
      : (error as Error);

  /** Sends a statement of the batch, behind those that have no answer yet. */
  async function ask<Answer>(
    send: (session: WriterSession) => Promise<Answer>,
  ): Promise<Answer> {
    const of = batch;
    try {
      return await send(of.session);
    } catch (error) {
      const reason = told(of.session, error);
      of.failure ??= reason;
      // What a transaction that failed answers says nothing of why.
      throw (error as { code?: unknown }).code === "25P02"
        ? of.failure
        : reason;
    }
  }

  /** Sends a statement without waiting; if it fails, the later ones of the batch fail, too. */
  function tell(statement: string): void {
    ask((session) => session.quick(statement)).catch(() => undefined);
  }

  function open(): void {
    const of = batch;
    if (of.opening) return;
    // Its number tells later what became of it.
    of.opening = ask(async (session) => {
      const [, { rows } = { rows: [] }] = await session.quick(
        "begin; select txid_current() as id",
      );
      return (rows[0] as { id: number }).id;
    });
    of.opening.catch(() => undefined);
  }

  async function sendCommit(of: Batch): Promise<void> {
    const { command } = await of.session.query("commit");
    if (command === "ROLLBACK")
      throw (
        of.failure ?? new Error("the transaction had failed before its commit")
      );
  }

  const first = await connect();
  if ((await takeLock(first, owner, isShared)) !== "taken") {
    await first.close();
    return "taken";
  }
  ready = first;
  batch = noBatch(first);
  trying = undefined;
  const looking = setInterval(look, lookMs);
  looking.unref();

  return {
    query(text, values) {
      open();
      return ask((session) => session.query(text, values));
    },
    async begin() {
      batch = { session: await whenReady() };
    },
    async commit() {
      const of = batch;
      const { session, opening } = of;
      if (!opening) return;
      // Without its number nobody could tell what became of it.
      const transaction = await opening;
      if (session.isLost()) throw refusal();
      // The next connection may be there before this one's end is known.
      const outcome = Promise.withResolvers<"committed" | LostDatabase>();
      const mine = (doubt = { transaction, decide: outcome.resolve });
      try {
        await sendCommit(of);
      } catch (error) {
        if (!isLoss(error, session.isLost())) throw error;
        session.giveUp(error as Error);
        const decided = await outcome.promise;
        if (decided !== "committed") throw decided;
      } finally {
        if (doubt === mine) doubt = undefined;
      }
      lastCommitted = transaction;
      batch = noBatch(session);
    },
    async rollback() {
      const { session, opening } = batch;
      batch = noBatch(session);
      if (opening) await ask(() => session.quick("rollback"));
    },
    savepoint() {
      open();
      tell("savepoint part");
    },
    releaseSavepoint() {
      if (batch.failure) throw batch.failure;
      tell(releasing);
    },
    async rollbackToSavepoint() {
      const of = batch;
      await ask((session) =>
        session.quick(`rollback to savepoint part; ${releasing}`),
      );
      delete of.failure;
    },
    isUnproven: () => tenure !== undefined && !ready,
    trouble: () =>
      isForeign || isSilent || !ready
        ? `the database does not answer: ${lostBecause}`
        : undefined,
    refusal: () => (refuses() ? refusal() : undefined),
    onRefusing: (listener) => void listeners.push(listener),
    async takePossession() {
      tenure = await beginTenure(first, holder);
    },
    stopping() {
      setTimeout(() => {
        doubt?.decide(
          new LostDatabase(
            "the database cannot be reached: whether it was changed is not known",
          ),
        );
        doubt = undefined;
      }, stoppingMs).unref();
    },
    async close() {
      isClosed = true;
      clearInterval(looking);
      wakeAll();
      const session = ready;
      ready = undefined;
      if (!session) return;
      // The server would give the lock back a moment after we are gone.
      await Promise.race([
        session.query("select pg_advisory_unlock_all()").catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
      ]);
      await session.close();
    },
  };
}
