/**
 * The settings that turn a server into what a recording `needs`. A recording
 * that needs nothing wants the default ones.
 */
const configurations = new Map<string, Readonly<Record<string, string>>>([
  ["default", {}],
  ["policy-0", { PARLEY_MULTI_LOGIN_POLICY: "0" }],
  ["policy-4", { PARLEY_MULTI_LOGIN_POLICY: "4" }],
  ["policy-5", { PARLEY_MULTI_LOGIN_POLICY: "5" }],
  ["friend-verify", { PARLEY_FRIEND_VERIFY: "true" }],
  ["no-history", { PARLEY_ENABLE_HISTORY_FOR_NEW_MEMBERS: "false" }],
]);

/** Undefined: no server of ours can be configured so. */
export function settingsOf(
  configuration: string,
): Readonly<Record<string, string>> | undefined {
  return configurations.get(configuration);
}
