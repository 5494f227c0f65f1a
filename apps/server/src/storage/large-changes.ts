import { errors, ProtocolError } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import { nextTurn } from "../pace/turns.ts";
import { isOfDisk } from "./disk-errors.ts";
import { allLeases, LeaseLost } from "./leases.ts";
import type { Lease, Leases } from "./leases.ts";
import { LostDatabase } from "./lost-database.ts";
import type { Schema } from "./schema.ts";
import type { Transact, Transaction } from "./writer.ts";

/**
 * Runs changes that are too large for one commit, which would block all others,
 * part by part. Each part stores its position in its own commit, so after a
 * stop the next start resumes without losing or repeating anything. Every
 * notice that a part sends is true by itself.
 */
export interface LargeChanges {
  /**
   * Defines a kind; call it once for each, before `resume`. Rows store the name. Changes of
   * a kind take turns, unless it is one by one: then they run in order of arrival.
   */
  define<What, At>(
    kind: string,
    part: Part<What, At>,
    order?: { isOneByOne: boolean },
  ): LargeChange<What, At>;
  /**
   * Like `transact`, but serialized with all parts: for changes in parts that
   * keep no list, so that ten large changes block others no more than one.
   */
  transact: Transact;
  /**
   * Resumes changes that a stop interrupted or that were set aside; resolves
   * when they are done, or set aside again.
   */
  resume(): Promise<void>;
  /** Number of changes that are set aside until the next start. */
  setAside(): number;
  /** Resolves when every change that was begun is done. */
  settled(): Promise<void>;
  /** Ends the retries: a change whose part fails is left to the next start. */
  stopping(): void;
  /** Stops after the current part; the next start resumes. */
  close(): Promise<void>;
}

/**
 * Writes the next part of `what` from `at` on, and returns where to continue;
 * undefined after the last part. A part that throws is retried a few times, so
 * a part must not refuse: it skips what can no longer be done.
 */
export type Part<What, At> = (
  tx: Transaction,
  what: What,
  at: At,
) => Promise<At | undefined>;

export interface LargeChange<What, At> {
  /** Writes the first part in this transaction, and the others after it. */
  begin(tx: Transaction, what: What, at: At): Promise<Begun>;
  /** Writes all parts after this transaction. */
  follow(tx: Transaction, what: What, at: At): Promise<Begun>;
}

export interface Begun {
  /** Resolves after the last part; rejects when the server stops before it, or sets it aside. */
  finished: () => Promise<void>;
  /** Resolves like `finished`, or when the caller's wait times out. */
  waited: () => Promise<void>;
}

export interface LargeChangesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /**
   * A change is made by the process that began it, or by one that outlives that; by
   * default there is no other.
   */
  leases?: Leases;
  troubles: LargeChangeTroubles;
  /** First delay of a retry in ms; each further one doubles it. */
  pauseMs?: number;
}

/** Events for the operator's log, once for each failing part. */
export interface LargeChangeTroubles {
  /** A part failed and will be retried. */
  failed(error: unknown, kind: string): void;
  /** The failed part succeeded, and the change continues. */
  recovered(kind: string): void;
  /** A part failed too often: the rest waits for the next start. */
  setAside(error: unknown, kind: string): void;
}

/**
 * Failures of a part until the change is set aside, about eight minutes after
 * the first. A lost database or a full disk does not count: the change waits
 * for it.
 */
const mostFailures = 10;
const longestPauseMs = 300_000;
/** Time that a caller waits: half of the clients' timeout. */
const patienceMs = 5_000;

export function createLargeChanges({
  db,
  transact,
  leases = allLeases,
  troubles,
  pauseMs = 1_000,
}: LargeChangesDeps): LargeChanges {
  const kinds = new Map<string, Part<unknown, unknown>>();
  /**
   * Queues by serial kind: each settles when the next change of the kind may
   * begin.
   */
  const lines = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  const asideIDs = new Set<number>();
  /** Changes that this process is making. */
  const underWay = new Set<number>();
  const closing = Promise.withResolvers<void>();
  let isStopping = false;
  let isClosing = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another, and others between them. */
  const inTurn: Transact = (work) => {
    const result = turn.then(nextTurn).then(() => transact(work));
    turn = result.catch(() => undefined);
    return result;
  };

  async function goOn(
    { id, kind, begun }: Unfinished,
    letNext: () => void,
  ): Promise<void> {
    let state = begun;
    const part = kinds.get(kind);
    if (!part) {
      const unknown = new Error(
        `no large change of the kind '${kind}' is known`,
      );
      return setAside(unknown, { id, kind, begun: state });
    }
    for (let failures = 0, tries = 0, isDone = false; !isDone;) {
      if (isClosing) throw new Stopped();
      try {
        state = await inTurn(async (tx) => {
          const now = state ?? (await adopt(tx, id));
          if (!now) return undefined;
          await now.lease.require(tx);
          const at = await part(tx, now.what, now.at);
          await save(tx, id, at, now.isPlaced);
          if (at !== undefined) return { ...now, at, isPlaced: true };
          return now.lease.release(tx).then(() => undefined);
        });
        isDone = state === undefined;
        if (tries > 0) troubles.recovered(kind);
        failures = tries = 0;
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        if (!isPassing(error)) failures++;
        if (failures >= mostFailures)
          return setAside(error, { id, kind, begun: state });
        if (tries === 0) troubles.failed(error, kind);
        letNext();
        // Its caller waits, and the stop waits for its caller.
        if (isStopping) throw new Stopped();
        const inMs = Math.min(pauseMs * 2 ** tries++, longestPauseMs);
        await within(inMs, closing.promise);
      }
    }
  }

  /** Stores the reason in the row, and rejects the callers that wait. */
  async function setAside(
    error: unknown,
    { id, kind, begun }: Unfinished,
  ): Promise<never> {
    asideIDs.add(id);
    troubles.setAside(error, kind);
    const problem = String(error).slice(0, longestProblem);
    // Without it the next start tries again just the same.
    await inTurn(async (tx) => {
      const now = begun ?? (await adopt(tx, id));
      await now?.lease.require(tx);
      if (now) await save(tx, id, now.at, now.isPlaced, problem);
    }).catch(() => undefined);
    throw new SetAside(kind, error);
  }

  /** Takes what no living process makes, at the place where it stands; undefined: it is done. */
  async function adopt(
    tx: Transaction,
    id: number,
  ): Promise<Underway | undefined> {
    const lease = await leases.take(tx, leaseOf(id));
    if (!lease) throw new LeaseLost(leaseOf(id));
    const row = await tx.db
      .selectFrom("large_changes as change")
      .leftJoin("large_change_places as place", "place.change_id", "change.id")
      .select(["change.what", "change.at", "place.at as reached"])
      .where("change.id", "=", id)
      .executeTakeFirst();
    if (!row) return lease.release(tx).then(() => undefined);
    const { what, at, reached } = row;
    return {
      what: JSON.parse(what),
      at: JSON.parse(reached ?? at),
      isPlaced: reached !== null,
      lease,
    };
  }

  function start(change: Unfinished): Promise<void> {
    const { id, kind } = change;
    underWay.add(id);
    const { promise: over, resolve: letNext } = Promise.withResolvers<void>();
    const before = lines.get(kind);
    if (before) lines.set(kind, over);
    const work = Promise.resolve(before)
      .then(() => goOn(change, letNext))
      .finally(() => {
        letNext();
        underWay.delete(id);
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
      const lease = await leases.take(tx, leaseOf(id));
      if (!lease) throw new LeaseLost(kind); // nobody else knows of it yet
      let work: Promise<void> | undefined;
      tx.afterDurable(() => {
        const begun = { what, at, isPlaced: false, lease };
        work = start({ id, kind, begun });
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

  /** Resumes one change whose process died, or all of them. */
  async function goOnWith(only?: number): Promise<void> {
    let query = db
      .selectFrom("large_changes")
      .select(["id", "kind"])
      .orderBy("id");
    if (only !== undefined) query = query.where("id", "=", only);
    const rows = await query.execute();
    const all = rows
      .filter(({ id }) => !underWay.has(id))
      .map((row) =>
        start({ ...row, begun: undefined }).catch((error: unknown) => {
          // The others go on, and what comes after them.
          if (!(error instanceof SetAside || error instanceof LeaseLost))
            throw error;
        }),
      );
    await Promise.all(all);
  }

  leases.onLeft(leaseOf(""), (name) => {
    const id = Number(name.slice(leaseOf("").length));
    if (isClosing || isStopping) return;
    goOnWith(id).catch((error: unknown) => troubles.failed(error, name));
  });

  return {
    define,
    transact: inTurn,
    resume: () => goOnWith(),
    setAside: () => asideIDs.size,

    async settled() {
      while (running.size > 0) await Promise.allSettled(running);
    },

    stopping() {
      isStopping = true;
      closing.resolve();
    },

    async close() {
      isClosing = true;
      closing.resolve();
      await Promise.allSettled(running);
    },
  };
}

/**
 * Saves the position in a row of its own, so that the input is written only
 * once.
 */
async function save(
  { db }: Transaction,
  id: number,
  next: unknown,
  isPlaced: boolean,
  problem = "",
): Promise<void> {
  if (next === undefined) {
    await db.deleteFrom("large_changes").where("id", "=", id).execute();
    if (isPlaced)
      await db
        .deleteFrom("large_change_places")
        .where("change_id", "=", id)
        .execute();
    return;
  }
  const place = { at: JSON.stringify(next), problem };
  await (
    isPlaced
      ? db
          .updateTable("large_change_places")
          .set(place)
          .where("change_id", "=", id)
      : db.insertInto("large_change_places").values({ change_id: id, ...place })
  ).execute();
}

/** Returns whether the error is transient: a full disk or a lost database. */
const isPassing = (error: unknown): boolean =>
  error instanceof LostDatabase || isOfDisk(error);

const isDone: Begun = {
  finished: () => Promise.resolve(),
  waited: () => Promise.resolve(),
};

/** Resolves when `happens` settles, or after the timeout. */
function within(ms: number, happens: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([over, happens]).finally(() => clearTimeout(timer));
}

const leaseOf = (id: number | ""): string => `large change ${id}`;

/** A change with parts left to write. */
interface Unfinished {
  id: number;
  kind: string;
  /** Undefined: another process began it. */
  begun: Underway | undefined;
}

/** The progress of a large change. */
interface Underway {
  what: unknown;
  at: unknown;
  /** Its row with the position has been written. */
  isPlaced: boolean;
  lease: Lease;
}

/** Maximum length of the problem in its row. */
const longestProblem = 1_000;

/** The error for callers that wait for the whole change. */
class SetAside extends ProtocolError {
  constructor(kind: string, cause: unknown) {
    const { code } = errors.internal();
    super(
      code,
      `a part of this could not be done, and is tried again when the server starts: ${kind}`,
      { cause },
    );
  }
}

/** The server is stopping; the next start resumes the change. */
class Stopped extends Error {
  override readonly name = "Stopped";

  constructor() {
    super("the server stops: what is left of this is done at the next start");
  }
}
