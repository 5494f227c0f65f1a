// The one command that checks everything short of running it: format, lint,
// types, for all workspaces. All three run, so that one round shows every fault.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { readArguments } from "./arguments.ts";

readArguments(
  `npm run check

Checks format, lint and types of all workspaces.

  -h, --help  this text
`,
  { options: {} },
);

const root = join(import.meta.dir, "..");
const node = Bun.which("node") ?? "node";

const checks: [title: string, script: string, ...args: string[]][] = [
  ["Format", "prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."],
  // No cache: a rule that reads types depends on files that did not change.
  ["Lint", "eslint/bin/eslint.js", ".", "--max-warnings=0"],
  ["Types", "typescript/bin/tsc", "--noEmit"],
];

let failed = false;
for (const [title, script, ...args] of checks) {
  const started = performance.now();
  const path = join(root, "node_modules", script);
  const { status } = spawnSync(node, [path, ...args], {
    cwd: root,
    stdio: "inherit",
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${title}: ${status === 0 ? "ok" : "failed"} (${seconds} s)`);
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
