import { errors } from "@parley/protocol/errors";
import pg from "pg";

import { createKeyLock } from "../pace/key-lock.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { connectionOptions } from "../storage/postgres-address.ts";

/** Parley's own number for it among the advisory locks of a database. */
const keyLock = 7_275_399;

/** First pause before retrying a lock that another node holds, in ms; later ones are longer. */
const firstPauseMs = 20;
const longestPauseMs = 500;
/** A database that does not answer for so long, in ms, is away. */
const answerMs = 10_000;

export interface KeyLocks {
  /** Runs work on the same key at one node at a time. Throws 90002 while the database is away. */
  inTurn: KeyLock;
  close(): Promise<void>;
}

/**
 * Locks of PostgreSQL, on a connection of their own that is made when the first is asked
 * for: a node that ends gives them back, and one that is paused keeps them, so that nobody
 * does what it will go on with. They are tried, not waited for: other keys would wait, too.
 */
export function createKeyLocks(url: string): KeyLocks {
  let connection: Promise<pg.Client> | undefined;
  const here = createKeyLock();

  function connect(): Promise<pg.Client> {
    if (connection) return connection;
    const client = new pg.Client({
      ...connectionOptions(url),
      query_timeout: answerMs,
    });
    async function greet(): Promise<pg.Client> {
      await client.connect();
      // A machine that vanished must not keep its locks for hours.
      await client.query(
        "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3",
      );
      return client;
    }
    const made = greet();
    const forget = (): void => {
      if (connection === made) connection = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    connection = made;
    made.catch(forget);
    return made;
  }

  const tryLock = async (client: pg.Client, key: string): Promise<boolean> => {
    const { rows } = await client.query<{ held: boolean }>(
      "select pg_try_advisory_lock($1, hashtext($2)) as held",
      [keyLock, key],
    );
    return rows[0]?.held === true;
  };

  /** Returns the connection that holds the lock. */
  async function take(key: string): Promise<pg.Client> {
    let client: pg.Client | undefined;
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs *= 1.5) {
        client = await connect();
        if (await tryLock(client, key)) return client;
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(pauseMs, longestPauseMs)),
        );
      }
    } catch (cause) {
      // It may have what nobody knows of, and gives it back so.
      client?.connection.stream.destroy();
      throw errors.database(
        "nothing was done: the database does not tell whether another node does the same",
        { cause },
      );
    }
  }

  return {
    inTurn: (key, work) =>
      here(key, async () => {
        const client = await take(key);
        try {
          return await work();
        } finally {
          // A connection that was lost has given it back.
          await client
            .query("select pg_advisory_unlock($1, hashtext($2))", [
              keyLock,
              key,
            ])
            .catch(() => undefined);
        }
      }),
    async close() {
      const client = await connection?.catch(() => undefined);
      await client?.end().catch(() => undefined);
    },
  };
}
