import { afterAll, describe, expect, test } from "bun:test";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { settingsPage } from "../../../../scripts/openapi.ts";
import { readBusURL } from "./bus-url.ts";
import { loadConfig, renderSettings } from "./load.ts";
import { listSettings } from "./settings.ts";

const folder = mkdtempSync(path.join(tmpdir(), "parley-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): string {
  const file = path.join(folder, `${Bun.hash(text)}.yml`);
  writeFileSync(file, text);
  return file;
}

const problem = (text: string, environment = {}): Promise<string> =>
  loadConfig({ file: yaml(text), environment }).then(
    () => "no problem",
    (error: unknown) => (error as Error).message,
  );

test("without anything every setting has its default", async () => {
  const config = await loadConfig({ environment: {} });
  expect(config.apiPort).toBe(10002);
  expect(config.wsPort).toBe(10001);
  expect(config.multiLogin).toEqual({ policy: 1, maxNumOneEnd: 30 });
  for (const setting of listSettings()) {
    const found = setting.path
      .split(".")
      .reduce<unknown>(
        (node, key) => (node as Record<string, unknown>)[key],
        config,
      );
    expect(found).toEqual(setting.default);
    expect(setting.description).not.toBe("");
  }
});

test("the environment beats the file, the file beats the default", async () => {
  const file = yaml("apiPort: 1\nwsPort: 2\nmultiLogin: { policy: 4 }\n");
  const config = await loadConfig({
    file,
    environment: { PARLEY_WS_PORT: "3", PARLEY_FRIEND_VERIFY: "true" },
  });
  expect(config).toMatchObject({
    apiPort: 1,
    wsPort: 3,
    friendVerify: true,
    multiLogin: { policy: 4, maxNumOneEnd: 30 },
  });
});

test("lists come as YAML or with commas", async () => {
  const file = yaml("adminUserIDs: [a, b]\n");
  expect((await loadConfig({ file, environment: {} })).adminUserIDs).toEqual([
    "a",
    "b",
  ]);
  const environment = { PARLEY_ADMIN_USER_IDS: "c, d" };
  expect((await loadConfig({ file, environment })).adminUserIDs).toEqual([
    "c",
    "d",
  ]);
});

test("the six names that are promised exist", () => {
  const variables = listSettings().map(({ variable }) => variable);
  for (const name of [
    "PARLEY_DATA",
    "PARLEY_LISTEN",
    "PARLEY_API_PORT",
    "PARLEY_WS_PORT",
    "PARLEY_SECRET",
    "PARLEY_DATABASE_URL",
  ])
    expect(variables).toContain(name);
  expect(new Set(variables).size).toBe(variables.length);
});

describe("a bad value is named, with what is wrong", () => {
  test.each([
    ["apiPort: high", /^apiPort in .*: "high" is not a whole number from 0/],
    ["apiPort: 70000", /from 0 to 65535/],
    ["multiLogin: { policy: 2 }", /multiLogin.policy.*not one of 0, 1, 4, 5/],
    ["friendVerify: yes please", /friendVerify.*not true or false/],
    ["adminUserIDs: imAdmin", /adminUserIDs.*not a list/],
    ["data: ''", /data.*must not be empty/],
    ["databaseURL: mysql://x", /databaseURL.*has not the form of postgres:/],
    ["busURL: http://x", /busURL.*has not the form of nats:/],
    ["apiPort: 10001", /apiPort and wsPort are both 10001/],
    ["apiPort: 10010", /apiPort and agents.port are both 10010/],
    ["cron: { executeTime: never }", /not a schedule.*like '0 2 \* \* \*'$/],
    ["x: 1", /no setting 'x', which is nothing that can be set$/],
    ["log: { level: loud }", /log.level.*not one of trace, debug/],
    ["- 1", /must contain settings/],
    ["a: [", /is not YAML: .+ at line 1, column 5$/],
  ])("%s", async (text, expected) => {
    expect(await problem(text)).toMatch(expected);
  });

  test("in the environment by its variable", async () => {
    expect(await problem("", { PARLEY_API_PORT: "high" })).toMatch(
      /^PARLEY_API_PORT: "high" is not a whole number/,
    );
  });

  test("a variable that is misspelt is not passed over", async () => {
    expect(await problem("", { PARLEY_SECERT: "x" })).toBe(
      "there is no variable PARLEY_SECERT, did you mean PARLEY_SECRET?",
    );
    const environment = { PARLEY_SERVICE_HOST: "10.0.0.1", PARLEY_PORT: "1" };
    expect((await loadConfig({ environment })).apiPort).toBe(10002);
  });

  test("and a secret is not repeated", async () => {
    expect(await problem("secret: [hunter2]")).not.toContain("hunter2");
    expect(
      await problem("", { PARLEY_DATABASE_URL: "mysql://me:hunter2@x" }),
    ).not.toContain("hunter2");
  });
});

describe("a push provider that is on", () => {
  test.each([
    ["getui", "push.getui.pushUrl, push.getui.masterSecret, push.getui.appKey"],
    ["FCM", "push.fcm.filePath or push.fcm.authURL"],
    ["jpush", "push.jpush.appKey, push.jpush.masterSecret"],
    [
      "apns",
      "push.apns.keyPath, push.apns.keyID, push.apns.teamID, push.apns.topic",
    ],
    [
      "webPush",
      "push.webPush.publicKey, push.webPush.privateKey, push.webPush.subject",
    ],
  ])("%s names all that it misses", async (name, missing) => {
    expect(await problem("", { PARLEY_PUSH_ENABLE: name })).toBe(
      `push.enable names ${name.toLowerCase()}, so these must be set: ${missing}`,
    );
  });

  test("must be one of those that there are", async () => {
    expect(await problem("push: { enable: 'fcm2' }")).toBe(
      "push.enable names the unknown provider 'fcm2'; the providers are getui, fcm, jpush, apns, webpush",
    );
  });

  test("finds its files beside the settings", async () => {
    const file = yaml("push: { fcm: { filePath: keys/account.json } }");
    const { push } = await loadConfig({
      file,
      environment: { PARLEY_PUSH_APNS_KEY_PATH: "/etc/key.p8" },
    });
    expect(push.fcm.filePath).toBe(path.join(folder, "keys/account.json"));
    expect(push.apns.keyPath).toBe("/etc/key.p8");
  });
});

describe("a node of a cluster", () => {
  const shared = `
databaseURL: postgres://db/im
objects: { store: s3, s3: { endpoint: http://s3, accessKeyID: a, secretAccessKey: b } }
`;

  test("has a bus, a database and a store that the others have, too", async () => {
    const text = `${shared}busURL: nats://me:hidden@one:4222,two`;
    expect(await problem(text)).toBe("no problem");
  });

  test("is refused without a database that the others reach", async () => {
    expect(await problem("busURL: nats://one")).toBe(
      "busURL makes this a node of a cluster, and the data of a cluster is in PostgreSQL: set PARLEY_DATABASE_URL, or take PARLEY_BUS_URL away",
    );
  });

  test("is refused with files that the others cannot reach", async () => {
    const text = "busURL: nats://one\ndatabaseURL: postgres://db/im";
    expect(await problem(text)).toContain("set objects.store to s3, with");
  });

  test.each([
    ["nats://", "has not the form of nats://user:password@host:4222"],
    ["nats://hidden:hidden@one:high", "has not the form of"],
    ["nats://hidden:hidden#@one", "are written as %40 %3A %2F %2C %25"],
    ["nats://hidden:hid%zzden@one", "are written as"],
    ["nats://one,", "has not the form of"],
    ["nats://one/path", "has something after the port of one"],
    ["nats://one,http://two", "has not the form of"],
    ["nats://one,tls://two", "all servers need the same"],
    ["nats://a:hidden@one,nats://b:hidden@two", "has different users"],
  ])("with the bus %s is refused, without its secrets", async (url, why) => {
    const said = await problem(`${shared}busURL: "${url}"`);
    expect(said).toStartWith("busURL");
    expect(said).toContain(why);
    expect(said).not.toContain("hid");
  });

  test("signs in to all servers of the bus as the first one says", () => {
    expect(readBusURL("tls://me:p%40ss@one, two:5, [::1]")).toEqual({
      servers: ["one:4222", "two:5", "[::1]:4222"],
      isEncrypted: true,
      user: "me",
      password: "p@ss",
      shown: "tls://one:4222,tls://two:5,tls://[::1]:4222",
    });
    expect(readBusURL("nats://some-token@one").token).toBe("some-token");
  });
});

describe("a section is a section", () => {
  test.each([
    ["accounts: false", "accounts", "accounts.enable"],
    ["push: none", "push", "push.enable"],
    ["log: debug", "log", "log.level"],
    ["accounts:\n  verifyCode: [a]", "accounts.verifyCode", undefined],
    [
      "accounts:\n  verifyCode.mail: a@b",
      "accounts.verifyCode.mail",
      undefined,
    ],
  ])("%s was ignored without a word", async (text, section, example) => {
    const said = await problem(text);
    expect(said).toContain(`'${section}' is a section, not a setting`);
    if (example !== undefined) expect(said).toContain(`such as ${example}`);
    expect(said).toMatch(/line [12]: /);
  });

  test("accounts.enable: false was refused, as it is printed everywhere", async () => {
    for (const text of [
      "accounts.enable: false",
      "accounts:\n  enable: false",
      "accounts: { enable: false }",
    ]) {
      const config = await loadConfig({ file: yaml(text), environment: {} });
      expect(config.accounts.enable).toBe(false);
    }
    const text = "accounts:\n  verifyCode.len: 7\naccounts.port: 1";
    const { accounts } = await loadConfig({
      file: yaml(text),
      environment: {},
    });
    expect([accounts.verifyCode.len, accounts.port]).toEqual([7, 1]);
  });

  test("without anything in it, it sets nothing", async () => {
    for (const text of ["accounts:", "accounts: {}", "# nothing", "~", ""])
      expect(await problem(text)).toBe("no problem");
  });

  test.each([
    ["accounts.port: 1\naccounts:\n  port: 2\n", /line 3: .* is set twice$/],
    ["apiPort: 1\napiPort: 2\n", /is not YAML: Map keys must be unique/],
    ["secret:", /^secret in .*: is not text$/],
    ["secret: 123456", /is not text: put it in quotes$/],
    ["listen: [a]", /^listen in .* is not text$/],
    [
      "webhooks.hooks: { beforeAddFriend: { timeout: 5s } }",
      /'timeout', which is not a whole number of 0 or more$/,
    ],
    [
      "webhooks.hooks: { beforeAddFriend: { deniedTypes: [a] } }",
      /which is not a whole number$/,
    ],
  ])("%s", async (text, expected) => {
    expect(await problem(text)).toMatch(expected);
  });

  test("an alias stands for what it names", async () => {
    const text = "adminUserIDs: &names [a]\nadminNicknames: *names\n";
    const config = await loadConfig({ file: yaml(text), environment: {} });
    expect(config.adminNicknames).toEqual(["a"]);
  });
});

test("a secret that can be guessed was open to the world", async () => {
  for (const open of [
    { PARLEY_LISTEN: "0.0.0.0" },
    { PARLEY_API_LISTEN: "192.0.2.1" },
    { PARLEY_ACCOUNTS_ADMIN_LISTEN: "::" },
    { PARLEY_AGENTS_LISTEN: "192.0.2.1" },
  ]) {
    const [[name = "", value = ""] = []] = Object.entries(open);
    const told = async (more: object) => problem("", { ...open, ...more });
    expect(await told({}), name).toMatch(/default secret .* PARLEY_SECRET/);
    expect(await told({ PARLEY_SECRET: "fifteen-letters" })).toMatch(
      new RegExp(`^secret has 15 characters, and .* is ${value}`),
    );
    const long = { PARLEY_SECRET: "of-sixteen-chars" };
    expect(await told(long)).toBe("no problem");
    expect(await told({ ...long, PARLEY_ACCOUNTS_SECRET: "short" })).toMatch(
      /^accounts.secret has 5 characters/,
    );
  }
  expect(await problem("", { PARLEY_SECRET: "short" })).toBe("no problem");
});

test("a variable with some words of ours was passed over", async () => {
  for (const [name, meant] of [
    ["PARLEY_ADMIN_PORT", "PARLEY_ACCOUNTS_ADMIN_PORT"],
    ["PARLEY_CHAT_ADMIN_PASSWORD", "PARLEY_ACCOUNTS_CHAT_ADMIN_PASSWORD"],
    ["PARLEY_CONFG", "PARLEY_CONFIG"],
    ["parley_secret", "PARLEY_SECRET"],
  ] as const)
    expect(await problem("", { [name]: "1" })).toBe(
      `there is no variable ${name}, did you mean ${meant}?`,
    );
  const environment = {
    PARLEY_PORT: "tcp://10.0.0.1:10002",
    PARLEY_PORT_10002_TCP_ADDR: "10.0.0.1",
    PARLEY_SERVICE_PORT: "10002",
    PARLEY_SHOP_NAME: "Tea",
  };
  expect(await problem("", environment)).toBe("no problem");
});

describe("what README and docs print of settings is accepted as printed", () => {
  const root = path.join(import.meta.dirname, "../../../..");
  const pages = [
    "README.md",
    ...readdirSync(path.join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const known = listSettings().map(({ path }) => path);
  const sections = new Set(
    known.flatMap((each) =>
      each.split(".").map((_, i, all) => all.slice(0, i + 1).join(".")),
    ),
  );
  const variables = new Set([
    ...listSettings().map(({ variable }) => variable),
    "PARLEY_CONFIG",
    "PARLEY_OPENIM_CONFIG",
    // The examples' programs read this one.
    "PARLEY_API",
  ]);

  test.each(pages)("%s", async (page) => {
    const text = readFileSync(path.join(root, page), "utf8");
    for (const [, key = "", value] of text.matchAll(
      /`([a-zA-Z]+(?:\.[a-zA-Z0-9]+)+)(?:: ([^`\n]+))?`/g,
    )) {
      // The name belongs to another program, or it is a file name.
      if (
        !sections.has(key.split(".")[0] ?? "") ||
        /\.(md|yml|db|ts|json)$/.test(key)
      )
        continue;
      expect(sections, page).toContain(key);
      if (value !== undefined) {
        const said = await problem(`${key}: ${value}`);
        expect(said, `${page}: ${key}`).not.toMatch(/^\S+.yml line|: .* is /);
      }
    }
    for (const [, fence = ""] of text.matchAll(/```ya?ml\n([\s\S]*?)```/g))
      expect(await problem(fence), `${page}: ${fence}`).not.toMatch(
        /no setting|is a section|not YAML|is not/,
      );
    for (const [name] of text.matchAll(/\bPARLEY_[A-Z0-9_]*[A-Z0-9]\b/g))
      expect(variables, page).toContain(name);
  });
});

test("an unknown setting is named with its line and the nearest one", async () => {
  expect(await problem("apiPort: 1\nmultiLogin:\n  polcy: 1\n")).toMatch(
    /line 3: there is no setting 'multiLogin.polcy', did you mean 'multiLogin.policy'\?$/,
  );
});

test("a file that is not there is an error", async () => {
  const missing = loadConfig({ file: `${folder}/none.yml`, environment: {} });
  expect(missing).rejects.toThrow(/cannot read .*none.yml/);
});

describe("the default secret", () => {
  test.each(["127.0.0.1", "127.8.8.8", "localhost", "::1"])(
    "works on %s",
    async (listen) => {
      const environment = { PARLEY_LISTEN: listen };
      expect((await loadConfig({ environment })).listen).toBe(listen);
    },
  );

  test.each(["0.0.0.0", "::", "192.0.2.1", "127.evil.example"])(
    "refuses to start on %s and says how to set one",
    async (listen) => {
      const environment = { PARLEY_LISTEN: listen };
      expect(loadConfig({ environment })).rejects.toThrow(/set PARLEY_SECRET/);
      const own = { ...environment, PARLEY_SECRET: "a secret of our own" };
      expect((await loadConfig({ environment: own })).listen).toBe(listen);
    },
  );
});

test("files in S3 need an address and keys", async () => {
  expect(await problem("objects: { store: s3 }")).toMatch(
    /must be set: objects.s3.endpoint, objects.s3.accessKeyID, objects.s3.secretAccessKey$/,
  );
  const s3 = "{ endpoint: http://s3, accessKeyID: a, secretAccessKey: b }";
  expect(await problem(`objects: { store: s3, s3: ${s3} }`)).toBe("no problem");
});

describe("the map of webhooks", () => {
  const hooks = "webhooks:\n  hooks:\n    ";

  test("holds the hooks that are named", async () => {
    const file = yaml(
      `${hooks}beforeAddFriend: { enable: true, timeout: 3, deniedTypes: [110] }`,
    );
    const config = await loadConfig({ file, environment: {} });
    expect(config.webhooks.hooks).toEqual({
      beforeAddFriend: { enable: true, timeout: 3, deniedTypes: [110] },
    });
  });

  test("is JSON in the environment", async () => {
    const environment = {
      PARLEY_WEBHOOKS_HOOKS: '{"afterQuitGroup":{"enable":true}}',
    };
    expect((await loadConfig({ environment })).webhooks.hooks).toEqual({
      afterQuitGroup: { enable: true },
    });
    expect(await problem("", { PARLEY_WEBHOOKS_HOOKS: "yes" })).toMatch(
      /^PARLEY_WEBHOOKS_HOOKS is not JSON, like /,
    );
    expect(await problem("", { PARLEY_WEBHOOKS_HOOKS: "[]" })).toMatch(
      /is not a map$/,
    );
  });

  test.each([
    ["beforeAddFreind: {}", /did you mean 'beforeAddFriend'\?$/],
    ["beforeAddFriend: { enabled: true }", /did you mean 'enable'\?$/],
    ["beforeAddFriend: { enable: 1 }", /'enable', which is not true or false$/],
    ["beforeAddFriend: yes", /'beforeAddFriend', which is not a map$/],
  ])("%s is named, with what is wrong", async (text, expected) => {
    expect(await problem(hooks + text)).toMatch(expected);
  });
});

test("docs/configuration.md shows the settings that there are", () => {
  const page = readFileSync(settingsPage, "utf8");
  if (!page.endsWith(`\n${renderSettings()}\n`))
    throw new Error("docs/configuration.md is stale: npm run openapi");
});

test("a secret that signs webhooks cannot be guessed, and is not shown when it could", async () => {
  const secret = (text: string) =>
    problem("", { PARLEY_WEBHOOKS_SECRET: text });
  expect(await secret("")).toBe("no problem");
  expect(await secret("of-sixteen-chars")).toBe("no problem");
  const refused = await secret("fifteen-letters");
  expect(refused).toMatch(/^PARLEY_WEBHOOKS_SECRET: .*16 characters or more/);
  expect(refused).not.toContain("fifteen-letters");
});
