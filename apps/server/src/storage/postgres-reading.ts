import { AsyncLocalStorage } from "node:async_hooks";

import pg from "pg";

import { LostDatabase, isLoss } from "./lost-database.ts";
import { connectionOptions } from "./postgres-address.ts";
import { lookMs } from "./postgres-session.ts";

/** Connections for reading. One that was lost is replaced. */
export interface ReadConnections {
  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /** Runs `work`, whose reads fail as soon as changes are refused. */
  asChange<T>(work: () => T): T;
  close(): Promise<void>;
}

export interface ReadConnectionsDeps {
  url: string;
  /** Returns whether the database hangs or is lost. */
  isInTrouble(): boolean;
  /**
   * Returns whether the writer lost its connection, so that another database
   * may be at that address.
   */
  isUnproven(): boolean;
  /** The error of a change that comes now; undefined: it is taken. */
  refusal(): Error | undefined;
}

/** Time that a read waits for a database that was just lost, in ms. */
const patienceMs = 2_500;
const pauseMs = 100;
/** Clients wait no longer for an answer. */
const longestMs = 10_000;

export function createReading({
  url,
  isInTrouble,
  isUnproven,
  refusal,
}: ReadConnectionsDeps): ReadConnections {
  const pool = new pg.Pool({
    ...connectionOptions(url),
    max: 10,
    connectionTimeoutMillis: longestMs,
  });
  // A connection that ends fails what it was asked, or is replaced by the
  // next query; without listeners it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  /** Set while a change reads what it needs. */
  const changes = new AsyncLocalStorage<true>();
  /** Connections that were made while the writer had its own. */
  const proven = new WeakSet<pg.PoolClient>();
  /** The time of the first failure to connect; 0: the last attempt succeeded. */
  let failingSince = 0;

  async function attempt<Answer>(
    run: (client: pg.PoolClient) => Promise<Answer>,
  ): Promise<Answer> {
    const late = changes.getStore() ? untilRefused() : latest();
    const connecting = pool.connect();
    let client: pg.PoolClient;
    try {
      client = await Promise.race([connecting, late.passed]);
    } catch (error) {
      late.clear();
      if (error instanceof LostDatabase) {
        void connecting
          .then((unused) => unused.release())
          .catch(() => undefined);
        throw error;
      }
      throw isLoss(error, true) ? gone(error) : error;
    }
    if (!proven.has(client) && isUnproven()) {
      late.clear();
      client.release(true);
      throw gone(new Error("the writer has not proven yet which one it is"));
    }
    proven.add(client);
    let isDead = false;
    const ended = (): void => void (isDead = true);
    client.on("error", ended);
    try {
      return await Promise.race([run(client), late.passed]);
    } catch (error) {
      if (error instanceof LostDatabase) isDead = true;
      else if (isLoss(error, isDead)) {
        isDead = true;
        throw gone(error);
      }
      throw error;
    } finally {
      late.clear();
      client.off("error", ended);
      client.release(isDead);
    }
  }

  /**
   * Rejects when changes are refused. Polls at the interval at which the
   * database is checked.
   */
  function untilRefused() {
    const { promise: passed, reject } = Promise.withResolvers<never>();
    // Nobody waits for it once the answer is there.
    passed.catch(() => undefined);
    const timer = setInterval(() => {
      const error = refusal();
      if (error) reject(error);
    }, lookMs);
    timer.unref();
    return { passed, clear: () => clearInterval(timer) };
  }

  /** Ends with a refusal what a database that hangs will not answer. */
  function latest() {
    const { promise: passed, reject } = Promise.withResolvers<never>();
    const began = performance.now();
    const timer = setInterval(() => {
      if (performance.now() - began < longestMs || !isInTrouble()) return;
      reject(new LostDatabase("the database does not answer"));
    }, 500);
    timer.unref();
    return { passed, clear: () => clearInterval(timer) };
  }

  return {
    async query(query, values) {
      const began = performance.now();
      for (;;)
        try {
          const answer = await attempt<pg.QueryResult>((client) =>
            client.query(query as string, values as unknown[]),
          );
          failingSince = 0;
          return answer;
        } catch (error) {
          if (!(error instanceof GoneDatabase)) throw error;
          const at = performance.now();
          failingSince ||= at;
          if (at - Math.min(began, failingSince) >= patienceMs) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
    },
    asChange: (work) => changes.run(true, work),
    close: () => pool.end(),
  };
}

/** Another connection may do better. */
class GoneDatabase extends LostDatabase {}

const gone = (cause: unknown): GoneDatabase =>
  new GoneDatabase("the database cannot be reached", cause);
