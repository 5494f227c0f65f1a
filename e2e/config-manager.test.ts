import { createHash } from "node:crypto";

import { expect, test } from "bun:test";

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
      const text = await admin.post<string>("/config/get_config", {
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
  await admin.post("/config/set_config", {
    configName: "parley.yml",
    data: '{"friendVerify":true}',
  });
  await admin.post("/config/set_enable_config_manager", { enable: true });
  admin = await serving(
    server.api,
    ({ friendVerify }) => friendVerify === true,
  );
  expect(
    await admin.post<object>("/config/get_enable_config_manager", {}),
  ).toEqual({ enable: true });

  // Data and sign-ins outlive it, and so does the process.
  const [ann = ""] = await admin.users("ann");
  await admin.post("/config/reset_config", {});
  admin = await serving(
    server.api,
    ({ friendVerify }) => friendVerify === false,
  );
  expect(await admin.tokenOf(ann)).toMatch(/^eyJ/);
  expect(server.process.pid).toBe(pid);

  // And then it stops as always.
  await admin.post("/restart", {});
  expect(await server.stop()).toBe(0);
});

test("who is no administrator changes nothing, though settings can be changed", async () => {
  await using server = await startServer({
    environment: { PARLEY_CONFIG_MANAGER: "true" },
  });
  const admin = await Admin.signIn(server.api);
  const read = { configName: "parley.yml" };
  const before = await admin.post<string>("/config/get_config", read);
  const [ann = ""] = await admin.users("ann");
  const token = await admin.tokenOf(ann);

  for (const [path, body] of [
    ["/config/get_config_list", {}],
    ["/config/get_config", read],
    ["/config/get_enable_config_manager", {}],
    ["/config/set_config", { ...read, data: '{"friendVerify":true}' }],
    ["/config/set_enable_config_manager", { enable: true }],
    ["/config/reset_config", {}],
    ["/restart", {}],
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

  expect(await admin.post<string>("/config/get_config", read)).toBe(before);
  expect(
    await admin.post<object>("/config/get_enable_config_manager", {}),
  ).toEqual({ enable: false });
});

test("an administrator of accounts changes their settings at the administration's port", async () => {
  await using server = await startServer({
    environment: { PARLEY_CONFIG_MANAGER: "true" },
  });
  const signIn = async () => {
    const { adminToken } = await post<{ adminToken: string }>(
      server.chatAdmin,
      "/account/login",
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
    "/config/set_configs",
    {
      configs: [
        { configName: name, data: '{"TokenPolicy":{"Expire":7}}' },
        { configName: "chat-rpc-chat.yml", data: '{"AllowRegister":false}' },
      ],
    },
    token,
  );
  const on = { enable: true };
  await post(server.chatAdmin, "/config/set_enable_config_manager", on, token);
  // Sign-ins outlive it.
  const read = (configName: string) =>
    post<string>(server.chatAdmin, "/config/get_config", { configName }, token);
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
