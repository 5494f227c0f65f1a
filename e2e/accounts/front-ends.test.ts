// People come in as OpenIM's two front ends bring them, byte for byte, and the
// real SDK signs in with the token that came back.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  AccountCodeSend,
  AccountCodeVerify,
  AccountLogin,
  AccountPasswordReset,
  AccountRegister,
  UserFindFull,
  UserSearchFull,
  UserUpdate,
} from "@parley/protocol/methods/chat/accounts";

import { openBrowser } from "../sdk/browser.ts";
import type { Browser } from "../sdk/browser.ts";
import { Client } from "../sdk/client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

const web = 5;
const password = "0f8a25b9c3b9ef3b3ff67d0d84db5a8c";

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Tokens {
  userID: string;
  imToken: string;
  chatToken: string;
}

/** Sends what a front end sends; answers `data`. */
type Send = (path: Called, body: object, token?: string) => Promise<unknown>;

async function post(
  path: Called,
  body: string,
  headers: Record<string, string>,
): Promise<unknown> {
  const response = await fetch(server.chat + pathOf(path), {
    method: "POST",
    headers: {
      accept: "application/json, text/plain, */*",
      origin: "http://localhost:5173",
      ...headers,
    },
    body,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const answer = (await response.json()) as { errCode: number; data?: unknown };
  expect([path, answer.errCode]).toEqual([path, 0]);
  return answer.data;
}

/** JSON that says it is a form. */
const h5: Send = (path, body, token) =>
  post(path, JSON.stringify(body), {
    operationid: `${Date.now()}`,
    "content-type": "application/x-www-form-urlencoded",
    ...(token !== undefined && { token }),
  });

/** Without a token the front end sends the IM server's, whatever it is. */
const electron: Send = (path, body, token) =>
  post(path, JSON.stringify(body), {
    operationid: `${Date.now()}`,
    "content-type": "application/json",
    token: token ?? leftover,
  });

/** Token of a former session in the same browser. */
let leftover = "undefined";

async function signInToSDK({ userID, imToken }: Tokens): Promise<Client> {
  const client = new Client(server, await browser.openDevice(), {
    userID,
    platformID: web,
    tokenOf: () => Promise.resolve(imToken),
  });
  await client.signIn();
  return client;
}

async function registerByH5(phoneNumber: string, nickname: string) {
  const phone = { phoneNumber, areaCode: "+86", email: "" };
  await h5(AccountCodeSend, { ...phone, usedFor: 1, invitationCode: "" });
  await h5(AccountCodeVerify, {
    ...phone,
    verifyCode: "666666",
    usedFor: 1,
    operationID: "1",
  });
  const registered = await h5(AccountRegister, {
    verifyCode: "666666",
    deviceID: "",
    user: {
      faceURL: "",
      nickname,
      password,
      confirmPassword: "secret1",
      gender: 0,
      birth: 0,
      ...phone,
    },
    platform: web,
  });
  expect(registered).toMatchObject({ imToken: "", chatToken: "" });
  const signedIn = (await h5(AccountLogin, {
    phoneNumber,
    password,
    areaCode: "+86",
    verifyCode: "",
    email: "",
    deviceID: "",
    platform: web,
    account: "",
  })) as Tokens;
  expect(signedIn.userID).toBe((registered as Tokens).userID);
  return signedIn;
}

async function registerByElectron(phoneNumber: string, nickname: string) {
  const phone = { phoneNumber, areaCode: "+86", email: "" };
  await electron(AccountCodeSend, { ...phone, usedFor: 1 });
  await electron(AccountCodeVerify, {
    ...phone,
    verifyCode: "666666",
    usedFor: 1,
  });
  return (await electron(AccountRegister, {
    verifyCode: "666666",
    autoLogin: true,
    user: {
      nickname,
      faceURL: "",
      areaCode: "+86",
      phoneNumber,
      password,
      email: "",
    },
    platform: web,
  })) as Tokens;
}

describe("people of both front ends", () => {
  test("register, find one another, and chat by the real SDK", async () => {
    const ann = await registerByH5("13800000001", "Ann of the phone");
    const bob = await registerByElectron("13800000002", "Bob of the desktop");
    const [found] = (
      (await h5(
        UserSearchFull,
        { keyword: "bob OF", pagination: { pageNumber: 1, showNumber: 20 } },
        ann.chatToken,
      )) as { users: { userID: string }[] }
    ).users;
    expect(found?.userID).toBe(bob.userID);
    expect(
      await electron(UserFindFull, { userIDs: [bob.userID] }, bob.chatToken),
    ).toMatchObject({ users: [{ nickname: "Bob of the desktop" }] });

    const [annsSDK, bobsSDK] = await Promise.all([
      signInToSDK(ann),
      signInToSDK(bob),
    ]);
    expect(await annsSDK.call("getSelfUserInfo")).toMatchObject({
      userID: ann.userID,
      nickname: "Ann of the phone",
    });
    await annsSDK.say(bob.userID, "hello from the phone");
    await bobsSDK.event("OnRecvNewMessages", (messages) =>
      messages.some(
        ({ textElem }) => textElem?.content === "hello from the phone",
      ),
    );
    await electron(
      UserUpdate,
      { userID: bob.userID, nickname: "Bobby" },
      bob.chatToken,
    );
    await bobsSDK.event(
      "OnSelfInfoUpdated",
      ({ nickname }) => nickname === "Bobby",
    );
  });

  test("set a forgotten password with a code, and come in with it", async () => {
    const { userID, imToken } = await registerByElectron("13800000003", "Cid");
    leftover = imToken;
    const phone = { areaCode: "+86", phoneNumber: "13800000003", email: "" };
    await electron(AccountCodeSend, { ...phone, usedFor: 3 });
    await electron(AccountCodeVerify, {
      ...phone,
      verifyCode: "666666",
      usedFor: 2,
    });
    const other = "5f4dcc3b5aa765d61d8327deb882cf99";
    await electron(AccountPasswordReset, {
      password: other,
      verifyCode: "666666",
      ...phone,
      platform: web,
    });
    expect(
      await electron(AccountLogin, {
        areaCode: "+86",
        phoneNumber: "13800000003",
        password: other,
        platform: web,
      }),
    ).toMatchObject({ userID });
  });

  test("come in by e-mail with the area code of the form beside it", async () => {
    const { userID } = (await h5(AccountRegister, {
      verifyCode: "666666",
      deviceID: "",
      user: {
        faceURL: "",
        nickname: "Dee",
        password,
        confirmPassword: "secret1",
        gender: 0,
        birth: 0,
        phoneNumber: "",
        areaCode: "+86",
        email: "dee@example.com",
      },
      platform: web,
    })) as Tokens;
    expect(
      await h5(AccountLogin, {
        phoneNumber: "",
        password,
        areaCode: "+86",
        verifyCode: "",
        email: "dee@example.com",
        deviceID: "",
        platform: web,
        account: "",
      }),
    ).toMatchObject({ userID });
  });

  test("are let in by their browsers' questions before that", async () => {
    for (const asked of [
      "operationid",
      "operationid,token",
      "content-type,operationid,token",
    ]) {
      const response = await fetch(`${server.chat}${AccountLogin.path}`, {
        method: "OPTIONS",
        headers: {
          origin: "http://localhost:5173",
          "access-control-request-method": "POST",
          "access-control-request-headers": asked,
        },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toBe("Options Request!");
      expect(response.headers.get("access-control-allow-headers")).toBe("*");
    }
  });
});
