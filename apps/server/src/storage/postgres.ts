import { Kysely, PostgresDialect } from "kysely";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";

import type { Engine, FoundRow, Reader } from "./engine.ts";
import type { Schema } from "./schema.ts";
import { together } from "./together.ts";

/** Parley's own number among the advisory locks of a database. */
const lockNumber = 7_275_395;

/** Opens a PostgreSQL database, by a URL like postgres://user@host/name. */
export async function openPostgres(url: string): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: types(),
  });
  // A lost idle connection is replaced by the next query; without a listener
  // it would end the process.
  pool.on("error", () => undefined);
  const where = withoutPassword(url);
  const client = await pool.connect().catch((cause: unknown) => {
    throw new Error(
      `cannot reach the database ${where}: check that it runs and that PARLEY_DATABASE_URL is right (${(cause as Error).message})`,
      { cause },
    );
  });
  const { rows } = await client.query<{ held: boolean }>(
    "select pg_try_advisory_lock($1) as held",
    [lockNumber],
  );
  if (!rows[0]?.held) {
    client.release(true);
    await pool.end();
    throw new Error(
      `the database ${where} is in use by another Parley: stop that one, or set PARLEY_DATABASE_URL to another database`,
    );
  }
  await client.query("set synchronous_commit = on");

  const run = (sql: string) => client.query(sql).then(() => undefined);
  const read = async (name: string, text: string, values: unknown[]) => {
    const { rows } = await pool.query<MessageRow>({ name, text, values });
    return rows.map(toFoundRow);
  };

  /** A statement costs more than what it finds: a pull asks for many ranges. */
  const range = together<RangeOf, FoundRow[]>(async (ranges) => {
    const [first] = ranges;
    if (first && ranges.length === 1)
      return [
        await read(
          "range",
          "select i.head_id, i.seq, l.position, l.deleted, l.data from message_index i join message_log l on l.position = i.position where i.head_id = $1 and i.seq between $2 and $3 order by i.seq",
          [first.headID, first.begin, first.end],
        ),
      ];
    const { rows } = await pool.query<MessageRow & { n: number }>({
      name: "ranges",
      text: "select w.n, i.head_id, i.seq, l.position, l.deleted, l.data from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as w (head_id, first, last, n) cross join lateral (select head_id, seq, position from message_index where head_id = w.head_id and seq between w.first and w.last) i join message_log l on l.position = i.position order by w.n, i.seq",
      values: [
        ranges.map(({ headID }) => headID),
        ranges.map(({ begin }) => begin),
        ranges.map(({ end }) => end),
      ],
    });
    const found = Map.groupBy(rows, ({ n }) => n);
    return ranges.map((_, at) => (found.get(at + 1) ?? []).map(toFoundRow));
  });

  return {
    kind: "postgres",
    description: where,
    read: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    write: new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: onlyClient(client) }),
    }),
    begin: () => run("begin"),
    commit: () => run("commit"),
    rollback: () => run("rollback"),
    savepoint: () => run("savepoint part"),
    releaseSavepoint: () => run("release savepoint part"),
    rollbackToSavepoint: () =>
      run("rollback to savepoint part; release savepoint part"),
    // The server answers a commit when it is on its disk.
    durable: () => Promise.resolve(),
    log: {
      async append(rows) {
        await client.query({
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
        await client.query({
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
        await client.query({
          name: "keys",
          text: "insert into message_keys (resend_key, position) select * from unnest($1::bigint[], $2::bigint[]) on conflict do nothing",
          values: [
            rows.map(({ resendKey }) => resendKey),
            rows.map(({ position }) => position),
          ],
        });
      },
      async search(rows) {
        await client.query({
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
        await client.query({
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
      at: (positions) =>
        read(
          "at",
          "select head_id, seq, position, deleted, data from message_log where position = any($1::bigint[])",
          [positions],
        ),
      async positionOfKey(resendKey) {
        const result = await pool.query<{ position: number }>({
          name: "key",
          text: "select position from message_keys where resend_key = $1",
          values: [resendKey],
        });
        return result.rows[0]?.position;
      },
    },
    async close() {
      // The server would give the lock back a moment after we are gone.
      await client
        .query("select pg_advisory_unlock($1)", [lockNumber])
        .catch(() => undefined);
      client.release(true);
      await pool.end();
    },
  };
}

interface RangeOf {
  headID: number;
  begin: number;
  end: number;
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
 * Reads a database that a server may be using: everything as it is at the
 * first query, until `close`.
 */
export async function readPostgres(url: string): Promise<Reader> {
  const client = new pg.Client({ connectionString: url, types: types() });
  await client.connect().catch((cause: unknown) => {
    throw new Error(
      `cannot reach the database ${withoutPassword(url)}: check that it runs and that PARLEY_DATABASE_URL is right (${(cause as Error).message})`,
      { cause },
    );
  });
  await client.query("begin isolation level repeatable read read only");
  return {
    kind: "postgres",
    db: new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: onlyClient(client) }),
    }),
    close: () => client.end(),
  };
}

/** int8 as numbers: no value of ours passes 2^53. */
function types(): pg.TypeOverrides {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(pg.types.builtins.INT8, Number);
  return overrides;
}

/** A pool of one, so that Kysely's queries run inside the open batch. */
function onlyClient(client: pg.PoolClient | pg.Client): PostgresPool {
  const kept: PostgresPoolClient = {
    query: client.query.bind(client),
    release: () => undefined,
  };
  return {
    connect: () => Promise.resolve(kept),
    end: () => Promise.resolve(),
    options: {},
  };
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = "";
    // What comes behind a question mark is the driver's: a password, too.
    parsed.search = "";
    return parsed.href;
  } catch {
    throw new Error(
      "PARLEY_DATABASE_URL is not a URL: write postgres://user:password@host:5432/name",
    );
  }
}
