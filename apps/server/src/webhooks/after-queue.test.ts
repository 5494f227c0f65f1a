import { describe, expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { createAfterQueue } from "./after-queue.ts";
import type { AfterQueueDeps } from "./after-queue.ts";
import { NoAnswer } from "./answer.ts";
import { TimedOut } from "./client.ts";
import type { WebhookCall } from "./client.ts";

const event = (command: string): WebhookCall => ({
  command,
  operationID: "op",
  body: "{}\n",
  query: "",
  timeoutMs: 1_000,
});

/** A queue whose clock and receiver are the test's. */
function setUp(
  post: AfterQueueDeps["post"],
  limits: AfterQueueDeps["limits"] = {},
  sleep: AfterQueueDeps["sleep"] = () => Promise.resolve(),
) {
  const seen = { told: 0, dropped: 0, pauses: [] as number[] };
  const queue = createAfterQueue({
    post,
    sleep(ms) {
      seen.pauses.push(ms);
      return sleep(ms);
    },
    told: () => void seen.told++,
    dropped: (count) => void (seen.dropped += count),
    failed: () => undefined,
    limits,
  });
  return { queue, seen };
}

const away = () => Promise.reject(new NoAnswer(errors.network("away")));

describe("the queue of after hooks", () => {
  test("tries again, waiting longer each time", async () => {
    let failures = 2;
    const { queue, seen } = setUp(async () =>
      failures-- > 0 ? away() : "null",
    );
    queue.add(event("a"));
    await Bun.sleep(1);
    expect(seen).toEqual({ told: 1, dropped: 0, pauses: [500, 1_000] });
  });

  test("gives an event up after five tries, and counts it", async () => {
    const tries: string[] = [];
    const { queue, seen } = setUp(({ command }) => {
      tries.push(command);
      return away();
    });
    queue.add(event("a"));
    await Bun.sleep(1);
    expect(tries).toHaveLength(5);
    expect(seen).toEqual({
      told: 0,
      dropped: 1,
      pauses: [500, 1_000, 2_000, 4_000],
    });
  });

  test("does not repeat what the receiver had its time for", async () => {
    let tries = 0;
    const { queue, seen } = setUp(() => {
      tries++;
      return Promise.reject(new TimedOut(errors.network("late")));
    });
    queue.add(event("a"));
    await Bun.sleep(1);
    expect({ tries, ...seen }).toEqual({
      tries: 1,
      told: 0,
      dropped: 1,
      pauses: [],
    });
  });

  // docs/wire/deviations.md#webhooks: OpenIM holds every call once 100 events wait.
  test("a slow receiver delays nobody: what finds no room is dropped", () => {
    const { queue, seen } = setUp(() => new Promise<string>(() => undefined), {
      events: 100,
      workers: 2,
    });
    for (let i = 0; i < 150; i++) queue.add(event(String(i)));
    expect(queue.waiting()).toBe(100);
    expect(seen.dropped).toBe(48);
  });

  test("is bounded in size, too", () => {
    const { queue, seen } = setUp(() => new Promise<string>(() => undefined), {
      size: 10,
      workers: 1,
    });
    for (let i = 0; i < 10; i++) queue.add(event(String(i)));
    // One is being told, and three bodies of three characters wait.
    expect(queue.waiting()).toBe(3);
    expect(seen.dropped).toBe(6);
  });

  test("a stop waits for what is under way and takes nothing new", async () => {
    const { promise: answered, resolve: answer } =
      Promise.withResolvers<string>();
    const never = () => new Promise<void>(() => undefined);
    const { queue, seen } = setUp(() => answered, {}, never);
    queue.add(event("a"));
    const closed = queue.close(50);
    queue.add(event("b"));
    answer("null");
    await closed;
    expect(seen).toEqual({ told: 1, dropped: 1, pauses: [50] });
  });

  test("a stop waits no longer than it may, and counts what it left", async () => {
    const never = () => new Promise<string>(() => undefined);
    const { queue, seen } = setUp(never, { workers: 1 });
    for (const name of ["a", "b", "c"]) queue.add(event(name));
    await queue.close(50);
    expect(seen).toEqual({ told: 0, dropped: 2, pauses: [50] });
  });
});
