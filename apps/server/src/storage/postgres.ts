import { Kysely, PostgresDialect } from "kysely";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";

import { createDamageWatch } from "./damage.ts";
import type { DamageWatch } from "./damage.ts";
import type {
  DatabaseSnapshot,
  PostgresEngine,
  ReadRange,
  StoredMessage,
} from "./engine.ts";
import { isLoss, reasonOf } from "./lost-database.ts";
import { withoutPassword } from "./database-url.ts";
import { connectionOptions, unreachable } from "./postgres-address.ts";
import { requireLocale } from "./postgres-locale.ts";
import { createReading } from "./postgres-reading.ts";
import { openWriting } from "./postgres-writing.ts";
import type { DatabaseTroubles, Writing } from "./postgres-writing.ts";
import type { Schema } from "./schema.ts";
import { together } from "./together.ts";

export interface PostgresOptions {
  /** The address, as postgres://user@host/name. */
  url: string;
  /** Time to wait at start for the database to take connections, in ms. */
  waitMs: number;
  troubles: DatabaseTroubles;
  /** Other nodes of a cluster use it, too. */
  isShared: boolean;
  damage: DamageWatch;
  /** Called once if the database is not reachable yet. */
  waiting(message: string): void;
}

export async function openPostgres(
  options: PostgresOptions,
): Promise<PostgresEngine> {
  const { url, damage } = options;
  const where = withoutPassword(url);
  const writing = await openWhenThere(options);
  if (writing === "taken")
    throw new Error(
      options.isShared
        ? `the database ${where} is in use by a Parley that is no node of a cluster: stop that one, or set PARLEY_BUS_URL for it, too`
        : `the database ${where} is in use by another Parley: stop that one, or set PARLEY_DATABASE_URL to another database`,
    );
  await requireLocale(writing.query, where).catch(async (error: unknown) => {
    await writing.close();
    throw error;
  });
  const reading = createReading({
    url,
    isInTrouble: () => writing.trouble() !== undefined,
    isUnproven: writing.isUnproven,
    refusal: writing.refusal,
  });

  /** A statement costs more than what it finds: a pull asks for many ranges. */
  const range = together<RangeOf, StoredMessage[]>(async (ranges) => {
    const { rows } = await reading.query<MessageBlock & { n: number }>({
      name: "ranges",
      text: `select w.n, ${messageBlock} from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as w (head_id, first, last, n) join message_log l on l.head_id = w.head_id and l.seq between w.first and w.last where l.deleted = 0 group by w.n, l.seq / ${blockSize} order by w.n, l.seq / ${blockSize}`,
      values: [
        ranges.map(({ headID }) => headID),
        ranges.map(({ begin }) => begin),
        ranges.map(({ end }) => end),
      ],
    });
    const found = Map.groupBy(rows, ({ n }) => n);
    return ranges.map((_, at) => (found.get(at + 1) ?? []).flatMap(toMessages));
  });

  const reads = together<RangeOf, ReadRange[]>(async (ranges) => {
    const { rows } = await reading.query<ReadRange & { n: number }>({
      name: "reads",
      text: 'select w.n, r.user_id as "userID", r.from_seq as "from", r.to_seq as "to" from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as w (head_id, first, last, n) join message_reads r on r.head_id = w.head_id and r.from_seq <= w.last and r.to_seq >= w.first',
      values: [
        ranges.map(({ headID }) => headID),
        ranges.map(({ begin }) => begin),
        ranges.map(({ end }) => end),
      ],
    });
    const found = Map.groupBy(rows, ({ n }) => n);
    return ranges.map((_, at) => found.get(at + 1) ?? []);
  });

  return {
    kind: "postgres",
    description: where,
    read: kyselyOver(reading.query, damage),
    write: kyselyOver(writing.query, damage),
    damage: damage.found,
    begin: writing.begin,
    commit: writing.commit,
    rollback: writing.rollback,
    savepoint: writing.savepoint,
    releaseSavepoint: writing.releaseSavepoint,
    rollbackToSavepoint: writing.rollbackToSavepoint,
    losses: { ...writing, asChange: reading.asChange },
    // The server answers a commit when it is on its disk.
    durable: () => Promise.resolve(),
    log: {
      async search(rows) {
        await writing.query({
          name: "search",
          text: "insert into message_search (bucket, term, position) select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])",
          values: [
            rows.map(({ bucket }) => bucket),
            rows.map(({ term }) => term),
            rows.map(({ position }) => position),
          ],
        });
      },
      range: (headID, begin, end) => range({ headID, begin, end }),
      reads: (headID, begin, end) => reads({ headID, begin, end }),
    },
    statements: {
      read: async <Row extends object>(
        name: string,
        text: string,
        values: readonly unknown[],
      ) => (await reading.query<Row>({ name, text, values: [...values] })).rows,
      write: async <Row extends object>(
        name: string,
        text: string,
        values: readonly unknown[],
      ) => {
        const { rows } = await writing.query({
          name,
          text,
          values: [...values],
        });
        return rows as Row[];
      },
    },
    isConflict: (error) =>
      conflicts.has(String((error as { code?: unknown }).code)),
    async close() {
      await writing.close();
      await reading.close();
    },
  };
}

/** The database may start together with us, and take longer. */
async function openWhenThere({
  url,
  waitMs,
  troubles,
  isShared,
  waiting,
}: PostgresOptions): Promise<Writing | "taken"> {
  const until = performance.now() + waitMs;
  for (let tries = 0; ; tries++)
    try {
      return await openWriting(url, troubles, isShared);
    } catch (error) {
      if (!isLoss(error, true) || performance.now() >= until)
        throw unreachable(url, error);
      if (tries === 0)
        waiting(
          `waiting up to ${waitMs / 1_000} s for the database ${withoutPassword(url)}: ${reasonOf(error)}`,
        );
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(100 * 2 ** tries, 1_000)),
      );
    }
}

interface RangeOf {
  headID: number;
  begin: number;
  end: number;
}

/** Neighbouring messages in one row, because each row and field costs. */
interface MessageBlock {
  /** Separated by commas. */
  seqs: string;
  sizes: string;
  data: Uint8Array;
}

/** Messages of a block at most: a block may be large, and is in memory as a whole. */
const blockSize = 32;
const messageBlock =
  "string_agg(l.seq::text, ',' order by l.seq) as seqs, string_agg(octet_length(l.data)::text, ',' order by l.seq) as sizes, string_agg(l.data, ''::bytea order by l.seq) as data";

function toMessages({ seqs, sizes, data }: MessageBlock): StoredMessage[] {
  const lengths = sizes.split(",");
  let end = 0;
  return seqs.split(",").map((seq, i) => {
    const start = end;
    end += Number(lengths[i]);
    return { seq: Number(seq), data: data.subarray(start, end) };
  });
}

/** Serialization failure, deadlock, and a lock that was not to be had in time. */
const conflicts = new Set(["40001", "40P01", "55P03"]);

/**
 * Opens a snapshot of a database that a server may be using: consistent as of
 * the first query, until `close`.
 */
export async function readPostgres(url: string): Promise<DatabaseSnapshot> {
  const client = new pg.Client(connectionOptions(url));
  await client.connect().catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  await client.query("begin isolation level repeatable read read only");
  return {
    kind: "postgres",
    db: kyselyOver(
      (text, values) => client.query(text, values as unknown[]),
      createDamageWatch(withoutPassword(url)),
    ),
    close: () => client.end(),
  };
}

/** Changes a database that a server may be using, a little at a time. */
export async function writePostgres(url: string) {
  const client = new pg.Client(connectionOptions(url));
  await client.connect().catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  return {
    db: kyselyOver(
      (text, values) => client.query(text, values as unknown[]),
      createDamageWatch(withoutPassword(url)),
    ),
    run: (sql: string) => client.query(sql).then(() => undefined),
    close: () => client.end(),
  };
}

/** Kysely takes connections from a pool; whoever is asked here has them. */
function kyselyOver(
  query: (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>,
  { watch }: DamageWatch,
): Kysely<Schema> {
  const client: PostgresPoolClient = {
    // No cursors are used.
    query: ((text: string, values: readonly unknown[]) =>
      watch(() =>
        query(text, values),
      )) as unknown as PostgresPoolClient["query"],
    release: () => undefined,
  };
  const pool: PostgresPool = {
    connect: () => Promise.resolve(client),
    end: () => Promise.resolve(),
    options: {},
  };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
