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
}, 30_000);

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
