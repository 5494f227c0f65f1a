// Checks commit messages: the commit-msg hook and CI both run this file.
//   commit-title.mjs --message <file>   one message, as git hands it to the hook
//   commit-title.mjs --range [range]    commits that exist
// TARGET_BRANCH names the branch they are meant for, if it is not the current.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const types =
  "feat fix docs style refactor test chore perf revert build ci update add " +
  "delete init merge move rename sync release hotfix optimize";

const shape = new RegExp(
  `^(${types.replaceAll(" ", "|")})(\\(([\\w][\\w./-]*)\\))?!?: (\\S.*)$`,
  "u",
);

/**
 * Returns what is wrong with a title, or undefined. On a release branch the scope must name
 * that branch, so that a title alone tells where a fix went.
 * @param {string} title
 * @param {string} [branch] the branch it is meant for; main's rules if unknown
 * @returns {string | undefined}
 */
export function titleProblem(title, branch = "main") {
  const length = [...title].length;
  if (length < 10 || length > 150) {
    return `a title has 10 to 150 characters, this one has ${length}`;
  }
  const match = shape.exec(title);
  if (!match) {
    return `a title reads "type(scope): description", with one space after the colon; types: ${types}`;
  }
  if (/[.。]\s*$/u.test(title)) return "a title ends without a period";
  if (/^release-v\d+\.\d+$/.test(branch) && match[3] !== branch) {
    return `on ${branch} the scope is required: "${match[1]}(${branch}): …"`;
  }
  return undefined;
}

/**
 * @param {string} message
 * @param {string} [branch]
 * @returns {string | undefined}
 */
export function messageProblem(message, branch) {
  const lines = message.split("\n").filter((line) => !line.startsWith("#"));
  const title = lines.find((line) => line.trim() !== "") ?? "";
  const problem = titleProblem(title.trimEnd(), branch);
  if (problem !== undefined) return problem;
  const signOffs = lines.filter((line) => /^signed-off-by:/i.test(line));
  const unique = new Set(signOffs.map((line) => line.trim().toLowerCase()));
  return unique.size < signOffs.length
    ? "a sign-off is there twice"
    : undefined;
}

/** @param {string[]} args */
function git(...args) {
  const { status, stdout } = spawnSync("git", args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return status === 0 ? stdout : "";
}

/**
 * Without a range: the newest commits, or on a release branch those that main
 * lacks, since main's titles follow other rules.
 * @param {string} branch
 */
function defaultRange(branch) {
  if (branch.startsWith("release-")) {
    for (const main of ["origin/main", "main"]) {
      if (git("rev-parse", "--verify", "--quiet", main)) return `${main}..HEAD`;
    }
  }
  return "-20";
}

/** @param {string[]} argv */
function main([mode, argument]) {
  const branch =
    process.env.TARGET_BRANCH || git("branch", "--show-current").trim();
  /** @type {[name: string, message: string][]} */
  let messages = [];
  if (mode === "--message" && argument !== undefined) {
    messages = [["", readFileSync(argument, "utf8")]];
  } else if (mode === "--range") {
    const range = argument ?? defaultRange(branch);
    messages = git("log", "--format=%h%n%B%x00", range)
      .split("\0")
      .map((entry) => entry.trimStart())
      .filter((entry) => entry !== "")
      .map((entry) => {
        const end = entry.indexOf("\n");
        return [`${entry.slice(0, end)} `, entry.slice(end + 1)];
      });
    if (messages.length === 0) {
      console.error(`commit-title: no commit in "${range}"`);
      process.exitCode = 1;
    }
  } else {
    console.error("usage: commit-title.mjs --message <file> | --range [range]");
    process.exitCode = 2;
  }
  for (const [name, message] of messages) {
    const problem = messageProblem(message, branch || undefined);
    if (problem === undefined) continue;
    const [title] = message.trimStart().split("\n");
    console.error(`${name}${JSON.stringify(title)}: ${problem}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main(process.argv.slice(2));
}
