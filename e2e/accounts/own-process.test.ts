import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "bun:test";

import type { AccountDeletion } from "@parley/protocol/chat/audit";
import {
  AccountLogin,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import { UserDelete } from "@parley/protocol/methods/chat/managed-users";

import { Client, post } from "../client.ts";
import { md5, password } from "../rights/chat-fixtures.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";

// Accounts as a process of their own, before an IM server that has none.

let im: RunningServer;
let accounts: RunningServer;

beforeAll(async () => {
  im = await startServer({ environment: { PARLEY_ACCOUNTS_ENABLE: "false" } });
  accounts = await startServer({
    command: "accounts",
    environment: { PARLEY_ACCOUNTS_IM_ADDRESS: im.api },
  });
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await im[Symbol.asyncDispose]();
});

interface SignedIn {
  userID: string;
  chatToken: string;
  imToken: string;
}

const register = (name: string): Promise<SignedIn> =>
  post(accounts.chat, AccountRegister, {
    platform: 5,
    autoLogin: true,
    verifyCode: "666666",
    user: { nickname: name, email: `${name}@example.com`, password },
  });

const signIn = (name: string): Promise<SignedIn> =>
  post(accounts.chat, AccountLogin, {
    platform: 5,
    email: `${name}@example.com`,
    password,
  });

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

test("people register and sign in there, and write to each other at the IM server", async () => {
  const al = await register("al");
  await register("bo");
  const bo = await signIn("bo");
  await using als = await Client.connect(im.ws, al.userID, al.imToken);
  await using bos = await Client.connect(im.ws, bo.userID, bo.imToken);
  await als.say(bo.userID, "hello from the other process");
  await bos.until(() => bos.heard().length === 1);
  expect(bos.heard()).toEqual(["hello from the other process"]);
});

test("it tells how it is, and stands on its own data", async () => {
  await codeOf(signIn("nobody"));
  const page = async (name: string) => {
    const response = await fetch(`${accounts.chat}/${name}`);
    return [response.status, await response.text()] as const;
  };
  expect(await page("healthz")).toEqual([200, "ok\n"]);
  expect(await page("readyz")).toEqual([200, "ready\n"]);
  const [status, series] = await page("metrics");
  expect(status).toBe(200);
  expect(series).toContain(AccountLogin.path);
  expect(readdirSync(accounts.dataFolder)).toContain("parley.db");
  expect(accounts.dataFolder).not.toBe(im.dataFolder);
});

test("an administrator deletes a person from both", async () => {
  const cy = await register("cy");
  const { adminToken } = await post<{ adminToken: string }>(
    accounts.chatAdmin,
    AdminAccountLogin,
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  );
  const receipt = await post<AccountDeletion>(
    accounts.chatAdmin,
    UserDelete,
    { userID: cy.userID },
    adminToken,
  );
  expect(receipt).toMatchObject({
    state: "done",
    removed: { accounts: 1 },
    im: { state: "done", removed: { profiles: 1 } },
  });
  expect(await codeOf(signIn("cy"))).toBe(20002);
});

test("without the IM server it says so, starts nevertheless, goes on with what it could not finish, and works again when that is back", async () => {
  const di = await register("di");
  const { adminToken } = await post<{ adminToken: string }>(
    accounts.chatAdmin,
    AdminAccountLogin,
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  );
  await im.stop();
  expect(await codeOf(signIn("al"))).toBe(500);
  const refusal = await signIn("al").catch((error: Error) => error.message);
  expect(refusal).toContain(`the IM server at ${im.api} cannot be reached`);
  const remove = () =>
    post<AccountDeletion>(
      accounts.chatAdmin,
      UserDelete,
      { userID: di.userID },
      adminToken,
    );
  expect(await codeOf(remove())).toBe(500);
  // Half gone is gone for who signs in.
  expect(await codeOf(signIn("di"))).toBe(20002);

  expect(await accounts.stop()).toBe(0);
  await accounts.start();
  while (!accounts.logs().includes("issues no administrator's token"))
    await once(accounts.process.stdout!, "data");
  expect((await fetch(`${accounts.chat}/healthz`)).status).toBe(200);
  expect(await codeOf(signIn("al"))).toBe(500);

  await im.start();
  const { userID, imToken } = await signIn("al");
  await using als = await Client.connect(im.ws, userID, imToken);
  expect(als.isClosed).toBe(false);
  expect(await remove()).toMatchObject({
    state: "done",
    removed: { accounts: 1 },
    im: { removed: { profiles: 1 } },
  });
});

test("its data is backed up while it runs", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-accounts-backup-"));
  const target = path.join(folder, "backup");
  const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");
  try {
    const { status, stdout } = spawnSync(
      process.execPath,
      [main, "backup", target],
      { env: { ...process.env, PARLEY_DATA: accounts.dataFolder } },
    );
    expect(stdout.toString()).toContain("database of");
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("settings that the server alone may have with accounts switched off end its start", () => {
  const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");
  const { status, stderr } = spawnSync(process.execPath, [main, "accounts"], {
    env: {
      ...process.env,
      PARLEY_ACCOUNTS_ENABLE: "false",
      PARLEY_LISTEN: "0.0.0.0",
      PARLEY_SECRET: "a secret of ours",
      PARLEY_ACCOUNTS_VERIFY_CODE_MAIL_USE: "superCode",
    },
  });
  expect(stderr.toString()).toContain("anybody can sign in to any account");
  expect(status).toBe(78);
});
