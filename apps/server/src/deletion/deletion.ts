import { errors } from "@parley/protocol/errors";
import type { UserDeletion } from "@parley/protocol/deletion";
import type { Kysely } from "kysely";

import type { Counts, Depart, Removing } from "../feature/departing.ts";
import type { Cause } from "../http/actor.ts";
import { nextTurn } from "../pace/turns.ts";
import type { Caches, Mirror } from "../storage/caches.ts";
import { allLeases, LeaseLost } from "../storage/leases.ts";
import type { Lease, Leases } from "../storage/leases.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import {
  addRemoved,
  findDeletion,
  listUnfinished,
  nothingRemoved,
  saveDeletion,
} from "./store.ts";
import type { StoredDeletion } from "./store.ts";

/**
 * Deleting users with all that is theirs, which OpenIM cannot. It begins with
 * one transaction, after which the user is as good as gone: no token counts,
 * nobody can write to them, and the userID is taken. The rest goes in small
 * transactions, each with its line on the receipt; what a stop cuts short goes
 * on with the next start, and what fails is tried again. At last the profile
 * goes, and the userID is free.
 */
export interface Deletion {
  /**
   * Returns the receipt, or the progress if the deletion takes longer than callers wait.
   * Idempotent, except that a second call may add the deletion of messages.
   */
  delete(
    cause: Cause,
    wanted: { userID: string; withMessages: boolean },
  ): Promise<UserDeletion>;
  /** Throws 1004 when nobody ever deleted that user. */
  get(userID: string): Promise<UserDeletion>;
  /** Resumes deletions that a stop of the server interrupted. */
  resume(): Promise<void>;
  /** Stops after the transaction that is under way. */
  close(): Promise<void>;
}

export interface DeletionDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** One process deletes a user; by default there is no other. */
  leases?: Leases;
  /**
   * Users that are being deleted. Others read it; only the deletion writes it.
   */
  departing: Mirror<true>;
  /** Domains in the order of their removal. */
  parts: Readonly<Record<string, Depart>>;
  isAdmin(userID: string): boolean;
  isRegistered(userID: string): Promise<boolean>;
  dropTokens(tx: Transaction, userID: string): Promise<number>;
  endSessions(userID: string): void;
  /** Forgets the user outside of `parts`, just before their profile goes. */
  forget?(userID: string): Promise<void>;
  removeProfile(tx: Transaction, userID: string): Promise<boolean>;
  /** Called with an error, and the time until the retry. */
  failed(error: unknown, userID: string, inMs: number): void;
  /** Time that a caller waits for the receipt, in ms. */
  patienceMs?: number;
  /** First delay of a retry in ms; each further one doubles it. */
  pauseMs?: number;
  now: () => number;
}

/** Time that a stop of the server waits for running deletions, in ms. */
const closingMs = 2_000;
/** Upper bound of the retry delay, in ms. */
const longestPauseMs = 300_000;

interface Failures {
  /** One after another. */
  count: number;
  timer: ReturnType<typeof setTimeout>;
}

/** Reads the users whose deletion a stop interrupted. */
export const openDeparting = (
  db: Kysely<Schema>,
  caches: Pick<Caches, "openMirror">,
): Promise<Mirror<true>> =>
  caches.openMirror<true>({
    name: "departing",
    loadAll: async () =>
      (await listUnfinished(db)).map(({ userID }) => [userID, true] as const),
    load: async (userID) =>
      (await findDeletion(db, userID))?.endTime === 0 || undefined,
  });

export function createDeletion(deps: DeletionDeps): Deletion {
  const { db, transact, departing, parts, now } = deps;
  const { leases = allLeases, patienceMs = 5_000, pauseMs = 1_000 } = deps;
  const running = new Map<string, Promise<void>>();
  const failures = new Map<string, Failures>();
  let isClosing = false;

  /** Throws LeaseLost in changes of a deletion that another process makes. */
  function createHold(userID: string) {
    let lease: Lease | undefined;
    return {
      async require(tx: Transaction): Promise<void> {
        if (lease) return lease.require(tx);
        lease = await leases.take(tx, leaseOf(userID));
        if (!lease) throw new LeaseLost(leaseOf(userID));
        tx.onRollback(() => (lease = undefined));
      },
      release: async (tx: Transaction) => lease?.release(tx),
    };
  }

  function removingFor(userID: string, hold: Hold): Removing {
    async function once(
      work: (tx: Transaction) => Promise<Counts>,
    ): Promise<boolean> {
      await nextTurn();
      if (isClosing) throw new Stopped();
      const counts = await transact(async (tx) => {
        await hold.require(tx);
        const counts = await work(tx);
        if (isAny(counts)) await addRemoved(tx, userID, counts);
        return counts;
      });
      return isAny(counts);
    }
    return {
      async once(work) {
        await once(work);
      },
      async untilNothing(work) {
        while (await once(work));
      },
    };
  }

  async function removeAll(userID: string): Promise<void> {
    const hold = createHold(userID);
    const removing = removingFor(userID, hold);
    for (;;) {
      const deletion = await findDeletion(db, userID);
      if (deletion?.endTime !== 0) return;
      for (const [part, depart] of Object.entries(parts)) {
        await removing.once(async (tx) => {
          const known = await findDeletion(tx.db, userID);
          if (known) await saveDeletion(tx, { ...known, part });
          return {};
        });
        await depart(deletion, removing);
      }
      if (await finish(userID, deletion.withMessages, hold)) return;
    }
  }

  /** false: meanwhile somebody said that messages go, too. */
  async function finish(userID: string, hadMessages: boolean, hold: Hold) {
    if (isClosing) throw new Stopped();
    deps.endSessions(userID);
    await deps.forget?.(userID);
    return transact(async (tx) => {
      await hold.require(tx);
      const known = await findDeletion(tx.db, userID);
      if (!known || (known.withMessages && !hadMessages)) return !known;
      // Another process ended it before this one took it.
      if (known.endTime !== 0) return hold.release(tx).then(() => true);
      const tokens = await deps.dropTokens(tx, userID);
      const profiles = (await deps.removeProfile(tx, userID)) ? 1 : 0;
      await addRemoved(tx, userID, { tokens, profiles });
      const complete = await findDeletion(tx.db, userID);
      if (complete)
        await saveDeletion(tx, { ...complete, part: "", endTime: now() });
      tx.forget(departing, userID, () => departing.delete(userID));
      await hold.release(tx);
      return true;
    });
  }

  function run(userID: string): Promise<void> {
    const known = running.get(userID);
    if (known)
      return known
        .catch(() => undefined)
        .then(async () => {
          // It may have looked for the last time before the caller asked.
          const deletion = await findDeletion(db, userID);
          if (deletion?.endTime === 0) await run(userID);
        });
    clearTimeout(failures.get(userID)?.timer);
    const work = removeAll(userID)
      .catch((error: unknown) => {
        if (!(error instanceof LeaseLost)) throw error;
      })
      .finally(() => running.delete(userID));
    running.set(userID, work);
    work.then(
      () => failures.delete(userID),
      (error: unknown) => {
        if (!isClosing) tryAgain(error, userID);
      },
    );
    return work;
  }

  function tryAgain(error: unknown, userID: string): void {
    const count = (failures.get(userID)?.count ?? 0) + 1;
    const inMs = Math.min(pauseMs * 2 ** (count - 1), longestPauseMs);
    const timer = setTimeout(() => {
      run(userID).catch(() => undefined); // that was said
    }, inMs);
    failures.set(userID, { count, timer });
    deps.failed(error, userID, inMs);
  }

  /** Begins the deletion; from here on no lookup finds the user. */
  function begin(
    cause: Cause,
    wanted: { userID: string; withMessages: boolean },
  ): Promise<void> {
    const { userID } = wanted;
    return transact(async (tx) => {
      const known = await findDeletion(tx.db, userID);
      const isUnderWay = known?.endTime === 0;
      const withMessages =
        wanted.withMessages || (isUnderWay && known.withMessages);
      if (isUnderWay) return saveDeletion(tx, { ...known, withMessages });
      // One that is done and did not take the messages goes on from there.
      const isSame = known && !(await deps.isRegistered(userID));
      await saveDeletion(tx, {
        userID,
        withMessages,
        operatorUserID: cause.actor.userID,
        operationID: cause.operationID,
        part: "",
        removed: isSame ? known.removed : nothingRemoved(),
        startTime: isSame ? known.startTime : now(),
        endTime: 0,
      });
      departing.set(userID, true);
      tx.onRollback(() => departing.delete(userID));
      // The end of one before it may become durable together with this.
      tx.forget(departing, userID, () => departing.set(userID, true));
      const tokens = await deps.dropTokens(tx, userID);
      await addRemoved(tx, userID, { tokens });
    });
  }

  async function get(userID: string): Promise<UserDeletion> {
    const deletion = await findDeletion(db, userID);
    if (!deletion) throw errors.notFound(`user '${userID}' was never deleted`);
    const isRunning =
      running.has(userID) || (await leases.isTaken(leaseOf(userID)));
    return render(deletion, isRunning);
  }

  leases.onLeft(leaseOf(""), (name) => {
    if (!isClosing) run(name.slice(leaseOf("").length)).catch(() => undefined); // that was said
  });

  return {
    async delete(cause, wanted) {
      const { userID, withMessages } = wanted;
      if (deps.isAdmin(userID))
        throw errors.noPermission(
          `${userID} is an administrator of this server: take it out of adminUserIDs first`,
        );
      const known = await findDeletion(db, userID);
      if (known?.endTime !== 0) {
        const isRegistered = await deps.isRegistered(userID);
        if (!isRegistered && !known)
          throw errors.notFound(`no user '${userID}'`);
        if (!isRegistered && known && (known.withMessages || !withMessages))
          return render(known, false);
      }
      await begin(cause, wanted);
      deps.endSessions(userID);
      await Promise.race([run(userID), Bun.sleep(patienceMs)]);
      return get(userID);
    },

    get,

    async resume() {
      // One after another: a start has enough to do.
      for (const { userID } of await listUnfinished(db))
        await run(userID).catch(() => undefined);
    },

    async close() {
      isClosing = true;
      for (const { timer } of failures.values()) clearTimeout(timer);
      await Promise.race([
        Promise.allSettled(running.values()),
        // One may be about to look through all messages: the next start does.
        Bun.sleep(closingMs),
      ]);
    },
  };
}

const leaseOf = (userID: string): string => `deletion of user ${userID}`;

interface Hold {
  require(tx: Transaction): Promise<void>;
  release(tx: Transaction): Promise<void>;
}

/** The server stops; the next start goes on. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

const isAny = (counts: Counts): boolean =>
  Object.values(counts).some((count) => count > 0);

const render = (
  deletion: StoredDeletion,
  isRunning: boolean,
): UserDeletion => ({
  userID: deletion.userID,
  state:
    deletion.endTime !== 0 ? "done" : isRunning ? "running" : "interrupted",
  part: deletion.part,
  deleteMessages: deletion.withMessages,
  operatorUserID: deletion.operatorUserID,
  startTime: deletion.startTime,
  endTime: deletion.endTime,
  removed: deletion.removed,
});
