import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";

import { SMTPServer } from "smtp-server";
import {
  AccountCodeSend,
  AccountLogin,
  AccountRegister,
  CallbackOpenIm,
  FriendSearch,
  UserFindFull,
  UserRtcGetToken,
  UserSearchFull,
  UserUpdate,
} from "@parley/protocol/methods/chat/accounts";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import {
  BlockAdd,
  BlockDel,
} from "@parley/protocol/methods/chat/managed-users";
import { GetUsersInfo } from "@parley/protocol/methods/users";

import { Client } from "../client.ts";
import { startProcess, startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

const web = 5;
const password = "0f8a25b9c3b9ef3b3ff67d0d84db5a8c";

interface Answer {
  errCode: number;
  errMsg: string;
  errDlt: string;
  data?: Record<string, string>;
}

async function post(
  base: string,
  path: Called,
  body: object,
  token?: string,
): Promise<Answer> {
  const response = await fetch(base + pathOf(path), {
    method: "POST",
    headers: { operationID: "op", ...(token !== undefined && { token }) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

/** Mails and SMS that a server sent. */
interface Sent {
  mails: string[];
  texts: string[];
}

/** The code in the newest text that has one. */
const codeIn = (texts: readonly string[]): string =>
  /code is (\d{6})/.exec(texts.at(-1) ?? "")?.[1] ?? "";

let server: RunningServer;
let mailServer: SMTPServer;
let gateway: ReturnType<typeof Bun.serve>;
const sent: Sent = { mails: [], texts: [] };

beforeAll(async () => {
  mailServer = new SMTPServer({
    authOptional: true,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        sent.mails.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) =>
    mailServer.listen(0, "127.0.0.1", () => resolve()),
  );
  gateway = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      sent.texts.push(await request.text());
      return new Response("ok");
    },
  });
  const { port } = mailServer.server.address() as AddressInfo;
  const codes = "PARLEY_ACCOUNTS_VERIFY_CODE";
  server = await startServer({
    environment: {
      PARLEY_LOG_LEVEL: "trace",
      [`${codes}_MAIL_USE`]: "mail",
      [`${codes}_MAIL_SMTP_ADDR`]: "127.0.0.1",
      [`${codes}_MAIL_SMTP_PORT`]: String(port),
      [`${codes}_MAIL_SENDER_MAIL`]: "parley@example.com",
      [`${codes}_PHONE_USE`]: "http",
      [`${codes}_PHONE_URL`]: `http://127.0.0.1:${gateway.port}/send`,
      [`${codes}_MAX_COUNT`]: "3",
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await gateway.stop(true);
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
});

async function register(
  ways: Record<string, string>,
  verifyCode: string,
): Promise<Answer> {
  return post(server.chat, AccountRegister, {
    verifyCode,
    platform: web,
    autoLogin: true,
    user: { nickname: "Al", password, ...ways },
  });
}

test("who registers proves a mailbox or a phone with the code that came there", async () => {
  const email = "al@example.com";
  await post(server.chat, AccountCodeSend, { usedFor: 1, email });
  const mailed = codeIn(sent.mails);
  expect(await register({ email }, "666666")).toMatchObject({ errCode: 20006 });
  expect(await register({ email }, mailed)).toMatchObject({ errCode: 0 });

  const phone = { areaCode: "+86", phoneNumber: "13800000000" };
  await post(server.chat, AccountCodeSend, { usedFor: 1, ...phone });
  const texted = codeIn(sent.texts);
  expect(JSON.parse(sent.texts.at(-1) ?? "")).toMatchObject({
    to: "+8613800000000",
  });
  expect(await register(phone, texted)).toMatchObject({ errCode: 0 });
  // Nobody else gets codes or passwords.
  for (const secret of [mailed, texted, password])
    expect(server.logs()).not.toContain(secret);
});

test("a mail goes out beside an area code, which OpenIM forgets to send", async () => {
  const before = sent.mails.length;
  const { errCode } = await post(server.chat, AccountCodeSend, {
    usedFor: 1,
    email: "bo@example.com",
    areaCode: "+86",
    phoneNumber: "",
  });
  expect(errCode).toBe(0);
  expect(sent.mails.length).toBe(before + 1);
});

test("a flood of codes for one target ends at the limit", async () => {
  const before = sent.mails.length;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      post(server.chat, AccountCodeSend, {
        usedFor: 1,
        email: "flooded@example.com",
      }),
    ),
  );
  const codes = answers.map(({ errCode }) => errCode).sort();
  expect(codes).toEqual([0, 0, 0, ...Array<number>(5).fill(20005)]);
  expect(sent.mails.length).toBe(before + 3);
});

test("a phone that is registered by many at once is one account's", async () => {
  const phone = { areaCode: "+86", phoneNumber: "13900000000" };
  await post(server.chat, AccountCodeSend, { usedFor: 1, ...phone });
  const code = codeIn(sent.texts);
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => register(phone, code)),
  );
  expect(answers.map(({ errCode }) => errCode).sort()).toEqual([
    0,
    ...Array<number>(5).fill(20004),
  ]);
});

test("who is blocked is cut off at once, at both services, and stays out", async () => {
  const email = "blocked@example.com";
  await post(server.chat, AccountCodeSend, { usedFor: 1, email });
  const { data } = await register({ email }, codeIn(sent.mails));
  const { userID = "", chatToken = "", imToken = "" } = data ?? {};
  const client = await Client.connect(server.ws, userID, imToken, {
    platformID: web,
  });
  const signedIn = await post(server.chatAdmin, AdminAccountLogin, {
    account: "chatAdmin",
    password: createHash("md5").update("chatAdmin").digest("hex"),
    version: "3.8",
  });
  const admin = signedIn.data?.["adminToken"];
  await post(server.chatAdmin, BlockAdd, { userID }, admin);
  await client.until(() => client.isClosed);
  expect(
    await post(server.chat, UserFindFull, { userIDs: [userID] }, chatToken),
  ).toMatchObject({ errCode: 20101 });
  expect(
    await post(server.api, GetUsersInfo, { userIDs: [userID] }, imToken),
  ).toMatchObject({ errCode: 1506 });
  const signIn = { email, password, platform: web };
  expect(await post(server.chat, AccountLogin, signIn)).toMatchObject({
    errCode: 20012,
  });
  await post(server.chatAdmin, BlockDel, { userIDs: [userID] }, admin);
  expect(await post(server.chat, AccountLogin, signIn)).toMatchObject({
    errCode: 0,
  });
});

test("guessing one account's password ends, at both ports", async () => {
  const email = "guessed@example.com";
  await post(server.chat, AccountCodeSend, { usedFor: 1, email });
  await register({ email }, codeIn(sent.mails));
  const attempt = (guess: string) =>
    post(server.chat, AccountLogin, {
      email,
      password: guess,
      platform: web,
    });
  for (let tries = 0; tries < 10; tries++)
    expect(await attempt(`guess ${tries}`)).toMatchObject({ errCode: 20001 });
  const { errCode, errDlt } = await attempt(password);
  expect(errCode).toBe(20012);
  expect(errDlt).toMatch(/too many wrong passwords: try again in \d+ seconds/);

  const guessAdmin = (account: string) =>
    post(server.chatAdmin, AdminAccountLogin, {
      account,
      password: "guess",
      version: "3.8",
    });
  for (let tries = 0; tries < 10; tries++)
    expect(await guessAdmin("nobody")).toMatchObject({ errCode: 20002 });
  expect(await guessAdmin("nobody")).toMatchObject({ errCode: 20012 });
});

test("OpenIM's answers that were wrong are right here", async () => {
  const email = "right@example.com";
  await post(server.chat, AccountCodeSend, { usedFor: 1, email });
  const { data } = await register(
    { email, account: "right" },
    codeIn(sent.mails),
  );
  const { userID = "", chatToken } = data ?? {};
  // chat/login: an account alone signs in.
  expect(
    await post(server.chat, AccountLogin, {
      account: "right",
      password,
      platform: web,
    }),
  ).toMatchObject({ errCode: 0, data: { userID } });
  // chat/signup-app: a new phone is found.
  const phone = { areaCode: "+86", phoneNumber: "13700000000" };
  const change = { userID, ...phone };
  expect(await post(server.chat, UserUpdate, change, chatToken)).toMatchObject({
    errCode: 1001,
  });
  await post(server.chat, AccountCodeSend, { usedFor: 10, ...phone });
  const proved = { ...change, verifyCode: codeIn(sent.texts) };
  expect(await post(server.chat, UserUpdate, proved, chatToken)).toMatchObject({
    errCode: 0,
  });
  expect(
    await post(server.chat, AccountCodeSend, { usedFor: 3, ...phone }),
  ).toMatchObject({ errCode: 0 });
  // chat/user-search: a keyword is no pattern.
  expect(
    await post(
      server.chat,
      UserSearchFull,
      { keyword: "r.*t", pagination: { pageNumber: 1, showNumber: 5 } },
      chatToken,
    ),
  ).toMatchObject({ errCode: 0, data: { total: 0 } });
  // chat/friend-search: friends of others are not shown.
  expect(
    await post(
      server.chat,
      FriendSearch,
      { userID: "imAdmin", pagination: { pageNumber: 1, showNumber: 5 } },
      chatToken,
    ),
  ).toMatchObject({ errCode: 1002 });
  // chat/rtc: nobody gets a token for no room, and here there are no calls.
  expect(await post(server.chat, UserRtcGetToken, {}, chatToken)).toMatchObject(
    { errCode: 1001 },
  );
  const call = await post(
    server.chat,
    UserRtcGetToken,
    { room: "r", identity: userID },
    chatToken,
  );
  expect(call.errCode).toBe(500);
  expect(call.errDlt).toContain("accounts.liveKit.key");
  // chat/callback: what is no JSON is the sender's mistake.
  const response = await fetch(
    `${server.chat}${CallbackOpenIm.path}?command=callbackBeforeAddFriendCommand`,
    { method: "POST", headers: { operationID: "op" }, body: "x" },
  );
  expect(await response.json()).toMatchObject({ errCode: 1001 });
});

test("outside loopback a server that was told nothing starts, and sends no codes", async () => {
  await using exposed = await startServer({
    environment: {
      PARLEY_LISTEN: "0.0.0.0",
      PARLEY_SECRET: "a secret that nobody knows",
    },
  });
  const asked = await post(exposed.chat, AccountCodeSend, {
    usedFor: 1,
    email: "al@example.com",
  });
  expect(asked.errCode).toBe(500);
  expect(asked.errDlt).toContain("accounts.verifyCode.mail.use");
  expect(
    await post(exposed.chat, AccountRegister, {
      verifyCode: "666666",
      platform: web,
      user: { nickname: "Al", email: "al@example.com", password },
    }),
  ).toMatchObject({ errCode: 500 });
  expect(exposed.logs()).not.toContain("superCode");
});

test("one that is told to take one code of everybody there does not start", async () => {
  const start = startServer({
    environment: {
      PARLEY_LISTEN: "0.0.0.0",
      PARLEY_SECRET: "a secret that nobody knows",
      PARLEY_ACCOUNTS_VERIFY_CODE_MAIL_USE: "superCode",
    },
  });
  await expect(start).rejects.toThrow(
    "accounts.verifyCode.mail.use is superCode",
  );
});

test("the super code is warned of at every start", async () => {
  await using plain = await startProcess();
  expect(plain.logs()).toContain(
    "the super code (accounts.verifyCode.superCode)",
  );
  await plain.stop();
  await plain.start();
  expect(
    plain.logs().split("the super code (accounts.verifyCode.superCode)")
      .length - 1,
  ).toBe(2);
});
