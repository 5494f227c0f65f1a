import type { Latencies } from "./latency.ts";

/** One thing that was measured. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The target of the table in this folder's README. */
  target?: Target;
}

export type Target = { most: number } | { least: number };

export const atMost = (most: number): Target => ({ most });
export const atLeast = (least: number): Target => ({ least });

export function figure(
  name: string,
  value: number,
  unit: string,
  target?: Target,
): Figure {
  return { name, value, unit, ...(target && { target }) };
}

/** undefined: there is nothing to reach, or nothing to compare. */
export function isReached({ value, target }: Figure): boolean | undefined {
  if (!target || Number.isNaN(value)) return undefined;
  return "most" in target ? value <= target.most : value >= target.least;
}

export function percentiles(
  name: string,
  times: Latencies,
  targets: { p50?: Target; p99?: Target } = {},
): Figure[] {
  return [
    figure(`${name} p50`, times.percentile(0.5), "ms", targets.p50),
    figure(`${name} p95`, times.percentile(0.95), "ms"),
    figure(`${name} p99`, times.percentile(0.99), "ms", targets.p99),
  ];
}
