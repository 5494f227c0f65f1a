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
  // The client has given up by now.
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

test("newcomers came in on top of reads that waited for the database, where nobody looked", () => {
  const ends = Array.from({ length: 8 }, (_, i) => shedder.reading(`user${i}`));
  time += 3_000;
  expect(shedder.admitsNewcomer()).toBe(true);
  time += 1;
  expect(shedder.admitsNewcomer()).toBe(false);
  // They are what newcomers wait for, and are refused nothing themselves.
  expect(shedder.admits("read", 0)).toBe(true);
  expect(shedder.admits("change", 0)).toBe(true);
  for (const end of ends) end();
  time += 999;
  expect(shedder.admitsNewcomer()).toBe(false);
  time += 1;
  expect(shedder.admitsNewcomer()).toBe(true);
});

test("reads that were slow until a moment ago keep newcomers out, too", () => {
  const ends = Array.from({ length: 8 }, (_, i) => shedder.reading(`user${i}`));
  time += 3_001;
  for (const end of ends) end();
  expect(shedder.admitsNewcomer()).toBe(false);
});

test("one who asks for much keeps nobody out", () => {
  for (let i = 0; i < 100; i++) shedder.reading("ann");
  for (let i = 0; i < 6; i++) shedder.reading(`user${i}`);
  time += 60_000;
  expect(shedder.admitsNewcomer()).toBe(true);
  shedder.reading("the eighth");
  time += 3_001;
  expect(shedder.admitsNewcomer()).toBe(false);
});
