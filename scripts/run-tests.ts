// Runs every test of the repository and ends with the line `N passed, N failed`.
//   run-tests.ts [part of a file's path ...] [-t <regular expression for titles>]
//                [--idle <seconds>]: a file that does nothing for so long hangs
//                [--jobs <number>]: so many files run side by side
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments, refuseArguments } from "./arguments.ts";
import { installChromium, installNats } from "./debian-packages.ts";
import { readReport, type Report } from "./junit-report.ts";
import {
  commandsBelow,
  watchActivity,
  type Activity,
} from "./process-activity.ts";

interface Runner {
  title: string;
  folders: string[];
  /** CPU seconds per file; more means an endless loop. */
  cpuSeconds: number;
  /** Throws with what the user is to do. */
  prepare?: () => Promise<void>;
}

const runners: Runner[] = [
  {
    title: "Unit and contract tests",
    folders: ["packages", "apps", "scripts", "bench"],
    cpuSeconds: 300,
    prepare: installNats,
  },
  {
    title: "End-to-end tests",
    folders: ["e2e"],
    cpuSeconds: 3_600,
    prepare: async () => {
      await installNats();
      await installChromium();
    },
  },
];

const root = join(import.meta.dir, "..");
const usage = `npm test -- [PART …] [options]

Runs the test files whose path has one of the parts, or all, and ends with
"N passed, N failed".

  -t, --test-name-pattern REGEXP  of those, the tests with such titles
  --idle SECONDS                  a file that does nothing for so long hangs
                                  (default 120)
  -j, --jobs NUMBER               so many files run side by side (default 2, or
                                  1 where there is one processor)
  -h, --help                      this text
`;
const { values, positionals: patterns } = readArguments(usage, {
  allowPositionals: true,
  options: {
    "test-name-pattern": { type: "string", short: "t" },
    idle: { type: "string", default: "120" },
    jobs: {
      type: "string",
      short: "j",
      default: String(Math.min(2, availableParallelism())),
    },
  },
});
const title = values["test-name-pattern"];
const idleSeconds = Number(values.idle);
if (!(idleSeconds > 0))
  refuseArguments(`--idle is a number above 0, not ${values.idle}`, usage);
const jobs = Number(values.jobs);
if (!(Number.isInteger(jobs) && jobs > 0))
  refuseArguments(
    `--jobs is a whole number above 0, not ${values.jobs}`,
    usage,
  );
/**
 * A machine that is busy with other things may need any time for a test. Bun
 * wants a number; what hangs is found by what it does.
 */
const hoursPerTest = 24;

let passed = 0;
const failures: string[] = [];
let failed = 0;
const skips: string[] = [];
/** Each ends a file that runs. */
const running = new Set<(signal: NodeJS.Signals) => void>();
const startedAt = performance.now();
const fileCount = runners.flatMap(({ folders }) => listFiles(folders)).length;
let filesDone = 0;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    for (const stop of running) stop(signal);
    process.exit(130);
  });
}

for (const runner of runners) await runAll(runner);
if (patterns.length > 0 && passed + failed === 0) {
  fail(`no test in a file named like ${patterns.join(" or ")}`);
}

if (skips.length > 0) {
  heading(`Skipped: ${skips.length}`);
  for (const name of skips) console.log(name);
}
if (failures.length > 0) {
  heading("Failed");
  for (const line of failures) console.log(line);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function runAll(runner: Runner) {
  const files = listFiles(runner.folders);
  if (files.length === 0) {
    // A runner that silently runs nothing would pass for ever.
    if (patterns.length === 0) fail(`${runner.title}: there is none`);
    return;
  }
  heading(`${runner.title}: ${files.length} files`);
  const before = { passed, failed };
  try {
    await runner.prepare?.();
  } catch (error) {
    fail(
      `${runner.title}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return;
  }
  const left = files.values();
  const work = async () => {
    for (const file of left) {
      await runFile(runner, file);
      tellProgress();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  heading(
    `${runner.title}: ${passed - before.passed} passed, ${failed - before.failed} failed`,
  );
}

function listFiles(folders: string[]) {
  const glob = new Bun.Glob(`{${folders.join(",")}}/**/*.test.ts`);
  return [...glob.scanSync({ cwd: root })]
    .filter((file) => !file.includes("node_modules/"))
    .filter(
      (file) =>
        patterns.length === 0 ||
        patterns.some((pattern) => file.includes(pattern)),
    )
    .sort();
}

/**
 * A process for each file: one that hangs, exits or crashes takes no other file
 * with it, and each starts from nothing.
 */
async function runFile(runner: Runner, file: string) {
  const folder = mkdtempSync(join(tmpdir(), "parley-test-"));
  const output = join(folder, "report.xml");
  const { code, stopped } = await runBun(
    [
      "test",
      // Servers and browsers that a test started go with it.
      "--no-orphans",
      `--preload=${join(import.meta.dir, "keep-waiting.ts")}`,
      `--timeout=${hoursPerTest * 3_600_000}`,
      "--reporter=junit",
      `--reporter-outfile=${output}`,
      ...(title === undefined ? [] : [`--test-name-pattern=${title}`]),
      `./${file}`,
    ],
    runner.cpuSeconds,
  );
  const report = existsSync(output)
    ? readReport(readFileSync(output, "utf8"))
    : undefined;
  rmSync(folder, { recursive: true, force: true });
  count(file, code, stopped, report);
}

function count(
  file: string,
  code: string,
  stopped: string | undefined,
  report: Report | undefined,
) {
  if (stopped !== undefined) {
    fail(`${file}: ${stopped}`);
  } else if (report === undefined) {
    // Also when a test ends the process with code 0.
    fail(`${file}: ended without a report, exit code ${code}`);
  }
  if (report === undefined) return;
  passed += report.passed;
  for (const name of report.failed) fail(`${file}: ${name}`);
  if (title !== undefined) return; // Most were left out by choice.
  skips.push(...report.skipped.map((name) => `${file}: ${name}`));
  if (code !== "0" && report.failed.length === 0 && !stopped) {
    fail(`${file}: exit code ${code}, though no test failed`);
  } else if (report.passed + report.failed.length === 0) {
    fail(`${file}: ran no test`);
  }
}

/** `stopped` says why it was not waited for. */
function runBun(args: string[], cpuSeconds: number) {
  return new Promise<{ code: string; stopped: string | undefined }>(
    (resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd: root,
        stdio: jobs === 1 ? ["ignore", "inherit", "inherit"] : "pipe",
        detached: true,
      });
      // What files that run side by side print is not to be mixed.
      const printed: Buffer[] = [];
      child.stdin?.end();
      child.stdout?.on("data", (chunk: Buffer) => printed.push(chunk));
      child.stderr?.on("data", (chunk: Buffer) => printed.push(chunk));
      const stop = (signal: NodeJS.Signals) => {
        try {
          process.kill(-(child.pid ?? 0), signal);
        } catch {
          // Gone already.
        }
      };
      running.add(stop);
      let stopped: string | undefined;
      const activity = watchActivity(child.pid ?? 0);
      const watch = setInterval(() => {
        stopped = reasonToStop(activity, cpuSeconds);
        if (stopped === undefined) return;
        clearInterval(watch);
        printed.push(Buffer.from(whatRuns(child.pid ?? 0)));
        stop("SIGTERM");
        setTimeout(stop, 5000, "SIGKILL").unref();
      }, 1_000);
      child.on("error", reject);
      child.on("exit", (code, signal) => {
        clearInterval(watch);
        running.delete(stop);
        process.stdout.write(Buffer.concat(printed));
        resolve({ code: String(code ?? signal), stopped });
      });
    },
  );
}

function reasonToStop(activity: Activity, cpuSeconds: number) {
  if (activity.idleMs() > idleSeconds * 1_000)
    return `hangs: did nothing for ${idleSeconds} s in the test after the last one it names`;
  if (activity.cpuSeconds() > cpuSeconds)
    return `not done after ${cpuSeconds} s of processors`;
  return undefined;
}

/** Lists the processes that a hanging test file started. */
function whatRuns(pid: number): string {
  const lines = ["", "It hangs. Running below it:", ...commandsBelow(pid), ""];
  return lines.join("\n");
}

function tellProgress() {
  filesDone += 1;
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(
    `\n--- ${filesDone} of ${fileCount} files, ${minutes} min: ${passed} passed, ${failed} failed ---`,
  );
}

function fail(line: string) {
  failed += 1;
  failures.push(line);
}

function heading(text: string) {
  console.log(`\n=== ${text} ===`);
}
