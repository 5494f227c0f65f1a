import { webhookCommands } from "@parley/server/src/config/webhook-names.ts";
import type {
  WebhookEntries,
  WebhookEntry,
} from "@parley/server/src/config/webhook-names.ts";

/** OpenIM was recorded with the LiveKit pair that it ships. */
const recordedSettings = {
  PARLEY_ACCOUNTS_LIVE_KIT_KEY: "key",
  PARLEY_ACCOUNTS_LIVE_KIT_SECRET: "secret",
};

/**
 * The settings that turn a server into what a recording `needs`. A recording
 * that needs nothing wants the default ones.
 */
const configurations = new Map<string, Readonly<Record<string, string>>>([
  ["default", recordedSettings],
  ["policy-0", { PARLEY_MULTI_LOGIN_POLICY: "0" }],
  ["policy-4", { PARLEY_MULTI_LOGIN_POLICY: "4" }],
  ["policy-5", { PARLEY_MULTI_LOGIN_POLICY: "5" }],
  ["friend-verify", { PARLEY_FRIEND_VERIFY: "true" }],
  ["no-history", { PARLEY_ENABLE_HISTORY_FOR_NEW_MEMBERS: "false" }],
]);

/**
 * Timeout of webhooks. Answers that must come late never come (hooks.ts), so
 * that a busy machine makes no other answer late.
 */
const hookSeconds = 12;

/** Configurations whose servers call webhooks for everything. */
const hookConfigurations = new Map<string, WebhookEntries>([
  ["hooks", {}],
  [
    "hooks-filter",
    {
      beforeSendSingleMsg: { deniedTypes: [110] },
      beforeSendGroupMsg: { deniedTypes: [110] },
      beforeMsgModify: { deniedTypes: [110] },
      afterSendSingleMsg: { deniedTypes: [110], attentionIds: ["hookbob"] },
      afterSendGroupMsg: { deniedTypes: [110], attentionIds: ["hookgroup"] },
      afterMsgSaveDB: { deniedTypes: [110], attentionIds: ["hookbob"] },
    },
  ],
]);

/** The configuration needs a receiver of webhooks. */
export function tellsHooks(configuration: string): boolean {
  return hookConfigurations.has(configuration);
}

/**
 * Undefined: no server of ours can be configured so. Webhooks go to this port
 * of 127.0.0.1.
 */
export function settingsOf(
  configuration: string,
  hookPort = 0,
): Readonly<Record<string, string>> | undefined {
  const special = hookConfigurations.get(configuration);
  if (!special) return configurations.get(configuration);
  const hooks = Object.keys(webhookCommands).map((name) => [
    name,
    {
      enable: true,
      timeout: hookSeconds,
      failedContinue: name === "beforeAddFriend",
      ...special[name as keyof typeof webhookCommands],
    } satisfies WebhookEntry,
  ]);
  return {
    PARLEY_WEBHOOKS_URL: `http://127.0.0.1:${hookPort}/anything`,
    PARLEY_WEBHOOKS_HOOKS: JSON.stringify(Object.fromEntries(hooks)),
  };
}
