import type { Database, SQLQueryBindings } from "bun:sqlite";
import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  QueryResult,
} from "kysely";

import { doSoon, goThrough } from "../pace/turns.ts";
import type { AddWork } from "../pace/turns.ts";
import type { DamageWatch } from "./damage.ts";
import type { Schema } from "./schema.ts";

/** Connections for what reads more than a turn has time for. */
export interface LongReads {
  /** All rows of a query, with others between them. */
  all(sql: string, values: SQLQueryBindings[]): Promise<unknown[]>;
  close(): void;
}

/** Read at once; of more the rest is worth a connection of its own. */
const firstRows = 1_000;
/** Long reads at the same time. */
const most = 3;

/**
 * While a statement is not finished, its connection sees nothing that is committed
 * meanwhile, so each of these has one to itself.
 */
export function createLongReads(open: () => Database): LongReads {
  const idle: Database[] = [];
  let underWay = 0;
  const waiting: (() => void)[] = [];

  return {
    async all(sql, values) {
      while (underWay >= most)
        await new Promise<void>((resolve) => waiting.push(resolve));
      underWay++;
      const database = idle.pop() ?? open();
      try {
        const rows: unknown[] = [];
        const found = database.query(sql).iterate(...values);
        await goThrough(found, (row) => rows.push(row));
        return rows;
      } finally {
        idle.push(database);
        underWay--;
        waiting.shift()?.();
      }
    },
    close() {
      for (const database of idle.splice(0)) database.close();
    },
  };
}

/**
 * Runs Kysely's queries. SQLite answers synchronously: code that awaits many in
 * a row would never yield, so after a few milliseconds they wait for the next
 * turn.
 */
export function kyselyOver(
  database: Database,
  damage: DamageWatch,
  longReads?: LongReads,
): Kysely<Schema> {
  const connection = new SqliteConnection(database, damage, longReads);
  const driver: Driver = {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: () => refuse(),
    commitTransaction: () => refuse(),
    rollbackTransaction: () => refuse(),
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
  const dialect: Dialect = {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new ManyAtOnce(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return new Kysely<Schema>({ dialect });
}

/**
 * Kysely's lock for a connection wakes everybody who waits for it at each release. It
 * is not needed: queries come one after another, and there are no transactions.
 */
class ManyAtOnce extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function refuse(): Promise<void> {
  return Promise.reject(new Error("only the writer opens transactions"));
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: Database;
  readonly #damage: DamageWatch;
  readonly #longReads: LongReads | undefined;
  readonly #soon: AddWork<() => void>;

  constructor(
    database: Database,
    damage: DamageWatch,
    longReads: LongReads | undefined,
  ) {
    this.#database = database;
    this.#damage = damage;
    this.#longReads = longReads;
    this.#soon = doSoon((run) => run());
  }

  executeQuery<Row>({
    sql,
    parameters,
  }: CompiledQuery): Promise<QueryResult<Row>> {
    const values = parameters as SQLQueryBindings[];
    return new Promise((resolve, reject) =>
      this.#soon(() => {
        try {
          resolve(this.#damage.watch(() => this.#run<Row>(sql, values)));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
  }

  #run<Row>(
    sql: string,
    values: SQLQueryBindings[],
  ): QueryResult<Row> | Promise<QueryResult<Row>> {
    const statement = this.#database.query(sql);
    if (statement.columnNames.length === 0) {
      const { changes, lastInsertRowid } = statement.run(...values);
      return {
        rows: [],
        numAffectedRows: BigInt(changes),
        insertId: BigInt(lastInsertRowid),
      };
    }
    if (!this.#longReads) return { rows: statement.all(...values) as Row[] };
    const rows: Row[] = [];
    for (const row of statement.iterate(...values)) {
      if (rows.push(row as Row) > firstRows)
        return this.#longReads
          .all(sql, values)
          .then((all) => ({ rows: all as Row[] }));
    }
    return { rows };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    await refuse();
  }
}
