import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dir, "..");

function run(command: string, ...args: string[]) {
  const [program, ...first] = command.endsWith(".mjs")
    ? ["node", command]
    : [process.execPath, command];
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

for (const script of [
  "scripts/launch.mjs",
  "scripts/run-tests.ts",
  "scripts/check.ts",
  "scripts/openapi.ts",
  "scripts/build.ts",
  "bench/main.ts",
  "bench/routes/main.ts",
  "e2e/prove-durability.ts",
  "apps/server/src/main.ts",
]) {
  test(`${script} --help ended in a stack trace, or did not say how it is used`, () => {
    for (const asked of ["--help", "-h"]) {
      const { status, stdout, stderr } = run(script, asked);
      expect(stderr).toBe("");
      expect(stdout).toMatch(/npm |Usage: /);
      expect(status).toBe(0);
    }
  });

  test(`${script} with wrong arguments ended in a stack trace`, () => {
    const { status, stdout, stderr } = run(script, "--no-such-thing");
    expect(stdout).toBe("");
    expect(stderr).toContain("--no-such-thing");
    expect(stderr).toMatch(/npm |Usage: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(78);
  });
}

for (const [script, ...args] of [
  ["e2e/prove-durability.ts", "--kills", "many"],
  ["bench/routes/main.ts", "--times", "0"],
  ["scripts/run-tests.ts", "--idle", "soon"],
  ["bench/main.ts", "no-such-scenario"],
  ["scripts/check.ts", "apps"],
  ["scripts/build.ts", "dist"],
] as const)
  test(`${script} ${args.join(" ")} is refused with its usage`, () => {
    const { status, stderr } = run(script, ...args);
    expect(stderr).toContain("npm run".slice(0, 4));
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(78);
  });
