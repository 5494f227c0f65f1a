import { Type } from "typebox";
import type { Static } from "typebox";

import { notificationTypes } from "./notification-names.ts";
import type { NotificationEntries } from "./notification-names.ts";
import { AccountsSettings } from "./accounts-settings.ts";
import { AgentsSettings } from "./agents-settings.ts";
import { PushSettings } from "./push-settings.ts";
import { webhookCommands } from "./webhook-names.ts";
import type { WebhookEntries } from "./webhook-names.ts";

/** OpenIM's, which everybody knows. */
export const defaultSecret = "openIM123";

/**
 * Every setting: its type, default and meaning. The table in docs/configuration.md is made
 * from this, and whatever reads a configuration checks it against this.
 */
export const ConfigSchema = Type.Object(
  {
    secret: Type.String({
      default: defaultSecret,
      minLength: 1,
      description:
        "Signs tokens and is the password of get_admin_token. The default works on loopback addresses only.",
    }),
    adminUserIDs: Type.Array(Type.String({ minLength: 1 }), {
      default: ["imAdmin"],
      description: "Users who may do everything; made at the first start.",
    }),
    adminNicknames: Type.Array(Type.String(), {
      default: ["superAdmin"],
      description: "Their nicknames, in the same order.",
    }),
    data: Type.String({
      default: "./data",
      minLength: 1,
      description: "The data folder.",
    }),
    databaseURL: Type.String({
      default: "",
      pattern: "^($|postgres(ql)?://)",
      examples: ["postgres://user:password@host:5432/name"],
      description:
        "A PostgreSQL database, postgres://user:password@host:5432/name. Empty: the embedded database in the data folder.",
    }),
    databaseWaitSeconds: Type.Integer({
      default: 60,
      minimum: 0,
      maximum: 86_400,
      description:
        "So long a start waits for a PostgreSQL database that is not there yet.",
    }),
    listen: Type.String({
      default: "127.0.0.1",
      minLength: 1,
      description:
        "The address that ports listen on; 0.0.0.0 for all of the machine's. Each port can have its own.",
    }),
    apiListen: Type.String({
      default: "",
      description: "The address of the REST API. Empty: that of `listen`.",
    }),
    wsListen: Type.String({
      default: "",
      description:
        "The address of the WebSocket gateway. Empty: that of `listen`.",
    }),
    apiPort: Type.Integer({
      default: 10002,
      minimum: 0,
      maximum: 65_535,
      description: "Port of the REST API; 0 takes any free one.",
    }),
    wsPort: Type.Integer({
      default: 10001,
      minimum: 0,
      maximum: 65_535,
      description: "Port of the WebSocket gateway; 0 takes any free one.",
    }),
    tokenPolicy: Type.Object({
      expire: Type.Integer({
        default: 90,
        minimum: 1,
        maximum: 36_500,
        description: "Days until a token expires.",
      }),
    }),
    multiLogin: Type.Object({
      policy: Type.Union(
        [Type.Literal(0), Type.Literal(1), Type.Literal(4), Type.Literal(5)],
        {
          default: 1,
          description:
            "Which sign-ins live side by side: 0 all, 1 one per platform, 4 one per class of platforms, 5 any on PCs and one elsewhere.",
        },
      ),
      maxNumOneEnd: Type.Integer({
        default: 30,
        minimum: 1,
        description: "With policy 0: tokens per platform.",
      }),
    }),
    friendVerify: Type.Boolean({
      default: false,
      description: "Only friends of the receiver may write to it.",
    }),
    enableHistoryForNewMembers: Type.Boolean({
      default: true,
      description: "New members of a group may read what was said before.",
    }),
    limits: Type.Object({
      connections: Type.Integer({
        default: 100_000,
        minimum: 1,
        description: "Sockets at the same time; more are refused with 1601.",
      }),
      connectionsPerAddress: Type.Integer({
        default: 10_000,
        minimum: 0,
        description:
          "Of these, from one address (IPv6: one /64); more are refused with 1601. Private addresses and proxies that do not say whom they serve are not counted. 0: no limit.",
      }),
      frameBytes: Type.Integer({
        default: 51_200,
        minimum: 1_024,
        description: "One frame from a client; a larger one ends its socket.",
      }),
      queueBytes: Type.Integer({
        default: 4_194_304,
        minimum: 65_536,
        description:
          "Waiting for one client; a client that does not read is dropped and comes back by seq.",
      }),
      totalQueueBytes: Type.Integer({
        default: 134_217_728,
        minimum: 1_048_576,
        description:
          "Waiting for all clients together, which takes up to twice the memory; beyond it whoever has most waiting is dropped.",
      }),
      bodyBytes: Type.Integer({
        default: 16_777_216,
        minimum: 1_024,
        description:
          "One REST body; a larger one is refused. Most routes take less (see /docs).",
      }),
      totalBodyBytes: Type.Integer({
        default: 67_108_864,
        minimum: 1_048_576,
        description:
          "REST bodies of all together while they come in and are worked on; beyond it those that have been coming in for longest are refused with 429. Strangers have a quarter of it.",
      }),
    }),
    rateLimiter: Type.Object({
      enable: Type.Boolean({
        default: false,
        description:
          "Refuse whoever asks too much: HTTP 429, or error 500 on a socket. Administrators are not limited.",
      }),
      userRate: Type.Integer({
        default: 50,
        minimum: 1,
        description:
          "Requests a second of one user, REST and sockets together; five seconds' worth may come at once.",
      }),
      addressRate: Type.Integer({
        default: 500,
        minimum: 1,
        description:
          "Requests and new connections a second of one address, with or without a token.",
      }),
      trustedProxies: Type.Array(Type.String({ minLength: 1 }), {
        default: [],
        description:
          "Addresses or ranges (10.0.0.0/8) of reverse proxies whose X-Forwarded-For is believed.",
      }),
    }),
    loadShedding: Type.Object({
      enable: Type.Boolean({
        default: true,
        description:
          "Refuse what waited too long, so that the rest stays quick. Off: everything is answered, however late, as suits a machine that stands still at times.",
      }),
    }),
    docs: Type.Object({
      enable: Type.Boolean({
        default: true,
        description: "Show the page about the REST API at /docs.",
      }),
    }),
    metrics: Type.Object({
      allowRemote: Type.Boolean({
        default: false,
        description: "Answer /metrics to other machines too.",
      }),
      grafanaURL: Type.String({
        default: "",
        pattern: "^($|https?://)",
        examples: ["https://host/path"],
        description:
          "Where /third/prometheus leads: the address of the Grafana boards.",
      }),
    }),
    objects: Type.Object({
      store: Type.Union([Type.Literal("disk"), Type.Literal("s3")], {
        default: "disk",
        description:
          "Where uploaded files lie: disk (the data folder) or s3 (any S3-compatible store).",
      }),
      externalAddress: Type.String({
        default: "",
        pattern: "^($|https?://)",
        examples: ["https://host/path"],
        description:
          "Where clients reach this API, like https://im.example.com/api, for addresses of files. Empty: what each request says (X-Request-Api or Host).",
      }),
      maxBytes: Type.Integer({
        default: 10_737_418_240,
        minimum: 1,
        description: "The largest file that may be uploaded.",
      }),
      urlSeconds: Type.Integer({
        default: 604_800,
        minimum: 3_600,
        maximum: 604_800,
        description: "How long the address of a download works.",
      }),
      s3: Type.Object({
        endpoint: Type.String({
          default: "",
          pattern: "^($|https?://)",
          examples: ["https://host/path"],
          description:
            "The S3 store, like http://minio:9000; buckets are addressed by path.",
        }),
        externalEndpoint: Type.String({
          default: "",
          pattern: "^($|https?://)",
          examples: ["https://host/path"],
          description:
            "Where clients reach the S3 store, if elsewhere; uploads and downloads go there directly.",
        }),
        region: Type.String({
          default: "us-east-1",
          minLength: 1,
          description: "The region of the bucket.",
        }),
        bucket: Type.String({
          default: "openim",
          minLength: 1,
          description: "The bucket; made at start if it is missing.",
        }),
        accessKeyID: Type.String({
          default: "",
          description: "Who signs requests to S3.",
        }),
        secretAccessKey: Type.String({
          default: "",
          description: "The secret that goes with it.",
        }),
      }),
    }),
    webhooks: Type.Object({
      url: Type.String({
        default: "http://127.0.0.1:10006/callbackExample",
        pattern: "^https?://",
        examples: ["https://host/path"],
        description:
          "Where webhooks go; the command is added to the path. It must be reachable for this server only, or check their signature.",
      }),
      secret: Type.String({
        default: "",
        pattern: "^(.{16,})?$",
        examples: ["16 characters or more, or empty"],
        description:
          "Signs the bodies of webhooks (docs/webhooks.md), so that their receiver can tell ours from others; 16 characters or more. Empty: they are not signed.",
      }),
      hooks: Type.Unsafe<WebhookEntries>({
        type: "object",
        default: {},
        description:
          "The hooks that are on, as in OpenIM's webhooks.yml: name to `enable`, `timeout` (5 seconds), `failedContinue`, `attentionIds`, `deniedTypes`. The variable holds JSON.",
        propertyNames: { enum: Object.keys(webhookCommands) },
        additionalProperties: {
          type: "object",
          properties: {
            enable: { type: "boolean" },
            timeout: { type: "integer", minimum: 0 },
            failedContinue: { type: "boolean" },
            attentionIds: { type: "array", items: { type: "string" } },
            deniedTypes: { type: "array", items: { type: "integer" } },
            allowedTypes: { type: "array", items: { type: "integer" } },
          },
        },
      }),
    }),
    notifications: Type.Unsafe<NotificationEntries>({
      type: "object",
      default: {},
      description:
        "What is different from OpenIM's notification.yml: name to `isSendMsg` and `offlinePush` with `enable`, `title`, `desc`, `ext`. The variable holds JSON.",
      propertyNames: { enum: Object.keys(notificationTypes) },
      additionalProperties: {
        type: "object",
        properties: {
          isSendMsg: { type: "boolean" },
          offlinePush: {
            type: "object",
            properties: {
              enable: { type: "boolean" },
              title: { type: "string" },
              desc: { type: "string" },
              ext: { type: "string" },
            },
          },
        },
      },
    }),
    accounts: AccountsSettings,
    agents: AgentsSettings,
    push: PushSettings,
    cron: Type.Object({
      executeTime: Type.String({
        default: "0 2 * * *",
        description:
          "When the jobs run: minute, hour, day, month, weekday, in the machine's time zone. Empty: never.",
      }),
      retainChatRecords: Type.Integer({
        default: 365,
        minimum: 0,
        description: "Days that messages are kept; 0 keeps them for good.",
      }),
      fileExpireTime: Type.Integer({
        default: 180,
        minimum: 0,
        description:
          "Days that objects of the types below are kept; 0 keeps them for good.",
      }),
      deleteObjectType: Type.Array(Type.String(), {
        default: [
          "msg-picture",
          "msg-file",
          "msg-voice",
          "msg-video",
          "msg-video-snapshot",
          "sdklog",
        ],
        description: "Which objects expire.",
      }),
    }),
    configManager: Type.Boolean({
      default: false,
      description:
        "Administrators may change settings over REST (/config/set_config). What they set beats variables and file, unless set_enable_config_manager turns it off.",
    }),
    log: Type.Object({
      level: Type.Union(
        (["trace", "debug", "info", "warn", "error", "silent"] as const).map(
          (level) => Type.Literal(level),
        ),
        {
          default: "info",
          description: "trace, debug, info, warn, error or silent.",
        },
      ),
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof ConfigSchema>;

/** Settings that have a variable of their own, by their place in the file. */
export const environmentNames: Readonly<Record<string, string>> = {
  secret: "PARLEY_SECRET",
  data: "PARLEY_DATA",
  databaseURL: "PARLEY_DATABASE_URL",
  listen: "PARLEY_LISTEN",
  apiPort: "PARLEY_API_PORT",
  wsPort: "PARLEY_WS_PORT",
};
