import { afterAll, beforeAll, expect, test } from "bun:test";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import {
  AccountRegister,
  UserFindFull,
} from "@parley/protocol/methods/chat/accounts";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import { GetUsers, GetUsersInfo } from "@parley/protocol/methods/users";
import {
  AdminClientConfigGet,
  ClientConfigGet,
} from "@parley/protocol/methods/chat/applications";

import { post } from "../client.ts";
import type { RequestError } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { md5 } from "./chat-fixtures.ts";
import type { Called } from "../client.ts";

// The IM server and the chat service know each other's users, and may even be
// given the same secret: still the tokens of one open nothing at the other.

const secret = "the same for both";

let server: RunningServer;
let chatToken: string;
let adminToken: string;
let imAdminToken: string;
let imToken: string;

beforeAll(async () => {
  server = await startServer({
    environment: { PARLEY_SECRET: secret, PARLEY_ACCOUNTS_SECRET: secret },
  });
  ({ adminToken } = await post<{ adminToken: string }>(
    server.chatAdmin,
    AdminAccountLogin,
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  ));
  ({ chatToken, imToken } = await post<{ chatToken: string; imToken: string }>(
    server.chat,
    AccountRegister,
    {
      platform: 5,
      autoLogin: true,
      user: { nickname: "al", email: "al@example.com", password: md5("a") },
    },
    adminToken,
  ));
  ({ token: imAdminToken } = await post<{ token: string }>(
    server.api,
    GetAdminToken,
    { secret, userID: "imAdmin" },
  ));
});
afterAll(() => server[Symbol.asyncDispose]());

const codeOf = (base: string, path: Called, body: object, token: string) =>
  post(base, path, body, token).then(
    () => 0,
    (error: unknown) => (error as RequestError).code,
  );

test("tokens of the chat service open nothing at the IM server", async () => {
  for (const token of [chatToken, adminToken])
    for (const [path, body] of [
      [GetUsersInfo.path, { userIDs: ["imAdmin"] }],
      [GetUsers.path, { pagination: { pageNumber: 1, showNumber: 1 } }],
    ] as const)
      expect(await codeOf(server.api, path, body, token)).toBeWithin(
        1500,
        1508,
      );
  const userIDs = { userIDs: ["imAdmin"] };
  expect(await codeOf(server.api, GetUsersInfo, userIDs, imToken)).toBe(0);
});

test("tokens of the IM server open nothing at the chat service", async () => {
  for (const token of [imToken, imAdminToken]) {
    expect(
      await codeOf(server.chat, UserFindFull, { userIDs: ["a"] }, token),
    ).toBeWithin(1500, 1508);
    expect(
      await codeOf(server.chatAdmin, ClientConfigGet, {}, token),
    ).toBeWithin(1500, 1508);
  }
  expect(
    await codeOf(server.chatAdmin, AdminClientConfigGet, {}, adminToken),
  ).toBe(0);
});
