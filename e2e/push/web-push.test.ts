import { createECDH, randomBytes } from "node:crypto";

import { expect, test } from "bun:test";
import webpush from "web-push";

import { startTestProvider } from "@parley/server/testing/push/providers/provider.ts";
import { FcmUpdateToken, GetWebPushKey } from "@parley/protocol/methods/push";

import { Admin, post } from "../client.ts";
import { startServer } from "../server.ts";
import { connect, explain, say } from "./people.ts";

test("a browser that subscribed is told while it is closed", async () => {
  await using service = startTestProvider(() => ({ status: 201 }));
  const vapid = webpush.generateVAPIDKeys();
  await using server = await startServer({
    environment: {
      PARLEY_PUSH_ENABLE: "webpush",
      PARLEY_PUSH_WEB_PUSH_PUBLIC_KEY: vapid.publicKey,
      PARLEY_PUSH_WEB_PUSH_PRIVATE_KEY: vapid.privateKey,
      PARLEY_PUSH_WEB_PUSH_SUBJECT: "mailto:ops@example.com",
      PARLEY_PUSH_WEB_PUSH_HOSTS: "127.0.0.1",
    },
  });
  const admin = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  const token = await admin.tokenOf(bob);
  const { publicKey } = await post<{ publicKey: string }>(
    server.api,
    GetWebPushKey,
    {},
    token,
  );
  expect(publicKey).toBe(vapid.publicKey);

  const browser = createECDH("prime256v1");
  browser.generateKeys();
  const subscription = {
    endpoint: `${service.url}/send/bob`,
    expirationTime: null,
    keys: {
      p256dh: browser.getPublicKey("base64url"),
      auth: randomBytes(16).toString("base64url"),
    },
  };
  await post(
    server.api,
    FcmUpdateToken,
    {
      account: bob,
      platformID: 5,
      fcmToken: JSON.stringify(subscription),
      expireTime: 0,
    },
    token,
  );

  await using sender = await connect(server, admin, ann);
  await say(sender, { recvID: bob });
  const [heard] = await service.take(1);
  expect(heard).toMatchObject({
    path: "/send/bob",
    headers: { "content-encoding": "aes128gcm" },
  });

  await using page = await connect(server, admin, bob, 5);
  await say(sender, { recvID: bob });
  await page.until(() => page.heard().length === 1);
  // The next one shows that there was none of the one before.
  await using phone = await connect(server, admin, bob, 2);
  const id = await say(sender, { recvID: bob });
  await phone.until(() => phone.heard().length === 1);
  await explain(admin, id);
  expect(service.heard).toEqual([]);
});
