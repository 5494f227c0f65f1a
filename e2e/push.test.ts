import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { ReqIdentifier } from "@parley/protocol/envelope";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { startTestProvider } from "@parley/server/src/push/providers/test-provider.ts";
import type {
  Heard,
  StubAnswer,
  TestProvider,
} from "@parley/server/src/push/providers/test-provider.ts";

import { Admin, Client } from "./client.ts";
import { startHookReceiver } from "./recorded/hooks.ts";
import type { HookReceiver } from "./recorded/hooks.ts";
import recorded from "./recorded/data/push.json";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

// Who is told of a message when no phone is connected, and who is not, and why.

const hook = "callbackBeforeOfflinePushCommand";

interface Explanation {
  providers: string[];
  unsent: {
    reason: string;
    provider: string;
    detail: string;
    userIDs: string[];
    userCount: number;
  }[];
  /** null: none, as Go writes it. */
  devices: { platformID: number; providers: string[] }[] | null;
  hasMuted: boolean;
}

/** Says a text as the recordings do: operationID op-1, two more fields. */
async function say(
  from: Client,
  to: { recvID: string } | { groupID: string },
  more: Partial<MsgData> = {},
): Promise<string> {
  const clientMsgID = randomUUID();
  const message: Partial<MsgData> = {
    sendID: from.userID,
    clientMsgID,
    senderPlatformID: 5,
    sessionType: "recvID" in to ? 1 : 3,
    msgFrom: 100,
    contentType: 101,
    content: new TextEncoder().encode('{"content":"hello"}'),
    createTime: Date.now(),
    status: 1,
    ...to,
    ...more,
  };
  const data = MsgData.encode(message);
  await from.request(ReqIdentifier.sendMsg, data, "op-1");
  return clientMsgID;
}

/** Asks until there is an answer: reasons are known once a push was tried. */
async function explain(
  admin: Admin,
  clientMsgID: string,
  userID = "",
): Promise<Explanation> {
  for (;;) {
    const answer = await admin.post<Explanation>("/push/explain_unsent", {
      clientMsgID,
      userID,
    });
    if (answer.unsent) return answer;
    await Bun.sleep(20);
  }
}

async function makeGroup(
  admin: Admin,
  ownerUserID: string,
  memberUserIDs: string[],
): Promise<string> {
  const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
    "/group/create_group",
    {
      ownerUserID,
      memberUserIDs,
      groupInfo: { groupName: "g", groupType: 2 },
    },
  );
  return groupInfo.groupID;
}

async function connect(
  server: RunningServer,
  admin: Admin,
  userID: string,
  platformID = 5,
  isBackground = false,
): Promise<Client> {
  const token = await admin.tokenOf(userID, platformID);
  return Client.connect(server.ws, userID, token, { platformID, isBackground });
}

/** What a provider of the recordings answered. */
function answerAsRecorded({ path }: Heard): StubAnswer {
  if (path === "/v3/push") return { json: { sendno: "0" } };
  if (path === "/v2/APP/auth")
    return { json: { code: 0, data: { token: "TOK" } } };
  if (path === "/v2/APP/push/list/message")
    return { json: { code: 0, data: { taskid: "TASK" } } };
  return { json: { code: 0 } };
}

describe("getui and jpush are asked as by OpenIM", () => {
  let provider: TestProvider;
  let hooks: HookReceiver;
  let server: RunningServer;
  let admin: Admin;
  let pa: Client;
  let users: Record<string, string>;

  beforeAll(async () => {
    provider = startTestProvider(answerAsRecorded);
    hooks = await startHookReceiver();
    const { getui, jpush } = recorded.config;
    server = await startServer({
      environment: {
        PARLEY_PUSH_ENABLE: "GeTui, jpush",
        PARLEY_PUSH_GETUI_PUSH_URL: `${provider.url}/v2/APP`,
        PARLEY_PUSH_GETUI_MASTER_SECRET: getui.masterSecret,
        PARLEY_PUSH_GETUI_APP_KEY: getui.appKey,
        PARLEY_PUSH_GETUI_CHANNEL_ID: getui.channelID,
        PARLEY_PUSH_GETUI_CHANNEL_NAME: getui.channelName,
        PARLEY_PUSH_JPUSH_APP_KEY: jpush.appKey,
        PARLEY_PUSH_JPUSH_MASTER_SECRET: jpush.masterSecret,
        PARLEY_PUSH_JPUSH_PUSH_URL: `${provider.url}/v3/push`,
        PARLEY_PUSH_JPUSH_PUSH_INTENT: jpush.pushIntent,
        PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${hooks.port}/hooks`,
        PARLEY_WEBHOOKS_HOOKS: JSON.stringify({
          beforeOfflinePush: { enable: true, timeout: 5 },
        }),
      },
    });
    admin = await Admin.signIn(server.api);
    const [a = "", b = "", c = ""] = await admin.users("pa", "pb", "pc");
    users = { pa: a, pb: b, pc: c };
    pa = await connect(server, admin, a);
  });
  afterAll(async () => {
    await pa[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await hooks[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  const requestsOf = (title: string) => {
    const all = [...recorded.getui, ...recorded.jpush]
      .filter((each) => each.case.startsWith(title))
      .flatMap((each) => each.requests as Heard[]);
    expect(all.length).toBeGreaterThan(0);
    return all;
  };

  /** Holds what the providers heard against the recording of a case. */
  async function expectRecorded(title: string, clientMsgID: string) {
    const expected = requestsOf(title);
    const heard = await provider.take(expected.length);
    const comparable = (path: string, body: unknown): unknown => {
      if (path !== "/v2/APP/auth") return body;
      const { sign, timestamp, ...rest } = body as Record<string, string>;
      return {
        ...rest,
        sign: /^[0-9a-f]{64}$/.test(sign ?? "") ? "<sha256>" : sign,
        timestamp: /^\d{13}$/.test(timestamp ?? "") ? "<ms>" : timestamp,
      };
    };
    const text = (request: object) =>
      Object.entries(users)
        .reduce(
          (json, [name, userID]) => json.replaceAll(userID, `$${name}`),
          JSON.stringify(request).replaceAll(clientMsgID, "<id>"),
        )
        // Members of a group have no order.
        .replace('"$pc","$pb"', '"$pb","$pc"');
    const seen = heard.map(({ method, path, headers, body }) => {
      const { headers: wanted } = expected.find((each) => each.path === path)!;
      const named = Object.keys(wanted).map((name) => [name, headers[name]]);
      return JSON.parse(
        text({
          method,
          path,
          headers: Object.fromEntries(named) as object,
          body: comparable(path, body),
        }),
      ) as Heard;
    });
    const order = (requests: Heard[]) =>
      requests.toSorted((a, b) =>
        a.path.slice(0, 3).localeCompare(b.path.slice(0, 3)),
      );
    expect(order(seen)).toEqual(order(expected));
  }

  test("of a text, the first of all", async () => {
    const id = await say(pa, { recvID: users["pb"]! });
    await expectRecorded("a text from pa to pb", id);
  });

  test("of a text that says what is shown", async () => {
    const id = await say(
      pa,
      { recvID: users["pb"]! },
      {
        offlinePushInfo: {
          title: "T",
          desc: "D",
          ex: "E",
          iOSPushSound: "snd",
          iOSBadgeCount: true,
          signalInfo: "",
        },
      },
    );
    await expectRecorded("with offlinePushInfo", id);
  });

  test("of a text whose receiver and words a webhook replaces", async () => {
    const info = { title: "HT", desc: "HD", ex: "HE" };
    const json = {
      actionCode: 0,
      userIDList: [users["pc"]!],
      offlinePushInfo: info,
    };
    hooks.reply(hook, { json }, 1);
    const id = await say(pa, { recvID: users["pb"]! });
    await expectRecorded("beforeOfflinePush answers", id);
  });

  test("of nothing when a webhook refuses, which says why", async () => {
    hooks.reply(
      hook,
      { json: { actionCode: 0, errCode: 5001, nextCode: 1 } },
      1,
    );
    const id = await say(pa, { recvID: users["pb"]! });
    const { unsent } = await explain(admin, id, users["pb"]);
    expect(unsent).toMatchObject([
      { reason: "refusedByWebhook", userIDs: [users["pb"]] },
    ]);
    expect(provider.heard).toEqual([]);
  });

  test("of a text to a group", async () => {
    const groupID = await makeGroup(admin, users["pa"]!, [
      users["pb"]!,
      users["pc"]!,
    ]);
    const id = await say(pa, { groupID });
    await expectRecorded("a text to a group", id);
  });

  test("of a text when the token expired: the next one has a new one", async () => {
    provider.answer = (request) =>
      request.path === "/v2/APP/push/single/alias"
        ? { json: { code: 10_001, msg: "token expired" } }
        : answerAsRecorded(request);
    const id = await say(pa, { recvID: users["pb"]! });
    const { unsent } = await explain(admin, id);
    expect(unsent).toMatchObject([
      {
        reason: "providerError",
        provider: "getui",
        detail: "code 10001 token expired",
      },
    ]);
    const heard = await provider.take(3);
    expect(
      heard.map(({ path }) => path).filter((path) => path !== "/v3/push"),
    ).toEqual(
      recorded.getui
        .find((each) => each.case.includes("10001"))!
        .requests.map((each) => each.path),
    );
    provider.answer = answerAsRecorded;
  });
});

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
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(
      path.join(folder, "account.json"),
      JSON.stringify({
        project_id: "p",
        client_email: "push@p",
        private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
        token_uri: `${provider.url}/token`,
      }),
    );
    server = await startServer({
      environment: {
        PARLEY_PUSH_ENABLE: "fcm",
        PARLEY_PUSH_FCM_FILE_PATH: path.join(folder, "account.json"),
        PARLEY_PUSH_FCM_URL: provider.url,
      },
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
      await admin.post("/third/fcm_update_token", {
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
    await admin.post("/conversation/set_conversations", {
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
    await admin.post("/user/set_global_msg_recv_opt", {
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
