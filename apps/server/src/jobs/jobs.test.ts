import { expect, test } from "bun:test";

import { allLeases } from "../storage/leases.ts";
import { createLogger } from "../watching/logger.ts";
import { startJobs } from "./jobs.ts";
import type { Job } from "./jobs.ts";
import { outdatedJob } from "./outdated.ts";

const logger = createLogger("silent");
const start = (jobs: Job[], schedule = "") =>
  startJobs({
    ...{ schedule, jobs, logger, leases: allLeases },
    transact: () => Promise.reject(new Error("nobody runs them by the clock")),
  });

test("jobs run one after another, and one that fails does not stop the others", async () => {
  const ran: string[] = [];
  const job = (name: string): Job => ({
    name,
    run() {
      ran.push(name);
      return name === "b"
        ? Promise.reject(new Error("no"))
        : Promise.resolve(1);
    },
  });
  await start([job("a"), job("b"), job("c")]).runAll();
  expect(ran).toEqual(["a", "b", "c"]);
});

test("a run that is asked for during another is that run", async () => {
  let runs = 0;
  const jobs = start([{ name: "slow", run: async () => ++runs }]);
  await Promise.all([jobs.runAll(), jobs.runAll()]);
  expect(runs).toBe(1);
});

test("stopping tells the one under way and starts no other", async () => {
  const ran: string[] = [];
  const jobs = start([
    {
      name: "long",
      run: (signal) =>
        new Promise((resolve) => {
          ran.push("long");
          signal.addEventListener("abort", () => resolve(0));
        }),
    },
    { name: "next", run: async () => ran.push("next") },
  ]);
  const all = jobs.runAll();
  await jobs.stop();
  await all;
  expect(ran).toEqual(["long"]);
});

test("a schedule that cannot be read is refused", () => {
  expect(() => start([], "every night")).toThrow();
});

const outdated = (days: number, counts: number[]) =>
  outdatedJob({
    name: "outdated things",
    days,
    remove: () => Promise.resolve(counts.shift() ?? 0),
    now: () => 0,
  }).run(new AbortController().signal);

test("0 days keep things for good", async () => {
  expect(await outdated(0, [7])).toBe(0);
});

test("outdated things go in parts until none is left", async () => {
  expect(await outdated(180, [100, 100, 7])).toBe(207);
});
