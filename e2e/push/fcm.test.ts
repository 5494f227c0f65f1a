import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startTestProvider } from "@parley/server/testing/push/providers/provider.ts";
import type {
  StubAnswer,
  TestProvider,
} from "@parley/server/testing/push/providers/provider.ts";
import { FcmUpdateToken } from "@parley/protocol/methods/push";
import { SetConversations } from "@parley/protocol/methods/conversations";
import { SetGlobalMsgRecvOpt } from "@parley/protocol/methods/users";

import { Admin } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { fcmEnvironment } from "./fcm-account.ts";
import { connect, explain, makeGroup, say } from "./people.ts";

// Who gets an offline push, who does not, and the reason.

describe("with FCM", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-push-"));
  let provider: TestProvider;
  let server: RunningServer;
  let admin: Admin;

  beforeAll(async () => {
    provider = startTestProvider(({ path }) =>
      path === "/token"
        ? { json: { access_token: "bearer", expires_in: 3600 } }
        : { json: { name: "projects/p/messages/1" } },
    );
    server = await startServer({
      environment: fcmEnvironment(folder, provider),
    });
    admin = await Admin.signIn(server.api);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** Users who each have an Android that may be told. */
  async function people(...names: string[]): Promise<string[]> {
    const users = await admin.users(...names);
    for (const account of users)
      await admin.post(FcmUpdateToken, {
        account,
        platformID: 2,
        fcmToken: `android:${account}`,
        expireTime: 0,
      });
    return users;
  }

  /** The devices that the next so many pushes go to, in their order. */
  async function takeTokens(count: number): Promise<string[]> {
    const tokens: string[] = [];
    while (tokens.length < count)
      for (const { path, body } of await provider.take(1))
        if (path !== "/token")
          tokens.push((body as { message: { token: string } }).message.token);
    return tokens;
  }

  test("who is not connected is told, who has a phone connected is not", async () => {
    const [ann = "", bob = ""] = await people("ann", "bob");
    await using sender = await connect(server, admin, ann);
    await say(sender, { recvID: bob });
    expect(await takeTokens(1)).toEqual([`android:${bob}`]);

    await using phone = await connect(server, admin, bob, 2);
    const id = await say(sender, { recvID: bob });
    await phone.until(() => phone.heard().length === 1);
    const { unsent, devices } = await explain(admin, id, bob);
    expect(unsent).toMatchObject([{ reason: "online", userIDs: [bob] }]);
    expect(devices).toEqual([{ platformID: 2, providers: ["fcm"] }]);
    expect(provider.heard).toEqual([]);
  });

  test("a browser or an iPhone's app in the background is not a phone in use", async () => {
    const [ann = "", web = "", ios = ""] = await people("ann", "web", "ios");
    await using sender = await connect(server, admin, ann);
    await using browser = await connect(server, admin, web, 5);
    await using hidden = await connect(server, admin, ios, 1, true);
    await say(sender, { recvID: web });
    await browser.until(() => browser.heard().length === 1);
    expect(await takeTokens(1)).toEqual([`android:${web}`]);
    await say(sender, { recvID: ios });
    expect(await takeTokens(1)).toEqual([`android:${ios}`]);
    expect(hidden.heard()).toEqual([]);
  });

  test("of a group, those are told who are away and did not mute it", async () => {
    const [ann = "", away = "", muted = "", here = ""] = await people(
      "ann",
      "away",
      "muted",
      "here",
    );
    const groupID = await makeGroup(admin, ann, [away, muted, here]);
    await admin.post(SetConversations, {
      userIDs: [muted],
      conversation: {
        conversationID: `sg_${groupID}`,
        conversationType: 3,
        groupID,
        recvMsgOpt: 2,
      },
    });
    await using sender = await connect(server, admin, ann);
    await using phone = await connect(server, admin, here, 1);
    const id = await say(sender, { groupID });
    expect(await takeTokens(1)).toEqual([`android:${away}`]);
    await phone.until(() => phone.heard().length === 1);
    const { unsent, hasMuted } = await explain(admin, id, muted);
    expect(unsent).toMatchObject([
      { reason: "recvMsgOpt", userIDs: [muted], userCount: 1 },
    ]);
    expect(hasMuted).toBe(true);
    expect(provider.heard).toEqual([]);
  });

  test("a muted chat and a message that wants no push say so", async () => {
    const [ann = "", bob = ""] = await people("ann", "bob");
    await using sender = await connect(server, admin, ann);
    const off = await say(
      sender,
      { recvID: bob },
      { options: { offlinePush: false } },
    );
    expect((await explain(admin, off)).unsent).toMatchObject([
      { reason: "optionOff", userIDs: [bob] },
    ]);
    await admin.post(SetGlobalMsgRecvOpt, {
      userID: bob,
      globalRecvMsgOpt: 2,
    });
    const muted = await say(sender, { recvID: bob });
    expect((await explain(admin, muted)).unsent).toMatchObject([
      { reason: "recvMsgOpt", userIDs: [bob] },
    ]);
    expect(provider.heard).toEqual([]);
  });

  test("a token that FCM knows no more is deleted", async () => {
    const [ann = "", bob = ""] = await people("ann", "bob");
    await using sender = await connect(server, admin, ann);
    const before = provider.answer;
    provider.answer = () => ({
      status: 404,
      json: { error: { details: [{ errorCode: "UNREGISTERED" }] } },
    });
    const id = await say(sender, { recvID: bob });
    const first = await explain(admin, id, bob);
    provider.answer = before;
    provider.heard.length = 0;
    expect(first.unsent).toMatchObject([
      { reason: "tokenGone", provider: "fcm", userIDs: [bob] },
    ]);
    expect(first.devices).toBeNull();

    const next = await say(sender, { recvID: bob });
    expect((await explain(admin, next, bob)).unsent).toMatchObject([
      { reason: "noToken", userIDs: [bob] },
    ]);
    expect(provider.heard).toEqual([]);
    const metrics = await (await fetch(`${server.api}/metrics`)).text();
    expect(metrics).toMatch(/^msg_offline_push_failed_total 1$/m);
    expect(metrics).toContain(
      'parley_offline_push_missed_total{reason="tokenGone"} 1',
    );
  });

  test("nobody waits for a provider that does not answer", async () => {
    const [ann = "", bob = ""] = await people("ann", "bob");
    await using sender = await connect(server, admin, ann);
    const before = provider.answer;
    const { promise: answer, resolve } = Promise.withResolvers<StubAnswer>();
    provider.answer = () => answer;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await say(sender, { recvID: bob }));
    await provider.take(5);
    resolve({ status: 503 });
    for (const id of ids)
      expect((await explain(admin, id)).unsent).toMatchObject([
        { reason: "providerError", provider: "fcm", detail: "HTTP 503 {}" },
      ]);
    provider.answer = before;
  });

  test("reasons outlive the server", async () => {
    const [ann = "", bob = ""] = await admin.users("ann", "bob");
    {
      await using sender = await connect(server, admin, ann);
      const id = await say(sender, { recvID: bob });
      await server.stop();
      await server.start();
      admin = await Admin.signIn(server.api);
      expect((await explain(admin, id)).unsent).toMatchObject([
        { reason: "noToken", userIDs: [bob] },
      ]);
    }
  });

  test("no log line holds a token or a key", () => {
    expect(server.logs()).not.toContain("android:");
    expect(server.logs()).not.toContain("PRIVATE");
    expect(server.logs()).not.toContain("bearer");
  });
});

test("a provider without its keys stops the start in one line", async () => {
  const start = startServer({ environment: { PARLEY_PUSH_ENABLE: "fcm" } });
  expect(start).rejects.toThrow(
    "parley: push.enable names fcm, so these must be set: push.fcm.filePath or push.fcm.authURL",
  );
});

test("without any provider the log says so, once", async () => {
  await using server = await startServer();
  const admin = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  await using sender = await connect(server, admin, ann);
  const warning = "push.enable is empty";
  for (let i = 0; i < 5 || !server.logs().includes(warning); i++)
    await say(sender, { recvID: bob });
  await say(sender, { recvID: bob });
  await server.stop();
  expect(server.logs().split(warning)).toHaveLength(2);
});
