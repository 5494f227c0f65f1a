import { Type } from "./setting-types.ts";
import type { Static } from "./setting-types.ts";

import { notificationTypes } from "./notification-names.ts";
import type { NotificationEntries } from "./notification-names.ts";
import { AccountsSettings } from "./accounts-settings.ts";
import { AgentsSettings } from "./agents-settings.ts";
import { PushSettings } from "./push-settings.ts";
import { webhookCommands } from "./webhook-names.ts";
import type { WebhookEntries } from "./webhook-names.ts";

/** OpenIM's published default secret. */
export const defaultSecret = "openIM123";

/**
 * Every setting: its type, default and description. The table in docs/configuration.md is
 * generated from this schema, and every configuration is checked against it.
 */
export const ConfigSchema = Type.Object({
  secret: Type.String({
    default: defaultSecret,
    minLength: 1,
    description:
      "Signs tokens, and is the password for get_admin_token. The default is accepted on loopback addresses only.",
  }),
  adminUserIDs: Type.Array(Type.String({ minLength: 1 }), {
    default: ["imAdmin"],
    description: "Users with all rights; created at the first start.",
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
      "Seconds that a start waits for a PostgreSQL database, and a bus, that are not reachable yet.",
  }),
  busURL: Type.String({
    default: "",
    pattern: "^($|(nats|tls)://)",
    examples: ["nats://user:password@host:4222", "tls://…"],
    description:
      "A NATS server, nats://user:password@host:4222 or tls://… (several of one NATS cluster: commas between them). It makes this process one of several equal nodes, which share the PostgreSQL database, NATS and the S3 store. Empty: this process is alone.",
  }),
  drain: Type.Object({
    delaySeconds: Type.Integer({
      default: 5,
      minimum: 0,
      maximum: 600,
      description:
        "A node that is to stop or to be drained is not ready for so many seconds before it refuses new sockets, so that balancers notice.",
    }),
    seconds: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 86_400,
      description:
        "Seconds in which a node that stops closes its sockets; what supervisors allow for a stop must be 25 more.",
    }),
    perSecond: Type.Integer({
      default: 250,
      minimum: 1,
      maximum: 100_000,
      description:
        "Sockets that a draining node closes in a second; a stop closes more if `drain.seconds` would not do.",
    }),
  }),
  listen: Type.String({
    default: "127.0.0.1",
    minLength: 1,
    description:
      "The address on which all ports listen; 0.0.0.0 means all addresses of the machine. Each port can have its own address.",
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
    description: "Port of the REST API; 0 picks a free port.",
  }),
  wsPort: Type.Integer({
    default: 10001,
    minimum: 0,
    maximum: 65_535,
    description: "Port of the WebSocket gateway; 0 picks a free port.",
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
    policy: Type.OneOf([0, 1, 4, 5], {
      default: 1,
      description:
        "Which sign-ins of a user may coexist: 0 all, 1 one per platform, 4 one per class of platforms, 5 any on PCs and one elsewhere.",
    }),
    maxNumOneEnd: Type.Integer({
      default: 30,
      minimum: 1,
      description: "With policy 0: the maximum of tokens per platform.",
    }),
  }),
  friendVerify: Type.Boolean({
    default: false,
    description: "Only friends of the receiver may send direct messages.",
  }),
  enableHistoryForNewMembers: Type.Boolean({
    default: true,
    description: "New members of a group may read its earlier messages.",
  }),
  limits: Type.Object({
    connections: Type.Integer({
      default: 100_000,
      minimum: 1,
      description: "Maximum of concurrent sockets; more are refused with 1601.",
    }),
    connectionsPerAddress: Type.Integer({
      default: 10_000,
      minimum: 0,
      description:
        "Maximum of concurrent sockets from one address (IPv6: one /64); more are refused with 1601. Private addresses, and proxies that send no X-Forwarded-For, are not counted. 0: no limit.",
    }),
    frameBytes: Type.Integer({
      default: 51_200,
      minimum: 1_024,
      description:
        "Maximum size of a frame from a client; a larger one closes its socket.",
    }),
    queueBytes: Type.Integer({
      default: 4_194_304,
      minimum: 65_536,
      description:
        "Maximum of bytes queued for one client (backpressure); beyond it the client is disconnected and catches up by seq.",
    }),
    totalQueueBytes: Type.Integer({
      default: 134_217_728,
      minimum: 1_048_576,
      description:
        "Maximum of bytes queued for all clients together, which takes up to twice the memory; beyond it the client with the longest queue is disconnected.",
    }),
    bodyBytes: Type.Integer({
      default: 16_777_216,
      minimum: 1_024,
      description:
        "Maximum size of a REST body; a larger one is refused. Most routes accept less (see /docs).",
    }),
    totalBodyBytes: Type.Integer({
      default: 67_108_864,
      minimum: 1_048_576,
      description:
        "Maximum of bytes of all REST bodies that are being received or processed; beyond it the bodies that have been arriving for longest are refused with 429. Requests without a token share a quarter of it.",
    }),
  }),
  rateLimiter: Type.Object({
    enable: Type.Boolean({
      default: false,
      description:
        "Refuse users and addresses above the rates below: HTTP 429, or error 500 on a socket. Administrators are not limited.",
    }),
    userRate: Type.Integer({
      default: 50,
      minimum: 1,
      description:
        "Requests a second of one user, REST and sockets together; bursts of five seconds' worth are allowed.",
    }),
    addressRate: Type.Integer({
      default: 500,
      minimum: 1,
      description:
        "Requests and new connections a second from one address, with or without a token.",
    }),
    trustedProxies: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        "Addresses or ranges (10.0.0.0/8) of reverse proxies whose X-Forwarded-For is trusted.",
    }),
  }),
  loadShedding: Type.Object({
    enable: Type.Boolean({
      default: true,
      description:
        "Refuse requests that waited too long, so that the others stay fast. Off: every request is answered, however late, which suits machines that are suspended at times.",
    }),
  }),
  docs: Type.Object({
    enable: Type.Boolean({
      default: true,
      description: "Serve the documentation of the REST API at /docs.",
    }),
  }),
  metrics: Type.Object({
    allowRemote: Type.Boolean({
      default: false,
      description: "Serve /metrics to other machines, too.",
    }),
    grafanaURL: Type.String({
      default: "",
      pattern: "^($|https?://)",
      examples: ["https://host/path"],
      description:
        "The address of the Grafana dashboards, to which /third/prometheus redirects.",
    }),
  }),
  objects: Type.Object({
    store: Type.OneOf(["disk", "s3"], {
      default: "disk",
      description:
        "Where uploaded files are stored: disk (the data folder) or s3 (any S3-compatible store).",
    }),
    externalAddress: Type.String({
      default: "",
      pattern: "^($|https?://)",
      examples: ["https://host/path"],
      description:
        "The address at which clients reach this API, like https://im.example.com/api; used in the addresses of files. Empty: taken from each request (X-Request-Api or Host).",
    }),
    maxBytes: Type.Integer({
      default: 10_737_418_240,
      minimum: 1,
      description: "Maximum size of an uploaded file, in bytes.",
    }),
    urlSeconds: Type.Integer({
      default: 604_800,
      minimum: 3_600,
      maximum: 604_800,
      description: "Seconds for which the address of a download is valid.",
    }),
    s3: Type.Object({
      endpoint: Type.String({
        default: "",
        pattern: "^($|https?://)",
        examples: ["https://host/path"],
        description:
          "The address of the S3 store, like http://minio:9000; buckets are addressed by path.",
      }),
      externalEndpoint: Type.String({
        default: "",
        pattern: "^($|https?://)",
        examples: ["https://host/path"],
        description:
          "The address at which clients reach the S3 store, if it differs; uploads and downloads go there directly.",
      }),
      region: Type.String({
        default: "us-east-1",
        minLength: 1,
        description: "The region of the bucket.",
      }),
      bucket: Type.String({
        default: "openim",
        minLength: 1,
        description: "The bucket; created at start if it is missing.",
      }),
      accessKeyID: Type.String({
        default: "",
        description: "The access key that signs requests to S3.",
      }),
      secretAccessKey: Type.String({
        default: "",
        description: "The secret of the access key.",
      }),
    }),
  }),
  webhooks: Type.Object({
    url: Type.String({
      default: "http://127.0.0.1:10006/callbackExample",
      pattern: "^https?://",
      examples: ["https://host/path"],
      description:
        "The address of the webhooks' receiver; the command is added to the path. Only this server must be able to reach it, or it must verify signatures.",
    }),
    secret: Type.String({
      default: "",
      pattern: "^(.{16,})?$",
      examples: ["16 characters or more, or empty"],
      description:
        "Signs the bodies of webhooks (docs/webhooks.md), so that their receiver can verify the sender; 16 characters or more. Empty: not signed.",
    }),
    tellWithin: Type.Integer({
      default: 86_400,
      minimum: 1,
      description:
        "Seconds that an event of an after hook is kept for a receiver that is away; then it is dropped, and counted.",
    }),
    hooks: Type.Unsafe<WebhookEntries>({
      type: "object",
      default: {},
      description:
        "Hooks by name, as in OpenIM's webhooks.yml, with `enable`, `timeout` (5 seconds), `failedContinue`, `attentionIds`, `deniedTypes`. The variable holds JSON.",
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
      "Notifications by name whose options differ from OpenIM's notification.yml: `isSendMsg`, and `offlinePush` with `enable`, `title`, `desc`, `ext`. The variable holds JSON.",
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
        "The schedule of the nightly jobs: minute, hour, day, month, weekday, in the machine's time zone. Empty: never.",
    }),
    retainChatRecords: Type.Integer({
      default: 365,
      minimum: 0,
      description: "Days for which messages are kept; 0: forever.",
    }),
    fileExpireTime: Type.Integer({
      default: 180,
      minimum: 0,
      description:
        "Days for which objects of the types below are kept; 0: forever.",
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
      description: "The types of objects that expire.",
    }),
  }),
  configManager: Type.Boolean({
    default: false,
    description:
      "Administrators may change settings over REST (/config/set_config). Their values override variables and file, unless set_enable_config_manager switches them off.",
  }),
  log: Type.Object({
    level: Type.OneOf(["trace", "debug", "info", "warn", "error", "silent"], {
      default: "info",
      description:
        "The lowest level that is logged: trace, debug, info, warn, error or silent.",
    }),
  }),
});

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
