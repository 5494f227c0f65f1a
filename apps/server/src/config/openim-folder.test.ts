import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig } from "./load.ts";
import { listOpenIMFiles } from "./openim-files.ts";
import { readOpenIMFolder } from "./openim-folder.ts";

/**
 * The part of OpenIM's shipped files that Parley reads (docs/from-openim.md).
 */
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
  loadConfig({ file, openIMFolders: [folder], environment });

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

test.each([
  ["IMENV_SHARE_SECERT", "IMENV_SHARE_SECRET"],
  ["IMENV_OPENIM_API_PORTS", "IMENV_OPENIM_API_API_PORTS"],
  ["IMENV_OPENIM_RPC_MSG_FRIENDVERIFI", "IMENV_OPENIM_RPC_MSG_FRIENDVERIFY"],
])("a misspelt %s was passed over without a word", async (name, meant) => {
  await expect(load({ [name]: "x" })).rejects.toThrow(
    `there is no variable ${name}, did you mean ${meant}?`,
  );
});

test("a variable for a file that is not read is no misspelling", async () => {
  put("openim-rpc-msh.yml", "friendVerify: true\n");
  const config = await load({ IMENV_OPENIM_RPC_MSH_FRIENDVERIFY: "true" });
  expect(config.friendVerify).toBe(false);
});

test.each([
  ["share.yml", "secret: x\nmultiLogin: 5\n", "multiLogin"],
  ["openim-api.yml", "API: [10002]\n", "API"],
  ["openim-push.yml", "iosPush: true\n", "iosPush"],
  ["openim-msggateway.yml", 'longConnSvr: "yes"\n', "longConnSvr"],
])(
  "a value where a section belongs was passed over: %s %p",
  async (name, text, key) => {
    put(name, text);
    expect(await problem()).toContain(`${key} in ${path.join(folder, name)}`);
    expect(await problem()).toContain("is a section");
  },
);

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
  [
    "openim-api.yml",
    "just words\n",
    ["openim-api.yml", "must contain settings"],
  ],
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
  expect(await problem()).toContain("it has no share.yml");
});

test("the page about moving tells of each file", () => {
  const page = readFileSync(
    path.join(import.meta.dirname, "../../../../docs/from-openim.md"),
    "utf8",
  );
  for (const name of [...listOpenIMFiles("server"), ...listOpenIMFiles("chat")])
    expect(page).toContain(`\`${name}\``);
});

/** The part of the chat service's shipped files that Parley reads. */
const shippedChat: Readonly<Record<string, string>> = {
  "share.yml": `
openIM:
  apiURL: http://127.0.0.1:10002
  secret: openIM123
  adminUserID: imAdmin
  tokenRefreshInterval: 120
chatAdmin: [ chatAdmin ]
`,
  "chat-api-chat.yml": "api: { listenIP: 0.0.0.0, ports: [ 10008 ] }\n",
  "chat-api-admin.yml": "api: { listenIP: 0.0.0.0, ports: [ 10009 ] }\n",
  "chat-rpc-admin.yml": "tokenPolicy: { expire: 90 }\nsecret: chat123\n",
  "chat-rpc-chat.yml": `
verifyCode:
  validTime: 300
  validCount: 5
  uintTime: 86400
  maxCount: 10
  superCode: "666666"
  len: 6
  phone: { use: "", ali: { endpoint: "" } }
  mail: { use: "", smtpPort: }
liveKit: { url: "ws://127.0.0.1:7880", key: "", secret: "" }
allowRegister: true
`,
};

describe("of OpenIM's chat service", () => {
  let chat: string;
  const putChat = (name: string, text: string) =>
    writeFileSync(path.join(chat, name), text);
  const loadChat = (
    environment: Record<string, string> = {},
    folders: readonly string[] = [chat],
  ) => loadConfig({ openIMFolders: folders, environment });

  beforeEach(() => {
    chat = mkdtempSync(path.join(tmpdir(), "parley-openim-chat-"));
    for (const [name, text] of Object.entries(shippedChat)) putChat(name, text);
  });
  afterEach(() => rmSync(chat, { recursive: true }));

  test("what is shipped means what we have without it, but for its secret", async () => {
    const { accounts, ...config } = await loadChat();
    const { accounts: usual, ...others } = await loadConfig({
      environment: {},
    });
    expect(config).toEqual(others);
    expect(accounts).toEqual({ ...usual, secret: "chat123" });
  });

  test("its secret, which everybody knows, works on loopback only", async () => {
    const beyond = {
      PARLEY_LISTEN: "0.0.0.0",
      PARLEY_SECRET: "a secret of ours alone",
    };
    const reason = await loadChat(beyond).catch(
      (error: Error) => error.message,
    );
    expect(reason).toContain("PARLEY_ACCOUNTS_SECRET");
    const own = { ...beyond, PARLEY_ACCOUNTS_SECRET: "another secret of ours" };
    expect((await loadChat(own)).accounts.secret).toBe(
      "another secret of ours",
    );
  });

  test("what an operator changed there counts, and its variables beat it", async () => {
    putChat(
      "share.yml",
      `
openIM: { apiURL: "http://im:10002", secret: ours, adminUserID: boss }
chatAdmin: [ first, second ]
`,
    );
    putChat("chat-api-chat.yml", "api: { ports: [ 20008 ] }\n");
    putChat(
      "chat-rpc-chat.yml",
      "allowRegister: false\nliveKit: { url: 'ws://calls', key: k }\n",
    );
    const { accounts, secret, adminUserIDs } = await loadChat({
      CHATENV_CHAT_RPC_CHAT_LIVEKIT_URL: "ws://other",
      CHATENV_SHARE_OPENIM_SECRET: "of the environment",
    });
    expect(secret).toBe("of the environment");
    expect(adminUserIDs).toEqual(["boss"]);
    expect(accounts).toMatchObject({
      imAddress: "http://im:10002",
      port: 20_008,
      chatAdmin: ["first", "second"],
      allowRegister: false,
      liveKit: { url: "ws://other", key: "k" },
    });
  });

  test("both folders count, the first one first", async () => {
    put("share.yml", "secret: of the server\n");
    putChat("share.yml", "openIM: { secret: of chat }\nchatAdmin: [ boss ]\n");
    const { secret, accounts } = await loadChat({}, [folder, chat]);
    expect(secret).toBe("of the server");
    expect(accounts.chatAdmin).toEqual(["boss"]);
  });

  test("a wrong value names its file", async () => {
    putChat("chat-rpc-admin.yml", "tokenPolicy: { expire: soon }\n");
    const reason = await loadChat().catch((error: Error) => error.message);
    expect(reason).toContain("chat-rpc-admin.yml");
    expect(reason).toContain("tokenPolicy.expire");
  });
});
