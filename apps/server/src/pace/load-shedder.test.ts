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

test("each queue was short of its limit, and a message waited in one after another", () => {
  shedder.watch(() => 900);
  disk = 900;
  expect(shedder.admits("change", 700)).toBe(true);
  expect(shedder.admits("change", 701)).toBe(false);
  expect(began).toEqual([2_501]);
});

/** Requests every 10 ms for so long; answers how many of them are refused. */
function refusedIn(
  ms: number,
  waited: (at: number) => number,
  { underWay = 1, users = 1 } = {},
): number {
  let refused = 0;
  for (let at = 0; at < ms; at += 10, time += 10) {
    const userID = `u${(at / 10) % users}`;
    if (!shedder.admits("change", waited(at), underWay, userID)) refused++;
  }
  return refused;
}

test("messages waited longer and longer, up to 2.5 seconds, before any was refused", () => {
  expect(refusedIn(1_600, (at) => at / 3)).toBe(0);
  expect(refusedIn(1_000, (at) => 533 + at / 3)).toBeGreaterThan(50);
  expect(began).toHaveLength(1);
  expect(began[0]).toBeLessThan(900);
});

test("what came at once is worked off, though those at its end wait for seconds", () => {
  // All came at the beginning: who is next has waited since then.
  expect(refusedIn(2_500, (at) => at)).toBe(0);
});

test("thousands who all wrote at once, and again when answered, were refused at the start", () => {
  expect(refusedIn(5_000, (at) => Math.min(0.65 * at, 800))).toBe(0);
});

test("a wait that is long and does not grow is no reason to refuse", () => {
  expect(refusedIn(10_000, (at) => 1_500 + 300 * Math.sin(at / 50))).toBe(0);
});

test("a wait that grows and ends again does not count with the next", () => {
  const hump = (at: number) =>
    150 + 300 * Math.sin((at / 1_600) * Math.PI) ** 2;
  expect(refusedIn(16_000, hump)).toBe(0);
});

test("one client that floods had everybody refused", () => {
  // It is refused from the first on that waits for long, so the wait ends there.
  const flood = (at: number) => 201 + at / 3;
  expect(refusedIn(2_000, flood, { underWay: 257 })).toBe(200);
  expect(began).toEqual([]);
  expect(shedder.admits("change", 500, 256)).toBe(true);
});

test("hundreds who all wrote too much were each taken for the one who floods, and all waited 2.5 seconds", () => {
  // Beyond 256 under way each was refused, which kept the queue at that length.
  refusedIn(2_500, (at) => 201 + at / 3, { underWay: 257, users: 50 });
  expect(began).toHaveLength(1);
  expect(began[0]).toBeLessThan(900);
});

test("eight users who flood, after eight others who did so before, had everybody refused", () => {
  const rounds = Array.from({ length: 5 }, (_, i) => 500 + 100 * i);
  for (const waited of rounds) {
    for (let i = 0; i < 8; i++) {
      const userID = `flood${waited}-${i}`;
      expect(shedder.admits("change", waited, 257, userID)).toBe(false);
    }
    time += 1_000;
  }
  expect(began).toEqual([]);
  expect(shedder.admits("change", 500, 256)).toBe(true);
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
