import { afterAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { Admin } from "../client.ts";

const main = path.join(import.meta.dirname, "../../scripts/cluster/main.ts");
const folder = mkdtempSync(path.join(tmpdir(), "parley-demo-"));
// If root runs the tests, PostgreSQL runs as another user, who must enter the folder.
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm run cluster` with its input and output as in a terminal. */
function startDemo(base: number) {
  const demo = spawn(
    process.execPath,
    [
      main,
      ...["--nodes", "3"],
      ...["--data", folder],
      ...["--base", `${base}`],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let output = "";
  let wake = (): void => undefined;
  for (const stream of [demo.stdout, demo.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      wake();
    });
  const ended = once(demo, "exit").then(([code]) => {
    output += `ended with ${String(code)}`;
    wake();
    return code as number | null;
  });
  return {
    demo,
    ended,
    output: () => output,
    /** Waits for new output with this text. */
    async says(text: string): Promise<void> {
      const from = seen;
      for (;;) {
        const at = output.indexOf(text, from);
        if (at >= 0) {
          seen = at + text.length;
          return;
        }
        if (output.includes("ended with"))
          throw new Error(`it did not say "${text}":\n${output}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    type: (line: string) => demo.stdin.write(`${line}\n`),
  };
}
let seen = 0;

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });

/** Starts the demo at ports that are all free. */
async function startSomewhere() {
  for (;;) {
    seen = 0;
    const base = randomInt(2_000, 20_000);
    const started = startDemo(base);
    try {
      await started.says("Ctrl-C stops everything");
      return { ...started, base };
    } catch (error) {
      if (!started.output().includes("is in use")) throw error;
    }
  }
}

test("one command shows a node fail and come back, and ends with all that it started", async () => {
  const { demo, says, type, ended, base } = await startSomewhere();
  const anyNode = `http://127.0.0.1:${base + 2}`;
  const ownPort = base + 202;
  const admin = await Admin.signIn(anyNode);
  const [ann = ""] = await admin.users("ann");

  type("list");
  await says("node 3  pid ");
  type("kill 2");
  await says("node 2 ended: SIGKILL");
  expect(await isOpen(ownPort)).toBe(false);
  // The load balancer passes the calls to different nodes.
  for (let i = 0; i < 4; i++) expect(await admin.tokenOf(ann)).not.toBe("");
  type("start 2");
  await says("node 2 is ready");
  expect(await isOpen(ownPort)).toBe(true);

  type("pause 1");
  await says("node 1 is paused");
  type("resume 1");
  await says("node 1 is ready");
  type("nonsense");
  await says("kills node 2 at once");

  demo.kill("SIGINT");
  expect(await ended).toBe(0);
  for (const port of [2, 102, 202, 302, 4_222, 5_432, 9_000])
    expect(await isOpen(base + port)).toBe(false);

  // The data survived the restart, and only the owner may read the passwords.
  expect(statSync(path.join(folder, "secrets.json")).mode & 0o077).toBe(0);
  const again = await startSomewhere();
  const sameAdmin = await Admin.signIn(`http://127.0.0.1:${again.base + 2}`);
  expect(await sameAdmin.tokenOf(ann)).not.toBe("");
  again.demo.kill("SIGINT");
  expect(await again.ended).toBe(0);
});

test("a port that is in use is named, with what to do", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) =>
    holder.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = holder.address() as AddressInfo;
  const { ended, output } = startDemo(port - 2);
  expect(await ended).toBe(1);
  expect(output()).toContain(
    `port ${port} is in use: stop what listens there (npm start, or another cluster), or take other ports with --base 20000`,
  );
  holder.close();
});
