// Keeps large files and secrets out: the pre-commit hook and CI both run this.
//   commit-files.mjs --staged   what the coming commit adds or changes
//   commit-files.mjs --all      every file of the last commit
// GIT_FILE_SIZE_LIMIT, in bytes, overrides the limit of 2 MB. A line that only
// looks like a secret is let through if it says "not-a-secret".
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";

const defaultLimit = 2_000_000;

// POSIX extended, for git grep. Brackets keep this file from finding itself.
const secrets = [
  "-----BEGIN [A-Z ]*PRIVATE [K]EY( BLOCK)?-----",
  "A[K]IA[0-9A-Z]{16}",
  "gh[pousr]_[0-9A-Za-z]{36}",
  "xox[abprs]-[0-9A-Za-z-]{20}",
  "AI[z]a[0-9A-Za-z_-]{35}",
];

/**
 * @param {string[]} args
 * @param {string} [input]
 */
function git(args, input = "") {
  const result = spawnSync("git", args, {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 28,
  });
  // git grep says 1 for "nothing found".
  if (result.status === 0 || (args[0] === "grep" && result.status === 1)) {
    return result.stdout;
  }
  throw new Error(`git ${args[0]}: ${result.stderr}`);
}

/**
 * @param {"--staged" | "--all"} which
 * @param {number} limit
 * @returns {string[]} one line for each problem
 */
export function fileProblems(which, limit) {
  const staged = which === "--staged";
  const paths = (
    staged
      ? git(["diff", "--cached", "--name-only", "-z", "--diff-filter=ACMRT"])
      : git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"])
  )
    .split("\0")
    .filter((path) => path !== "");
  if (paths.length === 0) return [];

  const tree = staged ? "" : "HEAD";
  const sizes = git(
    ["cat-file", "--batch-check=%(objectsize)"],
    paths.map((path) => `${tree}:${path}\n`).join(""),
  ).split("\n");
  const large = paths.flatMap((path, index) => {
    const size = Number(sizes[index]);
    return size > limit
      ? [`${path}: ${size} bytes, and the limit is ${limit}`]
      : [];
  });

  const found = git([
    "grep",
    "-I",
    "-n",
    "-E",
    ...secrets.flatMap((pattern) => ["-e", pattern]),
    staged ? "--cached" : "HEAD",
    "--",
    ":/",
  ])
    .split("\n")
    .map((line) => (staged ? line : line.replace(/^HEAD:/, "")))
    .filter((line) => line !== "" && !line.includes("not-a-secret"))
    .map((line) => line.split(":").slice(0, 2).join(":"))
    .map((place) => `${place}: this looks like a secret`);
  return [...large, ...found];
}

/** @param {string[]} argv */
function main([which]) {
  if (which !== "--staged" && which !== "--all") {
    console.error("usage: commit-files.mjs --staged | --all");
    process.exitCode = 2;
    return;
  }
  const limit = Number(process.env.GIT_FILE_SIZE_LIMIT || defaultLimit);
  if (!(limit > 0)) {
    console.error("GIT_FILE_SIZE_LIMIT is a number of bytes");
    process.exitCode = 2;
    return;
  }
  for (const problem of fileProblems(which, limit)) {
    console.error(problem);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main(process.argv.slice(2));
}
