import { expect, test } from "bun:test";

import { Latencies } from "./latency.ts";

test("percentiles are those of the sorted times, to one percent", () => {
  const times = new Latencies();
  const all = Array.from(
    { length: 10_000 },
    (_, i) => ((i * 7919) % 9_973) + 1,
  );
  for (const ms of all) times.record(ms);
  const sorted = all.toSorted((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
    expect(times.percentile(share) / exact).toBeWithin(0.99, 1.01);
  }
  expect(times.count).toBe(10_000);
  expect(times.largestMs).toBe(9_973);
});

test("one slow message among a hundred is the p100 and not the p99", () => {
  const times = new Latencies();
  for (let i = 0; i < 99; i++) times.record(1);
  times.record(500);
  expect(times.percentile(0.99)).toBeCloseTo(1, 1);
  expect(times.percentile(1)).toBeWithin(495, 501);
});

test("times beyond the scale count at its ends", () => {
  const times = new Latencies();
  times.record(0);
  times.record(10_000_000);
  expect(times.percentile(0.5)).toBeLessThanOrEqual(0.001);
  expect(times.percentile(1)).toBeGreaterThan(500_000);
});

test("nothing recorded has no percentile, also after a clear", () => {
  const times = new Latencies();
  expect(times.percentile(0.5)).toBeNaN();
  times.record(3);
  times.clear();
  expect(times.percentile(0.5)).toBeNaN();
  expect(times.largestMs).toBe(0);
});
