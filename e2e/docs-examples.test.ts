import { expect, test } from "bun:test";

import type { Example } from "@parley/server/src/docs/examples.ts";
import type {
  Description,
  Operation,
} from "@parley/server/src/docs/page-types.ts";

import { sendExample } from "./story.ts";
import type { Answers } from "./story.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// Every example of every page about an API, in the page's order, to a new server.

/** Some examples are of what a setting switches on. */
const environment = {
  PARLEY_CONFIG_MANAGER: "true",
  PARLEY_ACCOUNTS_LIVE_KIT_URL: "wss://livekit.example.com",
  PARLEY_ACCOUNTS_LIVE_KIT_KEY: "key",
  PARLEY_ACCOUNTS_LIVE_KIT_SECRET: "a secret that LiveKit knows",
};

async function examplesOf(api: string): Promise<Example[]> {
  const response = await fetch(`${api}/docs/openapi.json`);
  const { paths } = (await response.json()) as Description;
  return Object.entries(paths).map(([path, { post }]) => toExample(path, post));
}

function toExample(path: string, operation: Operation): Example {
  const query = operation.parameters
    .filter((each) => each.in === "query")
    .map(({ name = "", example = "" }) => [name, example]);
  return {
    path,
    body: operation.requestBody.content["application/json"]?.example,
    ...(query.length > 0 && { query: Object.fromEntries(query) }),
    ...(operation["x-uploads"] && { uploads: operation["x-uploads"] }),
    ...(operation["x-rows"] && { rows: operation["x-rows"] }),
  };
}

/** Sends all; answers what was refused. */
async function sendAll(
  api: string,
  examples: readonly Example[],
  tokenOf: (answers: Answers) => string,
): Promise<string[]> {
  const answers: Answers = new Map();
  const refused: string[] = [];
  for (const example of examples)
    try {
      await sendExample(api, example, tokenOf(answers), answers);
      await comesBack(api, example.path);
    } catch (error) {
      refused.push(`${example.path}: ${String(error)}`);
    }
  return refused;
}

/** A restart by a route begins after its answer. */
async function comesBack(api: string, path: string): Promise<void> {
  if (!path.startsWith("/config/") && path !== "/restart") return;
  for (;;)
    try {
      if ((await fetch(`${api}/docs`)).ok) return;
    } catch {
      await Bun.sleep(20);
    }
}

const given =
  (path: string, name: string) =>
  (answers: Answers): string =>
    (answers.get(path) as Record<string, string> | undefined)?.[name] ?? "";
const asAdmin = given("/auth/get_admin_token", "token");

test("the IM API's all succeed", async () => {
  await using server = await startServer({ environment });
  const examples = await examplesOf(server.api);
  expect(examples.length).toBeGreaterThan(140);
  expect(await sendAll(server.api, examples, asAdmin)).toEqual([]);
});

test("the accounts' all succeed", async () => {
  await using server = await startServer({ environment });
  const examples = await examplesOf(server.chat);
  const asAnn = given("/account/login", "chatToken");
  expect(await sendAll(server.chat, examples, asAnn)).toEqual([]);
});

test("the administration's all succeed", async () => {
  await using server = await startServer({ environment });
  await makeGroup(server);
  const examples = await examplesOf(server.chatAdmin);
  const asChatAdmin = given("/account/login", "adminToken");
  expect(await sendAll(server.chatAdmin, examples, asChatAdmin)).toEqual([]);
});

test("the bots' all succeed", async () => {
  await using server = await startServer({ environment });
  const [signIn] = await examplesOf(server.chatAdmin);
  const answers: Answers = new Map();
  await sendExample(server.chatAdmin, signIn!, "", answers);
  const token = given("/account/login", "adminToken")(answers);
  const examples = await examplesOf(server.agents);
  expect(await sendAll(server.agents, examples, () => token)).toEqual([]);
});

/** The group that the administration's examples name is made at the IM server. */
async function makeGroup(server: RunningServer): Promise<void> {
  const needed = [
    "/auth/get_admin_token",
    "/user/user_register",
    "/group/create_group",
  ];
  const examples = await examplesOf(server.api);
  const chosen = examples.filter(({ path }) => needed.includes(path));
  expect(await sendAll(server.api, chosen, asAdmin)).toEqual([]);
}
