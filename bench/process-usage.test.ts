import { expect, test } from "bun:test";

import { readCoreList } from "./cores.ts";
import { parseLoopDelays, shareWithin } from "./event-loop.ts";
import {
  proportionalBytesOf,
  readCPUSeconds,
  readProportionalBytes,
  readResidentBytes,
  readStat,
} from "./process-usage.ts";

test("CPU time is user and system time, whatever the process is called", () => {
  const stat =
    "4242 (a) b (c) S 1 4242 4242 0 -1 4194304 1 0 0 0 1234 66 0 0 20 0 9 0 1 2 3";
  expect(readCPUSeconds(stat)).toBe(13);
});

test("a process is known by its parent, and counts the children that ended", () => {
  const stat =
    "42 (postgres) S 7 42 42 0 -1 4194304 1 0 0 0 12 6 30 2 20 0 9 0 1 2 3";
  expect(readStat(stat)).toEqual({
    name: "postgres",
    parent: 7,
    cpuSeconds: 0.18,
    endedChildrenCPUSeconds: 0.32,
  });
});

test("resident memory is read in bytes", () => {
  expect(readResidentBytes("VmPeak:\t 9 kB\nVmRSS:\t  2048 kB\nX:\t1\n")).toBe(
    2 * 1024 * 1024,
  );
  expect(() => readResidentBytes("Name:\tx\n")).toThrow();
});

test("the proportional set size is read in bytes, and not one of its parts", () => {
  const rollup =
    "0040-7ffd ---p 00000000 00:00 0 [rollup]\nRss:  9 kB\nPss:  4 kB\nPss_Anon:  3 kB\n";
  expect(readProportionalBytes(rollup)).toBe(4 * 1024);
  expect(() => readProportionalBytes("Pss_Anon: 3 kB\n")).toThrow();
  expect(proportionalBytesOf(process.pid)).toBeGreaterThan(2 ** 20);
});

test("the kernel's lists of cores are read", () => {
  expect(readCoreList("0-2,5")).toEqual([0, 1, 2, 5]);
  expect(readCoreList("1")).toEqual([1]);
  expect(readCoreList("")).toEqual([]);
});

test("of the timers between two looks, those in time are counted", () => {
  const at = (inTime: number, all: number) =>
    parseLoopDelays(
      `# TYPE parley_event_loop_delay_seconds histogram
parley_event_loop_delay_seconds_bucket{le="0.02"} ${inTime}
parley_event_loop_delay_seconds_bucket{le="+Inf"} ${all}
parley_event_loop_delay_seconds_count ${all}
`,
    );
  expect(shareWithin(0.02, at(10, 10), at(40, 50))).toBe(0.75);
  expect(shareWithin(0.02, undefined, at(1, 1))).toBeNaN();
  expect(parseLoopDelays("other 1\n")).toBeUndefined();
});
