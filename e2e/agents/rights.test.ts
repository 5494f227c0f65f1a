import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "bun:test";
import { AccountRegister } from "@parley/protocol/methods/chat/accounts";
import {
  AgentCallbackGroup,
  AgentCallbackSingle,
  AgentCreate,
  AgentDelete,
  AgentPage,
  AgentUpdate,
} from "@parley/protocol/methods/chat/agents";

import { post } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { createBot, signInAdministrator } from "./bots.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

// Permissions of the bots' routes (docs/wire/accounts.md#bots).

let server: RunningServer;
let bot: string;
/** Tokens by caller; the chat service and the IM server have different administrators. */
const tokens: Record<string, string | undefined> = {};

beforeAll(async () => {
  server = await startServer();
  bot = await createBot(server, {
    url: "http://127.0.0.1:1/v1",
    prompts: "Tell nobody.",
  });
  const { chatToken, imToken } = await post<Record<string, string>>(
    server.chat,
    AccountRegister,
    {
      verifyCode: "666666",
      platform: 5,
      autoLogin: true,
      user: {
        nickname: "Ann",
        areaCode: "+86",
        phoneNumber: "13800000001",
        password: randomUUID(),
      },
    },
  );
  tokens["person"] = chatToken;
  tokens["imUser"] = imToken;
  tokens["administrator"] = await signInAdministrator(server);
});
afterAll(() => server[Symbol.asyncDispose]());

async function ask(path: Called, body: object | string, who: string) {
  const token = tokens[who];
  const response = await fetch(server.agents + pathOf(path), {
    method: "POST",
    headers: { operationID: "op", ...(token !== undefined && { token }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    errCode: number;
    data?: { total: number; agents: Record<string, unknown>[] | null };
  };
  return { ...answer, status: response.status };
}

const callers = ["nobody", "imUser", "person", "administrator"];
const told = { sendID: "ann", recvID: "bob", contentType: 101, content: "{}" };

const rows: [path: Called, body: () => object, codes: number[]][] = [
  [
    AgentCreate.path,
    () => ({ agent: { userID: randomUUID(), nickname: "B" } }),
    [1001, 1505, 1001, 0],
  ],
  [
    AgentUpdate.path,
    () => ({ userID: bot, model: "n" }),
    [1001, 1505, 1001, 0],
  ],
  [AgentDelete.path, () => ({ userIDs: [] }), [1001, 1505, 1001, 0]],
  [
    AgentPage.path,
    () => ({ pagination: { pageNumber: 1, showNumber: 9 } }),
    [1001, 1505, 0, 0],
  ],
  [AgentCallbackSingle.path, () => told, [0, 0, 0, 0]],
  [AgentCallbackGroup.path, () => ({ ...told, groupID: "g" }), [0, 0, 0, 0]],
];

for (const [path, body, codes] of rows)
  test(`${pathOf(path)} answers each caller with its code`, async () => {
    const answered: number[] = [];
    for (const who of callers)
      answered.push((await ask(path, body(), who)).errCode);
    expect(answered).toEqual(codes);
  });

test("a page shows nobody the key, and people not how a bot is made", async () => {
  const page = {
    pagination: { pageNumber: 1, showNumber: 9 },
    userIDs: [bot],
  };
  const seen = async (who: string) => {
    const { data } = await ask(AgentPage, page, who);
    expect(data?.total).toBe(1);
    return data?.agents?.[0];
  };
  const public_ = { userID: bot, nickname: "Bot", key: "", identity: "" };
  expect(await seen("person")).toMatchObject({
    ...public_,
    url: "",
    prompts: "",
  });
  expect(await seen("administrator")).toMatchObject({
    ...public_,
    url: "http://127.0.0.1:1/v1",
    prompts: "Tell nobody.",
  });
});

test("bad requests are answered with 1001, and of webhooks with HTTP 400", async () => {
  const asAdministrator = (path: Called, body: object) =>
    ask(path, body, "administrator").then(({ errCode }) => errCode);
  expect(await asAdministrator(AgentCreate, {})).toBe(1001);
  expect(await asAdministrator(AgentCreate, { agent: {} })).toBe(1001);
  expect(await asAdministrator(AgentUpdate, { userID: "bot_unknown" })).toBe(
    1001,
  );
  const garbage = await ask(rows[4]?.[0] ?? "", "{", "nobody");
  expect(garbage).toMatchObject({ errCode: 1001, status: 400 });
  const nobody = await ask(AgentPage, { userIDs: ["bot_x"] }, "person");
  expect(nobody.data).toEqual({ total: 0, agents: null });
});
