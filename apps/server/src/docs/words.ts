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

const about = `The REST API of Parley: the same paths, fields and codes as OpenIM's, for applications' back ends and clients.

Every request is a POST with a JSON object, \`{}\` where nothing is asked for. Two headers belong to it: \`operationID\`, any text by which the logs name the request, and \`token\`. An administrator gets a token from /auth/get_admin_token with the server's secret, and with it tokens of users from /auth/get_user_token.

The HTTP status is 200 also when a request is refused: look at \`errCode\`, which is 0 when all is well; docs/errors.md says what each other means, and what to do. Keys are read in any case; unknown ones are left alone; an empty list is written as null. Times are milliseconds since 1970 unless a field says seconds. Version and hash fields may be above 2^53: read them without loss.

Every route has an example. Sent to a new server in the order of the routes, all of them succeed; \`{{/a/route name}}\` stands for what \`name\` was in the answer to that route, and the page about the API puts it there.`;

const areas: Readonly<Record<string, string>> = {
  auth: "Tokens: who may ask, as whom.",
  user: "Accounts, who is online, and what is kept for each account.",
  friend: "Friends, applications to become one, and blocked users.",
  group: "Groups, their members, and applications to join.",
  conversation: "Each user's list of conversations and its settings.",
  msg: "Sending, reading, revoking and deleting messages.",
  object: "Files: uploads in parts or from forms, and addresses of downloads.",
  third: "Push tokens, badges, and log files of clients.",
  push: "Offline push: browsers' key, and why a message was not pushed.",
  statistics: "Numbers for an administrator's console.",
  jssdk: "What OpenIM's client for browsers asks for at once.",
  config: "The server's configuration.",
  restart: "Kept for consoles that ask for it.",
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

/** The APIs that there are, by the name of their port. */
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
