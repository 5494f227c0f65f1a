import { alignColumns, formatFigure } from "./table.ts";
import type { Result } from "./table.ts";

/** The other commit, and the working tree. */
export type Side = "before" | "after";
/** Each side's runs, in the order in which they ran. */
export type Runs = Record<Side, Result[]>;

/** Alternates the sides, so that drift of the machine affects both alike. */
export const orderOfRuns = (rounds: number): Side[] =>
  Array.from({ length: rounds }, (): Side[] => {
    return ["before", "after", "after", "before"];
  }).flat();

/** All figures of a scenario that both sides report. */
export function renderRatios(
  title: string,
  { before, after }: Runs,
  sides: Record<Side, { name: string }>,
): string {
  const rows = before[0]!.figures.flatMap(({ name, unit }) => {
    const values = (results: readonly Result[]) =>
      results.flatMap(({ figures }) => {
        const found = figures.find((each) => each.name === name);
        // JSON has no NaN.
        return found ? [found.value ?? NaN] : [];
      });
    const [left, right] = [values(before), values(after)];
    if (right.length < left.length) return [];
    const { ratio, least, most } = ratioOf(left, right);
    return [
      [
        name,
        ...[left, right].map((each) => {
          const middle = formatFigure({ name, unit, value: mean(each) });
          const spread = spreadOf(each);
          return Number.isFinite(spread)
            ? `${middle} ±${spread.toFixed(0)} %`
            : middle;
        }),
        ...(Number.isFinite(ratio)
          ? [ratio.toFixed(3), `${least.toFixed(3)} to ${most.toFixed(3)}`]
          : ["–"]),
      ],
    ];
  });
  const { name: old } = sides.before;
  const { name: here } = sides.after;
  return alignColumns([[title, old, here, "ratio", "of pairs"], ...rows]);
}

/** Returns the ratio of the means, and the least and greatest ratio of a pair of runs. */
export function ratioOf(before: readonly number[], after: readonly number[]) {
  const pairs = before.map((value, i) => after[i]! / value);
  return {
    ratio: mean(after) / mean(before),
    least: Math.min(...pairs),
    most: Math.max(...pairs),
  };
}

/** Returns the largest deviation from the mean, in percent of the mean. */
export function spreadOf(values: readonly number[]): number {
  const middle = mean(values);
  const distances = values.map((each) => Math.abs(each - middle));
  return (100 * Math.max(...distances)) / Math.abs(middle);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
