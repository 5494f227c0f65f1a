import { expect, test } from "bun:test";

import { ConfigError } from "../config/check.ts";
import { loadConfig } from "../config/load.ts";
import { renderConfigFile } from "../config/openim-files.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createConfigManager, withStoredSettings } from "./config-manager.ts";

const startConfig = await loadConfig({
  environment: {
    PARLEY_CONFIG_MANAGER: "true",
    PARLEY_SECRET: "very-secret",
    PARLEY_OBJECTS_S3_SECRET_ACCESS_KEY: "very-secret",
    PARLEY_OBJECTS_S3_ENDPOINT: "http://me:very-secret@s3:9000",
    PARLEY_WEBHOOKS_HOOKS: '{"beforeAddFriend":{"enable":true,"timeout":2}}',
  },
});

/** A server that is started anew with what is stored, as often as asked. */
async function start({ db, transact }: TestStorage, config = startConfig) {
  const warnings: string[] = [];
  const state = {
    warnings,
    restarts: 0,
    canRestart: true,
    config: await withStoredSettings(config, db, (text) => warnings.push(text)),
  };
  const manager = createConfigManager({
    db,
    transact,
    config: state.config,
    restart() {
      if (!state.canRestart)
        return Promise.reject(new ConfigError("apiPort in parley.yml: is bad"));
      state.restarts++;
      return Promise.resolve();
    },
  });
  return { state, manager };
}

forEachEngine("the configuration manager", (open) => {
  test("what is set counts from the next start on, and back after a reset", async () => {
    await using storage = await open();
    const first = await start(storage);
    await first.manager.enable(true);
    await first.manager.set(
      "parley.yml",
      '{"friendVerify":true,"cron":{"retainChatRecords":7}}',
    );
    expect(first.state.restarts).toBe(2);

    const second = await start(storage);
    expect(second.state.config.friendVerify).toBe(true);
    expect(second.state.config.cron).toEqual({
      ...startConfig.cron,
      retainChatRecords: 7,
    });
    // A second change leaves the first.
    await second.manager.set(
      "openim-rpc-auth.yml",
      '{"tokenpolicy":{"EXPIRE":3}}',
    );
    const third = await start(storage);
    expect(third.state.config.tokenPolicy.expire).toBe(3);
    expect(third.state.config.friendVerify).toBe(true);

    await third.manager.reset();
    expect((await start(storage)).state.config).toEqual(startConfig);
  });

  test("what is set while it is off waits, and restarts nothing", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    expect(await manager.isEnabled()).toBe(false);
    await manager.set("parley.yml", '{"friendVerify":true}');
    expect(state.restarts).toBe(0);
    expect((await start(storage)).state.config.friendVerify).toBe(false);
    await manager.enable(true);
    expect(await manager.isEnabled()).toBe(true);
    expect((await start(storage)).state.config.friendVerify).toBe(true);
    // Start options win over the settings that are stored.
    const config = { ...startConfig, configManager: false };
    expect((await start(storage, config)).state.config).toBe(config);
  });

  test("a file that is set as it was read changes nothing", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    await manager.enable(true);
    for (const name of [
      "parley.yml",
      "share.yml",
      "minio.yml",
      "webhooks.yml",
      "openim-api.yml",
    ]) {
      const text = renderConfigFile(state.config, name) ?? "";
      expect(text).not.toContain("very-secret");
      await manager.set(name, text);
    }
    expect(state.restarts).toBe(1);
  });

  test("several files of the chat service are set together, or none is", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    await manager.enable(true);
    const codes = {
      name: "chat-rpc-chat.yml",
      text: '{"AllowRegister":false,"VerifyCode":{"Len":8}}',
    };
    const tokens = {
      name: "chat-rpc-admin.yml",
      text: '{"tokenPolicy":{"expire":7}}',
    };
    for (const bad of [
      { name: "chat-rpc-admin.yml", text: '{"tokenPolicy":{"expire":0}}' },
      { name: "chat-rpc-chat.yml", text: '{"LiveKit":{"Secret":"x"}}' },
      { name: "webhooks.yml", text: "{}" },
    ])
      expect(
        manager.setAll([codes, tokens, bad], "chat"),
      ).rejects.toMatchObject({ code: 1001 });
    expect(state.restarts).toBe(1);
    expect((await start(storage)).state.config).toEqual(startConfig);

    await manager.setAll([codes, tokens], "chat");
    expect(state.restarts).toBe(2);
    const second = await start(storage);
    expect(second.state.config.accounts).toMatchObject({
      allowRegister: false,
      verifyCode: { len: 8 },
      tokenPolicy: { expire: 7 },
    });

    // Writing the settings back as they were read changes nothing.
    const read = ["chat-rpc-chat.yml", "chat-rpc-admin.yml", "share.yml"].map(
      (name) => ({
        name,
        text: renderConfigFile(second.state.config, name, "chat") ?? "",
      }),
    );
    await second.manager.setAll(read, "chat");
    expect(second.state.restarts).toBe(0);
  });

  test("a webhook can be turned on by OpenIM's names", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    await manager.enable(true);
    const file = JSON.parse(
      renderConfigFile(state.config, "webhooks.yml") ?? "",
    ) as Record<string, object>;
    await manager.set(
      "webhooks.yml",
      JSON.stringify({
        ...file,
        URL: "http://127.0.0.1:9/x",
        AfterUserOnline: { ...file["AfterUserOnline"], Enable: true },
      }),
    );
    const { webhooks } = (await start(storage)).state.config;
    expect(webhooks.url).toBe("http://127.0.0.1:9/x");
    expect(webhooks.hooks).toMatchObject({
      beforeAddFriend: { enable: true, timeout: 2 },
      afterUserOnline: { enable: true },
    });
    expect(Object.keys(webhooks.hooks)).toHaveLength(2);
  });

  test("a notification is made silent by OpenIM's names", async () => {
    await using storage = await open();
    const { manager } = await start(storage);
    await manager.enable(true);
    const text =
      '{"GroupCreated":{"IsSendMsg":false,"OfflinePush":{"Title":"New"}}}';
    await manager.set("notification.yml", text);
    const { config } = (await start(storage)).state;
    expect(config.notifications).toEqual({
      groupCreated: { isSendMsg: false, offlinePush: { title: "New" } },
    });
    expect(renderConfigFile(config, "notification.yml")).toBe(text);
  });

  test("a wrong setting is named, and nothing of the text is taken", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    await manager.enable(true);
    for (const [text, named] of [
      ['{"friendVerify":true,"friendverify":1}', "did you mean 'friendVerify'"],
      ['{"friendVerify":"yes"}', "friendVerify"],
      ['{"tokenPolicy":{"expire":0}}', "tokenPolicy.expire"],
      ['{"cron":{"executeTime":"every day"}}', "cron.executeTime"],
      ['{"secret":"mine"}', "secret"],
      ['{"push":{"enable":"jpush"}}', "push.enable can only be set in"],
      ['{"push":{"jpush":{"pushURL":"http://evil"}}}', "push.jpush.pushURL"],
      ['{"databaseURL":"postgres://x/y"}', "databaseURL"],
      ['{"busURL":"nats://x"}', "busURL"],
      ['{"apiPort":1}', "apiPort"],
      ['{"configManager":false}', "configManager"],
      ['{"accounts":{"enable":false}}', "accounts.enable can only be set in"],
      ['{"accounts":{"port":1}}', "accounts.port can only be set in"],
      ['{"accounts":{"adminPort":1}}', "accounts.adminPort can only be set in"],
      [
        '{"accounts":{"imAddress":"http://evil"}}',
        "imAddress can only be set in",
      ],
      ['{"accounts":{"chatAdmin":["me"]}}', "chatAdmin can only be set in"],
      ['{"accounts":{"chatAdminPassword":"x"}}', "Password can only be set in"],
      ['{"accounts":{"secret":"x"}}', "accounts.secret can only be set in"],
      [
        '{"webhooks":{"secret":"sixteen letters.."}}',
        "webhooks.secret can only be set",
      ],
      [
        '{"accounts":{"verifyCode":{"superCode":"1"}}}',
        "superCode can only be set in",
      ],
      [
        '{"accounts":{"verifyCode":{"phone":{"use":"http"}}}}',
        "phone.use can only be set in",
      ],
      [
        '{"accounts":{"verifyCode":{"phone":{"url":"http://evil"}}}}',
        "phone.url can only be set in",
      ],
      [
        '{"accounts":{"verifyCode":{"mail":{"smtpAddr":"evil"}}}}',
        "mail.smtpAddr can only be set in",
      ],
      [
        '{"agents":{"callbackAddresses":["1.2.3.4"]}}',
        "Addresses can only be set in",
      ],
      [
        '{"accounts":{"verifyCode":{"mail":{"use":"mail"}}}}',
        "mail.use can only be set in",
      ],
      ['{"accounts":{"liveKit":{"secret":"x"}}}', "secret can only be set in"],
      ['{"adminUserIDs":["me"]}', "adminUserIDs can only be set in"],
      ['{"objects":{"store":"s3"}}', "objects.store can only be set in"],
      [
        '{"objects":{"s3":{"endpoint":"http://169.254.169.254"}}}',
        "endpoint can only be set in",
      ],
      ['{"objects":{"s3":{"accessKeyID":"x"}}}', "objects.s3.accessKeyID"],
      ['{"notifications":{"groupMade":{}}}', "did you mean 'group"],
      [
        '{"notifications":{"friendAdded":{"offlinePush":{"enable":1}}}}',
        "enable",
      ],
      ["[]", "object"],
      ["{", "JSON"],
    ] as const)
      expect(manager.set("parley.yml", text), text).rejects.toMatchObject({
        code: 1001,
        detail: expect.stringContaining(named) as string,
      });
    expect(manager.set("nothing.yml", "{}")).rejects.toMatchObject({
      code: 1001,
    });
    expect(state.restarts).toBe(1);
    expect((await start(storage)).state.config).toEqual(startConfig);
  });

  test("a stored setting that is none any more is left out, with a word", async () => {
    await using storage = await open();
    const value = JSON.stringify({
      enable: true,
      values: { friendVerify: true, oldSetting: 1, "log.level": "loud" },
    });
    await storage.transact(async ({ db }) => {
      await db
        .insertInto("meta")
        .values({ key: "config_manager", value })
        .execute();
    });
    const { state } = await start(storage);
    expect(state.config).toEqual({ ...startConfig, friendVerify: true });
    expect(state.warnings).toHaveLength(2);
    expect(state.warnings[0]).toContain("oldSetting");
  });

  test("a restart that could not start again is refused", async () => {
    await using storage = await open();
    const { manager, state } = await start(storage);
    await manager.restart();
    expect(state.restarts).toBe(1);
    state.canRestart = false;
    expect(manager.restart()).rejects.toMatchObject({
      code: 500,
      detail: expect.stringContaining("apiPort") as string,
    });
  });
});
