import { existsSync, readFileSync } from "node:fs";
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

/** The scenarios that have to pass already; undefined: all. */
export function readScope(): readonly string[] | undefined {
  return readList<string>("scope.json");
}

export function readDisputes(): readonly Dispute[] {
  return readList<Dispute>("disputed.json") ?? [];
}

function readList<Entry>(name: string): Entry[] | undefined {
  const file = path.join(import.meta.dirname, name);
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Entry[])
    : undefined;
}

/** The verdict without the disputed steps that differ, as they should. */
export function settle(
  verdict: Verdict,
  disputes: readonly Dispute[],
): Verdict {
  const isDisputed = (step: number) =>
    disputes.some(
      (each) => each.file === verdict.scenario.name && each.step === step,
    );
  const honest = verdict.results
    .filter((result) => isDisputed(result.step) && isPassed(result))
    .map(({ step, what }) => `#${step} ${what}: no longer disputed`);
  return {
    ...verdict,
    results: verdict.results.filter(({ step }) => !isDisputed(step)),
    errors: [...verdict.errors, ...honest],
  };
}
