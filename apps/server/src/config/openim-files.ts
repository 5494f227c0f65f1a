import type { Config } from "./schema.ts";

const masked = "***";

/** The one file ours reads. */
export const ownFile = "parley.yml";

/**
 * The settings in effect, as the text of one configuration file; undefined if
 * there is no such file. Secrets are masked. COMPAT: consoles ask for OpenIM's
 * files by name, so those are known, too, with what ours has of them.
 */
export function renderConfigFile(
  config: Config,
  name: string,
): string | undefined {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  return file && JSON.stringify(withoutSecrets(file(config)));
}

const nothing = () => ({});

/** Keys as OpenIM writes them in get_config: the names of its fields. */
const files: Readonly<Record<string, (config: Config) => unknown>> = {
  [ownFile]: (config) => config,
  "discovery.yml": nothing,
  "kafka.yml": nothing,
  "local-cache.yml": nothing,
  "log.yml": nothing,
  "minio.yml": ({ objects: { store, s3 } }) =>
    store === "s3"
      ? {
          Bucket: s3.bucket,
          AccessKeyID: s3.accessKeyID,
          SecretAccessKey: s3.secretAccessKey,
          InternalAddress: s3.endpoint,
          ExternalAddress: s3.externalEndpoint,
        }
      : {},
  "mongodb.yml": nothing,
  "notification.yml": nothing,
  "openim-api.yml": ({ listen, apiPort, metrics }) => ({
    API: { ListenIP: listen, Ports: [apiPort] },
    Prometheus: { Enable: true, GrafanaURL: metrics.grafanaURL },
  }),
  "openim-crontask.yml": nothing,
  "openim-msggateway.yml": ({ listen, wsPort, limits }) => ({
    ListenIP: listen,
    LongConnSvr: {
      Ports: [wsPort],
      WebsocketMaxConnNum: limits.connections,
      WebsocketMaxMsgLen: limits.frameBytes,
    },
  }),
  "openim-msgtransfer.yml": nothing,
  "openim-push.yml": nothing,
  "openim-rpc-auth.yml": ({ tokenPolicy }) => ({
    TokenPolicy: { Expire: tokenPolicy.expire },
  }),
  "openim-rpc-conversation.yml": nothing,
  "openim-rpc-friend.yml": nothing,
  "openim-rpc-group.yml": ({ enableHistoryForNewMembers }) => ({
    EnableHistoryForNewMembers: enableHistoryForNewMembers,
  }),
  "openim-rpc-msg.yml": ({ friendVerify }) => ({ FriendVerify: friendVerify }),
  "openim-rpc-third.yml": ({ objects }) => ({
    Object: { Enable: objects.store === "s3" ? "minio" : "" },
  }),
  "openim-rpc-user.yml": nothing,
  "redis.yml": nothing,
  "share.yml": ({ secret, adminUserIDs, adminNicknames, multiLogin }) => ({
    Secret: secret,
    IMAdminUser: { UserIDs: adminUserIDs, Nicknames: adminNicknames },
    MultiLogin: {
      Policy: multiLogin.policy,
      MaxNumOneEnd: multiLogin.maxNumOneEnd,
    },
  }),
  "webhooks.yml": nothing,
};

/** Settings named like one; what a later setting keeps secret is masked, too. */
const secretName = /secret|password|key|token$|databaseURL/i;

/** Masks the text of what is a secret, or may hold one as an address does. */
function withoutSecrets(value: unknown, name = ""): unknown {
  if (typeof value === "string")
    return value !== "" && secretName.test(name)
      ? masked
      : value.replace(/\/\/[^/@]*@/, `//${masked}@`);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.map((each) => withoutSecrets(each, name));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      withoutSecrets(each, key),
    ]),
  );
}
