import { generateKeyPairSync, verify } from "node:crypto";
import { createServer } from "node:http2";
import type {
  Http2Server,
  ServerHttp2Session,
  ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

import { expect, test } from "bun:test";

import { createApns } from "./apns.ts";
import type { Device } from "./provider.ts";
import {
  open,
  readToken,
  text,
} from "../../../testing/push/providers/texts.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
});
const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const deviceOf = (userID: string): Device => ({
  userID,
  platformID: 1,
  token: Buffer.from(userID.padEnd(32)).toString("hex"),
  badge: 4,
});
const bob = deviceOf("bob");

interface Heard {
  headers: Record<string, string>;
  body: unknown;
}

/** Speaks HTTP/2 as Apple does; answers by the device's user. */
async function startApple(
  answer: (
    userID: string,
    heard: Heard,
  ) => [status: number, reason?: string] | undefined,
) {
  const heard: Heard[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    let body = "";
    stream.setEncoding("utf8");
    stream.on("data", (part: string) => (body += part));
    stream.on("end", () => {
      const one = {
        headers: headers as Record<string, string>,
        body: JSON.parse(body) as unknown,
      };
      heard.push(one);
      const token = one.headers[":path"]!.split("/").at(-1)!;
      const userID = Buffer.from(token, "hex").toString().trim();
      if (userID === "endless") {
        stream.respond({ ":status": 400 });
        const piece = Buffer.alloc(65_536, 0x20);
        const pour = (): void => {
          if (!stream.destroyed) stream.write(piece, pour);
        };
        stream.on("error", () => undefined);
        pour();
        return;
      }
      const answered = answer(userID, one);
      if (!answered) return;
      const [status, reason] = answered;
      stream.respond({ ":status": status });
      stream.end(reason ? JSON.stringify({ reason }) : "");
    });
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    sessions,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function apnsAt(url: string, now: () => number = Date.now, timeoutMs = 5_000) {
  return createApns({
    settings: { keyID: "K1", teamID: "T1", topic: "com.example.app" },
    key,
    url,
    iosPush: { pushSound: "default", badgeCount: true },
    guard: open,
    now,
    timeoutMs,
  });
}

test("APNs hears of each device over one connection", async () => {
  await using apple = await startApple(() => [200]);
  const apns = apnsAt(apple.url, () => 1_700_000_000_000);
  const devices = ["bob", "cid", "dan"].map(deviceOf);
  expect(await apns.pushToDevices(text, devices)).toEqual([]);
  apns.close?.();

  expect(apple.heard).toHaveLength(3);
  expect(apple.sessions.size).toBe(1);
  const { headers, body } = apple.heard.find((each) =>
    each.headers[":path"]!.endsWith(bob.token),
  )!;
  expect(headers).toMatchObject({
    ":method": "POST",
    ":path": `/3/device/${bob.token}`,
    "apns-topic": "com.example.app",
    "apns-push-type": "alert",
    "apns-priority": "10",
    "apns-expiration": "1700604800",
    "apns-collapse-id": "c1",
  });
  expect(body).toEqual({
    aps: {
      alert: { title: "Ann", body: "[TEXT]" },
      sound: "default",
      badge: 4,
      "mutable-content": 1,
      "thread-id": "si_ann_bob",
    },
    ex: '{"room":1}',
    clientMsgID: "c1",
    conversationID: "si_ann_bob",
  });
  const [scheme, token = ""] = headers["authorization"]!.split(" ");
  const { header, claims, signed, signature } = readToken(token);
  expect([scheme, header, claims]).toEqual([
    "bearer",
    { alg: "ES256", kid: "K1" },
    { iss: "T1", iat: 1_700_000_000 },
  ]);
  const verifier = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", signed, verifier, signature)).toBe(true);
});

test("a device that is gone is told from a push that is wrong", async () => {
  await using apple = await startApple((userID) =>
    userID === "gone"
      ? [410, "Unregistered"]
      : userID === "bad"
        ? [400, "BadDeviceToken"]
        : userID === "topic"
          ? [400, "DeviceTokenNotForTopic"]
          : userID === "busy"
            ? [429, "TooManyRequests"]
            : [200],
  );
  const apns = apnsAt(apple.url);
  const devices = ["fine", "gone", "bad", "topic", "busy"].map(deviceOf);
  const unsent = await apns.pushToDevices(text, devices);
  apns.close?.();
  expect(
    unsent.map(({ userIDs, detail, goneToken }) => [
      userIDs[0],
      detail,
      goneToken?.userID,
    ]),
  ).toEqual([
    ["gone", 'HTTP 410 {"reason":"Unregistered"}', "gone"],
    ["bad", 'HTTP 400 {"reason":"BadDeviceToken"}', "bad"],
    ["topic", 'HTTP 400 {"reason":"DeviceTokenNotForTopic"}', undefined],
    ["busy", 'HTTP 429 {"reason":"TooManyRequests"}', undefined],
  ]);
});

test("a signature that Apple finds too old is made anew", async () => {
  let refusals = 0;
  await using apple = await startApple(() =>
    ++refusals === 1 ? [403, "ExpiredProviderToken"] : [200],
  );
  let now = 1_700_000_000_000;
  const apns = apnsAt(apple.url, () => (now += 1_000));
  expect(await apns.pushToDevices(text, [bob])).toEqual([]);
  apns.close?.();
  const [first, second] = apple.heard.map(
    ({ headers }) => headers["authorization"],
  );
  expect(second).not.toBe(first);
});

test("a connection that ends is made again", async () => {
  await using apple = await startApple(() => [200]);
  const apns = apnsAt(apple.url);
  expect(await apns.pushToDevices(text, [bob])).toEqual([]);
  const [session] = apple.sessions;
  const ended = new Promise((resolve) => session!.once("close", resolve));
  session!.destroy();
  await ended;
  // The first to find it gone may say so; whoever comes next gets through.
  await apns.pushToDevices(text, [bob]);
  expect(await apns.pushToDevices(text, [bob])).toEqual([]);
  apns.close?.();
});

test("an Apple that says nothing is a reason, and asked anew by the next", async () => {
  let isSilent = true;
  await using apple = await startApple(() => (isSilent ? undefined : [200]));
  const apns = apnsAt(apple.url, Date.now, 50);
  expect(await apns.pushToDevices(text, [bob])).toEqual([
    { userIDs: ["bob"], detail: "no answer: TimeoutError", isAway: true },
  ]);
  isSilent = false;
  // A slow machine needs more than the 50 ms for some of these.
  while ((await apns.pushToDevices(text, [bob])).length > 0);
  apns.close?.();
  expect(apple.sessions.size).toBeGreaterThan(1);
});

test("a connection that was idle for long is not trusted", async () => {
  await using apple = await startApple(() => [200]);
  let at = 1_700_000_000_000;
  const apns = apnsAt(apple.url, () => at);
  for (const pause of [0, 119_000, 120_000]) {
    at += pause;
    expect(await apns.pushToDevices(text, [bob])).toEqual([]);
  }
  apns.close?.();
  expect(apple.sessions.size).toBe(2);
});

test("nobody at the address is a reason, not an error", async () => {
  const apple = await startApple(() => [200]);
  await apple[Symbol.asyncDispose]();
  const apns = apnsAt(apple.url);
  expect(await apns.pushToDevices(text, [bob])).toEqual([
    { userIDs: ["bob"], detail: "no answer: ECONNREFUSED", isAway: true },
  ]);
});

test("only Apple's own tokens of iPhones and iPads are APNs's", () => {
  const apns = apnsAt("http://127.0.0.1:1");
  const takes = (platformID: number, token: string) =>
    apns.takes({ userID: "bob", platformID, token });
  expect([1, 9, 2].map((platform) => takes(platform, bob.token))).toEqual([
    true,
    true,
    false,
  ]);
  expect(takes(1, "fcm:token")).toBe(false);
  expect(takes(1, `${bob.token}/../x`)).toBe(false);
});

test("an answer of APNs without end was kept until memory was full", async () => {
  await using apple = await startApple(() => [200]);
  const apns = apnsAt(apple.url, Date.now, 60_000);
  const [unsent] = await apns.pushToDevices(text, [deviceOf("endless")]);
  apns.close?.();
  expect(JSON.stringify(unsent)).toContain("ANSWER_TOO_LONG");
});
