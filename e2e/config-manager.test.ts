import { createHash } from "node:crypto";

import { expect, test } from "bun:test";
import { chatSettings, imSettings } from "@parley/protocol/methods/settings";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";

import { Admin, post, RequestError } from "./client.ts";
import { startServer } from "./server.ts";

/** Resolves when the server serves with settings that fit. */
async function serving(
  api: string,
  fits: (settings: Record<string, unknown>) => boolean,
): Promise<Admin> {
  for (;;)
    try {
      const admin = await Admin.signIn(api);
      const text = await admin.post<string>(imSettings.GetConfig, {
        configName: "parley.yml",
      });
      if (fits(JSON.parse(text) as Record<string, unknown>)) return admin;
    } catch (error) {
      // It is between its two lives.
      if (error instanceof RequestError) throw error;
    }
}

test("an administrator changes a setting, and the server restarts with it", async () => {
  await using server = await startServer({
    environment: { PARLEY_CONFIG_MANAGER: "true" },
  });
  const { pid } = server.process;
  let admin = await Admin.signIn(server.api);
  await admin.post(imSettings.SetConfig, {
    configName: "parley.yml",
    data: '{"friendVerify":true}',
  });
  await admin.post(imSettings.SetEnableConfigManager, { enable: true });
  admin = await serving(
    server.api,
    ({ friendVerify }) => friendVerify === true,
  );
  expect(
    await admin.post<object>(imSettings.GetEnableConfigManager, {}),
  ).toEqual({ enable: true });

  // Data and sign-ins outlive it, and so does the process.
  const [ann = ""] = await admin.users("ann");
  await admin.post(imSettings.ResetConfig, {});
  admin = await serving(
    server.api,
    ({ friendVerify }) => friendVerify === false,
  );
  expect(await admin.tokenOf(ann)).toMatch(/^eyJ/);
  expect(server.process.pid).toBe(pid);

  // And then it stops as always.
  await admin.post(imSettings.Restart, {});
  expect(await server.stop()).toBe(0);
});

test("who is no administrator changes nothing, though settings can be changed", async () => {
  await using server = await startServer({
    environment: { PARLEY_CONFIG_MANAGER: "true" },
  });
  const admin = await Admin.signIn(server.api);
  const read = { configName: "parley.yml" };
  const before = await admin.post<string>(imSettings.GetConfig, read);
  const [ann = ""] = await admin.users("ann");
  const token = await admin.tokenOf(ann);

  for (const [path, body] of [
    [imSettings.GetConfigList.path, {}],
    [imSettings.GetConfig.path, read],
    [imSettings.GetEnableConfigManager.path, {}],
    [imSettings.SetConfig.path, { ...read, data: '{"friendVerify":true}' }],
    [imSettings.SetEnableConfigManager.path, { enable: true }],
    [imSettings.ResetConfig.path, {}],
    [imSettings.Restart.path, {}],
  ] as const) {
    const codeFor = (who: string) =>
      post(server.api, path, body, who).then(
        () => 0,
        (error: unknown) => (error as RequestError).code,
      );
    expect([path, await codeFor(""), await codeFor(token)]).toEqual([
      path,
      1001,
      1002,
    ]);
  }

  expect(await admin.post<string>(imSettings.GetConfig, read)).toBe(before);
  expect(
    await admin.post<object>(imSettings.GetEnableConfigManager, {}),
  ).toEqual({ enable: false });
});

test("an administrator of accounts changes their settings at the administration's port", async () => {
  await using server = await startServer({
    environment: { PARLEY_CONFIG_MANAGER: "true" },
  });
  const signIn = async () => {
    const { adminToken } = await post<{ adminToken: string }>(
      server.chatAdmin,
      AdminAccountLogin,
      {
        account: "chatAdmin",
        password: createHash("md5").update("chatAdmin").digest("hex"),
        version: "1",
      },
    );
    return adminToken;
  };
  const token = await signIn();
  const name = "chat-rpc-admin.yml";
  await post(
    server.chatAdmin,
    chatSettings.SetConfigs,
    {
      configs: [
        { configName: name, data: '{"TokenPolicy":{"Expire":7}}' },
        { configName: "chat-rpc-chat.yml", data: '{"AllowRegister":false}' },
      ],
    },
    token,
  );
  const on = { enable: true };
  await post(server.chatAdmin, chatSettings.SetEnableConfigManager, on, token);
  // Sign-ins outlive it.
  const read = (configName: string) =>
    post<string>(
      server.chatAdmin,
      chatSettings.GetConfig,
      { configName },
      token,
    );
  for (;;)
    try {
      const text = await read(name);
      if (text.includes('"Expire":7')) break;
    } catch (error) {
      // It is between its two lives.
      if (error instanceof RequestError) throw error;
    }
  expect(JSON.parse(await read("chat-rpc-chat.yml"))).toMatchObject({
    AllowRegister: false,
  });
});
