import { expect, test } from "bun:test";

import { CircuitOpen, createCircuitBreaker } from "./circuit-breaker.ts";

function breaker() {
  const state = { now: 0, asked: 0, fails: true };
  const { run } = createCircuitBreaker({
    name: "the store",
    isFailure: (error) => !(error instanceof TypeError),
    now: () => state.now,
  });
  const ask = () =>
    run(() => {
      state.asked++;
      return state.fails
        ? Promise.reject(new Error("nobody there"))
        : Promise.resolve("answer");
    });
  return { state, run, ask };
}

const failTwentyTimes = async (ask: () => Promise<string>) => {
  for (let i = 0; i < 20; i++)
    expect(await ask().catch(String)).toBe("Error: nobody there");
};

test("who is gone is not asked any more, but for a look every few seconds", async () => {
  const { state, ask } = breaker();
  await failTwentyTimes(ask);
  expect(ask()).rejects.toBeInstanceOf(CircuitOpen);
  expect(state.asked).toBe(20);

  state.now = 5_000;
  expect(ask()).rejects.toThrow("nobody there");
  expect(ask()).rejects.toThrow("the store is away");
  expect(state.asked).toBe(21);

  state.now = 10_000;
  state.fails = false;
  expect(await ask()).toBe("answer");
  expect(await ask()).toBe("answer");
});

test("an answer in between, or a refusal, means that somebody is there", async () => {
  const { state, run, ask } = breaker();
  for (let i = 0; i < 19; i++) await ask().catch(() => undefined);
  expect(run(() => Promise.reject(new TypeError("no")))).rejects.toThrow("no");
  await failTwentyTimes(ask);
  expect(state.asked).toBe(39);
  expect(ask()).rejects.toBeInstanceOf(CircuitOpen);
});

test("a clock that was set back by an hour kept who was back from being asked", async () => {
  const { state, ask } = breaker();
  state.now = 3_600_000;
  await failTwentyTimes(ask);
  state.now = 0;
  state.fails = false;
  expect(await ask()).toBe("answer");
});
