import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig } from "./load.ts";
import { openIMFiles } from "./openim-files.ts";
import { readOpenIMFolder } from "./openim-folder.ts";

/** What OpenIM ships, as far as it says something to us (config.md §3). */
const shipped: Readonly<Record<string, string>> = {
  "share.yml": `
secret: openIM123
imAdminUser:
  userIDs: [ imAdmin ]
  nicknames: [ superAdmin ]
multiLogin:
  policy: 1
  maxNumOneEnd: 30
rpcMaxBodySize:
  requestMaxBodySize: 8388608
  responseMaxBodySize: 8388608
`,
  "openim-api.yml": `
api:
  listenIP: 127.0.0.1
  ports: [ 10002 ]
  compressionLevel: 0
prometheus:
  enable: true
  autoSetPorts: true
  ports:
  grafanaURL:
ratelimiter:
  enable: false
  window: 20s
  bucket: 500
  cpuThreshold: 850
`,
  "openim-msggateway.yml": `
rpc:
  registerIP:
  autoSetPorts: true
  ports:
listenIP: 127.0.0.1
longConnSvr:
  ports: [ 10001 ]
  websocketMaxConnNum: 100000
  websocketMaxMsgLen: 4096
  websocketTimeout: 10
`,
  "openim-rpc-auth.yml": "tokenPolicy:\n  expire: 90\n",
  "openim-rpc-group.yml": "enableHistoryForNewMembers: true\n",
  "openim-rpc-msg.yml": "friendVerify: false\n",
  "openim-rpc-third.yml": "object:\n  enable:\n",
  "openim-crontask.yml": `
cronExecuteTime: 0 2 * * *
retainChatRecords: 365
fileExpireTime: 180
deleteObjectType: ["msg-picture","msg-file", "msg-voice","msg-video","msg-video-snapshot","sdklog"]
`,
  "openim-push.yml": `
maxConcurrentWorkers: 3
enable:
geTui:
  pushUrl: https://restapi.getui.com/v2/$appId
  masterSecret:
  appKey:
fcm:
  filePath:
  authURL:
jpush:
  appKey:
  masterSecret:
  pushURL:
  pushIntent:
fullUserCache: true
`,
  "webhooks.yml": `
url: http://127.0.0.1:10006/callbackExample
beforeSendSingleMsg:
  enable: false
  timeout: 5
  failedContinue: true
  deniedTypes: []
`,
  "log.yml": "storageLocation: ../../../../logs/\nremainLogLevel: 4\n",
  "redis.yml": "address: [ localhost:16379 ]\npassword: openIM123\n",
};

let folder: string;
const put = (name: string, text: string) =>
  writeFileSync(path.join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "parley-openim-"));
  for (const [name, text] of Object.entries(shipped)) put(name, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (environment: Record<string, string> = {}, file?: string) =>
  loadConfig({ file, openIMFolder: folder, environment });

const problem = (): Promise<string> =>
  load().then(
    () => "no problem",
    (error: unknown) => (error as Error).message,
  );

test("what OpenIM ships means what we have without it", async () => {
  const { push, ...config } = await load();
  const { push: usual, ...others } = await loadConfig({ environment: {} });
  expect(config).toEqual(others);
  expect(push).toEqual({
    ...usual,
    getui: { ...usual.getui, pushUrl: push.getui.pushUrl },
  });
});

test("what an operator changed there counts here", async () => {
  put(
    "share.yml",
    `
secret: "a secret of ours"
imAdminUser: { userIDs: [boss, second], nicknames: [Boss] }
multiLogin: { policy: 4, maxNumOneEnd: 5 }
`,
  );
  put("openim-rpc-auth.yml", "tokenPolicy: { expire: 7 }\n");
  put("openim-rpc-third.yml", "object: { enable: minio }\n");
  put(
    "minio.yml",
    `
bucket: chats
accessKeyID: root
secretAccessKey: secret
internalAddress: minio:9000
externalAddress: https://files.example.com
`,
  );
  put("openim-api.yml", "API: { listenIp: 0.0.0.0, PORTS: [8002] }\n");
  put("openim-crontask.yml", "retainChatRecords: 30\n");
  put(
    "webhooks.yml",
    `
url: http://hooks:1/x
afterSendGroupMsg: { enable: true, timeout: 3, attentionIds: [g1] }
`,
  );
  put(
    "notification.yml",
    "groupCreated: { isSendMsg: false, unreadCount: false }\n",
  );
  put("log.yml", "remainLogLevel: 3\n");

  expect(await load()).toMatchObject({
    secret: "a secret of ours",
    adminUserIDs: ["boss", "second"],
    adminNicknames: ["Boss"],
    multiLogin: { policy: 4, maxNumOneEnd: 5 },
    tokenPolicy: { expire: 7 },
    listen: "0.0.0.0",
    apiPort: 8002,
    objects: {
      store: "s3",
      s3: {
        bucket: "chats",
        accessKeyID: "root",
        endpoint: "http://minio:9000",
        externalEndpoint: "https://files.example.com",
      },
    },
    cron: { retainChatRecords: 30 },
    webhooks: {
      url: "http://hooks:1/x",
      hooks: {
        afterSendGroupMsg: { enable: true, timeout: 3, attentionIds: ["g1"] },
      },
    },
    notifications: { groupCreated: { isSendMsg: false } },
    log: { level: "warn" },
  });
});

test("IMENV_ variables replace what is there, ours beat everything", async () => {
  put("parley.yml", "tokenPolicy: { expire: 5 }\n");
  const config = await load(
    {
      IMENV_SHARE_SECRET: "from a variable",
      IMENV_SHARE_IMADMINUSER_USERIDS: "one, two",
      IMENV_OPENIM_API_API_PORTS: "9002",
      IMENV_OPENIM_RPC_MSG_FRIENDVERIFY: "true",
      IMENV_OPENIM_RPC_AUTH_TOKENPOLICY_EXPIRE: "4",
      IMENV_SHARE_MULTILOGIN_POLICY: "",
      IMENV_SHARE_NOTHING: "x",
      PARLEY_API_PORT: "7002",
    },
    path.join(folder, "parley.yml"),
  );
  expect(config).toMatchObject({
    secret: "from a variable",
    adminUserIDs: ["one", "two"],
    apiPort: 7002,
    friendVerify: true,
    tokenPolicy: { expire: 5 },
    multiLogin: { policy: 1 },
  });
});

test("the key file of FCM lies beside the files that name it", async () => {
  put("openim-push.yml", "fcm: { filePath: key.json }\n");
  const settings = await readOpenIMFolder(folder, {});
  expect(settings.get("push.fcm.filePath")?.value).toBe(
    path.join(folder, "key.json"),
  );
});

test.each([
  [
    "share.yml",
    "multiLogin: { policy: 9 }\n",
    ["multiLogin.policy", "share.yml"],
  ],
  [
    "openim-api.yml",
    "api: { ports: [1, 2] }\n",
    ["api.ports in ", "openim-api.yml (our apiPort)"],
  ],
  [
    "openim-rpc-third.yml",
    "object: { enable: cos }\n",
    ["objects.store", "openim-rpc-third.yml", "cos"],
  ],
  ["openim-api.yml", "api: [\n", ["openim-api.yml", "is not YAML"]],
  ["openim-api.yml", "just words\n", ["openim-api.yml", "must hold settings"]],
])("what is wrong in %s is named: %s", async (name, text, said) => {
  put(name, text);
  const message = await problem();
  for (const each of said) expect(message).toContain(each);
  expect(message.split("\n")).toHaveLength(1);
});

test("keys that count for nothing are named, once for what is below them", async () => {
  put("mongodb.yml", "mongodb: { uri: x }\n");
  put("kafka.yml", "\n");
  put(
    "share.yml",
    "secret: x\nrpcMaxBodySize: { requestMaxBodySize: 8 }\nimAdminUser: { userIDs: [a], more: 1, none: }\n",
  );
  put("openim-api.yml", "api: { listenIP: 127.0.0.1 }\n");
  put(
    "openim-msggateway.yml",
    "listenIP: 0.0.0.0\nlongConnSvr: { ports: [1], websocketMaxMsgLen: 4096 }\n",
  );
  put("webhooks.yml", "url: http://x\nnoHook: { enable: true }\n");
  put(
    "notification.yml",
    "groupCreated: { isSendMsg: true, unreadCount: false }\n",
  );
  const passedOver: Record<string, readonly string[]> = {};
  await readOpenIMFolder(folder, {}, (file, keys) => (passedOver[file] = keys));
  expect(passedOver).toEqual({
    "log.yml": ["storageLocation"],
    "mongodb.yml": [],
    "openim-push.yml": ["maxConcurrentWorkers", "fullUserCache"],
    "redis.yml": [],
    "share.yml": ["rpcMaxBodySize", "imAdminUser.more"],
    "openim-msggateway.yml": ["listenIP", "longConnSvr.websocketMaxMsgLen"],
    "webhooks.yml": ["noHook"],
  });
});

test("a folder of something else is refused", async () => {
  rmSync(path.join(folder, "share.yml"));
  expect(await problem()).toContain("there is no share.yml in it");
});

test("the page about moving tells of each file", () => {
  const page = readFileSync(
    path.join(import.meta.dirname, "../../../../docs/from-openim.md"),
    "utf8",
  );
  for (const name of openIMFiles) expect(page).toContain(`\`${name}\``);
});
