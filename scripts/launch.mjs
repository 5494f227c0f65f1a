// Plain Node without dependencies: it must run in a fresh clone, before
// anything is installed. It installs what is missing, then hands over to Bun.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./bun-binary.mjs";
import { isInstalled } from "./install-stamp.mjs";
import { watchParents } from "./parents.mjs";

/** @type {Record<string, string[]>} what Bun is to run for each command */
const commands = {
  start: ["apps/server/src/main.ts"],
  cluster: ["scripts/cluster/main.ts"],
  test: ["scripts/run-tests.ts"],
  check: ["scripts/check.ts"],
  openapi: ["scripts/openapi.ts"],
  build: ["scripts/build.ts"],
  bench: ["bench/main.ts"],
  "bench:routes": ["bench/routes/main.ts"],
  "prove:durability": ["e2e/prove-durability.ts"],
  "test:cluster": ["e2e/cluster/run-tests.ts"],
  "prove:cluster": ["e2e/cluster/prove.ts"],
  "prove:faults": ["e2e/cluster/prove-faults.ts"],
  "prove:rolling": ["e2e/cluster/prove-rolling.ts"],
  bun: [],
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [command = "", ...args] = process.argv.slice(2);

const entry = commands[command];
const usage = `Usage: node scripts/launch.mjs COMMAND [arguments]

Installs missing dependencies and runs one of these commands with Bun:
  ${Object.keys(commands).join(", ")}

COMMAND --help describes one command.`;
if (["help", "--help", "-h"].includes(command)) {
  console.log(usage);
  process.exit(0);
}
if (entry === undefined || !Object.hasOwn(commands, command)) {
  console.error(`there is no command '${command}'\n\n${usage}`);
  process.exit(78);
}
process.chdir(root);
install();
const bun = findBun(root);
if (bun === undefined) {
  fail(
    `Bun's executable for ${process.platform}-${process.arch} is not in node_modules. ` +
      "Install again without --omit=optional and --no-optional.",
  );
}
// Whoever kills the launcher outright must not leave a process behind. A server
// sees to it by itself, because it has accepted messages to finish.
run(bun, [
  ...(command === "start" || command === "bun" ? [] : ["--no-orphans"]),
  ...entry,
  ...args,
]);

function install() {
  const hasTools = existsSync(join("node_modules", "typescript"));
  const needsTools = command !== "start";
  if (isInstalled(root) && (hasTools || !needsTools)) return;
  // Whoever runs a server needs no compiler, linter and browser driver; whoever
  // has them keeps them.
  const wanted =
    needsTools || hasTools
      ? "--include=dev"
      : "--omit=dev --workspace=apps/server --include-workspace-root";
  console.error("Installing dependencies …");
  const started = Date.now();
  // As one line: npm is a shell script on Windows. Standard output belongs to
  // the command that follows.
  const { status } = spawnSync(
    `npm ci ${wanted} --include=optional --no-audit --no-fund --loglevel=error`,
    {
      shell: true,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, NODE_ENV: "" },
    },
  );
  if (status !== 0) fail("npm ci failed; see above.");
  if (!isInstalled(root)) {
    // npm was told to ignore scripts, ours included.
    spawnSync(process.execPath, ["scripts/prepare.mjs"], { stdio: "inherit" });
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.error(`Installed in ${seconds} s.`);
}

/**
 * @param {string} file
 * @param {string[]} argv
 */
function run(file, argv) {
  // A process group of its own, so that each signal arrives once: on Ctrl-C the
  // terminal signals everyone and npm passes its copy on, and to a server a
  // second signal means "at once".
  const detached = process.platform !== "win32";
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PARLEY_LAUNCHER_PID: String(process.pid) };
  // Whoever started us may have it from Bun, and then Bun kills the server.
  if (command === "start") delete env["BUN_FEATURE_FLAG_NO_ORPHANS"];
  const child = spawn(file, argv, { stdio: "inherit", detached, env });
  // The server decides what its own children hear; the other commands do not.
  const target = detached && command !== "start" ? -1 : 1;

  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    if (child.pid === undefined) return;
    try {
      process.kill(target * child.pid, signal);
    } catch {
      // Gone already; its exit is about to be reported.
    }
  };
  /** @type {Map<string, number>} */
  const last = new Map();
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      const now = performance.now();
      const before = last.get(signal);
      last.set(signal, now);
      if (before === undefined || now - before >= 300) pass(signal);
    });
  }
  // npm's shell dies of a signal without a word to us.
  void watchParents(() => pass("SIGTERM"));
  child.on("error", (error) => {
    fail(`cannot run ${file}: ${error.message}`);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
