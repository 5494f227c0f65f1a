import { Kysely, PostgresDialect } from "kysely";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";

import { createDamageWatch } from "./damage.ts";
import type { DamageWatch } from "./damage.ts";
import type {
  DatabaseSnapshot,
  Engine,
  FoundRow,
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
  /** Like postgres://user@host/name. */
  url: string;
  /** Time to wait at start for the database to take connections, in ms. */
  waitMs: number;
  troubles: DatabaseTroubles;
  damage: DamageWatch;
  /** Called once if the database is not reachable yet. */
  waiting(message: string): void;
}

export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const { url, damage } = options;
  const where = withoutPassword(url);
  const writing = await openWhenThere(options);
  if (writing === "taken")
    throw new Error(
      `the database ${where} is in use by another Parley: stop that one, or set PARLEY_DATABASE_URL to another database`,
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
      text: `select w.n, ${messageBlock} from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as w (head_id, first, last, n) join message_index i on i.head_id = w.head_id and i.seq between w.first and w.last join message_log l on l.position = i.position where l.deleted = 0 group by w.n, l.seq / ${blockSize} order by w.n, l.seq / ${blockSize}`,
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
    rollback: () => writing.run("rollback"),
    savepoint: () => writing.run("savepoint part"),
    releaseSavepoint: () => writing.run("release savepoint part"),
    rollbackToSavepoint: () =>
      writing.run("rollback to savepoint part; release savepoint part"),
    losses: { ...writing, asChange: reading.asChange },
    // The server answers a commit when it is on its disk.
    durable: () => Promise.resolve(),
    log: {
      async append(rows) {
        await writing.query({
          name: "append",
          text: "insert into message_log (position, head_id, seq, resend_key, data) select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])",
          values: [
            rows.map(({ position }) => position),
            rows.map(({ headID }) => headID),
            rows.map(({ seq }) => seq),
            rows.map(({ resendKey }) => resendKey),
            rows.map(({ data }) => Buffer.from(data)),
          ],
        });
      },
      async index(rows) {
        await writing.query({
          name: "index",
          text: "insert into message_index (head_id, seq, position) select * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) on conflict do nothing",
          values: [
            rows.map(({ headID }) => headID),
            rows.map(({ seq }) => seq),
            rows.map(({ position }) => position),
          ],
        });
      },
      async keys(rows) {
        await writing.query({
          name: "keys",
          text: "insert into message_keys (resend_key, position) select * from unnest($1::bigint[], $2::bigint[]) on conflict do nothing",
          values: [
            rows.map(({ resendKey }) => resendKey),
            rows.map(({ position }) => position),
          ],
        });
      },
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
      async heads(rows) {
        await writing.query({
          name: "heads",
          text: "update message_heads h set max_seq = n.max_seq, max_seq_time = n.max_seq_time from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (id, max_seq, max_seq_time) where h.id = n.id",
          values: [
            rows.map(({ id }) => id),
            rows.map(({ maxSeq }) => maxSeq),
            rows.map(({ maxSeqTime }) => maxSeqTime),
          ],
        });
      },
      range: (headID, begin, end) => range({ headID, begin, end }),
      async rangeAt(positions) {
        const { rows } = await reading.query<MessageBlock>({
          name: "rangeAt",
          text: `select ${messageBlock} from message_log l where position = any($1::bigint[]) and deleted = 0 group by seq / ${blockSize} order by seq / ${blockSize}`,
          values: [positions],
        });
        return rows.flatMap(toMessages);
      },
      reads: (headID, begin, end) => reads({ headID, begin, end }),
      async positionsOf(headID, begin, end) {
        const { rows } = await reading.query<{ position: number }>({
          name: "positionsOf",
          text: "select position from message_index where head_id = $1 and seq between $2 and $3",
          values: [headID, begin, end],
        });
        return rows.map(({ position }) => position);
      },
      async at(positions) {
        const { rows } = await reading.query<MessageRow>({
          name: "at",
          text: "select head_id, seq, position, deleted, data from message_log where position = any($1::bigint[])",
          values: [positions],
        });
        return rows.map(toFoundRow);
      },
      async positionOfKey(resendKey) {
        const result = await reading.query<{ position: number }>({
          name: "key",
          text: "select position from message_keys where resend_key = $1",
          values: [resendKey],
        });
        return result.rows[0]?.position;
      },
    },
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
  waiting,
}: PostgresOptions): Promise<Writing | "taken"> {
  const until = performance.now() + waitMs;
  for (let tries = 0; ; tries++)
    try {
      return await openWriting(url, troubles);
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

interface MessageRow {
  head_id: number;
  seq: number;
  position: number;
  deleted: number;
  data: Uint8Array;
}

const toFoundRow = (row: MessageRow): FoundRow => ({
  headID: row.head_id,
  seq: row.seq,
  position: row.position,
  deleted: row.deleted === 1,
  data: row.data,
});

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
