// Runs the same load against the servers of two commits in turn:
// `npm run bench -- compare --help`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeMachine, machineLine } from "./machine.ts";
import { optionsUsage, readOptions, UsageError } from "./options.ts";
import type { Options } from "./options.ts";
import { orderOfRuns, renderRatios } from "./ratios.ts";
import type { Runs, Side } from "./ratios.ts";
import { writeResults } from "./results.ts";
import { checkOut, findRevision } from "./revision.ts";
import type { Checkout } from "./revision.ts";
import type { Scenario } from "./scenario.ts";
import { chooseScenarios, encodingsOf } from "./scenarios.ts";
import { createScratchDatabase } from "./scratch-database.ts";
import { ownCheckout } from "./server-process.ts";
import { formatFigure } from "./table.ts";
import type { Result } from "./table.ts";
import type { Encoding } from "./wire.ts";

export const compareUsage = `npm run bench -- compare REV [scenario …] [options]

Runs each scenario four times: against the server of commit REV, of this
working tree, of the working tree, and of REV again. Prints the ratio of each
figure, with the smallest and the largest ratio of two runs in a row. The load
is always this working tree's, so REV need not have the scenario. REV is
installed in a temporary folder, and nothing of it stays.

  REV             a commit by any name that git knows, or the folder of a
                  checkout that is installed already (/… or ./…)
  --rounds N      so many times four runs (default 1)
${optionsUsage}
With --database each run has an empty database beside the one that the URL
names; with --profile each side has a folder in DIR.
`;

interface Comparison extends Record<Side, Checkout> {
  options: Options;
  rounds: number;
  left: AsyncDisposableStack;
}

/** Returns the exit code; throws UsageError. */
export async function compare(
  args: string[],
  left: AsyncDisposableStack,
): Promise<number> {
  const { rev, rounds, options } = readArguments(args);
  const chosen = chooseScenarios(options.scenarios);
  const revision = findRevision(rev);
  const machine = describeMachine(ownCheckout);
  console.log(machineLine(machine));
  let before: Checkout;
  if (revision.kind === "folder") before = revision;
  else {
    console.log(`installing ${revision.name} in a temporary folder …`);
    const started = performance.now();
    before = await checkOut(revision, left);
    console.log(`installed in ${secondsSince(started)} s`);
  }
  const after = {
    name: `working tree (${machine.commit})`,
    folder: ownCheckout,
  };
  const comparison = { options, rounds, before, after, left };

  const tables: string[] = [];
  const failures: string[] = [];
  const results: Result[] = [];
  for (const scenario of chosen)
    for (const encoding of encodingsOf(scenario, options)) {
      const title = `${scenario.name} (${encoding})`;
      console.log(`\n${title}: ${scenario.question}`);
      try {
        const runs = await runInTurn(comparison, scenario, encoding);
        for (const side of ["before", "after"] as const)
          for (const run of runs[side]) {
            const server = comparison[side].name;
            const settings = { ...run.settings, server };
            results.push({ ...run, settings });
          }
        tables.push(renderRatios(title, runs, comparison));
        console.log(tables.at(-1));
      } catch (error) {
        if (left.disposed) throw error;
        failures.push(`${title}: ${(error as Error).message}`);
        console.log(`FAILED: ${(error as Error).message}`);
      }
    }

  if (tables.length > 1) for (const table of tables) console.log(`\n${table}`);
  for (const line of failures) console.log(`FAILED: ${line}`);
  if (options.out !== undefined)
    console.log(`written to ${writeResults(options.out, machine, results)}`);
  return failures.length === 0 ? 0 : 1;
}

function readArguments(args: string[]) {
  const options = readOptions(args);
  const [rev, ...scenarios] = options.scenarios;
  const { rounds = 1, server } = options;
  if (rev === undefined)
    throw new UsageError("compare: name a commit: compare REV [scenario …]");
  if (server !== undefined)
    throw new UsageError("compare: REV takes the place of --server");
  if (!Number.isInteger(rounds))
    throw new UsageError(`--rounds is a whole number, not ${rounds}`);
  return { rev, rounds, options: { ...options, scenarios } };
}

async function runInTurn(
  comparison: Comparison,
  scenario: Scenario,
  encoding: Encoding,
): Promise<Runs> {
  const runs: Runs = { before: [], after: [] };
  const order = orderOfRuns(comparison.rounds);
  for (const [i, side] of order.entries()) {
    const { name } = comparison[side];
    const started = performance.now();
    const result = await runOnce(comparison, side, scenario, encoding);
    runs[side].push(result);
    const [first] = result.figures;
    console.log(
      `  ${i + 1}/${order.length} ${name}: ${first!.name} ${formatFigure(first!)} (${secondsSince(started)} s)`,
    );
  }
  return runs;
}

/** A process of its own: each run's generator starts as cold as the others'. */
async function runOnce(
  { options, left, ...sides }: Comparison,
  side: Side,
  scenario: Scenario,
  encoding: Encoding,
): Promise<Result> {
  // What this run leaves goes before the next one begins.
  await using own = left.use(new AsyncDisposableStack());
  const folder = mkdtempSync(join(tmpdir(), "parley-compare-run-"));
  own.defer(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, "results.json");
  const database =
    options.database && (await createScratchDatabase(options.database, own));
  const { scenarios, rounds, ...others } = options;
  const given = {
    ...others,
    encoding,
    server: sides[side].folder,
    database: database || undefined,
    profile: options.profile && join(options.profile, side),
    out,
  };
  const child = spawn(
    process.execPath,
    [
      "--no-orphans",
      join(import.meta.dir, "main.ts"),
      scenario.name,
      ...Object.entries(given).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}`, String(value)],
      ),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(child, "close");
  own.defer(async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
  });
  let words = "";
  const hear = (chunk: Buffer) => (words += chunk.toString());
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  await ended;
  if (child.exitCode === 0) {
    const { results } = JSON.parse(readFileSync(out, "utf8")) as {
      results: Result[];
    };
    return results[0]!;
  }
  const [reason = words.trim().slice(-2_000)] = /(?<=^FAILED: ).*$/m.exec(
    words,
  ) ?? [undefined];
  throw new Error(`${sides[side].name}: ${reason}`);
}

const secondsSince = (started: number) =>
  ((performance.now() - started) / 1000).toFixed(0);
