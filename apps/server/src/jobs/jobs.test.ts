import { expect, test } from "bun:test";

import { createLogger } from "../watching/logger.ts";
import { startJobs } from "./jobs.ts";
import type { Job } from "./jobs.ts";
import { listJobs } from "./list.ts";

const logger = createLogger("silent");
const start = (jobs: Job[], schedule = "") =>
  startJobs({ schedule, jobs, logger });

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

test("0 days keep messages and objects for good", async () => {
  const asked: string[] = [];
  const note = (name: string) => () => {
    asked.push(name);
    return Promise.resolve(0);
  };
  const jobs = listJobs({
    settings: {
      retainChatRecords: 0,
      fileExpireTime: 0,
      deleteObjectType: ["msg-picture"],
    },
    removeOldMessages: note("messages"),
    destructMessages: note("destruct"),
    removeAbandonedUploads: note("uploads"),
    removeOutdatedObjects: note("objects"),
    removeOldClientLogs: note("client logs"),
    removeOldPushReasons: note("push reasons"),
    removeExpiredOfAccounts: note("accounts"),
    now: () => 0,
  });
  await start(jobs).runAll();
  expect(asked).toEqual(["destruct", "uploads", "push reasons", "accounts"]);
});

test("outdated objects go in parts until none is left", async () => {
  const counts = [100, 100, 7];
  const [, , , objects] = listJobs({
    settings: {
      retainChatRecords: 365,
      fileExpireTime: 180,
      deleteObjectType: ["msg-picture"],
    },
    removeOldMessages: () => Promise.resolve(0),
    destructMessages: () => Promise.resolve(0),
    removeAbandonedUploads: () => Promise.resolve(0),
    removeOldPushReasons: () => Promise.resolve(0),
    removeExpiredOfAccounts: () => Promise.resolve(0),
    removeOutdatedObjects: () => Promise.resolve(counts.shift() ?? 0),
    removeOldClientLogs: () => Promise.resolve(0),
    now: () => 0,
  });
  const signal = new AbortController().signal;
  expect(await objects?.run(signal)).toBe(207);
});

test.each([
  [["sdklog"], 107],
  [["msg-picture"], 0],
])("rows of client logs go with their files: %p", async (deleted, removed) => {
  const counts = [100, 7];
  const jobs = listJobs({
    settings: {
      retainChatRecords: 365,
      fileExpireTime: 180,
      deleteObjectType: deleted,
    },
    removeOldMessages: () => Promise.resolve(0),
    destructMessages: () => Promise.resolve(0),
    removeAbandonedUploads: () => Promise.resolve(0),
    removeOldPushReasons: () => Promise.resolve(0),
    removeExpiredOfAccounts: () => Promise.resolve(0),
    removeOutdatedObjects: () => Promise.resolve(0),
    removeOldClientLogs: () => Promise.resolve(counts.shift() ?? 0),
    now: () => 0,
  });
  const job = jobs.find(({ name }) => name === "outdated client logs");
  expect(await job?.run(new AbortController().signal)).toBe(removed);
});
