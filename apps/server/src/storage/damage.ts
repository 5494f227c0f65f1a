import { errors, ProtocolError } from "@parley/protocol/errors";

import type { Engine, MessageStatements } from "./engine.ts";

/**
 * A query read damaged pages: 90002 for its caller. All later changes are
 * refused, because the data may be wrong.
 */
export class DamagedDatabase extends ProtocolError {
  /** Advice for the operator: which database it is, and what to do. */
  readonly advice: string;

  constructor(database: string, cause: Error) {
    super(
      errors.database().code,
      "the database is damaged: nothing is changed until whoever runs the server restores a backup",
      { cause },
    );
    this.advice = `the database ${database} is damaged (${cause.message}): stop the server, see with  parley verify  what is lost, and restore a backup (parley restore)`;
  }
}

/** Looks at what queries fail with. */
export interface DamageWatch {
  /** The first damage that was met; undefined: there was none. */
  found(): DamagedDatabase | undefined;
  /** Runs a query; where that meets damage, throws DamagedDatabase. */
  watch<T>(query: () => T): T;
}

/** Calls `tell` once, for the first damage. */
export function createDamageWatch(
  database: string,
  tell: (damage: DamagedDatabase) => void = () => undefined,
): DamageWatch {
  let first: DamagedDatabase | undefined;

  function toError(error: unknown): unknown {
    if (!isDamage(error)) return error;
    const damage = new DamagedDatabase(database, error);
    if (!first) tell((first = damage));
    return damage;
  }

  return {
    found: () => first,
    watch<T>(query: () => T): T {
      try {
        const result = query();
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw toError(error);
        }) as T;
      } catch (error) {
        throw toError(error);
      }
    },
  };
}

/** The engine, with a watch over all but its Kyselys. */
export function watched(engine: Engine, { watch }: DamageWatch): Engine {
  const common = {
    begin: () => watch(() => engine.begin()),
    commit: () => watch(() => engine.commit()),
    savepoint: () => watch(() => engine.savepoint()),
    releaseSavepoint: () => watch(() => engine.releaseSavepoint()),
  };
  if (engine.kind === "sqlite") {
    const { log } = engine;
    return {
      ...engine,
      ...common,
      log: {
        ...watchedMessages(log, watch),
        append: (rows) => watch(() => log.append(rows)),
        index: (rows) => watch(() => log.index(rows)),
        keys: (rows) => watch(() => log.keys(rows)),
        heads: (rows) => watch(() => log.heads(rows)),
        rangeAt: (positions) => watch(() => log.rangeAt(positions)),
        positionsOf: (headID, begin, end) =>
          watch(() => log.positionsOf(headID, begin, end)),
        at: (positions) => watch(() => log.at(positions)),
        positionOfKey: (key) => watch(() => log.positionOfKey(key)),
        keysAfter: (key, most) => watch(() => log.keysAfter(key, most)),
      },
    };
  }
  const { read, write } = engine.statements;
  return {
    ...engine,
    ...common,
    log: watchedMessages(engine.log, watch),
    statements: {
      read: (name, text, values) => watch(() => read(name, text, values)),
      write: (name, text, values) => watch(() => write(name, text, values)),
    },
  };
}

const watchedMessages = (
  log: MessageStatements,
  watch: DamageWatch["watch"],
): MessageStatements => ({
  search: (rows) => watch(() => log.search(rows)),
  range: (headID, begin, end) => watch(() => log.range(headID, begin, end)),
  reads: (headID, begin, end) => watch(() => log.reads(headID, begin, end)),
});

/**
 * Returns whether the error has SQLite's or PostgreSQL's code for damaged data:
 * XX001 is data_corrupted, XX002 index_corrupted, 58P01 a missing file.
 */
export const isDamage = (error: unknown): error is Error =>
  error instanceof Error &&
  /^(SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_CORRUPTFS|IOERR_DATA|IOERR_SHORT_READ)|XX00[12]$|58P01$)/.test(
    String((error as { code?: unknown }).code),
  );
