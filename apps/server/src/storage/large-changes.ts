import type { Kysely } from "kysely";

import { nextTurn } from "../pace/turns.ts";
import type { Schema } from "./schema.ts";
import type { Transact, Transaction } from "./writer.ts";

/**
 * Changes that are too large for one commit, which everybody else would wait
 * for: they are made part by part. Each part says in its own commit what is left
 * after it, so a stop between two of them loses nothing and does nothing twice:
 * the next start goes on. Whatever a part tells clients is true by itself.
 */
export interface LargeChanges {
  /**
   * Once for each kind, before `resume`; the kind's name is stored. Those of a kind
   * take turns, too, unless it is one by one: then who came first is answered first,
   * instead of all at the end.
   */
  define<What, At>(
    kind: string,
    part: Part<What, At>,
    order?: { isOneByOne: boolean },
  ): LargeChange<What, At>;
  /**
   * For whoever makes parts of something without keeping a list: like
   * `transact`, but all of these and all parts are made one after another, so
   * that ten large changes hold up others no more than one.
   */
  transact: Transact;
  /** Goes on with what a stop cut short; resolves when that is done. */
  resume(): Promise<void>;
  /** Resolves when all that was begun is done. */
  settled(): Promise<void>;
  /** Stops after the part that is under way; the next start goes on. */
  close(): Promise<void>;
}

/**
 * Makes the next part of `what`, from `at` on, and answers where to go on;
 * undefined: it was the last. What it throws is tried again later, so it refuses
 * nothing: what cannot be done any more is left out.
 */
export type Part<What, At> = (
  tx: Transaction,
  what: What,
  at: At,
) => Promise<At | undefined>;

export interface LargeChange<What, At> {
  /** Makes the first part with this transaction, and the others after it. */
  begin(tx: Transaction, what: What, at: At): Promise<Begun>;
  /** The same, and the first part, too, comes after the transaction. */
  follow(tx: Transaction, what: What, at: At): Promise<Begun>;
}

export interface Begun {
  /** Resolves after the last part; rejects when the server stops before it. */
  finished: () => Promise<void>;
  /** The same, or once a caller has waited as long as callers do. */
  waited: () => Promise<void>;
}

export interface LargeChangesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Hears of a part that failed, and when it is tried again. */
  failed(error: unknown, kind: string, inMs: number): void;
  /** First delay of a retry in ms; each further one doubles it. */
  pauseMs?: number;
}

const longestPauseMs = 300_000;
/** Half of what clients wait for an answer. */
const patienceMs = 5_000;

export function createLargeChanges({
  db,
  transact,
  failed,
  pauseMs = 1_000,
}: LargeChangesDeps): LargeChanges {
  const kinds = new Map<string, Part<unknown, unknown>>();
  /** By serial kind: settles when the next change of the kind may begin. */
  const lines = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  const closing = Promise.withResolvers<void>();
  let isClosing = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another, and others between them. */
  const inTurn: Transact = (work) => {
    const result = turn.then(nextTurn).then(() => transact(work));
    turn = result.catch(() => undefined);
    return result;
  };

  async function goOn(
    id: number,
    kind: string,
    what: unknown,
    from: unknown,
    letNext: () => void,
  ): Promise<void> {
    const part = kinds.get(kind);
    if (!part)
      throw new Error(`a large change of the kind '${kind}' is unknown`);
    let at = from;
    for (let failures = 0; at !== undefined;) {
      if (isClosing) throw new Stopped();
      try {
        at = await inTurn(async (tx) => {
          const next = await part(tx, what, at);
          await save(tx, id, next);
          return next;
        });
        failures = 0;
      } catch (error) {
        const inMs = Math.min(pauseMs * 2 ** failures++, longestPauseMs);
        failed(error, kind, inMs);
        letNext();
        await within(inMs, closing.promise);
      }
    }
  }

  function start(
    id: number,
    kind: string,
    what: unknown,
    from: unknown,
  ): Promise<void> {
    const { promise: over, resolve: letNext } = Promise.withResolvers<void>();
    const before = lines.get(kind);
    if (before) lines.set(kind, over);
    const work = Promise.resolve(before)
      .then(() => goOn(id, kind, what, from, letNext))
      .finally(() => {
        letNext();
        running.delete(work);
      });
    running.add(work);
    // The caller, if there is one, hears that the server stops.
    work.catch(() => undefined);
    return work;
  }

  function define<What, At>(
    kind: string,
    part: Part<What, At>,
    { isOneByOne } = { isOneByOne: false },
  ): LargeChange<What, At> {
    if (isOneByOne) lines.set(kind, Promise.resolve());
    kinds.set(kind, part as Part<unknown, unknown>);

    async function follow(tx: Transaction, what: What, at: At): Promise<Begun> {
      const { id } = await tx.db
        .insertInto("large_changes")
        .values({ kind, what: JSON.stringify(what), at: JSON.stringify(at) })
        .returning("id")
        .executeTakeFirstOrThrow();
      let work: Promise<void> | undefined;
      tx.afterDurable(() => {
        work = start(id, kind, what, at);
      });
      const finished = () => work ?? Promise.resolve();
      return { finished, waited: () => within(patienceMs, finished()) };
    }

    return {
      follow,
      async begin(tx, what, at) {
        const next = await part(tx, what, at);
        return next === undefined ? isDone : follow(tx, what, next);
      },
    };
  }

  return {
    define,
    transact: inTurn,

    async resume() {
      const rows = await db
        .selectFrom("large_changes")
        .selectAll()
        .orderBy("id")
        .execute();
      await Promise.all(
        rows.map(({ id, kind, what, at }) =>
          start(id, kind, JSON.parse(what), JSON.parse(at)),
        ),
      );
    },

    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },

    async close() {
      isClosing = true;
      closing.resolve();
      await Promise.allSettled(running);
    },
  };
}

async function save(
  { db }: Transaction,
  id: number,
  at: unknown,
): Promise<void> {
  await (
    at === undefined
      ? db.deleteFrom("large_changes").where("id", "=", id)
      : db
          .updateTable("large_changes")
          .set({ at: JSON.stringify(at) })
          .where("id", "=", id)
  ).execute();
}

const isDone: Begun = {
  finished: () => Promise.resolve(),
  waited: () => Promise.resolve(),
};

/** Resolves after so many ms, or before that with what happens. */
function within(ms: number, happens: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([over, happens]).finally(() => clearTimeout(timer));
}

/** The server stops; the next start goes on. */
class Stopped extends Error {
  override readonly name = "Stopped";

  constructor() {
    super("the server stops: what is left of this is done at the next start");
  }
}
