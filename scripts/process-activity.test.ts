import { expect, test } from "bun:test";

import { watchActivity } from "./process-activity.ts";
import type { Activity } from "./process-activity.ts";

const isTold = process.platform === "linux";

/** Runs this; it ends with the test. */
async function running(script: string) {
  const child = Bun.spawn(
    [process.execPath, "-e", `${script}; console.log("here"); forever()`],
    { stdout: "pipe", stderr: "inherit" },
  );
  await child.stdout.getReader().read();
  return { pid: child.pid, [Symbol.dispose]: () => child.kill() };
}

const spin = "const forever = () => { for (;;); }";
const sleep = "const forever = () => setInterval(() => {}, 200)";

async function look(activity: Activity, until: () => boolean) {
  while (!until()) {
    activity.idleMs();
    await Bun.sleep(100);
  }
}

test.skipIf(!isTold)(
  "who waits for something is idle, longer and longer",
  async () => {
    using one = await running(sleep);
    const activity = watchActivity(one.pid);
    await look(activity, () => activity.idleMs() > 500);
    expect(activity.cpuSeconds()).toBeLessThan(0.5);
  },
);

test.skipIf(!isTold)(
  "who computes is not idle, and its seconds are counted",
  async () => {
    using one = await running(spin);
    const activity = watchActivity(one.pid);
    await look(activity, () => activity.cpuSeconds() > 0.3);
    expect(activity.idleMs()).toBe(0);
  },
);

test.skipIf(!isTold)(
  "who waits for a process it started is as busy as that",
  async () => {
    using one = await running(
      `const child = Bun.spawn([process.execPath, "-e", ${JSON.stringify(`${spin}; forever()`)}]);
     process.on("SIGTERM", () => { child.kill(9); process.exit(); }); ${sleep}`,
    );
    const activity = watchActivity(one.pid);
    await look(activity, () => activity.cpuSeconds() > 0.3);
    expect(activity.idleMs()).toBe(0);
  },
);
