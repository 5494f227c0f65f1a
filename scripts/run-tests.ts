// Runs every test of the repository and ends with the line `N passed, N failed`.
//   run-tests.ts [part of a file's path ...] [-t <regular expression for titles>]
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installChromium } from "./debian-packages.ts";
import { readReport, type Report } from "./junit-report.ts";

interface Runner {
  title: string;
  folders: string[];
  secondsPerFile: number;
  secondsPerTest: number;
  /** Throws with what the user is to do. */
  prepare?: () => Promise<void>;
}

const runners: Runner[] = [
  {
    title: "Unit and contract tests",
    folders: ["packages", "apps", "scripts", "bench"],
    secondsPerFile: 180,
    secondsPerTest: 20,
  },
  {
    title: "End-to-end tests",
    folders: ["e2e"],
    secondsPerFile: 900,
    secondsPerTest: 120,
    prepare: installChromium,
  },
];

const root = join(import.meta.dir, "..");
const { values, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: { "test-name-pattern": { type: "string", short: "t" } },
});
const title = values["test-name-pattern"];

let passed = 0;
const failures: string[] = [];
let failed = 0;
const skips: string[] = [];
let stopRunning: ((signal: NodeJS.Signals) => void) | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    stopRunning?.(signal);
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
  for (const file of files) await runFile(runner, file);
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
  const { code, timedOut } = await runBun(
    [
      "test",
      // Servers and browsers that a test started go with it.
      "--no-orphans",
      `--timeout=${runner.secondsPerTest * 1000}`,
      "--reporter=junit",
      `--reporter-outfile=${output}`,
      ...(title === undefined ? [] : [`--test-name-pattern=${title}`]),
      `./${file}`,
    ],
    runner.secondsPerFile,
  );
  const report = existsSync(output)
    ? readReport(readFileSync(output, "utf8"))
    : undefined;
  rmSync(folder, { recursive: true, force: true });
  count(runner, file, code, timedOut, report);
}

function count(
  runner: Runner,
  file: string,
  code: string,
  timedOut: boolean,
  report: Report | undefined,
) {
  if (timedOut) {
    fail(`${file}: not done after ${runner.secondsPerFile} s`);
  } else if (report === undefined) {
    // Also when a test ends the process with code 0.
    fail(`${file}: ended without a report, exit code ${code}`);
  }
  if (report === undefined) return;
  passed += report.passed;
  for (const name of report.failed) fail(`${file}: ${name}`);
  if (title !== undefined) return; // Most were left out by choice.
  skips.push(...report.skipped.map((name) => `${file}: ${name}`));
  if (code !== "0" && report.failed.length === 0 && !timedOut) {
    fail(`${file}: exit code ${code}, though no test failed`);
  } else if (report.passed + report.failed.length === 0) {
    fail(`${file}: ran no test`);
  }
}

function runBun(args: string[], seconds: number) {
  return new Promise<{ code: string; timedOut: boolean }>((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const stop = (signal: NodeJS.Signals) => {
      try {
        process.kill(-(child.pid ?? 0), signal);
      } catch {
        // Gone already.
      }
    };
    stopRunning = stop;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stop("SIGTERM");
      setTimeout(stop, 5000, "SIGKILL").unref();
    }, seconds * 1000);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      stopRunning = undefined;
      resolve({ code: String(code ?? signal), timedOut });
    });
  });
}

function fail(line: string) {
  failed += 1;
  failures.push(line);
}

function heading(text: string) {
  console.log(`\n=== ${text} ===`);
}
