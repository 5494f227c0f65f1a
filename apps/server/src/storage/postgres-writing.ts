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
import type { WriterSession, Tenure } from "./postgres-session.ts";

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
  run(statement: string): Promise<void>;
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

const nothingChanged = "nothing was changed: the database cannot be reached";

const noAnswer = (looks: number): Error =>
  new Error(`no answer for ${(looks * lookMs) / 1_000} s`);

interface Doubt {
  transaction: number;
  decide(outcome: "committed" | LostDatabase): void;
}

export async function openWriting(
  url: string,
  troubles: DatabaseTroubles,
): Promise<Writing | "taken"> {
  const owner = newOwner();
  const listeners: (() => void)[] = [];
  let tenure: Tenure | undefined;
  /** Session of the batch that is being written, also after its loss. */
  let current: WriterSession;
  /** Session for the next batch; undefined: it was lost. */
  let ready: WriterSession | undefined;
  let lostAt = 0;
  let lostBecause = "";
  let isSilent = false;
  let wasRefusing = false;
  let idleFor = 0;
  let transaction: number | undefined;
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
      await session.query("set synchronous_commit = on");
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
    const lock = await takeLock(session, owner);
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
  const told = (session: WriterSession, error: unknown): unknown =>
    isLoss(error, session.isLost())
      ? new LostDatabase(nothingChanged, error)
      : error;

  const query: WriterSession["query"] = async (text, values) => {
    const session = current;
    try {
      return await session.query(text, values);
    } catch (error) {
      throw told(session, error);
    }
  };

  current = await connect();
  if ((await takeLock(current, owner)) !== "taken") {
    await current.close();
    return "taken";
  }
  ready = current;
  trying = undefined;
  const looking = setInterval(look, lookMs);
  looking.unref();

  return {
    query,
    async begin() {
      transaction = undefined;
      const session = (current = await whenReady());
      try {
        // Its number tells later what became of it.
        const [, { rows } = { rows: [] }] = await session.quick(
          "begin; select txid_current() as id",
        );
        transaction = (rows[0] as { id: number }).id;
      } catch (error) {
        throw told(session, error);
      }
    },
    async commit() {
      const session = current;
      const id = transaction;
      // Nothing was asked of it yet.
      if (session.isLost() || id === undefined) throw refusal();
      // The next connection may be there before this one's end is known.
      const outcome = Promise.withResolvers<"committed" | LostDatabase>();
      const mine = (doubt = { transaction: id, decide: outcome.resolve });
      try {
        const { command } = await session.query("commit");
        if (command === "ROLLBACK")
          throw new Error("the transaction had failed before its commit");
      } catch (error) {
        if (!isLoss(error, session.isLost())) throw error;
        session.giveUp(error as Error);
        const decided = await outcome.promise;
        if (decided !== "committed") throw decided;
      } finally {
        if (doubt === mine) doubt = undefined;
      }
      lastCommitted = id;
    },
    async run(statement) {
      const session = current;
      try {
        await session.quick(statement);
      } catch (error) {
        throw told(session, error);
      }
    },
    isUnproven: () => tenure !== undefined && !ready,
    trouble: () =>
      isForeign || isSilent || !ready
        ? `the database does not answer: ${lostBecause}`
        : undefined,
    refusal: () => (refuses() ? refusal() : undefined),
    onRefusing: (listener) => void listeners.push(listener),
    async takePossession() {
      tenure = await beginTenure(current, owner);
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
