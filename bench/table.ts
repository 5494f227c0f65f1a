import { isReached } from "./figures.ts";
import type { Figure, Target } from "./figures.ts";

/** Result of one scenario. */
export interface Result {
  scenario: string;
  /** Settings of the run: users, window, encoding … */
  settings: Record<string, string | number>;
  figures: Figure[];
}

/** All results in one table for a terminal. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, settings, figures }) => {
    const labels = [
      scenario,
      ...Object.entries(settings).map(([name, value]) => `  ${name} ${value}`),
    ];
    return figures.map((each, i) => [
      labels[i] ?? "",
      each.name,
      formatFigure(each),
      each.target ? formatTarget(each.target) : "",
      verdict(each),
    ]);
  });
  return alignColumns([["scenario", "figure", "ours", "target", ""], ...rows]);
}

export function formatFigure({ value, unit }: Figure): string {
  return `${formatNumber(value)} ${unit}`.trim();
}

/** Three digits that count; whole numbers stay whole. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

function formatTarget(target: Target): string {
  return "most" in target
    ? `≤ ${formatNumber(target.most)}`
    : `≥ ${formatNumber(target.least)}`;
}

function verdict(each: Figure): string {
  const reached = isReached(each);
  return reached === undefined ? "" : reached ? "ok" : "not reached";
}

export function alignColumns(rows: readonly string[][]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
