import { generateKeyPairSync, verify } from "node:crypto";

import { expect, test } from "bun:test";

import { createFcm, readServiceAccount } from "./fcm.ts";
import { Away } from "./provider.ts";
import type { Device } from "./provider.ts";
import { startTestProvider } from "../../../testing/push/providers/provider.ts";
import type { StubAnswer } from "../../../testing/push/providers/provider.ts";
import {
  open,
  readToken,
  text,
} from "../../../testing/push/providers/texts.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
});
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const bob: Device = { userID: "bob", platformID: 2, token: "b:1", badge: 3 };
const cid: Device = { userID: "cid", platformID: 1, token: "c:1", badge: 1 };

/** FCM over a stub that answers each device so, by its token. */
function fcmOver(answers: Record<string, StubAnswer> = {}) {
  const clock = { now: 1_700_000_000_000 };
  let bearers = 0;
  const provider = startTestProvider(({ path, body }) => {
    if (path === "/token")
      return {
        json: { access_token: `bearer-${++bearers}`, expires_in: 3600 },
      };
    const { token } = (body as { message: { token: string } }).message;
    return answers[token] ?? { json: { name: "projects/p/messages/1" } };
  });
  const account = {
    project_id: "p",
    client_email: "push@p.iam",
    private_key: pem,
    private_key_id: "k1",
    token_uri: `${provider.url}/token`,
  };
  const fcm = createFcm({
    loadAccount: () => Promise.resolve(account),
    url: provider.url,
    iosPush: { pushSound: "default", badgeCount: true },
    guard: open,
    fetch,
    now: () => clock.now,
  });
  return { fcm, provider, clock };
}

test("FCM is asked once for each device, with one token for all", async () => {
  const { fcm, provider } = fcmOver();
  await using stub = provider;
  expect(await fcm.pushToDevices(text, [bob, cid])).toEqual([]);

  const [signIn, ...pushes] = await stub.take(3);
  const form = new URLSearchParams(String(signIn!.body));
  const { header, claims, signed, signature } = readToken(
    form.get("assertion")!,
  );
  expect(form.get("grant_type")).toBe(
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
  );
  expect(header).toEqual({ alg: "RS256", typ: "JWT", kid: "k1" });
  expect(claims).toEqual({
    iss: "push@p.iam",
    scope: "https://www.googleapis.com/auth/firebase.messaging",
    aud: `${provider.url}/token`,
    iat: 1_700_000_000,
    exp: 1_700_003_600,
  });
  expect(verify("RSA-SHA256", signed, publicKey, signature)).toBe(true);

  expect(pushes.map(({ body }) => body)).toEqual(
    expect.arrayContaining([
      {
        message: {
          token: "b:1",
          notification: { title: "Ann", body: "[TEXT]" },
          data: { ex: '{"room":1}' },
          apns: { payload: { aps: { sound: "default", badge: 3 } } },
        },
      },
    ]),
  );
  for (const { method, path, headers } of pushes)
    expect([method, path, headers["authorization"]]).toEqual([
      "POST",
      "/v1/projects/p/messages:send",
      "Bearer bearer-1",
    ]);
});

test("a sound that the sender named is played", async () => {
  const { fcm, provider } = fcmOver();
  await using stub = provider;
  await fcm.pushToDevices({ ...text, sound: "bell" }, [cid]);
  const heard = await stub.take(2);
  expect(JSON.stringify(heard[1]!.body)).toContain('"sound":"bell"');
});

test("a token is used until its last minute, and replaced when it is refused", async () => {
  const { fcm, provider, clock } = fcmOver();
  await using stub = provider;
  const bearers = async () => {
    await fcm.pushToDevices(text, [bob]);
    return stub.heard
      .splice(0)
      .flatMap(({ headers }) => headers["authorization"] ?? []);
  };
  expect(await bearers()).toEqual(["Bearer bearer-1"]);
  clock.now += 3_539_000;
  expect(await bearers()).toEqual(["Bearer bearer-1"]);
  clock.now += 1_000;
  expect(await bearers()).toEqual(["Bearer bearer-2"]);

  const usual = provider.answer;
  let refusals = 0;
  provider.answer = (request) =>
    request.path !== "/token" && ++refusals === 1
      ? { status: 401 }
      : usual(request);
  expect(await bearers()).toEqual(["Bearer bearer-2", "Bearer bearer-3"]);
});

test("what FCM says of a token decides whether it is kept", async () => {
  const unregistered = {
    error: {
      status: "NOT_FOUND",
      details: [{ errorCode: "UNREGISTERED" }],
    },
  };
  const invalid = {
    error: {
      status: "INVALID_ARGUMENT",
      message: "The registration token is not a valid FCM registration token",
    },
  };
  const tooBig = {
    error: { status: "INVALID_ARGUMENT", message: "Message too big" },
  };
  const { fcm, provider } = fcmOver({
    gone: { status: 404, json: unregistered },
    bad: { status: 400, json: invalid },
    big: { status: 400, json: tooBig },
    busy: { status: 503 },
  });
  const devices = ["fine", "gone", "bad", "big", "busy"].map((token) => ({
    ...bob,
    userID: token,
    token,
  }));
  const unsent = await fcm.pushToDevices(text, devices);
  await provider[Symbol.asyncDispose]();
  expect(
    unsent.map(({ userIDs, goneToken }) => [userIDs[0], goneToken?.token]),
  ).toEqual([
    ["gone", "gone"],
    ["bad", "bad"],
    ["big", undefined],
    ["busy", undefined],
  ]);
  expect(unsent[2]!.detail).toContain("Message too big");
});

test("a service account that is refused is one reason for all", async () => {
  const { fcm, provider } = fcmOver();
  await using stub = provider;
  stub.answer = () => ({ status: 400, json: { error: "invalid_grant" } });
  expect(fcm.pushToDevices(text, [bob, cid])).rejects.toThrow(
    'the service account was refused: HTTP 400 {"error":"invalid_grant"}',
  );
});

test("an account that cannot be had now is asked for again, but not by each message", async () => {
  const { provider } = fcmOver();
  await using stub = provider;
  let asked = 0;
  let at = 0;
  const fcm = createFcm({
    loadAccount() {
      if (++asked === 1) return Promise.reject(new Away("not there"));
      return Promise.resolve({
        project_id: "p",
        client_email: "e",
        private_key: pem,
        token_uri: `${stub.url}/token`,
      });
    },
    url: stub.url,
    iosPush: { pushSound: "", badgeCount: false },
    guard: open,
    fetch,
    now: () => at,
  });
  for (let i = 0; i < 3; i++)
    expect(fcm.pushToDevices(text, [bob])).rejects.toThrow("not there");
  expect(asked).toBe(1);
  at += 10_000;
  expect(await fcm.pushToDevices(text, [bob])).toEqual([]);
});

test("tokens of APNs, of browsers and of other platforms are not FCM's", () => {
  const { fcm, provider } = fcmOver();
  void provider[Symbol.asyncDispose]();
  const takes = (platformID: number, token: string) =>
    fcm.takes({ userID: "bob", platformID, token });
  expect([1, 2, 5].map((platform) => takes(platform, "x:y"))).toEqual([
    true,
    true,
    true,
  ]);
  expect([3, 8, 9].map((platform) => takes(platform, "x:y"))).toEqual([
    false,
    false,
    false,
  ]);
  expect(takes(1, "ab".repeat(32))).toBe(false);
});

test("a service account that lacks something is named", () => {
  expect(() => readServiceAccount("{")).toThrow("is not JSON");
  expect(() =>
    readServiceAccount('{"project_id":"p","client_email":"e"}'),
  ).toThrow("has no private_key");
});
