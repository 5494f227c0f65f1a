import { afterAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const bun = process.execPath;
const main = "apps/server/src/main.ts";
const scratch = mkdtempSync(path.join(tmpdir(), "parley-endings-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Ready {
  pid: number;
  api: string;
}

/** Starts the server by a command that people or supervisors use. */
async function run(command: string, ...args: string[]) {
  const started = spawn(command, args, {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      // The test runner's, by which Bun kills what it started.
      BUN_FEATURE_FLAG_NO_ORPHANS: "",
      PARLEY_DATA: mkdtempSync(path.join(scratch, "data-")),
      ...Object.fromEntries(
        ["API", "WS", "ACCOUNTS", "ACCOUNTS_ADMIN", "AGENTS"].map((port) => [
          `PARLEY_${port}_PORT`,
          "0",
        ]),
      ),
    },
  });
  const lines: string[] = [];
  const { promise: ready, resolve, reject } = Promise.withResolvers<Ready>();
  let rest = "";
  // The server alone may hold the other end of this pipe.
  const ended = new Promise<void>((resolve) =>
    started.stdout.once("close", resolve),
  );
  started.stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    const line = parts.find((each) => each.includes("is ready."));
    if (line !== undefined) resolve(JSON.parse(line) as Ready);
  });
  void ended.then(() => reject(new Error(lines.join("\n"))));
  return { started, lines, ended, ...(await ready) };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody waits for has ended, too.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

const ways: Record<string, [command: string, ...args: string[]]> = {
  "npm start": ["npm", "start"],
  "npm start under a shell": ["sh", "-c", "npm start; true"],
  "the launcher": ["node", "scripts/launch.mjs", "start"],
  "the launcher under a shell": [
    "sh",
    "-c",
    "node scripts/launch.mjs start; true",
  ],
  npx: ["npx", "--no", "--", "bun", main],
  bun: [bun, main],
  "bun under a shell": ["sh", "-c", `${bun} ${main}; true`],
};

for (const [way, [command, ...args]] of Object.entries(ways))
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)
    // A shell that waits for another process keeps SIGINT to itself, and of a
    // server that is killed nothing is left that could stop.
    if (
      !(signal === "SIGINT" && way.endsWith("shell")) &&
      !(signal === "SIGINT" && way === "npx") &&
      !(signal === "SIGKILL" && way === "bun")
    )
      test.concurrent(
        `${way}: the server ends in good order when what was started gets ${signal}`,
        async () => {
          const { started, pid, lines, ended } = await run(command, ...args);
          started.kill(signal);
          await ended;
          while (isAlive(pid)) await Bun.sleep(5);
          expect(lines.join("\n")).toContain('"msg":"stopped"');
        },
      );

for (const [way, script] of Object.entries({
  "in the background": `${bun} ${main} & `,
  "by nohup": `nohup ${bun} ${main} 2>/dev/null & `,
  "by setsid": `setsid ${bun} ${main} & `,
  "with npm in the background": `npm start & `,
}))
  test.concurrent(
    `a server that was put apart ${way} outlives whoever did it`,
    async () => {
      // The shell has something to wait for besides the server, until we say so.
      const server = await run("sh", "-c", `${script} cat`);
      const { started, pid, api } = server;
      const left = new Promise((resolve) => started.once("exit", resolve));
      started.stdin.end();
      await left;
      // Several looks of the server at who its parent is.
      for (let looks = 0; looks < 8; looks++) await Bun.sleep(150);
      expect((await fetch(`${api}/healthz`)).ok).toBe(true);
      process.kill(pid, "SIGTERM");
      await server.ended;
    },
  );
