import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";

import { startServer } from "./server.ts";

const main = path.join(import.meta.dirname, "../apps/server/src/main.ts");
const ports = {
  apiPort: "PARLEY_API_PORT",
  wsPort: "PARLEY_WS_PORT",
  "accounts.port": "PARLEY_ACCOUNTS_PORT",
  "accounts.adminPort": "PARLEY_ACCOUNTS_ADMIN_PORT",
  "agents.port": "PARLEY_AGENTS_PORT",
};

test("a port that is taken did not say which setting it was, nor who has it", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) =>
    holder.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = holder.address() as AddressInfo;
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-ports-"));
  const free = Object.values(ports).map((variable) => [variable, "0"]);
  for (const [setting, variable] of Object.entries(ports)) {
    const { status, stderr } = spawnSync(process.execPath, [main], {
      env: {
        ...process.env,
        ...(Object.fromEntries(free) as object),
        [variable]: String(port),
        PARLEY_DATA: dataFolder,
      },
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(stderr).toContain(`set ${setting} (${variable}) to another port`);
    expect(stderr).toContain(`(process ${process.pid})`);
  }
  holder.close();
  rmSync(dataFolder, { recursive: true });
});

const address = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === "IPv4" && !each.internal)?.address;

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

// A machine without a network has no address that strangers could reach.
test.skipIf(address === undefined)(
  "the administration and the bots were open to all that the API is open to",
  async () => {
    await using server = await startServer({
      environment: {
        PARLEY_LISTEN: "0.0.0.0",
        PARLEY_SECRET: "a secret that nobody knows",
      },
    });
    const from = (url: string) => url.replace("127.0.0.1", address ?? "");
    const { api, chat, chatAdmin, agents } = server;
    for (const url of [api, chat]) expect(await answers(from(url))).toBe(true);
    for (const url of [chatAdmin, agents]) {
      expect(await answers(from(url))).toBe(false);
      expect(await answers(url)).toBe(true);
    }
  },
);

test.skipIf(address === undefined)(
  "each port has an address of its own",
  async () => {
    await using server = await startServer({
      environment: {
        PARLEY_SECRET: "a secret that nobody knows",
        PARLEY_ACCOUNTS_ADMIN_LISTEN: address ?? "",
        PARLEY_WS_LISTEN: address ?? "",
      },
    });
    const from = (url: string) => url.replace("127.0.0.1", address ?? "");
    const ws = server.ws.replace("ws:", "http:");
    for (const url of [server.chatAdmin, ws]) {
      expect(await answers(from(url))).toBe(true);
      expect(await answers(url)).toBe(false);
    }
    for (const url of [server.api, server.chat, server.agents]) {
      expect(await answers(url)).toBe(true);
      expect(await answers(from(url))).toBe(false);
    }
  },
);

test("the address of a port led nowhere, and not to its page", async () => {
  await using server = await startServer();
  for (const url of [
    server.api,
    server.chat,
    server.chatAdmin,
    server.agents,
  ]) {
    const answer = await fetch(`${url}/`, { redirect: "manual" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/docs");
    expect((await fetch(url)).headers.get("content-type")).toContain("html");
  }
});
