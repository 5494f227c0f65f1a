import { brief } from "./json.ts";
import type { StepResult, Verdict } from "./replay.ts";

export function isPassed({ differences }: StepResult): boolean {
  return differences.length === 0;
}

/** Describes a verdict's failures, one line each. */
export function describeFailures({
  scenario: { name, title },
  results,
  errors,
}: Verdict): string[] {
  const heading = `not ok ${name}: ${title}`;
  return [
    ...results
      .filter((result) => !isPassed(result))
      .flatMap(({ step, what, differences }) => [
        `${heading} #${step} ${what}`,
        ...differences
          .slice(0, 6)
          .map(
            ({ at, want, got }) =>
              `    ${at || "answer"}: want ${shown(want)}, got ${shown(got)}`,
          ),
      ]),
    ...errors.map((error) => `${heading}: ${error}`),
  ];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : brief(value);
}
