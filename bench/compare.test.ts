import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readOptions } from "./options.ts";
import type { Result } from "./table.ts";

const main = join(import.meta.dir, "main.ts");
const root = join(import.meta.dir, "..");
/** However long a busy machine takes to install and to run. */
const long = 600_000;
const quick = ["--users", "2", "--seconds", "0.1", "--encoding", "json"];

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "parley-compare-test-"));
});
afterAll(() => {
  rmSync(place, { recursive: true, force: true });
});

function bench(...args: string[]) {
  const temporary = mkdtempSync(join(place, "run-"));
  const child = Bun.spawn([process.execPath, "--no-orphans", main, ...args], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdout: "pipe",
    stderr: "pipe",
  });
  return { child, temporary, stderr: new Response(child.stderr).text() };
}

/** Lists processes that use the folder: an installation, a load generator, a server. */
const processesIn = (folder: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const read = (file: string) =>
          readFileSync(`/proc/${pid}/${file}`, "utf8");
        return (
          read("environ").includes(folder) && !read("stat").includes(") Z ")
        );
      } catch {
        return false;
      }
    });

/** Waits until no process uses the folder, as killed ones take a moment to end. */
async function untilGone(folder: string): Promise<void> {
  while (processesIn(folder).length > 0) await Bun.sleep(5);
}

/** Sources that were unpacked from an archive have none. */
const hasHistory = existsSync(join(root, ".git"));

describe("compare", () => {
  for (const [args, reason] of [
    [["no-such-commit"], /has no commit 'no-such-commit'/],
    [["--output=x"], /Unknown option/],
    [["HEAD^{tree}"], /has no commit/],
    [["HEAD", "no-such-scenario"], /no scenario 'no-such-scenario'/],
    [["./bench"], /there is no apps\/server\/src\/main.ts in .*bench/],
    [["HEAD", "--server", "."], /takes the place of --server/],
    [["HEAD", "--rounds", "1.5"], /--rounds is a whole number/],
    [[], /name a commit/],
  ] as const)
    test(`says in a line what is wrong with: ${args.join(" ")}`, async () => {
      const { child, stderr, temporary } = bench("compare", ...args);
      expect(await child.exited).toBe(78);
      const [line, hint] = (await stderr).split("\n");
      expect(line).toMatch(reason);
      expect(hint).toContain("--help");
      expect(readdirSync(temporary)).toEqual([]);
    });

  test("describes itself", async () => {
    const { child } = bench("compare", "--help");
    const text = await new Response(child.stdout).text();
    expect(text).toContain("compare REV");
    expect(text).toContain("one-to-one-capacity");
    expect(await child.exited).toBe(0);
  });

  test.skipIf(!hasHistory)(
    "runs both commits in turn, and leaves only its results",
    async () => {
      const out = join(place, "results.json");
      const { child, temporary } = bench(
        ...["compare", "HEAD", "one-to-one-window", ...quick, "--out", out],
      );
      const text = await new Response(child.stdout).text();
      expect(await child.exited, text).toBe(0);
      const runs = [...text.matchAll(/^ {2}\d\/4 (working tree|HEAD)/gm)];
      expect(runs.map(([, side]) => side)).toEqual([
        ...["HEAD", "working tree", "working tree", "HEAD"],
      ]);
      expect(text).toMatch(/^CPU s per 1,000 delivered .*±.* \d\.\d{3} /m);
      const { results } = JSON.parse(readFileSync(out, "utf8")) as {
        results: Result[];
      };
      expect(results).toHaveLength(4);
      expect(readdirSync(temporary)).toEqual([]);
    },
    long,
  );

  for (const [signal, moment, line] of [
    ["SIGTERM", "an installation", "installing"],
    ["SIGINT", "a run", "  1/4"],
  ] as const)
    test.skipIf(!hasHistory)(
      `removes everything if ${signal} comes during ${moment}`,
      async () => {
        const { child, temporary } = bench(
          ...["compare", "HEAD", "one-to-one-window", ...quick],
        );
        let text = "";
        for await (const chunk of child.stdout) {
          text += new TextDecoder().decode(chunk);
          if (text.includes(line)) child.kill(signal);
        }
        expect(await child.exited, text).toBe(signal === "SIGINT" ? 130 : 143);
        expect(readdirSync(temporary)).toEqual([]);
        await untilGone(temporary);
      },
      long,
    );
});

describe("the bench", () => {
  test(
    "leaves no server and no data when it is interrupted",
    async () => {
      const { child, temporary } = bench("one-to-one-window", ...quick);
      // Only its exit removes this: nobody waits for the end of the run.
      while (readdirSync(temporary).length === 0) await Bun.sleep(5);
      child.kill("SIGINT");
      expect(await child.exited).toBe(130);
      expect(readdirSync(temporary)).toEqual([]);
      await untilGone(temporary);
    },
    long,
  );

  test("says what is wrong with the folder of a server", async () => {
    const { child, stderr } = bench("start", "--server", "bench");
    expect(await child.exited).toBe(78);
    expect(await stderr).toContain("--server: there is no apps/server");
    expect(readOptions(["--server", "x"]).server).toBe(
      join(process.cwd(), "x"),
    );
  });
});
