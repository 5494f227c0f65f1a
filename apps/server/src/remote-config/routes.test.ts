import { expect, test } from "bun:test";
import { chatSettings, imSettings } from "@parley/protocol/methods/settings";
import type { Method } from "@parley/protocol/method";

import { loadConfig } from "../config/load.ts";
import { renderConfigFile } from "../config/openim-files.ts";
import type { Call, Route } from "../http/route.ts";
import { chatConfigRoutes, configRoutes } from "./routes.ts";

const config = await loadConfig({
  environment: {
    PARLEY_SECRET: "very-secret",
    PARLEY_DATABASE_URL: "postgres://me:very-secret@db/im",
    PARLEY_BUS_URL: "nats://me:very-secret@bus",
    PARLEY_OBJECTS_STORE: "s3",
    PARLEY_OBJECTS_S3_ENDPOINT: "http://me:very-secret@s3:9000",
    PARLEY_OBJECTS_S3_ACCESS_KEY_ID: "very-secret",
    PARLEY_OBJECTS_S3_SECRET_ACCESS_KEY: "very-secret",
    PARLEY_API_PORT: "12345",
  },
});
const deps = { config, version: "1.2.3", manager: undefined };
const byPath = (routes: readonly Route[]) =>
  new Map(routes.map((each) => [each.method.path, each]));
const routes = byPath(configRoutes(deps));
const chatRoutes = byPath(chatConfigRoutes(deps));

const postTo = async (
  routes: ReadonlyMap<string, Route>,
  { path }: Pick<Method, "path">,
  body: unknown,
  isAdmin = true,
) => {
  const call: Call = {
    cause: {
      actor: { userID: "x", platformID: 1, isAdmin },
      operationID: "op",
    },
    address: "",
    headers: new Headers(),
    query: new URLSearchParams(),
  };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const data = await routes.get(path)!.answer(call, text);
  return data === undefined ? undefined : (JSON.parse(data) as unknown);
};
const post = (method: Pick<Method, "path">, body: unknown, isAdmin = true) =>
  postTo(routes, method, body, isAdmin);
const postChat = (
  method: Pick<Method, "path">,
  body: unknown,
  isAdmin = true,
) => postTo(chatRoutes, method, body, isAdmin);

const openIMFiles = ["share.yml", "minio.yml", "webhooks.yml", "kafka.yml"];

test("the files that ours reads are listed, whatever the body", async () => {
  expect(await post(imSettings.GetConfigList, "")).toEqual({
    environment: "source",
    version: "1.2.3",
    configNames: ["parley.yml"],
  });
});

test("a file is a text of JSON with the settings in effect", async () => {
  const text = await post(imSettings.GetConfig, { configName: "parley.yml" });
  expect(JSON.parse(String(text))).toMatchObject({
    ...config,
    accounts: {
      ...config.accounts,
      verifyCode: expect.objectContaining({
        len: 6,
        superCode: "***",
      }) as object,
    },
    secret: "***",
    databaseURL: "***",
    busURL: "***",
    objects: {
      s3: {
        endpoint: "http://***@s3:9000",
        accessKeyID: "***",
        secretAccessKey: "***",
      },
    },
  });
});

test("no file shows a secret", async () => {
  for (const configName of ["parley.yml", ...openIMFiles]) {
    const text = await post(imSettings.GetConfig, { configName });
    expect(JSON.parse(String(text))).toBeObject();
    expect(text).not.toContain("very-secret");
  }
});

test("no file shows a secret of a push provider", async () => {
  const secret = "very-secret";
  const withPush = await loadConfig({
    environment: {
      PARLEY_PUSH_ENABLE: "getui,jpush,webpush,fcm",
      PARLEY_PUSH_GETUI_PUSH_URL: "https://getui.example.com/v2/app",
      PARLEY_PUSH_GETUI_MASTER_SECRET: secret,
      PARLEY_PUSH_GETUI_APP_KEY: secret,
      PARLEY_PUSH_JPUSH_MASTER_SECRET: secret,
      PARLEY_PUSH_JPUSH_APP_KEY: secret,
      PARLEY_PUSH_WEB_PUSH_PUBLIC_KEY: "public",
      PARLEY_PUSH_WEB_PUSH_PRIVATE_KEY: secret,
      PARLEY_PUSH_WEB_PUSH_SUBJECT: "mailto:a@example.com",
      PARLEY_PUSH_FCM_AUTH_URL: `https://example.com/?${secret}`,
    },
  });
  for (const name of ["parley.yml", "openim-push.yml"]) {
    const text = renderConfigFile(withPush, name);
    expect(text).toContain("getui.example.com");
    expect(text).not.toContain(secret);
  }
});

test("no file shows the secret that signs webhooks", async () => {
  const secret = "very-secret-indeed";
  const signing = await loadConfig({
    environment: { PARLEY_WEBHOOKS_SECRET: secret },
  });
  expect(signing.webhooks.secret).toBe(secret);
  for (const name of ["parley.yml", "webhooks.yml"]) {
    const text = renderConfigFile(signing, name);
    expect(text).toContain("callbackExample");
    expect(text).not.toContain(secret);
  }
});

test("no file shows a secret that sends codes", async () => {
  const secret = "very-secret";
  const withSenders = await loadConfig({
    environment: {
      PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD: secret,
      PARLEY_ACCOUNTS_SECRET: secret,
      PARLEY_ACCOUNTS_LIVE_KIT_KEY: secret,
      PARLEY_ACCOUNTS_LIVE_KIT_SECRET: secret,
      PARLEY_ACCOUNTS_VERIFY_CODE_SUPER_CODE: secret,
      PARLEY_ACCOUNTS_VERIFY_CODE_PHONE_URL: `https://sms/?by=${secret}`,
      PARLEY_ACCOUNTS_VERIFY_CODE_PHONE_HEADERS: `Authorization: ${secret}`,
      PARLEY_ACCOUNTS_VERIFY_CODE_PHONE_BODY: `{"by":"${secret}"}`,
      PARLEY_ACCOUNTS_VERIFY_CODE_MAIL_SENDER_MAIL: "codes@example.com",
      PARLEY_ACCOUNTS_VERIFY_CODE_MAIL_SENDER_AUTHORIZATION_CODE: secret,
    },
  });
  for (const name of ["parley.yml", "chat-rpc-chat.yml", "share.yml"]) {
    const text = renderConfigFile(withSenders, name, "chat");
    expect(text).not.toContain(secret);
    if (name !== "share.yml") expect(text).toContain("codes@example.com");
  }
});

test("OpenIM's names show what ours has of them", async () => {
  const of = async (configName: string) =>
    JSON.parse(String(await post(imSettings.GetConfig, { configName })));
  expect(await of("share.yml")).toMatchObject({
    Secret: "***",
    IMAdminUser: { UserIDs: ["imAdmin"] },
  });
  expect(await of("openim-api.yml")).toMatchObject({ API: { Ports: [12345] } });
  expect(await of("kafka.yml")).toEqual({});
});

test.each(["", "nothing.yml", "constructor", "../parley.yml"])(
  "there is no file %j",
  (configName) => {
    expect(post(imSettings.GetConfig, { configName })).rejects.toMatchObject({
      code: 1001,
    });
  },
);

test.each([
  imSettings.SetConfig.path,
  imSettings.ResetConfig.path,
  imSettings.SetEnableConfigManager.path,
  imSettings.Restart.path,
])(
  "without a configuration manager %s changes nothing and says why",
  (path) => {
    expect(post({ path }, "{")).rejects.toMatchObject({ code: 500 });
  },
);

test("without one it is off", async () => {
  expect(await post(imSettings.GetEnableConfigManager, {})).toEqual({
    enable: false,
  });
});

test("administrators only, on every route", () => {
  for (const path of routes.keys())
    expect(post({ path }, "{", false)).rejects.toMatchObject({ code: 1002 });
});

test("the chat service has its own files, some of the same names", async () => {
  const of = async (configName: string) =>
    JSON.parse(String(await postChat(imSettings.GetConfig, { configName })));
  expect(await of("share.yml")).toEqual({
    OpenIM: { ApiURL: "http://127.0.0.1:10002", Secret: "***" },
    ChatAdmin: ["chatAdmin"],
  });
  expect(await of("chat-rpc-chat.yml")).toMatchObject({
    AllowRegister: true,
    VerifyCode: { SuperCode: "***", Phone: { Use: "" } },
  });
  expect(await of("chat-api-chat.yml")).toEqual({ Api: { Ports: [10008] } });
  expect(await of("parley.yml")).toMatchObject({ secret: "***" });
  for (const configName of ["notification.yml", "webhooks.yml", "kafka.yml"])
    expect(
      postChat(imSettings.GetConfig, { configName }),
    ).rejects.toMatchObject({ code: 1001 });
});

test("the chat service tells what is wrong before that nothing can be changed", async () => {
  const good = { configName: "log.yml", data: "{}" };
  for (const bad of [
    { configName: "nothing.yml", data: "{}" },
    { configName: "log.yml", data: "x" },
    {},
  ]) {
    expect(postChat(imSettings.SetConfig, bad)).rejects.toMatchObject({
      code: 1001,
    });
    expect(
      postChat(chatSettings.SetConfigs, { configs: [good, bad] }),
    ).rejects.toMatchObject({ code: 1001 });
  }
  expect(postChat(imSettings.SetConfig, good)).rejects.toMatchObject({
    code: 500,
  });
  expect(
    postChat(chatSettings.SetConfigs, { configs: [good] }),
  ).rejects.toMatchObject({ code: 500 });
  expect(await postChat(chatSettings.SetConfigs, {})).toBeUndefined();
});

test("the chat service answers with HTTP 200 to what is no JSON", () => {
  for (const path of [
    imSettings.GetConfig.path,
    imSettings.SetConfig.path,
    chatSettings.SetConfigs.path,
    imSettings.SetEnableConfigManager.path,
  ])
    expect(postChat({ path }, "x")).rejects.toMatchObject({
      status: 200,
      refusal: { code: 1001 },
    });
  expect(post(imSettings.GetConfig, "x")).rejects.toMatchObject({
    status: 400,
  });
});
