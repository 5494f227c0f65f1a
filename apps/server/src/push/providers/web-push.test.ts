import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";

import { expect, test } from "bun:test";
import webpush from "web-push";

import { createWebPush, requireVapid } from "./web-push.ts";
import type { Device } from "./provider.ts";
import { startTestProvider } from "../../../testing/push/providers/provider.ts";
import {
  open,
  readToken,
  text,
} from "../../../testing/push/providers/texts.ts";

const vapid = webpush.generateVAPIDKeys();
const settings = {
  ...vapid,
  subject: "mailto:ops@example.com",
  hosts: ["127.0.0.1", "push.example.com"],
};

/** A browser that subscribed, and can read what is sent to it. */
function openBrowser(endpoint: string) {
  const keys = createECDH("prime256v1");
  keys.generateKeys();
  const auth = randomBytes(16);
  const device: Device = {
    userID: "bob",
    platformID: 5,
    token: JSON.stringify({
      endpoint,
      expirationTime: null,
      keys: {
        p256dh: keys.getPublicKey("base64url"),
        auth: auth.toString("base64url"),
      },
    }),
    badge: 1,
  };
  /** RFC 8291 and RFC 8188, from the browser's side. */
  function read(body: Buffer): unknown {
    const salt = body.subarray(0, 16);
    const length = body[20]!;
    const sender = body.subarray(21, 21 + length);
    const sealed = body.subarray(21 + length);
    const derive = (
      secret: Uint8Array,
      salt: Uint8Array,
      info: Buffer,
      size: number,
    ) => Buffer.from(hkdfSync("sha256", secret, salt, info, size));
    const info = Buffer.concat([
      Buffer.from("WebPush: info\0"),
      keys.getPublicKey(),
      sender,
    ]);
    const secret = derive(keys.computeSecret(sender), auth, info, 32);
    const key = derive(
      secret,
      salt,
      Buffer.from("Content-Encoding: aes128gcm\0"),
      16,
    );
    const nonce = derive(
      secret,
      salt,
      Buffer.from("Content-Encoding: nonce\0"),
      12,
    );
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([
      decipher.update(sealed.subarray(0, -16)),
      decipher.final(),
    ]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString());
  }
  return { device, read };
}

const pushOver = () =>
  createWebPush({ settings, createGuard: () => open, fetch });

test("only the browser reads what it is sent, signed by us", async () => {
  await using service = startTestProvider(() => ({ status: 201 }));
  const { device, read } = openBrowser(`${service.url}/send/1`);
  expect(await pushOver().pushToDevices(text, [device])).toEqual([]);

  const [heard] = await service.take(1);
  expect([heard!.method, heard!.path]).toEqual(["POST", "/send/1"]);
  expect(heard!.headers).toMatchObject({
    ttl: "604800",
    urgency: "high",
    "content-encoding": "aes128gcm",
  });
  expect(read(heard!.body as Buffer)).toEqual({
    title: "Ann",
    body: "[TEXT]",
    ex: '{"room":1}',
    clientMsgID: "c1",
    conversationID: "si_ann_bob",
  });
  const [, token = "", key] = /^vapid t=(.*), k=(.*)$/.exec(
    heard!.headers["authorization"]!,
  )!;
  expect(key).toBe(vapid.publicKey);
  const { claims, signed, signature } = readToken(token);
  expect(claims).toMatchObject({ aud: service.url, sub: settings.subject });
  const point = Buffer.from(vapid.publicKey, "base64url");
  const publicKey = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
  const verifier = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", signed, verifier, signature)).toBe(true);
});

test("a subscription that ended is of no use again", async () => {
  await using service = startTestProvider(({ path }) => ({
    status: path === "/gone" ? 410 : path === "/none" ? 404 : 413,
  }));
  const devices = ["/gone", "/none", "/big"].map(
    (path) => openBrowser(service.url + path).device,
  );
  const unsent = await pushOver().pushToDevices(text, devices);
  expect(unsent.map(({ goneToken }) => goneToken?.token)).toEqual([
    devices[0]!.token,
    devices[1]!.token,
    undefined,
  ]);
  expect(unsent[2]!.detail).toStartWith("HTTP 413");
});

test.each([
  "http://push.example.com/1",
  "https://evil.example.org/1",
  "https://notpush.example.com/1",
  "https://push.example.com.evil.org/1",
  "https://localhost/1",
  "https://169.254.169.254/latest",
  "not an address",
])("no user makes us call %s", async (endpoint) => {
  const called: string[] = [];
  const push = createWebPush({
    settings,
    createGuard: () => open,
    fetch(url) {
      called.push(url);
      return Promise.resolve(new Response());
    },
  });
  const { device } = openBrowser(endpoint);
  expect(await push.pushToDevices(text, [device])).toEqual([
    {
      userIDs: ["bob"],
      detail: "the host of its push service is not in push.webPush.hosts",
    },
  ]);
  expect(called).toEqual([]);
});

test("a push service's subdomain is called, and where it leads is not", async () => {
  const called: [string, string | undefined][] = [];
  const push = createWebPush({
    settings,
    createGuard: () => open,
    fetch(url, { redirect }) {
      called.push([url, redirect]);
      return Promise.resolve(
        new Response("", {
          status: 307,
          headers: { location: "http://10.0.0.1" },
        }),
      );
    },
  });
  const { device } = openBrowser("https://eu.push.example.com/1");
  expect(await push.pushToDevices(text, [device])).toEqual([
    { userIDs: ["bob"], detail: "HTTP 307" },
  ]);
  expect(called).toEqual([["https://eu.push.example.com/1", "manual"]]);
});

test("a subscription whose key is no point of the curve is deleted", async () => {
  const { device } = openBrowser("https://push.example.com/1");
  const wrong = {
    ...device,
    token: JSON.stringify({
      endpoint: "https://push.example.com/1",
      keys: {
        p256dh: Buffer.alloc(65, 7).toString("base64url"),
        auth: Buffer.alloc(16).toString("base64url"),
      },
    }),
  };
  expect(await pushOver().pushToDevices(text, [wrong])).toEqual([
    { userIDs: ["bob"], detail: "its keys are no keys", goneToken: wrong },
  ]);
});

test("only subscriptions of browsers are Web Push's", () => {
  const push = pushOver();
  const { device } = openBrowser("https://push.example.com/1");
  expect(push.takes(device)).toBe(true);
  expect(push.takes({ ...device, platformID: 2 })).toBe(false);
  expect(push.takes({ ...device, token: "fcm:web" })).toBe(false);
  expect(push.takes({ ...device, token: '{"endpoint":1}' })).toBe(false);
  expect(push.takes({ ...device, token: "{" })).toBe(false);
});

test("VAPID keys that are none are refused", () => {
  expect(() => requireVapid({ ...settings, publicKey: "abc" })).toThrow();
  expect(() => requireVapid(settings)).not.toThrow();
});
