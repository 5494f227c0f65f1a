import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  AccountCodeVerify,
  AccountLogin,
  AccountPasswordReset,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import { AgentCallbackSingle } from "@parley/protocol/methods/chat/agents";
import type { Method } from "@parley/protocol/method";

import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

type Headers = Record<string, string>;
type Ask = (server: RunningServer, headers: Headers) => Promise<number>;

/** Returns errCode, or the HTTP status if there is none. */
async function post(
  base: string,
  { path }: Pick<Method, "path">,
  body: unknown,
  headers: Headers,
): Promise<number> {
  const response = await fetch(`${base}${path}`, {
    method: "POST",
    headers: { operationID: "op", ...headers },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { errCode: number }).errCode;
}

let people = 0;
const newPerson = () => `person${++people}@example.com`;

const register = (server: RunningServer, email: string, headers: Headers) =>
  post(
    server.chat,
    AccountRegister,
    {
      platform: 5,
      verifyCode: "666666",
      user: { nickname: "Ann", email, password: md5("secret") },
    },
    headers,
  );

/** Well-known values open these on this machine only. */
const forThisMachineAlone: Record<string, Ask> = {
  "the default secret": ({ api }, headers) =>
    post(
      api,
      GetAdminToken,
      { userID: "imAdmin", secret: "openIM123" },
      headers,
    ),
  "registering by the code for everybody": (server, headers) =>
    register(server, newPerson(), headers),
  "signing in by it": async (server, headers) => {
    const email = newPerson();
    await register(server, email, {});
    const body = { platform: 5, email, verifyCode: "666666" };
    return post(server.chat, AccountLogin, body, headers);
  },
  "verifying it": ({ chat }, headers) =>
    post(
      chat,
      AccountCodeVerify,
      { email: newPerson(), verifyCode: "666666" },
      headers,
    ),
  "resetting a password by it": async (server, headers) => {
    const email = newPerson();
    await register(server, email, {});
    const body = { email, verifyCode: "666666", password: md5("another") };
    return post(server.chat, AccountPasswordReset, body, headers);
  },
  "the administrator's first password": ({ chatAdmin }, headers) =>
    post(
      chatAdmin,
      AdminAccountLogin,
      { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
      headers,
    ),
  "bots' callbacks": async ({ agents }, headers) => {
    // A picture is nothing to answer, so that no key is asked for.
    const body = { sendID: "a", recvID: "b", contentType: 102, sessionType: 1 };
    return post(agents, AgentCallbackSingle, body, headers);
  },
  metrics: async ({ api }, headers) =>
    (await fetch(`${api}/metrics`, { headers })).status === 200 ? 0 : 404,
};

const marks: Headers[] = [
  { "X-Forwarded-For": "203.0.113.9" },
  { "X-Forwarded-For": "127.0.0.1" },
  { "X-Forwarded-Host": "im.example.com" },
  { "X-Forwarded-Proto": "https" },
  { Forwarded: "for=203.0.113.9" },
  { "X-Real-IP": "203.0.113.9" },
  { Via: "1.1 caddy" },
  { "CF-Connecting-IP": "203.0.113.9" },
  { "True-Client-IP": "203.0.113.9" },
];

describe("behind a proxy on the same machine", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  for (const [what, ask] of Object.entries(forThisMachineAlone))
    test(`${what} opened everything to the world`, async () => {
      expect(await ask(server, {})).toBe(0);
      for (const mark of marks)
        expect(await ask(server, mark), JSON.stringify(mark)).not.toBe(0);
    });

  test("the log says once that a proxy passes requests on", () => {
    expect(server.logs().split("a proxy on this machine").length - 1).toBe(1);
  });
});

test("what comes by a trusted proxy counted as this machine's own", async () => {
  await using server = await startServer({
    environment: { PARLEY_RATE_LIMITER_TRUSTED_PROXIES: "127.0.0.1" },
  });
  for (const [what, ask] of Object.entries(forThisMachineAlone))
    if (!/signing in|resetting/.test(what))
      expect(await ask(server, {}), what).not.toBe(0);
});

test("with a trusted proxy and the default secret, accounts could not ask their own IM server", async () => {
  await using server = await startServer({
    environment: {
      PARLEY_RATE_LIMITER_TRUSTED_PROXIES: "127.0.0.1",
      PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD: "a password of its own",
    },
  });
  const password = md5("a password of its own");
  const body = { account: "chatAdmin", password, version: "1" };
  expect(await post(server.chatAdmin, AdminAccountLogin, body, {})).toBe(0);
});

test("strangers who guessed the secret through a proxy here kept everybody from signing in", async () => {
  await using server = await startServer();
  const served = { "X-Forwarded-For": "203.0.113.9" };
  const guess = { userID: "imAdmin", secret: "another" };
  for (let n = 0; n < 40; n++)
    await post(server.api, GetAdminToken, guess, served);
  expect(await register(server, newPerson(), {})).toBe(0);
});
