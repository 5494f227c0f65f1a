import { Cron } from "croner";

import type { Lease, Leases } from "../storage/leases.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";

/** Work that is done at its hour, whoever is online. */
export interface Job {
  name: string;
  /** Returns the number of things done, for the log. Stops early when aborted. */
  run(signal: AbortSignal): Promise<number>;
}

export interface Jobs {
  /** Runs all of them now, one after another. */
  runAll(): Promise<void>;
  /** Their hour has come: runs them if this process is the one that does it. */
  due(): Promise<void>;
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  /** Five fields, in the zone of the machine; empty = never. */
  schedule: string;
  jobs: readonly Job[];
  /** A lease lets only one process of the database run a job. */
  leases: Leases;
  transact: Transact;
  logger: Logger;
}

/** Whoever has it keeps it: clocks that differ a little make no second run. */
const byTheClock = "jobs by the clock";
/** Whoever dies with it has its run repeated by another. */
const ofTheRun = "jobs under way";

/** Throws when the schedule cannot be read. */
export function startJobs({
  schedule,
  jobs,
  leases,
  transact,
  logger,
}: JobsOptions): Jobs {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;
  let clock: Lease | undefined;

  async function runEach(): Promise<void> {
    for (const { name, run } of jobs) {
      if (stopping.signal.aborted) return;
      const began = performance.now();
      try {
        const done = await run(stopping.signal);
        const ms = Math.round(performance.now() - began);
        logger.info({ job: name, done, ms }, "job done");
      } catch (error) {
        // The others still have their turn, and this one has another tomorrow.
        logger.error({ job: name, err: error }, "job failed");
      }
    }
  }

  function runAll(): Promise<void> {
    underWay ??= runEach().finally(() => (underWay = undefined));
    return underWay;
  }

  async function runHere(
    take: Parameters<typeof transact<Lease | undefined>>[0],
  ): Promise<void> {
    try {
      const lease = await transact(take);
      if (!lease) return;
      await runAll();
      // What a stop cut short is left to another process.
      if (!stopping.signal.aborted) await transact((tx) => lease.release(tx));
    } catch (error) {
      logger.error({ err: error }, "jobs could not begin, or end");
    }
  }

  async function isOurTurn(tx: Transaction): Promise<boolean> {
    const isOurs = await clock?.require(tx).then(
      () => true,
      () => false,
    );
    if (isOurs) return true;
    clock = await leases.take(tx, byTheClock);
    return clock !== undefined;
  }

  const due = (): Promise<void> =>
    runHere(async (tx) =>
      (await isOurTurn(tx)) ? leases.take(tx, ofTheRun) : undefined,
    );

  leases.onLeft(
    ofTheRun,
    () => void runHere((tx) => leases.inherit(tx, ofTheRun)),
  );

  const cron =
    schedule === ""
      ? undefined
      : new Cron(schedule, { mode: "5-part", unref: true }, () => {
          void due();
        });

  return {
    runAll,
    due,
    async stop() {
      cron?.stop();
      stopping.abort();
      await underWay;
    },
  };
}
