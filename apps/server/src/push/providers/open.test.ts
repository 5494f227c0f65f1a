import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, expect, test } from "bun:test";
import webpush from "web-push";

import { loadConfig } from "../../config/load.ts";
import { openProviders } from "./open.ts";
import { startTestProvider } from "../../../testing/push/providers/provider.ts";
import { text } from "../../../testing/push/providers/texts.ts";

const folder = mkdtempSync(path.join(tmpdir(), "parley-providers-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

const pkcs8 = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", {
  modulusLength: 2048,
}).privateKey.export(pkcs8);
const ec = generateKeyPairSync("ec", {
  namedCurve: "P-256",
}).privateKey.export(pkcs8);
const account = (tokenURI: string) =>
  JSON.stringify({
    project_id: "p",
    client_email: "e",
    private_key: rsa,
    token_uri: tokenURI,
  });

async function open(environment: Record<string, string>) {
  const { push: settings } = await loadConfig({
    environment: Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        `PARLEY_PUSH_${key}`,
        value,
      ]),
    ),
  });
  return openProviders({ settings, fetch, now: Date.now });
}

const vapid = webpush.generateVAPIDKeys();
const webPush = {
  WEB_PUSH_PUBLIC_KEY: vapid.publicKey,
  WEB_PUSH_PRIVATE_KEY: vapid.privateKey,
  WEB_PUSH_SUBJECT: "mailto:a@example.com",
};
const apns = {
  APNS_KEY_ID: "K",
  APNS_TEAM_ID: "T",
  APNS_TOPIC: "app",
};

test("all of them side by side", async () => {
  const providers = await open({
    ENABLE: "getui, FCM,jpush,apns,webPush,fcm",
    GETUI_PUSH_URL: "https://example.com/v2/app",
    GETUI_MASTER_SECRET: "s",
    GETUI_APP_KEY: "k",
    JPUSH_APP_KEY: "k",
    JPUSH_MASTER_SECRET: "s",
    FCM_FILE_PATH: file("account.json", account("https://example.com")),
    APNS_KEY_PATH: file("key.p8", String(ec)),
    ...apns,
    ...webPush,
  });
  expect(providers.map(({ name }) => name)).toEqual([
    "getui",
    "fcm",
    "jpush",
    "apns",
    "webpush",
  ]);
  for (const each of providers) if ("close" in each) each.close?.();
});

test.each([
  [
    "a file that is not there",
    { ENABLE: "fcm", FCM_FILE_PATH: "/nowhere/account.json" },
    /^push\.fcm\.filePath: ENOENT/,
  ],
  [
    "a file that is no account",
    { ENABLE: "fcm", FCM_FILE_PATH: file("empty.json", "{}") },
    "push.fcm.filePath: the service account has no project_id",
  ],
  [
    "a key that is none",
    { ENABLE: "apns", APNS_KEY_PATH: file("none.p8", "x"), ...apns },
    /^push\.apns\.keyPath: /,
  ],
  [
    "a key of another kind",
    { ENABLE: "apns", APNS_KEY_PATH: file("rsa.p8", String(rsa)), ...apns },
    "push.apns.keyPath: the key is not for ES256",
  ],
  [
    "a VAPID key that is none",
    { ENABLE: "webpush", ...webPush, WEB_PUSH_PUBLIC_KEY: "x" },
    /^push\.webPush: /,
  ],
])("%s stops the start", async (_, environment, message) => {
  expect(open(environment)).rejects.toThrow(message);
});

test("an account at an address is fetched with the first push", async () => {
  await using stub = startTestProvider(({ path }) =>
    path === "/account"
      ? { json: JSON.parse(account(`${stub.url}/token`)) as object }
      : { json: { access_token: "t", expires_in: 3_600 } },
  );
  const [fcm] = await open({
    ENABLE: "fcm",
    FCM_AUTH_URL: `${stub.url}/account`,
    FCM_URL: stub.url,
  });
  if (!fcm || !("takes" in fcm)) throw new Error("FCM reaches devices");
  expect(stub.heard).toEqual([]);
  const bob = { userID: "bob", platformID: 2, token: "b:1", badge: 1 };
  expect(await fcm.pushToDevices(text, [bob])).toEqual([]);
  expect((await stub.take(3)).map(({ path }) => path)).toEqual([
    "/account",
    "/token",
    "/v1/projects/p/messages:send",
  ]);

  stub.answer = () => ({ status: 500 });
  const [other] = await open({
    ENABLE: "fcm",
    FCM_AUTH_URL: `${stub.url}/account?secret=1`,
  });
  if (!other || !("takes" in other)) throw new Error("FCM reaches devices");
  expect(other.pushToDevices(text, [bob])).rejects.toThrow(
    /^push\.fcm\.authURL gives no service account$/,
  );
  await stub.take(1);
});
