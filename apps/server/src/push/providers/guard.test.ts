import { expect, test } from "bun:test";

import { createGuard } from "./guard.ts";
import { Away, PushFailed } from "./provider.ts";

function guardOf(concurrency: number) {
  const clock = { now: 0 };
  const guard = createGuard({ name: "fcm", concurrency, now: () => clock.now });
  return { guard, clock };
}

test("no more calls at the same time than there may be, in their order", async () => {
  const { guard } = guardOf(2);
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const began: number[] = [];
  const all = gates.map(({ promise }, i) =>
    guard(async () => {
      began.push(i);
      await promise;
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  gates[1]!.resolve();
  await all[1];
  await Promise.resolve();
  expect(began).toEqual([0, 1, 2]);
  for (const { resolve } of gates) resolve();
  await Promise.all(all);
  expect(began).toEqual([0, 1, 2, 3, 4]);
});

test("a provider that is gone is not asked until it may be back", async () => {
  const { guard, clock } = guardOf(1);
  let asked = 0;
  const fail = () => {
    asked++;
    return Promise.reject(new Away("no answer: ECONNREFUSED"));
  };
  for (let i = 0; i < 100; i++) await guard(fail).catch(() => undefined);
  expect(asked).toBeLessThan(30);
  const before = asked;
  expect(guard(fail)).rejects.toThrow("fcm is away");
  expect(asked).toBe(before);

  clock.now += 5_000;
  expect(await guard(() => Promise.resolve("back"))).toBe("back");
  expect(await guard(() => Promise.resolve("again"))).toBe("again");
});

test("a refusal is an answer: the provider is there", async () => {
  const { guard } = guardOf(1);
  let asked = 0;
  const refuse = () => {
    asked++;
    return Promise.reject(new PushFailed("HTTP 400"));
  };
  for (let i = 0; i < 100; i++) await guard(refuse).catch(() => undefined);
  expect(asked).toBe(100);
});

test("a provider that names a time is left alone so long", async () => {
  const { guard, clock } = guardOf(1);
  const busy = () => Promise.reject(new Away("HTTP 429", 30_000));
  expect(guard(busy)).rejects.toThrow("HTTP 429");
  await guard(busy).catch(() => undefined);
  clock.now += 29_999;
  expect(guard(() => Promise.resolve(1))).rejects.toThrow("asked later");
  clock.now += 1;
  expect(await guard(() => Promise.resolve(1))).toBe(1);
});

test("a clock that was set back made a provider's wish last for hours", async () => {
  const { guard, clock } = guardOf(1);
  clock.now = 3_600_000;
  const busy = () => Promise.reject(new Away("429", 5_000));
  expect(guard(busy)).rejects.toThrow("429");
  await Promise.resolve();
  clock.now = 0;
  expect(await guard(() => Promise.resolve("sent"))).toBe("sent");
});
