import pg from "pg";

import { LostDatabase, isLoss } from "./lost-database.ts";
import { connectionOptions } from "./postgres-address.ts";

/** Connections for reading. One that was lost is replaced. */
export interface ReadConnections {
  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  close(): Promise<void>;
}

export interface ReadConnectionsDeps {
  url: string;
  /** The database is known to hang or to be gone. */
  isInTrouble(): boolean;
}

/** Time that a read waits for a database that was just lost, in ms. */
const patienceMs = 2_500;
const pauseMs = 100;
/** Clients wait no longer for an answer. */
const longestMs = 10_000;

export function createReading({
  url,
  isInTrouble,
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
  /** Since when no connection can be had; 0 = the last try went well. */
  let failingSince = 0;

  async function attempt<Answer>(
    run: (client: pg.PoolClient) => Promise<Answer>,
  ): Promise<Answer> {
    const client = await pool.connect().catch((error: unknown) => {
      throw isLoss(error, true) ? gone(error) : error;
    });
    const late = latest();
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
    close: () => pool.end(),
  };
}

/** Another connection may do better. */
class GoneDatabase extends LostDatabase {}

const gone = (cause: unknown): GoneDatabase =>
  new GoneDatabase("the database cannot be reached", cause);
