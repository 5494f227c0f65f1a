import { createHash, randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import writeXlsxFile from "write-excel-file/node";
import {
  AccountAddAdmin,
  AccountDelAdmin,
  AccountSearch,
  AdminAccountChangePassword,
  AdminAccountInfo,
  AdminAccountLogin,
  AdminAccountUpdate,
} from "@parley/protocol/methods/chat/administrators";
import {
  AccountLogin,
  AccountRegister,
  UserFindFull,
} from "@parley/protocol/methods/chat/accounts";
import { GetUsersInfo } from "@parley/protocol/methods/users";
import {
  AccountAddUser,
  BlockAdd,
  BlockSearch,
  DefaultGroupAdd,
  DefaultUserAdd,
  DefaultUserDel,
  UserImportJson,
  UserImportXlsx,
} from "@parley/protocol/methods/chat/managed-users";
import { IsFriend } from "@parley/protocol/methods/friends";

import { Client } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

let server: RunningServer;
let boss: string;

beforeAll(async () => {
  server = await startServer();
  boss = (await signIn("chatAdmin", md5("chatAdmin"))).adminToken;
});
afterAll(() => server[Symbol.asyncDispose]());

const md5 = (text: string): string =>
  createHash("md5").update(text).digest("hex");
const password = md5("secret1");
const newID = (): string => randomUUID().slice(0, 8);

interface Answer {
  errCode: number;
  errDlt: string;
  data?: unknown;
}

async function post(
  base: string,
  path: Called,
  body: object,
  token = "",
): Promise<Answer> {
  const response = await fetch(base + pathOf(path), {
    method: "POST",
    headers: { operationID: randomUUID(), ...(token && { token }) },
    body: body instanceof FormData ? body : JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** Asks as an administrator and returns `data` of a success. */
async function ask<Data>(path: Called, body: object): Promise<Data> {
  const answer = await post(server.chatAdmin, path, body, boss);
  expect(answer).toMatchObject({ errCode: 0 });
  return answer.data as Data;
}

const refused = (path: Called, body: object): Promise<Answer> =>
  post(server.chatAdmin, path, body, boss);

async function signIn(account: string, password: string) {
  const { errCode, data } = await post(server.chatAdmin, AdminAccountLogin, {
    account,
    password,
    version: "1",
  });
  expect(errCode).toBe(0);
  return data as { adminToken: string; adminUserID: string; imToken: string };
}

let phones = 13_800_000_000;
const someone = (more: object = {}) => ({
  nickname: "Al",
  areaCode: "+86",
  phoneNumber: String(phones++),
  password,
  ...more,
});

async function register(platform = 5) {
  const { errCode, data } = await post(server.chat, AccountRegister, {
    verifyCode: "666666",
    platform,
    autoLogin: true,
    user: someone(),
  });
  expect(errCode).toBe(0);
  return data as { userID: string; chatToken: string; imToken: string };
}

/** Returns the userIDs that both services know. */
async function known(userIDs: string[]): Promise<string[]> {
  const accounts = (await post(server.chat, UserFindFull, { userIDs }, boss))
    .data as { users: { userID: string }[] | null };
  const { imToken } = await signIn("chatAdmin", md5("chatAdmin"));
  const users = (await post(server.api, GetUsersInfo, { userIDs }, imToken))
    .data as { usersInfo: { userID: string }[] | null };
  const atIM = (users.usersInfo ?? []).map(({ userID }) => userID);
  const here = (accounts.users ?? []).map(({ userID }) => userID);
  expect(here.toSorted()).toEqual(atIM.toSorted());
  return here;
}

describe("a blocked user", () => {
  test.each([
    ["the web", 5],
    ["HarmonyOS, which force_logout refuses,", 11],
  ])(
    "with a live connection on %s is disconnected, and their tokens open nothing",
    async (_, platformID) => {
      const al = await register(platformID);
      const client = await Client.connect(server.ws, al.userID, al.imToken, {
        platformID,
      });
      await ask(BlockAdd, { userID: al.userID, reason: "spam" });
      await client.closed();
      for (const [base, path, token] of [
        [server.chat, UserFindFull.path, al.chatToken],
        [server.api, GetUsersInfo.path, al.imToken],
      ] as const) {
        const { errCode } = await post(base, path, { userIDs: ["x"] }, token);
        expect(errCode).toBe(base === server.chat ? 20101 : 1506);
      }
    },
  );
});

describe("an administrator", () => {
  const add = async () => {
    const account = `a${newID()}`;
    await ask(AccountAddAdmin, { account, password });
    return { account, ...(await signIn(account, password)) };
  };
  const page = { pagination: { pageNumber: 1, showNumber: 10 } };

  test("who is removed may do nothing any more", async () => {
    const { adminUserID, adminToken } = await add();
    await ask(AccountDelAdmin, { userIDs: [adminUserID] });
    for (const path of [AdminAccountInfo.path, BlockSearch.path])
      expect(
        await post(server.chatAdmin, path, page, adminToken),
      ).toMatchObject({ errCode: 20101 });
  });

  test("whose password another one changes has to sign in again", async () => {
    const { account, adminUserID, adminToken } = await add();
    const newPassword = md5("secret2");
    await ask(AdminAccountChangePassword, {
      userID: adminUserID,
      currentPassword: password,
      newPassword,
    });
    expect(
      await post(server.chatAdmin, AdminAccountInfo, {}, adminToken),
    ).toMatchObject({ errCode: 20101 });
    await signIn(account, newPassword);
  });

  test("cannot raise the own level, and is shown no password", async () => {
    const { adminToken } = await add();
    expect(
      await post(
        server.chatAdmin,
        AdminAccountUpdate,
        { level: 100 },
        adminToken,
      ),
    ).toMatchObject({ errCode: 1002 });
    expect(
      await post(server.chatAdmin, AdminAccountInfo, {}, adminToken),
    ).toMatchObject({ data: { level: 80, password: "" } });
  });

  test.each([[AccountSearch.path], [DefaultGroupAdd.path]])(
    "who forgets what %s needs gets an error",
    async (path) => {
      expect(await refused(path, {})).toMatchObject({ errCode: 1001 });
    },
  );
});

describe("a user whom an administrator adds", () => {
  test("must be like any other, and the answer says what is wrong", async () => {
    const al = someone({ userID: newID(), account: `a${newID()}` });
    const email = `${newID()}@example.com`;
    await ask(AccountAddUser, { user: al });
    await ask(AccountAddUser, {
      user: { nickname: "m", email, password },
    });
    const { userID, account, phoneNumber } = al as typeof al & {
      userID: string;
      account: string;
    };
    for (const [user, errCode] of [
      [null, 1001],
      [someone({ nickname: "" }), 1001],
      [someone({ userID }), 1001],
      [{ nickname: "m", password, account: `a${newID()}` }, 1001],
      [someone({ phoneNumber }), 20003],
      [someone({ account }), 20004],
      [someone({ email }), 20014],
    ] as const)
      expect(await refused(AccountAddUser, { user })).toMatchObject({
        errCode,
      });
  });
});

describe("an import", () => {
  const path = UserImportJson.path;

  test("half of which is bad imports nobody, and names each bad row", async () => {
    const taken = someone();
    await ask(path, { users: [taken] });
    const ids = Array.from({ length: 6 }, newID);
    const twice = someone({ userID: ids[1] });
    const users = [
      someone({ userID: ids[0] }),
      twice,
      someone({ userID: ids[2], nickname: "" }),
      { ...twice, userID: ids[3] },
      { ...taken, userID: ids[4] },
      someone({ userID: ids[5] }),
    ];
    const { errCode, errDlt } = await refused(path, { users });
    expect(errCode).toBe(1001);
    const rows = [...errDlt.matchAll(/row (\d+): [^;]+/g)];
    expect(rows.map(([, row]) => row)).toEqual(["3", "4", "5"]);
    expect(await known(ids)).toEqual([]);
  });

  test.each([
    ["nobody", []],
    ["an empty entry", [null]],
  ])("of %s is refused", async (_about, users) => {
    expect(await refused(path, { users })).toMatchObject({ errCode: 1001 });
  });

  test("of two hundred people makes all of them, with friends and groups of everybody", async () => {
    const friend = await register();
    await ask(DefaultUserAdd, { userIDs: [friend.userID] });
    const ids = Array.from({ length: 200 }, newID);
    // No password takes no time to hash.
    const users = ids.map((userID) => someone({ userID, password: "" }));
    await ask(path, { users });
    expect((await known(ids)).toSorted()).toEqual(ids.toSorted());
    const { imToken } = await signIn("chatAdmin", md5("chatAdmin"));
    for (const userID of [ids[0], ids[199]])
      expect(
        await post(
          server.api,
          IsFriend,
          { userID1: userID, userID2: friend.userID },
          imToken,
        ),
      ).toMatchObject({ data: { inUser1Friends: true, inUser2Friends: true } });
    await ask(DefaultUserDel, { userIDs: [friend.userID] });
  });

  test("from a workbook takes passwords as they are typed", async () => {
    const userID = newID();
    const { phoneNumber } = someone();
    const rows = [
      ["user_id", "nickname", "area_code", "phone_number", "password"],
      [userID, "Al", "+86", phoneNumber, "secret1"],
    ].map((row) => row.map((value) => ({ value })));
    const form = new FormData();
    const file = await writeXlsxFile(rows, { sheet: "user" }).toBuffer();
    form.append("data", new Blob([new Uint8Array(file)]), "users.xlsx");
    await ask(UserImportXlsx, form);
    expect(
      await post(server.chat, AccountLogin, {
        areaCode: "+86",
        phoneNumber,
        password,
        platform: 5,
      }),
    ).toMatchObject({ errCode: 0, data: { userID } });
  });

  test("from a workbook that is none is refused", async () => {
    const form = new FormData();
    form.append("data", new Blob(["no workbook"]), "users.xlsx");
    expect(await refused(UserImportXlsx, form)).toMatchObject({
      errCode: 1001,
    });
  });

  test("is shown by a workbook, which is not sent twice", async () => {
    const url = `${server.chatAdmin}${UserImportXlsx.path}`;
    const first = await fetch(url);
    expect(first.headers.get("content-type")).toBe(
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
    const etag = first.headers.get("etag") ?? "";
    expect(md5Of(await first.bytes())).toBe(etag);
    const again = await fetch(url, { headers: { "If-None-Match": etag } });
    expect(again.status).toBe(304);
  });
});

const md5Of = (bytes: Uint8Array): string =>
  createHash("md5").update(bytes).digest("hex");

test("the password that everybody knows opens nothing through a proxy", async () => {
  const response = await fetch(`${server.chatAdmin}${AdminAccountLogin.path}`, {
    method: "POST",
    headers: { operationID: "op", "X-Forwarded-For": "203.0.113.9" },
    body: JSON.stringify({
      account: "chatAdmin",
      password: md5("chatAdmin"),
      version: "1",
    }),
  });
  expect(await response.json()).toMatchObject({ errCode: 1002 });
});

test("a server that strangers reach makes no administrator whose password they know", async () => {
  await using open = await startServer({
    environment: {
      PARLEY_LISTEN: "0.0.0.0",
      PARLEY_SECRET: randomUUID(),
    },
  });
  const { errCode } = await post(open.chatAdmin, AdminAccountLogin, {
    account: "chatAdmin",
    password: md5("chatAdmin"),
    version: "1",
  });
  expect(errCode).toBe(20002);
  expect(open.logs()).toContain("PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD");
});
