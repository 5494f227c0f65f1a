import { beforeEach, expect, test } from "bun:test";

import { createLoadShedder } from "./load-shedder.ts";
import type { LoadShedder } from "./load-shedder.ts";

let time: number;
let disk: number;
let began: number[];
let shedder: LoadShedder;

beforeEach(() => {
  time = 1_000_000;
  disk = 0;
  began = [];
  shedder = createLoadShedder({
    changesWait: () => disk,
    began: (waited) => void began.push(waited),
    now: () => time,
  });
});

test("a queue that takes less than five seconds is worked off", () => {
  expect(shedder.admits(4_900)).toBe(true);
  expect(shedder.isShedding()).toBe(false);
});

test("who waited too long is refused, and the next do not wait as long as that", () => {
  expect(shedder.admits(5_001)).toBe(false);
  expect(shedder.admits(300)).toBe(false);
  expect(shedder.admits(150)).toBe(true);
  expect(began).toEqual([5_001]);
});

test("a disk that does not keep up refuses before it is asked", () => {
  disk = 5_500;
  expect(shedder.admits(0)).toBe(false);
  disk = 20;
  expect(shedder.admits(0)).toBe(true);
});

test("it is over when nobody had to be refused for ten seconds", () => {
  expect(shedder.admits(5_001)).toBe(false);
  time += 999;
  expect(shedder.isShedding()).toBe(true);
  time += 1;
  expect(shedder.isShedding()).toBe(false);
  // Nobody was asked in that second: the queue may be as long as before.
  expect(shedder.admits(4_900)).toBe(false);
  time += 10_000;
  expect(shedder.admits(4_900)).toBe(true);
  expect(shedder.admits(5_200)).toBe(false);
  expect(began).toEqual([5_001, 5_200]);
});
