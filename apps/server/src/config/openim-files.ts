import { leavesOf, place, valueAt } from "./paths.ts";
import { chatFiles } from "./openim-chat-files.ts";
import type { ConfigFields } from "./openim-chat-files.ts";
import { nameIn } from "./openim-keys.ts";
import type { Config } from "./schema.ts";
import { notificationTypes } from "./notification-names.ts";
import { webhookCommands } from "./webhook-names.ts";
import type { WebhookEntries, WebhookEntry } from "./webhook-names.ts";

/** Replaces a secret in answers. */
export const masked = "***";

/** The one file ours reads. */
export const ownFile = "parley.yml";

/** OpenIM's IM server and its chat service have files of the same names. */
export type OpenIMService = "server" | "chat";

/**
 * OpenIM's files, by the names of its fields, which is how get_config writes
 * them, and the settings of ours that mean the same. COMPAT: consoles ask for
 * these files by name.
 */
const serverFiles: ConfigFields = {
  "discovery.yml": {},
  "kafka.yml": {},
  "local-cache.yml": {},
  "log.yml": { RemainLogLevel: "log.level" },
  "minio.yml": {
    Bucket: "objects.s3.bucket",
    AccessKeyID: "objects.s3.accessKeyID",
    SecretAccessKey: "objects.s3.secretAccessKey",
    InternalAddress: "objects.s3.endpoint",
    ExternalAddress: "objects.s3.externalEndpoint",
  },
  "mongodb.yml": {},
  "openim-api.yml": {
    "API.ListenIP": "listen",
    "API.Ports": "apiPort",
    "Prometheus.GrafanaURL": "metrics.grafanaURL",
    "RateLimiter.Enable": "rateLimiter.enable",
  },
  "openim-crontask.yml": {
    CronExecuteTime: "cron.executeTime",
    RetainChatRecords: "cron.retainChatRecords",
    FileExpireTime: "cron.fileExpireTime",
    DeleteObjectType: "cron.deleteObjectType",
  },
  "openim-msggateway.yml": {
    ListenIP: "listen",
    "LongConnSvr.Ports": "wsPort",
    "LongConnSvr.WebsocketMaxConnNum": "limits.connections",
    "LongConnSvr.WebsocketMaxMsgLen": "limits.frameBytes",
  },
  "openim-msgtransfer.yml": {},
  "openim-push.yml": {
    Enable: "push.enable",
    "GeTui.PushUrl": "push.getui.pushUrl",
    "GeTui.MasterSecret": "push.getui.masterSecret",
    "GeTui.AppKey": "push.getui.appKey",
    "GeTui.Intent": "push.getui.intent",
    "GeTui.ChannelID": "push.getui.channelID",
    "GeTui.ChannelName": "push.getui.channelName",
    "FCM.FilePath": "push.fcm.filePath",
    "FCM.AuthURL": "push.fcm.authURL",
    "JPush.AppKey": "push.jpush.appKey",
    "JPush.MasterSecret": "push.jpush.masterSecret",
    "JPush.PushURL": "push.jpush.pushURL",
    "JPush.PushIntent": "push.jpush.pushIntent",
    "IOSPush.PushSound": "push.iosPush.pushSound",
    "IOSPush.BadgeCount": "push.iosPush.badgeCount",
    "IOSPush.Production": "push.iosPush.production",
  },
  "openim-rpc-auth.yml": { "TokenPolicy.Expire": "tokenPolicy.expire" },
  "openim-rpc-conversation.yml": {},
  "openim-rpc-friend.yml": {},
  "openim-rpc-group.yml": {
    EnableHistoryForNewMembers: "enableHistoryForNewMembers",
  },
  "openim-rpc-msg.yml": { FriendVerify: "friendVerify" },
  "openim-rpc-third.yml": { "Object.Enable": "objects.store" },
  "openim-rpc-user.yml": {},
  "redis.yml": {},
  "share.yml": {
    Secret: "secret",
    "IMAdminUser.UserIDs": "adminUserIDs",
    "IMAdminUser.Nicknames": "adminNicknames",
    "MultiLogin.Policy": "multiLogin.policy",
    "MultiLogin.MaxNumOneEnd": "multiLogin.maxNumOneEnd",
  },
};

const webhooksFile = "webhooks.yml";
/** Ours says only what is different from OpenIM's. */
const notificationFile = "notification.yml";

const files = { server: serverFiles, chat: chatFiles } as const;

/** Their names. */
export const listOpenIMFiles = (service: OpenIMService): readonly string[] =>
  service === "chat"
    ? Object.keys(chatFiles)
    : [...Object.keys(serverFiles), webhooksFile, notificationFile];

/** The fields of one of these that count, and our settings for them. */
export function fieldsOf(
  name: string,
  service: OpenIMService,
): Readonly<Record<string, string>> {
  if (service === "chat") return fileOf(service, name) ?? {};
  const all = (names: object, path: string) =>
    Object.fromEntries(Object.keys(names).map((each) => [each, path]));
  if (name === webhooksFile)
    return { URL: "webhooks.url", ...all(webhookCommands, "webhooks.hooks") };
  if (name === notificationFile) return all(notificationTypes, "notifications");
  return fileOf(service, name) ?? {};
}

/** Log levels by OpenIM's numbers, 0 to 6. */
const logLevels = ["error", "error", "error", "warn", "info", "debug", "debug"];

/** Values that OpenIM spells differently. */
const spellings: Readonly<
  Record<
    string,
    { toOpenIM(value: unknown): unknown; toOurs(value: unknown): unknown }
  >
> = {
  apiPort: listOfOne(),
  wsPort: listOfOne(),
  "accounts.port": listOfOne(),
  "accounts.adminPort": listOfOne(),
  "log.level": {
    toOpenIM: (level) =>
      level === "silent"
        ? 0
        : level === "trace"
          ? 6
          : logLevels.lastIndexOf(String(level)),
    toOurs: (level) => logLevels[Number(level)] ?? level,
  },
  "objects.s3.endpoint": {
    toOpenIM: (address) => address,
    toOurs: (address) =>
      typeof address === "string" && /^[^/]+$/.test(address)
        ? `http://${address}`
        : address,
  },
  "objects.store": {
    toOpenIM: (store) => (store === "s3" ? "minio" : ""),
    toOurs: (name) =>
      name === "" || name === null ? "disk" : name === "minio" ? "s3" : name,
  },
};

function listOfOne() {
  return {
    toOpenIM: (value: unknown) => [value],
    toOurs: (value: unknown) =>
      Array.isArray(value) && value.length === 1
        ? (value[0] as unknown)
        : value,
  };
}

/**
 * The settings in effect, as the text of one configuration file; undefined if
 * there is no such file. Secrets are masked.
 */
export function renderConfigFile(
  config: Config,
  name: string,
  service: OpenIMService = "server",
): string | undefined {
  if (name === ownFile) return JSON.stringify(withoutSecrets(config));
  if (service === "server" && name === webhooksFile)
    return JSON.stringify(withoutSecrets(renderWebhooks(config.webhooks)));
  if (service === "server" && name === notificationFile)
    return JSON.stringify(capitalisedKeys(config.notifications));
  const file = fileOf(service, name);
  if (!file) return undefined;
  const rendered: Record<string, unknown> = {};
  for (const [field, path] of Object.entries(file)) {
    const value = valueAt(config, path);
    place(
      rendered,
      field.split("."),
      spellings[path]?.toOpenIM(value) ?? value,
    );
  }
  return JSON.stringify(withoutSecrets(rendered));
}

/**
 * The settings that the content of such a file means, by their paths;
 * undefined if there is no such file. OpenIM ignores keys that it does not
 * know, and their case, so those of its files are read so.
 */
export function readConfigFile(
  name: string,
  content: Readonly<Record<string, unknown>>,
  service: OpenIMService = "server",
): Map<string, unknown> | undefined {
  if (name === ownFile) return new Map(Object.entries(leavesOf(content)));
  if (service === "server" && name === webhooksFile)
    return readWebhooks(content);
  if (service === "server" && name === notificationFile)
    return new Map([["notifications", readNotifications(content)]]);
  const file = fileOf(service, name);
  if (!file) return undefined;
  const settings = new Map<string, unknown>();
  for (const [field, path] of Object.entries(file)) {
    const value = field
      .split(".")
      .reduce<unknown>((at, key) => fieldOf(at, key), content);
    if (value !== undefined)
      settings.set(path, spellings[path]?.toOurs(value) ?? value);
  }
  return settings;
}

function fileOf(
  service: OpenIMService,
  name: string,
): ConfigFields[string] | undefined {
  const table: ConfigFields = files[service];
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * A value as everybody with the right token may see it; `path` is where it
 * stands.
 */
export function withoutSecrets(value: unknown, path = ""): unknown {
  if (typeof value === "string")
    return value !== "" && isSecret(path)
      ? masked
      : value.replace(/\/\/[^/@]*@/, `//${masked}@`);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.map((each) => withoutSecrets(each, path));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      withoutSecrets(each, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

/** A setting with such a name holds a secret. */
export const isSecret = (path: string): boolean =>
  secretName.test(path.split(".").at(-1) ?? "") || holdsSecret.test(path);

/** Settings named like one; what a later setting keeps secret is masked, too. */
const secretName =
  /secret|password|key|token$|superCode|authorizationCode|databaseURL|busURL|authURL/i;

/** Gateways of short messages take their keys wherever they please. */
const holdsSecret = /^accounts\.verifyCode\.phone\.(url|headers|body)$/;

function renderWebhooks({ url, hooks }: Config["webhooks"]): unknown {
  const entries = Object.keys(webhookCommands).map((name) => {
    const entry = hooks[name as keyof WebhookEntries] ?? {};
    const { enable = false, timeout = 5, failedContinue = false } = entry;
    return [
      capitalised(name),
      {
        Enable: enable,
        Timeout: timeout,
        FailedContinue: failedContinue,
        AttentionIds: entry.attentionIds ?? null,
        DeniedTypes: entry.deniedTypes ?? null,
      },
    ];
  });
  return { URL: url, ...(Object.fromEntries(entries) as object) };
}

function readWebhooks(
  content: Readonly<Record<string, unknown>>,
): Map<string, unknown> {
  const settings = new Map<string, unknown>();
  const url = fieldOf(content, "URL");
  if (url !== undefined) settings.set("webhooks.url", url);
  const hooks: Record<string, unknown> = {};
  for (const name of Object.keys(webhookCommands)) {
    const given = fieldOf(content, name);
    if (given === undefined || given === null) continue;
    const entry = pick(given, entryKeys);
    // One that is off, as most are, needs no entry.
    if (entry["enable"] !== false) hooks[name] = entry;
  }
  settings.set("webhooks.hooks", hooks);
  return settings;
}

const entryKeys: readonly (keyof WebhookEntry)[] = [
  "enable",
  "timeout",
  "failedContinue",
  "attentionIds",
  "deniedTypes",
];

function readNotifications(
  content: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries: Record<string, unknown> = {};
  for (const name of Object.keys(notificationTypes)) {
    const given = fieldOf(content, name);
    if (given === undefined || given === null) continue;
    const entry = pick(given, ["isSendMsg", "offlinePush"]);
    const push = entry["offlinePush"];
    if (push !== undefined)
      entry["offlinePush"] = pick(push, ["enable", "title", "desc", "ext"]);
    entries[name] = entry;
  }
  return entries;
}

/** Returns the members with these names that exist. */
function pick(
  object: unknown,
  names: readonly string[],
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const value = fieldOf(object, name);
    if (value !== undefined && value !== null) found[name] = value;
  }
  return found;
}

function capitalisedKeys(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      capitalised(key),
      capitalisedKeys(each),
    ]),
  );
}

const capitalised = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** A member by its name in any case, the exact one first. */
function fieldOf(object: unknown, name: string): unknown {
  if (object === null || typeof object !== "object" || Array.isArray(object))
    return undefined;
  const members = object as Record<string, unknown>;
  const key = nameIn(members, name);
  return key === undefined ? undefined : members[key];
}
