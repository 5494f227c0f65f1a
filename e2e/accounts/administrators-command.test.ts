import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { AdminAccountInfo } from "@parley/protocol/methods/chat/administrators";
import { AuditSearch } from "@parley/protocol/methods/chat/audit";

import { startServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

test("there was no command for the first administrator, nor for a lost password", async () => {
  await using server = await startServer({
    environment: { PARLEY_ACCOUNTS_CHAT_ADMIN: "root" },
  });
  const run = (input: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, "administrators", ...args],
      {
        env: { ...process.env, PARLEY_DATA: server.dataFolder },
        encoding: "utf8",
        input,
      },
    );
    return { status, stdout, stderr };
  };
  const post = async (route: Called, body: object, token = "") => {
    const response = await fetch(`${server.chatAdmin}${pathOf(route)}`, {
      method: "POST",
      headers: { operationID: "op", token },
      body: JSON.stringify(body),
    });
    return (await response.json()) as {
      errCode: number;
      data: { adminToken: string };
    };
  };
  const signIn = (account: string, password: string) =>
    post(AccountLogin, { account, password: md5(password), version: "1" });

  // While the server runs.
  const added = run("", "add", "ann");
  expect(added).toMatchObject({ status: 0, stderr: "" });
  const made = /^password: (\S{20})$/m.exec(added.stdout)?.[1] ?? "";
  const first = await signIn("ann", made);
  expect(first.errCode).toBe(0);

  const given = run("of my own\nmore", "password", "ann", "--password-stdin");
  expect(given.status).toBe(0);
  expect(given.stdout).not.toContain("of my own");
  expect((await signIn("ann", made)).errCode).not.toBe(0);
  expect((await signIn("ann", "of my own")).errCode).toBe(0);
  const { adminToken } = first.data;
  expect((await post(AdminAccountInfo, {}, adminToken)).errCode).toBe(20101);
  expect(run("", "list").stdout).toContain("ann (level 100");

  for (const [input, args, code, reason] of [
    ["", ["add", "ann"], 1, "already"],
    ["", ["password", "bob"], 1, "no administrator 'bob'"],
    ["ann\n", ["password", "ann", "--password-stdin"], 1, "everybody knows"],
    ["\n", ["password", "ann", "--password-stdin"], 1, "1 to 256 characters"],
    ["", ["add"], 78, "Usage: parley administrators"],
    ["", ["remove", "ann"], 78, "not one of list, add and password"],
    ["", ["list", "ann"], 78, "unexpected argument 'ann'"],
  ] as const)
    expect(run(input, ...args)).toMatchObject({
      status: code,
      stderr: expect.stringContaining(reason) as string,
    });

  // The console was passed by, the record was not.
  const search = (action: string) =>
    post(
      AuditSearch,
      { action, pagination: { pageNumber: 1, showNumber: 10 } },
      again.data.adminToken,
    );
  const again = await signIn("ann", "of my own");
  for (const action of ["add", "password"]) {
    const { data } = await search(`parley administrators ${action}`);
    const { entries } = data as unknown as { entries: object[] };
    expect(entries).toMatchObject([
      { details: '{"account":"ann"}', outcome: "done", errCode: 0 },
    ]);
    expect(JSON.stringify(entries)).not.toContain("of my own");
  }

  // And while it does not.
  await server.stop();
  expect(run("another\n", "password", "ann", "--password-stdin").status).toBe(
    0,
  );
  await server.start();
  expect((await signIn("ann", "another")).errCode).toBe(0);
});
