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
    elapsed: () => time,
  });
  shedder.watch(() => disk);
});

test("a queue that takes less than two and a half seconds is worked off", () => {
  expect(shedder.admits("change", 2_400)).toBe(true);
});

test("who waited too long is refused, and the next do not wait as long as that", () => {
  expect(shedder.admits("change", 2_501)).toBe(false);
  expect(shedder.admits("change", 300)).toBe(false);
  expect(shedder.admits("change", 150)).toBe(true);
  expect(began).toEqual([2_501]);
});

test("a disk that does not keep up refuses before it is asked", () => {
  disk = 2_700;
  expect(shedder.admits("change", 0)).toBe(false);
  disk = 20;
  expect(shedder.admits("change", 0)).toBe(true);
});

test("what was admitted before and waits for 200 ms is refused with the others", () => {
  const asked: number[] = [];
  shedder.watch(
    () => 0,
    (ms) => void asked.push(ms),
  );
  expect(shedder.admits("change", 2_400)).toBe(true);
  expect(asked).toEqual([]);
  expect(shedder.admits("change", 2_501)).toBe(false);
  expect(asked).toEqual([200]);
});

test("it is over when nobody had to be refused for ten seconds", () => {
  expect(shedder.admits("change", 2_501)).toBe(false);
  time += 1_000;
  expect(shedder.admits("change", 2_400)).toBe(false);
  time += 10_000;
  expect(shedder.admits("change", 2_400)).toBe(true);
  expect(shedder.admits("change", 2_600)).toBe(false);
  expect(began).toEqual([2_501, 2_600]);
});

test("who signed in was left without conversations, because the writer was behind", () => {
  disk = 9_000;
  expect(shedder.admits("change", 0)).toBe(false);
  expect(shedder.admits("read", 0)).toBe(true);
  expect(shedder.admits("read", 9_999)).toBe(true);
  // By now its client has given up.
  expect(shedder.admits("read", 10_001)).toBe(false);
});

test("a read that came too late costs no change", () => {
  expect(shedder.admits("read", 10_001)).toBe(false);
  expect(shedder.admits("change", 2_400)).toBe(true);
});

test("newcomers wait outside while those who came before wait long for what they sync by", () => {
  expect(shedder.admits("read", 2_900)).toBe(true);
  expect(shedder.admitsNewcomer()).toBe(true);
  expect(shedder.admits("read", 3_001)).toBe(true);
  expect(shedder.admitsNewcomer()).toBe(false);
  time += 1_000;
  expect(shedder.admitsNewcomer()).toBe(true);
});
