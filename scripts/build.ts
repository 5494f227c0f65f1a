// Compiles the server and its runtime into one executable file: dist/parley.
//   build.ts [--target=bun-linux-arm64] [--outfile=path]
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import manifest from "../package.json" with { type: "json" };
import { readArguments } from "./arguments.ts";
import { nativePictures } from "./native-pictures.ts";

const root = join(import.meta.dir, "..");
const source = join(root, "apps/server/src");
const { values } = readArguments(
  `npm run build -- [options]

Compiles the server and its runtime into one executable file.

  --target TARGET   like bun-linux-arm64 (default: this machine)
  --outfile FILE    (default: dist/parley)
  -h, --help        this text
`,
  {
    options: {
      target: { type: "string" },
      outfile: { type: "string", default: "dist/parley" },
    },
  },
);

/** Worker threads are found by their path below `source`. */
const workers = [
  "storage/checkpoint-worker.ts",
  "administration/audit-worker.ts",
  "administration/workbook-worker.ts",
  "http/long-body-worker.ts",
];
const outfile = resolve(root, values.outfile);

// An archive without git names its commit in the environment.
const commit = process.env.PARLEY_COMMIT || head() || "unknown";
/** Platform in the names of sharp's packages, such as linuxmusl-x64. */
const platform = (values.target ?? `bun-${process.platform}-${process.arch}`)
  .replace(/^bun-/, "")
  .replace("windows", "win32")
  .replace(/^linux-(\w+)-musl/, "linuxmusl-$1")
  .replace(/-(baseline|modern)$/, "");

const { success, logs } = await Bun.build({
  root: source,
  entrypoints: ["main.ts", ...workers].map((file) => join(source, file)),
  compile: {
    outfile,
    ...(values.target !== undefined && {
      target: values.target as Bun.Build.CompileTarget,
    }),
  },
  minify: { syntax: true },
  sourcemap: "inline",
  define: {
    "process.env.PARLEY_VERSION": JSON.stringify(manifest.version),
    "process.env.PARLEY_COMMIT": JSON.stringify(commit),
  },
  plugins: [nativePictures(root, platform)],
  throw: false,
});
for (const each of logs) console.error(each);
// Embedded in the executable; Bun leaves copies beside it.
const maps = workers.map((file) => `${basename(file, ".ts")}.js.map`);
for (const map of [
  `${outfile}.map`,
  ...maps.map((name) => join(dirname(outfile), name)),
])
  rmSync(map, { force: true });
process.exit(success ? 0 : 1);

function head() {
  return spawnSync("git", ["rev-parse", "HEAD"], {
    cwd: root,
    encoding: "utf8",
  }).stdout?.trim();
}
