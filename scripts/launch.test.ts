import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installStamp, stampFile } from "./install-stamp.mjs";

const ours = join(import.meta.dir, "..");
let scratch: string;

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "parley-launch-")));
  cpSync(join(ours, "scripts"), join(scratch, "scripts"), { recursive: true });
  copyFileSync(
    join(ours, "package-lock.json"),
    join(scratch, "package-lock.json"),
  );
  mkdirSync(join(scratch, "node_modules"));
  for (const name of ["bun", "@oven"]) {
    symlinkSync(
      join(ours, "node_modules", name),
      join(scratch, "node_modules", name),
    );
  }
  writeFileSync(stampFile(scratch), installStamp(scratch));
  mkdirSync(join(scratch, "apps/server/src"), { recursive: true });
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function start(main: string, ...args: string[]) {
  writeFileSync(join(scratch, "apps/server/src/main.ts"), main);
  return Bun.spawn(
    ["node", join(scratch, "scripts/launch.mjs"), "start", ...args],
    { stdout: "pipe", stderr: "inherit", cwd: tmpdir() },
  );
}

async function* lines(stream: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

describe("the launcher", () => {
  test("runs the server in the repository's root with its arguments", async () => {
    const launcher = start(
      `console.log(process.cwd(), ...process.argv.slice(2));`,
      "--port",
      "1",
    );
    const output = await new Response(launcher.stdout).text();
    expect(output).toBe(`${scratch} --port 1\n`);
    expect(await launcher.exited).toBe(0);
  });

  test("ends with the server's exit code", async () => {
    expect(await start(`process.exit(7);`).exited).toBe(7);
  });

  test("ends with 128 and the number of the signal that killed it", async () => {
    const main = `process.kill(process.pid, "SIGKILL");`;
    expect(await start(main).exited).toBe(137);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`passes ${signal} on, once though it comes from two sides`, async () => {
      const launcher = start(`
        let count = 0;
        process.on("${signal}", () => {
          count += 1;
          if (count === 1) setTimeout(() => process.exit(40 + count), 200);
        });
        setInterval(() => {}, 1000);
        console.log("ready");
      `);
      for await (const line of lines(launcher.stdout)) {
        if (line === "ready") break;
      }
      launcher.kill(signal);
      await Bun.sleep(20);
      launcher.kill(signal);
      expect(await launcher.exited).toBe(41);
    });
  }
});
