// Compiles the server and its runtime into one executable file: dist/parley.
//   build.ts [--target=bun-linux-arm64] [--outfile=path]
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };

const root = join(import.meta.dir, "..");
const { values } = parseArgs({
  options: {
    target: { type: "string" },
    outfile: { type: "string", default: "dist/parley" },
  },
});

/** What runs on threads of its own is found by its path. */
const workers = [
  "apps/server/src/storage/checkpoint-worker.ts",
  "apps/server/src/administration/workbook-worker.ts",
];

// An archive without git names its commit in the environment.
const commit = process.env.PARLEY_COMMIT || head() || "unknown";

const { status } = spawnSync(
  process.execPath,
  [
    "build",
    "--compile",
    "--minify-syntax",
    "--sourcemap=inline",
    ...(values.target === undefined ? [] : [`--target=${values.target}`]),
    `--outfile=${values.outfile}`,
    `--define=process.env.PARLEY_VERSION=${JSON.stringify(manifest.version)}`,
    `--define=process.env.PARLEY_COMMIT=${JSON.stringify(commit)}`,
    "apps/server/src/main.ts",
    ...workers,
  ],
  { cwd: root, stdio: "inherit" },
);
// Embedded in the executable; Bun leaves copies beside it.
const maps = [values.outfile, ...workers.map(mapOf)];
for (const map of maps) rmSync(join(root, `${map}.map`), { force: true });
process.exit(status ?? 1);

function mapOf(worker: string) {
  return join(dirname(values.outfile), `${basename(worker, ".ts")}.js`);
}

function head() {
  return spawnSync("git", ["rev-parse", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  }).stdout?.trim();
}
