import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  AccountRegister,
  UserFindFull,
} from "@parley/protocol/methods/chat/accounts";
import { GetUsersInfo } from "@parley/protocol/methods/users";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";

import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const password = "0f8a25b9c3b9ef3b3ff67d0d84db5a8c";

async function post(
  base: string,
  path: Called,
  body: object,
  token?: string,
): Promise<{ errCode: number; data?: Record<string, unknown> }> {
  const response = await fetch(base + pathOf(path), {
    method: "POST",
    headers: { operationID: "op", ...(token !== undefined && { token }) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { errCode: number };
}

test("who registers with autoLogin may ask both services with the tokens", async () => {
  const { errCode, data } = await post(server.chat, AccountRegister, {
    verifyCode: "666666",
    platform: 5,
    autoLogin: true,
    user: {
      nickname: "Al",
      areaCode: "+86",
      phoneNumber: "13800000000",
      password,
    },
  });
  expect(errCode).toBe(0);
  const { userID, chatToken, imToken } = data as Record<string, string>;
  const seen = await post(
    server.chat,
    UserFindFull,
    { userIDs: [userID] },
    chatToken,
  );
  expect(seen.data?.["users"]).toEqual([
    expect.objectContaining({ userID, nickname: "Al", password: "" }),
  ]);
  const im = await post(
    server.api,
    GetUsersInfo,
    { userIDs: [userID] },
    imToken,
  );
  expect(im.data?.["usersInfo"]).toEqual([
    expect.objectContaining({ userID, nickname: "Al" }),
  ]);
});

test("an administrator signs in and gets a token of each service", async () => {
  const { errCode, data } = await post(server.chatAdmin, AdminAccountLogin, {
    account: "chatAdmin",
    password: "625031fc4e4f2de6b187e6bfa3697784",
    version: "3.8",
  });
  expect(errCode).toBe(0);
  expect(data).toMatchObject({ level: 100, imUserID: "imAdmin" });
});
