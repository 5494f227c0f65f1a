import { GetAdminToken, GetUserToken } from "@parley/protocol/methods/auth";

import { agentsWords } from "./words-agents.ts";
import type { Example } from "./examples.ts";
import { imExamples } from "./examples-im.ts";
import { imFields, imFieldsOf } from "./words-fields-im.ts";
import { accountsWords, administrationWords } from "./words-chat.ts";
import type { APIWords } from "./api-words.ts";

export function exampleOf({ examples }: APIWords, path: string): Example {
  const example = examples.find((each) => each.path === path);
  if (!example)
    throw new Error(`apps/server/src/docs has no example for ${path}`);
  return example;
}

const about = `The REST API of Parley for back ends and clients, with the same paths, fields and codes as OpenIM's.

Every request is a POST with a JSON object, \`{}\` if the route has no fields. It needs two headers: \`operationID\`, any text by which the logs identify the request, and \`token\`. An administrator gets a token from /auth/get_admin_token with the server's secret, and with this token gets users' tokens from /auth/get_user_token.

The HTTP status is 200 even if a request is refused: check \`errCode\`, which is 0 on success; docs/errors.md explains the other codes. Keys are matched in any case; unknown keys are ignored. An empty list is returned as null. Times are in milliseconds since 1970 unless a field says seconds. Version and hash fields may exceed 2^53: parse them without loss of precision.

Every route has an example. Sent to a new server in the order of the routes, all of them succeed; \`{{/a/route name}}\` stands for the value of \`name\` in the answer to that route, and the page about the API fills it in.`;

const areas: Readonly<Record<string, string>> = {
  auth: "Tokens of users and administrators.",
  user: "Accounts, presence, and data stored for each account.",
  friend: "Friends, friend requests and blocked users.",
  group: "Groups, their members, and requests to join.",
  conversation: "Each user's list of conversations and its settings.",
  msg: "Sending, reading, revoking and deleting messages.",
  object: "Files: uploads in parts or from forms, and addresses of downloads.",
  third: "Push tokens, badges, and log files of clients.",
  push: "Offline push: browsers' key, and why a message was not pushed.",
  statistics: "Statistics for an administrator's console.",
  jssdk: "Combined queries for OpenIM's browser client.",
  config: "The server's configuration.",
  restart: "Restarts the server.",
};

/** Returns the description of a message's field, if there is one. */
export const fieldWords = (
  { fields, ownFields }: APIWords,
  message: string,
  field: string,
): string | undefined =>
  ownFields[message]?.[field] ??
  fields[field] ??
  // OpenIM's messages mean the same at the other ports.
  imFieldsOf[message]?.[field] ??
  imFields[field];

/** All APIs, by the name of their port. */
export const apis = {
  im: {
    heading: "The REST API",
    about,
    token: `From ${GetAdminToken.path} or ${GetUserToken.path}, without any prefix.`,
    tokenCodes: [1501, 1503, 1504, 1505, 1506, 1507],
    areas,
    fields: imFields,
    ownFields: imFieldsOf,
    examples: imExamples,
  },
  accounts: accountsWords,
  administration: administrationWords,
  agents: agentsWords,
} as const satisfies Record<string, APIWords>;

export type APIName = keyof typeof apis;
