import { fold } from "@parley/protocol/descriptor";

/**
 * Picks the fields of a request that the audit records: ids and flags.
 * Everything else is left out, passwords, secrets, settings and files among it:
 * a field is recorded only if it is listed.
 */
export interface BodyDetails {
  /** Each once, in order. */
  targets: string[];
  /** Account of a sign-in, else "". */
  account: string;
  /** JSON text. */
  details: string;
}

/**
 * Ids and names of what is changed. No names of people, nor how they are
 * reached: who deletes them could not take them out again.
 */
const named = new Set([
  "adminUserID",
  "appletIds",
  "configName",
  "groupID",
  "groupIDs",
  "id",
  "ids",
  "ip",
  "ips",
  "keys",
  "userID",
  "userIDs",
]);

/** Fields that tell how something is changed. */
const plain = new Set([
  "allowRegister",
  "deleteMessages",
  "enable",
  "force",
  "hot",
  "latest",
  "len",
  "level",
  "limitLogin",
  "limitRegister",
  "num",
  "platform",
  "reason",
  "status",
  "version",
]);

/** Names in lower case, because requests match keys in any case. */
const names = new Map(
  [...named, ...plain, "account", "config"].map((name) => [fold(name), name]),
);
const nameOf = (key: string): string => names.get(fold(key)) ?? key;

const mostTargets = 1_000;
const longestText = 255;
const deepest = 4;

export function describeBody(body: string): BodyDetails {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined; // it is refused, or a file
  }
  const targets = new Set<string>();
  const details: Record<string, unknown> = {};
  look(value, 0, targets, details);
  const { account, config } = Object.fromEntries(
    Object.entries(value ?? {}).map(([key, each]) => [nameOf(key), each]),
  ) as Record<string, unknown>;
  // An administrator's; those of people are further down.
  const isNamed = typeof account === "string" && account !== "";
  if (isNamed) targets.add(short(account));
  // Settings are recorded by name, without values.
  if (typeof config === "object" && config !== null)
    details["config"] = Object.keys(config).map(short).slice(0, mostTargets);
  return {
    targets: [...targets].slice(0, mostTargets),
    account: isNamed ? short(account) : "",
    details: JSON.stringify({
      ...details,
      ...(targets.size > mostTargets && { targets: targets.size }),
    }),
  };
}

function look(
  value: unknown,
  depth: number,
  targets: Set<string>,
  details: Record<string, unknown>,
): void {
  if (typeof value !== "object" || value === null || depth > deepest) return;
  if (Array.isArray(value)) {
    for (const each of value) look(each, depth + 1, targets, details);
    return;
  }
  for (const [written, each] of Object.entries(value)) {
    const key = nameOf(written);
    if (named.has(key)) {
      for (const text of [each].flat())
        if (typeof text === "string" && text !== "") targets.add(short(text));
    }
    // Lists of users are recorded as ids.
    else if (depth === 0 && plain.has(key) && isPlain(each))
      details[key] = typeof each === "string" ? short(each) : each;
    look(each, depth + 1, targets, details);
  }
}

const isPlain = (value: unknown): boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/** No database takes a NUL, or half a character. */
const short = (text: string): string =>
  text.slice(0, longestText).replaceAll("\0", "").toWellFormed();
