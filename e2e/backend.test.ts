import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";

import { Client, textOf } from "./client.ts";
import { repositoryFile } from "./pages.ts";
import { freePorts, startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// The back end in examples/, as an app would have it, with a server that asks it.

const hookSecret = "a secret that both sides know";
let server: RunningServer;
let backend: ChildProcess;
let address: string;
let printed = "";
let wake: () => void = () => undefined;

beforeAll(async () => {
  const [port] = await freePorts(1);
  address = `http://127.0.0.1:${port}`;
  const on = { enable: true, failedContinue: false };
  server = await startServer({
    environment: {
      PARLEY_WEBHOOKS_URL: `${address}/hooks`,
      PARLEY_WEBHOOKS_SECRET: hookSecret,
      PARLEY_WEBHOOKS_HOOKS: JSON.stringify({
        beforeSendSingleMsg: on,
        afterSendSingleMsg: on,
        // The back end has nothing to say to this one, and so allows it.
        beforeUserRegister: on,
      }),
    },
  });
  const file = repositoryFile("examples/backend/server.mjs");
  backend = spawn(Bun.which("node") ?? "node", [file], {
    env: {
      ...process.env,
      PORT: String(port),
      PARLEY_API: server.api,
      PARLEY_SECRET: "openIM123",
      PARLEY_WEBHOOKS_SECRET: hookSecret,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  backend.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    wake();
  });
  await prints(/listens at port/);
});
afterAll(async () => {
  const ended = new Promise((resolve) => backend.once("exit", resolve));
  backend.kill();
  await ended;
  await server[Symbol.asyncDispose]();
});

async function prints(text: RegExp): Promise<void> {
  while (!text.test(printed))
    await new Promise<void>((resolve) => (wake = resolve));
}

async function post(
  page: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: any }> {
  const response = await fetch(address + page, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

async function join(userID: string): Promise<Client> {
  const password = `${userID}'s password`;
  const person = { userID, nickname: userID, password };
  expect((await post("/sign-up", person)).status).toBe(200);
  const { answer } = await post("/sign-in", {
    userID,
    password,
    platformID: 5,
  });
  return Client.connect(server.ws, userID, answer.token as string);
}

test("people sign up, are greeted and write, and the back end has a say", async () => {
  await using ann = await join("ann");
  await using bob = await join("bob");
  const [greeting] = await ann.pull("si_ann_imAdmin", 1, 1);
  expect(textOf(greeting!)).toBe("Welcome, ann!");
  await ann.say("bob", "Hello Bob!");
  await bob.until(() => bob.heard("si_ann_bob").includes("Hello Bob!"));
  await prints(/ann wrote to bob \(type 101\)|refused a webhook/);
  expect(printed).not.toContain("refused a webhook");
  const refused = await ann.say("bob", "Come to our casino!").catch(codeOf);
  expect(refused).toBe(5001);
});

const codeOf = (error: unknown): unknown => (error as { code?: number }).code;

test("a userID is one's who has its password", async () => {
  const eve = { userID: "eve", nickname: "Eve", password: "a password" };
  expect((await post("/sign-up", eve)).status).toBe(200);
  expect((await post("/sign-up", eve)).status).toBe(409);
  const wrong = { userID: "eve", password: "another", platformID: 5 };
  expect((await post("/sign-in", wrong)).status).toBe(401);
  const unknown = { userID: "nobody", password: "another", platformID: 5 };
  expect((await post("/sign-in", unknown)).status).toBe(401);
  // This is an administrator of the server, whom nobody may become.
  const admin = { userID: "imAdmin", nickname: "Me", password: "a password" };
  expect((await post("/sign-up", admin)).status).toBe(400);
});

test("a webhook that Parley did not sign is refused", async () => {
  const hook = "/hooks/callbackBeforeSendSingleMsgCommand";
  const body = JSON.stringify({
    callbackCommand: "callbackBeforeSendSingleMsgCommand",
    content: "hello",
  });
  const sign = (at: number, text = body, secret = hookSecret) => ({
    "X-Parley-Timestamp": String(at),
    "X-Parley-Signature": createHmac("sha256", secret)
      .update(`${at}.${text}`)
      .digest("hex"),
  });
  const now = Date.now();
  const statusOf = async (headers: Record<string, string>) =>
    (await post(hook, body, headers)).status;
  expect(await statusOf(sign(now))).toBe(200);
  expect(await statusOf({})).toBe(401);
  expect(await statusOf(sign(now, `${body} `))).toBe(401);
  expect(await statusOf(sign(now, body, "another secret"))).toBe(401);
  expect(await statusOf(sign(now - 10 * 60_000))).toBe(401);
  expect(await statusOf(sign(now + 10 * 60_000))).toBe(401);
  const moved = { ...sign(now), "X-Parley-Timestamp": String(now + 1) };
  expect(await statusOf(moved)).toBe(401);
  expect(await statusOf({ ...sign(now), "X-Parley-Signature": "" })).toBe(401);
});
