import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import {
  AppletAdd,
  AppletUpdate,
  ApplicationAddVersion,
  ClientConfigDel,
} from "@parley/protocol/methods/chat/applications";
import {
  ForbiddenIPAdd,
  ForbiddenIPSearch,
  ForbiddenUserAdd,
} from "@parley/protocol/methods/chat/admission";
import { imSettings } from "@parley/protocol/methods/settings";

import { post } from "../client.ts";
import type { RequestError } from "../client.ts";
import { md5 } from "../rights/chat-fixtures.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

// The administration differs from OpenIM on purpose here; the recordings mark
// these steps with `skip`.

let server: RunningServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  ({ adminToken: token } = await post<{ adminToken: string }>(
    server.chatAdmin,
    AdminAccountLogin,
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  ));
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = <Data>(path: Called, body: object): Promise<Data> =>
  post<Data>(server.chatAdmin, path, body, token);

const codeOf = (path: Called, body: object): Promise<number> =>
  ask(path, body).then(
    () => 0,
    (error: unknown) => (error as RequestError).code,
  );

const applet = {
  id: "map",
  name: "Map",
  appID: "maps",
  icon: "i",
  url: "u",
  md5: "m",
  size: 12,
  version: "1.0",
  status: 1,
};
const firstPage = { pagination: { pageNumber: 1, showNumber: 20 } };

describe("what is there already is answered with 1003", () => {
  test.each([
    [AppletAdd.path, applet],
    [ApplicationAddVersion.path, { platform: "web", version: "1.0" }],
    [ForbiddenIPAdd.path, { forbiddens: [{ ip: "10.0.0.1" }] }],
    [ForbiddenUserAdd.path, { limits: [{ userID: "al", ip: "10.0.0.1" }] }],
  ])("%s", async (path, body) => {
    expect(await codeOf(path, body)).toBe(0);
    expect(await codeOf(path, body)).toBe(1003);
  });
});

describe("what means nothing is answered with 1001", () => {
  test.each([
    [AppletUpdate.path, { id: "map", status: 9 }],
    [ForbiddenUserAdd.path, { limits: [{ userID: "", ip: "10.0.0.2" }] }],
    [ClientConfigDel.path, { keys: [] }],
    [ClientConfigDel.path, {}],
  ])("%s %j", async (path, body) => {
    expect(await codeOf(path, body)).toBe(1001);
  });
});

test("rules for addresses are found by what they forbid", async () => {
  const forbiddens = [
    { ip: "10.1.0.1", limitRegister: true },
    { ip: "10.1.0.2", limitLogin: true },
    { ip: "10.1.0.3", limitRegister: true, limitLogin: true },
  ];
  await ask(ForbiddenIPAdd, { forbiddens });
  const { total, forbiddens: found } = await ask<{
    total: number;
    forbiddens: { ip: string }[];
  }>(ForbiddenIPSearch, { keyword: "10.1.", status: 4, ...firstPage });
  expect(total).toBe(2);
  expect(found.map(({ ip }) => ip)).toEqual(["10.1.0.2", "10.1.0.3"]);
});

test("what is no JSON is answered with HTTP 200 and 1001 on every route", async () => {
  for (const path of [
    imSettings.SetEnableConfigManager.path,
    imSettings.SetConfig.path,
    imSettings.GetConfig.path,
    AppletAdd.path,
  ]) {
    const response = await fetch(server.chatAdmin + pathOf(path), {
      method: "POST",
      headers: { operationID: "op", token },
      body: "x",
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ errCode: 1001 });
  }
});

test("the files of the configuration are those that ours reads, without secrets", async () => {
  const { configNames } = await ask<{ configNames: string[] }>(
    imSettings.GetConfigList,
    {},
  );
  expect(configNames).toEqual(["parley.yml"]);
  const text = await ask<string>(imSettings.GetConfig, {
    configName: configNames[0],
  });
  expect(text).not.toContain("openIM123");
  expect(text).not.toContain("666666");
});
