import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startTestProvider } from "@parley/server/testing/push/providers/provider.ts";
import type {
  Heard,
  StubAnswer,
  TestProvider,
} from "@parley/server/testing/push/providers/provider.ts";

import { Admin } from "../client.ts";
import type { Client } from "../client.ts";
import { startHookReceiver } from "../recorded/hooks.ts";
import type { HookReceiver } from "../recorded/hooks.ts";
import recorded from "../recorded/data/push.json";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { connect, explain, makeGroup, say } from "./people.ts";

// Two providers get the requests that OpenIM was recorded to send.

const hook = "callbackBeforeOfflinePushCommand";

/** Replays the provider's answer in the recording. */
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
          beforeOfflinePush: { enable: true, timeout: 60 },
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
