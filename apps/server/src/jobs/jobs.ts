import { Cron } from "croner";

import type { Logger } from "../watching/logger.ts";

/** Work that is done at its hour, whoever is online. */
export interface Job {
  name: string;
  /** Answers how much it did, for the log. Stops early when aborted. */
  run(signal: AbortSignal): Promise<number>;
}

export interface Jobs {
  /** Runs all of them now, one after another. */
  runAll(): Promise<void>;
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  /** Five fields, in the zone of the machine; empty = never. */
  schedule: string;
  jobs: readonly Job[];
  logger: Logger;
}

/** Throws when the schedule cannot be read. */
export function startJobs({ schedule, jobs, logger }: JobsOptions): Jobs {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;

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

  const cron =
    schedule === ""
      ? undefined
      : new Cron(schedule, { mode: "5-part", unref: true }, () => {
          void runAll();
        });

  return {
    runAll,
    async stop() {
      cron?.stop();
      stopping.abort();
      await underWay;
    },
  };
}
