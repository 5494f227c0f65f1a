import { expect, test } from "bun:test";

import { doLater, doSoon } from "./turns.ts";

/** Busy for so long, as real work is. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Counts turns of the event loop. */
function countTurns(): { turn: number; stop(): void } {
  let timer = setImmediate(next);
  const count = { turn: 0, stop: () => clearImmediate(timer) };
  function next(): void {
    count.turn++;
    timer = setImmediate(next);
  }
  return count;
}

test("what is done later comes in order, after what asked for it", async () => {
  const done: number[] = [];
  await new Promise<void>((resolve) => {
    const { add } = doLater<number>((item) => {
      done.push(item);
      if (item === 2) add(4);
      if (item === 4) resolve();
    });
    [1, 2, 3].forEach(add);
    expect(done).toEqual([]);
  });
  expect(done).toEqual([1, 2, 3, 4]);
});

for (const [name, make] of [
  ["later", (work: (item: number) => void) => doLater(work).add],
  ["soon", doSoon],
] as const)
  test(`much work done ${name} lets others have turns between`, async () => {
    const turns = countTurns();
    const at: [item: number, turn: number][] = [];
    await new Promise<void>((resolve) => {
      const add = make<number>((item) => {
        work(1);
        at.push([item, turns.turn]);
        if (item === 39) resolve();
      });
      for (let item = 0; item < 40; item++) add(item);
    });
    turns.stop();
    expect(at.map(([item]) => item)).toEqual([...Array(40).keys()]);
    const perTurn = Map.groupBy(at, ([, turn]) => turn);
    expect(perTurn.size).toBeGreaterThan(5);
  });

test("who looks sees how long the oldest of what is left has waited", async () => {
  const waits: number[] = [];
  await new Promise<void>((resolve) => {
    const later = doLater<number>((item) => {
      work(1);
      waits.push(later.waitingMs());
      if (item === 39) resolve();
    });
    for (let item = 0; item < 40; item++) later.add(item);
  });
  expect(waits[0]).toBe(0);
  expect(waits.at(-1)).toBeGreaterThan(10);
});

test("nothing waits once all is done", async () => {
  const later = doLater<() => void>((done) => done());
  await new Promise<void>((resolve) => later.add(resolve));
  expect(later.waitingMs()).toBe(0);
});

test("a single item that is done soon is done at once", () => {
  const done: string[] = [];
  doSoon<string>((item) => done.push(item))("now");
  expect(done).toEqual(["now"]);
});

test("what waits keeps its place before what comes soon after", async () => {
  const done: number[] = [];
  await new Promise<void>((resolve) => {
    const add = doSoon<number>((item) => {
      if (item < 10) work(1);
      done.push(item);
      if (item === 10) resolve();
    });
    for (let item = 0; item < 10; item++) add(item);
    setImmediate(() => add(10));
  });
  expect(done).toEqual([...Array(11).keys()]);
});
