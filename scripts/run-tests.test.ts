import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const good = `import { test } from "bun:test"; test("good", () => {});`;
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "parley-runner-"));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** The lines that `npm test` would print in a repository of these test files. */
async function run(files: Record<string, string>, ...args: string[]) {
  const root = mkdtempSync(join(scratch, "repository-"));
  cpSync(import.meta.dir, join(root, "scripts"), {
    recursive: true,
    filter: (file) => !file.endsWith(".test.ts"),
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const runner = Bun.spawn(
    [process.execPath, join(root, "scripts/run-tests.ts"), ...args],
    {
      stdout: "pipe",
      stderr: "ignore",
      env: { ...process.env, CHROMIUM_PATH: "/bin/true" },
    },
  );
  const output = await new Response(runner.stdout).text();
  return { lines: output.trimEnd().split("\n"), code: await runner.exited };
}

describe("npm test", () => {
  test("sums over all runners and ends with the sum", async () => {
    const { lines, code } = await run({
      "packages/a/one.test.ts": good,
      "apps/b/two.test.ts": good + `test("second", () => {});`,
      "e2e/three.test.ts": good,
    });
    expect(lines.at(-1)).toBe("4 passed, 0 failed");
    expect(code).toBe(0);
  });

  test("fails if one of the runners ran nothing", async () => {
    const { lines, code } = await run({ "apps/b/two.test.ts": good });
    expect(lines).toContain("End-to-end tests: there is none");
    expect(lines.at(-1)).toBe("1 passed, 1 failed");
    expect(code).toBe(1);
  });

  const bad: [what: string, text: string, sum: string][] = [
    ["fails", `throw new Error("no");`, "1 passed, 1 failed"],
    [
      "kills the process",
      `process.kill(process.pid, 9);`,
      "1 passed, 1 failed",
    ],
    ["ends the process with 0", `process.exit(0);`, "1 passed, 1 failed"],
  ];
  test.each(bad)("counts a test that %s as failed", async (_, text, sum) => {
    const { lines, code } = await run({
      "apps/a/bad.test.ts": `import { test } from "bun:test"; test("bad", () => { ${text} });`,
      "e2e/good.test.ts": good,
    });
    expect(lines.at(-1)).toBe(sum);
    expect(code).toBe(1);
  });

  test("counts a file that does not load, or has no test, as failed", async () => {
    const { lines } = await run({
      "apps/a/broken.test.ts": `import "./missing.ts";`,
      "apps/a/empty.test.ts": ``,
      "e2e/good.test.ts": good,
    });
    expect(lines.at(-1)).toBe("1 passed, 2 failed");
  });

  test("lists what was skipped", async () => {
    const { lines, code } = await run({
      "apps/a/some.test.ts": good + `test.skip("later", () => {});`,
      "e2e/good.test.ts": good,
    });
    expect(lines).toContain("apps/a/some.test.ts: later");
    expect(lines.at(-1)).toBe("2 passed, 0 failed");
    expect(code).toBe(0);
  });

  test("says how far it is", async () => {
    const { lines } = await run({
      "packages/a/one.test.ts": good,
      "e2e/two.test.ts": `throw new Error("no");`,
    });
    const told = lines.filter((line) => line.includes(" of 2 files"));
    expect(told[0]).toMatch(/1 of 2 files, \d.\d min: 1 passed, 0 failed/);
    expect(told[1]).toMatch(/2 of 2 files, \d.\d min: 1 passed, 1 failed/);
  });

  test("prints what files that run side by side say one after the other", async () => {
    // Each waits for the other, so one after the other they would hang.
    const says = (own: string, other: string) => `
      import { test } from "bun:test";
      import { existsSync, writeFileSync } from "node:fs";
      test("waits", async () => {
        console.log("${own} began");
        writeFileSync(import.meta.dir + "/${own}", "");
        while (!existsSync(import.meta.dir + "/${other}")) await Bun.sleep(5);
        console.log("${own} ended");
      });`;
    const { lines } = await run(
      {
        "apps/a/one.test.ts": says("one", "two"),
        "apps/a/two.test.ts": says("two", "one"),
        "e2e/good.test.ts": good,
      },
      "--jobs=2",
    );
    expect(lines.at(-1)).toBe("3 passed, 0 failed");
    expect(lines.filter((line) => / (began|ended)$/.test(line))).toBeOneOf([
      ["one began", "one ended", "two began", "two ended"],
      ["two began", "two ended", "one began", "one ended"],
    ]);
  });

  test.skipIf(process.platform !== "linux")(
    "ends a file that hangs, and waits for one that is slow",
    async () => {
      const slow = `import { test } from "bun:test";
        test("slow", async () => {
          while (process.cpuUsage().user < 2_000_000) await Bun.sleep(0);
        });`;
      const { lines, code } = await run(
        {
          "apps/a/hangs.test.ts": `import { test } from "bun:test"; test("hangs", () => new Promise(() => {}));`,
          "apps/a/slow.test.ts": slow,
          "e2e/good.test.ts": good,
        },
        "--idle=1",
      );
      expect(lines).toContainEqual(
        expect.stringContaining("apps/a/hangs.test.ts: hangs: did nothing"),
      );
      // What was running tells more than that something was.
      expect(lines).toContainEqual(
        expect.stringMatching(/^\d+ \(of \d+\) .*apps\/a\/hangs\.test\.ts$/),
      );
      expect(lines.at(-1)).toBe("2 passed, 1 failed");
      expect(code).toBe(1);
    },
  );

  test("runs only the files that an argument names", async () => {
    const files = { "apps/a/x.test.ts": good, "e2e/y.test.ts": good };
    const one = await run(files, "y.test");
    expect(one.lines.at(-1)).toBe("1 passed, 0 failed");
    expect(one.code).toBe(0);
    const none = await run(files, "z.test");
    expect(none.lines.at(-1)).toBe("0 passed, 1 failed");
    expect(none.code).toBe(1);
  });
});
