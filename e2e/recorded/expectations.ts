import { readFileSync } from "node:fs";
import path from "node:path";

import { isPassed } from "./report.ts";
import type { Verdict } from "./replay.ts";

/** A step of which Parley on purpose makes something else than OpenIM. */
export interface Dispute {
  /** The scenario, like "rest/user-list". */
  readonly file: string;
  /** Its place in the scenario, from 0. */
  readonly step: number;
  readonly reason: string;
}

export function readDisputes(): readonly Dispute[] {
  const file = path.join(import.meta.dirname, "disputed.json");
  return JSON.parse(readFileSync(file, "utf8")) as Dispute[];
}

/**
 * The verdict without the disputed steps that differ, as they should. One that
 * does not differ is an error, so that no dispute outlives its reason.
 */
export function settle(
  verdict: Verdict,
  disputes: readonly Dispute[],
): Verdict {
  const { scenario, results, errors } = verdict;
  const disputed = new Set(
    disputes
      .filter(({ file }) => file === scenario.name)
      .map(({ step }) => step),
  );
  const honest = results
    .filter((result) => disputed.has(result.step) && isPassed(result))
    .map(({ step, what }) => `#${step} ${what}: no longer disputed`);
  const seen = new Set(results.map(({ step }) => step));
  // After an error there are steps that nobody came to.
  const missing =
    errors.length > 0 ? [] : [...disputed].filter((step) => !seen.has(step));
  return {
    scenario,
    results: results.filter(({ step }) => !disputed.has(step)),
    errors: [
      ...errors,
      ...honest,
      ...missing.map((step) => `#${step}: disputed, but nothing is compared`),
    ],
  };
}
