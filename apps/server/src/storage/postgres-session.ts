import { randomUUID } from "node:crypto";

import pg from "pg";

import { ForeignDatabase, isLoss } from "./lost-database.ts";
import { connectionOptions } from "./postgres-address.ts";

/** Parley's own number among the advisory locks of a database. */
const lockNumber = 7_275_395;

/** Milliseconds between two looks at what has not been answered. */
export const lookMs = 250;

/** Statements that nothing but a database that hangs makes slow, in looks. */
const quick = 8;
/** All others: an administrator's change of much may take its time. */
const patient = 40;

interface Waiting {
  looks: number;
  limit: number;
}

/** One connection of the writer, from its first to its last statement. */
export interface WriterSession {
  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /** The same for what takes no time. */
  quick(query: string): Promise<pg.QueryResult[]>;
  isLost(): boolean;
  /**
   * Counts one more look at the oldest statement without an answer: time that
   * this process did not run does not count. Answers how many those are.
   */
  look(): { looks: number; isTooLong: boolean };
  giveUp(reason: Error): void;
  close(): Promise<void>;
}

export interface SessionDeps {
  url: string;
  /** Called once when the session is lost; not if it was closed. */
  lost(session: WriterSession, reason: unknown): void;
}

/** Connects, without checking which process has the database. */
export async function openSession({
  url,
  lost,
}: SessionDeps): Promise<WriterSession> {
  // Statements are sent without waiting for the answers to those before.
  const client = new pg.Client({ ...connectionOptions(url), pipeline: true });
  const waiting: Waiting[] = [];
  let isDead = false;
  let isClosed = false;

  function ended(reason: unknown): void {
    if (isDead) return;
    isDead = true;
    if (!isClosed) lost(session, reason);
    cut();
  }

  /** Ends the connection at once and fails pending queries, for which `end` would wait. */
  const cut = (): void => void client.connection.stream.destroy();

  client.on("error", ended);
  client.on("end", () => ended(new Error("the connection was closed")));

  async function ask<Answer>(
    limit: number,
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    const entry = { looks: 0, limit };
    waiting.push(entry);
    try {
      return await run();
    } catch (error) {
      if (isLoss(error, isDead)) ended(error);
      throw error;
    } finally {
      waiting.splice(waiting.indexOf(entry), 1);
    }
  }

  const session: WriterSession = {
    query: (query, values) =>
      ask(patient, () => client.query(query as string, values as unknown[])),
    quick: (query) =>
      ask(
        quick,
        () => client.query(query) as unknown as Promise<pg.QueryResult[]>,
      ),
    isLost: () => isDead,
    look() {
      // Statements are answered in their order.
      const oldest = waiting[0];
      if (!oldest) return { looks: 0, isTooLong: false };
      const looks = ++oldest.looks;
      return { looks, isTooLong: looks >= oldest.limit };
    },
    giveUp: ended,
    async close() {
      isClosed = true;
      if (waiting.length > 0) cut();
      await client.end().catch(() => undefined);
    },
  };

  try {
    await client.connect();
  } catch (error) {
    isClosed = true;
    throw error;
  }
  return session;
}

/** Knows the connections of this process among all. */
export const newOwner = (): string => `parley ${randomUUID().slice(0, 13)}`;

/**
 * Takes the lock of the database. Ends a dead connection of this process that
 * PostgreSQL still counts as alive. Returns the holder if another process has
 * it.
 */
export async function takeLock(
  session: WriterSession,
  owner: string,
  isShared = false,
): Promise<"taken" | "held by this process" | "held by another"> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { rows } = await session.query<{ held: boolean }>(
      `select set_config('application_name', $1, false), ${isShared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock"}($2) as held`,
      [owner, lockNumber],
    );
    if (rows[0]?.held) {
      if (!isShared) return "taken";
      // A shared lock does not prove that the old connection has ended.
      const others = await session.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()",
        [owner],
      );
      if (others.rows.length === 0) return "taken";
      await session.query("select pg_advisory_unlock_shared($1)", [lockNumber]);
    }
    const holder = await session.query<{ ours: boolean; ended: boolean }>(
      `select a.application_name = $1 as ours,
         case when a.application_name = $1 then pg_terminate_backend(a.pid) end as ended
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.granted
         and l.database = (select oid from pg_database where datname = current_database())
         and l.classid::bigint = 0 and l.objid::bigint = $2 and l.objsubid = 1`,
      [owner, lockNumber],
    );
    if (holder.rows[0]?.ours === false) return "held by another";
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return "held by this process";
}

/**
 * Facts about the database that must still hold for this process's caches to be
 * true.
 */
export interface Tenure {
  holder: string;
  timeline: string;
}

const holderKey = "holder";

/** Records the process that has the database from now on. */
export async function beginTenure(
  session: WriterSession,
  holder: string,
): Promise<Tenure> {
  await session.query(
    "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = $2",
    [holderKey, holder],
  );
  return { holder, timeline: await timelineOf(session) };
}

/** Changes when a standby takes over, or an older state is restored. */
async function timelineOf(session: WriterSession): Promise<string> {
  const { rows } = await session
    .query<{ timeline: string }>(
      "select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline",
    )
    .catch((error: unknown) => {
      // Some that are hosted do not tell: no such function, or no right to it.
      const { code } = error as { code?: unknown };
      if (code === "42883" || code === "42501" || code === "0A000")
        return { rows: [] };
      throw error;
    });
  return rows[0]?.timeline ?? "";
}

/**
 * Throws ForeignDatabase if another process wrote since this tenure began, or
 * acknowledged data is missing.
 */
export async function requireTenure(
  session: WriterSession,
  { holder, timeline }: Tenure,
  lastCommitted: number | undefined,
): Promise<void> {
  const { rows } = await session
    .query<{ value: string }>("select value from meta where key = $1", [
      holderKey,
    ])
    .catch((error: unknown) => {
      // There is no such table.
      if ((error as { code?: unknown }).code === "42P01") return { rows: [] };
      throw error;
    });
  if (rows.length === 0)
    throw new ForeignDatabase("it is another database than before");
  if (rows[0]?.value !== holder)
    throw new ForeignDatabase("another Parley wrote to it meanwhile");
  if (
    lastCommitted !== undefined &&
    !(await wasCommitted(session, lastCommitted))
  )
    throw new ForeignDatabase("it lost changes that it had acknowledged");
  if ((await timelineOf(session)) !== timeline)
    throw new ForeignDatabase(
      "a standby took over, or an older state was restored, and may lack what was acknowledged",
    );
}

/** Returns whether a transaction committed whose connection was lost. */
export async function wasCommitted(
  session: WriterSession,
  transaction: number,
): Promise<boolean> {
  const { rows } = await session
    .query<{ status: string | null }>("select txid_status($1) as status", [
      transaction,
    ])
    .catch((error: unknown) => {
      // It has not come so far: this is an older state of it.
      if ((error as { code?: unknown }).code === "22023") return { rows: [] };
      throw error;
    });
  const status = rows[0]?.status;
  if (status === "in progress")
    throw new Error("the server has not ended the old connection yet");
  return status === "committed";
}
