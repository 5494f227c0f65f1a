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
    began: (waited) => void began.push(waited),
    now: () => time,
  });
  shedder.watch(() => disk);
});

test("a queue that takes less than two and a half seconds is worked off", () => {
  expect(shedder.admits(2_400)).toBe(true);
  expect(shedder.isShedding()).toBe(false);
});

test("who waited too long is refused, and the next do not wait as long as that", () => {
  expect(shedder.admits(2_501)).toBe(false);
  expect(shedder.admits(300)).toBe(false);
  expect(shedder.admits(150)).toBe(true);
  expect(began).toEqual([2_501]);
});

test("a disk that does not keep up refuses before it is asked", () => {
  disk = 2_700;
  expect(shedder.admits(0)).toBe(false);
  disk = 20;
  expect(shedder.admits(0)).toBe(true);
});

test("what was admitted before and waits for 200 ms is refused with the others", () => {
  const asked: number[] = [];
  shedder.watch(
    () => 0,
    (ms) => void asked.push(ms),
  );
  expect(shedder.admits(2_400)).toBe(true);
  expect(asked).toEqual([]);
  expect(shedder.admits(2_501)).toBe(false);
  expect(asked).toEqual([200]);
});

test("it is over when nobody had to be refused for ten seconds", () => {
  expect(shedder.admits(2_501)).toBe(false);
  time += 999;
  expect(shedder.isShedding()).toBe(true);
  time += 1;
  expect(shedder.isShedding()).toBe(false);
  // Nobody was asked in that second: the queue may be as long as before.
  expect(shedder.admits(2_400)).toBe(false);
  time += 10_000;
  expect(shedder.admits(2_400)).toBe(true);
  expect(shedder.admits(2_600)).toBe(false);
  expect(began).toEqual([2_501, 2_600]);
});
