import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
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
import type { Now } from "./engine.ts";
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
    createAdapter: () => new EmbeddedAdapter(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return new Kysely<Schema>({ dialect });
}

/**
 * Statements that are run too often to be built anew each time, on the connection of a
 * Kysely. They stay prepared: there are as many as texts.
 */
export interface EmbeddedStatements {
  /** Runs a query at once, unless it turns out to be long. */
  find<Row>(text: string, values: readonly SQLQueryBindings[]): Now<Row[]>;
  /**
   * Runs a change for each row when it is its turn, and answers all that they return.
   * `makeText` is called for the first change of this name.
   */
  each<Row>(
    name: object,
    makeText: () => string,
    rows: readonly (readonly SQLQueryBindings[])[],
  ): Promise<Row[]>;
}

class EmbeddedAdapter extends SqliteAdapter {
  readonly statements: EmbeddedStatements;

  constructor(statements: EmbeddedStatements) {
    super();
    this.statements = statements;
  }

  /**
   * Kysely's lock for a connection wakes everybody who waits for it at each release. It
   * is not needed: queries come one after another, and there are no transactions.
   */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** undefined: it is PostgreSQL. */
export function embeddedOf(db: Kysely<Schema>): EmbeddedStatements | undefined {
  const { adapter } = db.getExecutor();
  return adapter instanceof EmbeddedAdapter ? adapter.statements : undefined;
}

function refuse(): Promise<void> {
  return Promise.reject(new Error("only the writer opens transactions"));
}

class SqliteConnection implements DatabaseConnection, EmbeddedStatements {
  readonly #database: Database;
  readonly #damage: DamageWatch;
  readonly #longReads: LongReads | undefined;
  readonly #soon: AddWork<() => void>;
  readonly #prepared = new Map<unknown, Statement>();

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
    return this.#inTurn(() => this.#run<Row>(sql, values));
  }

  find<Row>(text: string, values: readonly SQLQueryBindings[]): Now<Row[]> {
    return this.#damage.watch(() => {
      const first = this.#prepare(
        text,
        () => `${text} limit ${firstRows + 1}`,
      ).all(...values) as Row[];
      if (first.length <= firstRows) return first;
      const all = this.#longReads?.all(text, [...values]);
      return (all ?? this.#database.query(text).all(...values)) as Now<Row[]>;
    });
  }

  each<Row>(
    name: object,
    makeText: () => string,
    rows: readonly (readonly SQLQueryBindings[])[],
  ): Promise<Row[]> {
    return this.#inTurn(() => {
      const statement = this.#prepare(name, makeText);
      const returned: Row[] = [];
      const returns = statement.columnNames.length > 0;
      for (const row of rows)
        if (returns) returned.push(...(statement.all(...row) as Row[]));
        else statement.run(...row);
      return returned;
    });
  }

  #prepare(name: unknown, makeText: () => string): Statement {
    let statement = this.#prepared.get(name);
    if (!statement) {
      statement = this.#database.prepare(makeText());
      this.#prepared.set(name, statement);
    }
    return statement;
  }

  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#soon(() => {
        try {
          resolve(this.#damage.watch(work));
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
