import {
  AccountLogin,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";

import { accountsExamples } from "./examples-accounts.ts";
import { administrationExamples } from "./examples-administration.ts";
import { chatFields, chatFieldsOf } from "./words-fields-chat.ts";
import type { APIWords } from "./api-words.ts";

export const howToAsk =
  "Every request is a POST with a JSON object, `{}` if the route has no fields. It needs two headers: `operationID`, any text by which the logs identify the request, and `token`. The HTTP status is 200 even if a request is refused: check `errCode`, which is 0 on success; docs/errors.md explains the other codes. Keys are matched in any case; unknown keys are ignored. Times are milliseconds since 1970.\n\nEvery route has an example. Sent to a new server in the order of the routes, all of them succeed; `{{/a/route name}}` stands for the value of `name` in the answer to that route, and the page about the API fills it in.";

const passwords =
  "A password is sent as its MD5, as 32 lower-case hex digits; the server stores the argon2id hash of that.";

/** The port of accounts. */
export const accountsWords: APIWords = {
  heading: "The accounts' API",
  about: `The API through which people register and sign in to Parley, with the same paths, fields and codes as those of OpenIM's chat service.\n\n${howToAsk}\n\n${passwords}`,
  token: `The chatToken of ${AccountLogin.path} or ${AccountRegister.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    account: "Registration, signing in, passwords and codes.",
    user: "Profiles.",
    friend: "Friends of the caller.",
    applet: "Small applications that clients load.",
    client_config: "Configuration that operators give to applications.",
    application: "Versions of applications.",
    callback: "Calls from the IM server.",
  },
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: accountsExamples,
};

/** The port of administration. */
export const administrationWords: APIWords = {
  heading: "The administration's API",
  about: `The API for administrators' consoles, with the same paths, fields and codes as those of OpenIM's chat service. Users' tokens are refused.\n\n${howToAsk}\n\n${passwords}`,
  token: `The adminToken of ${AccountLogin.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    account: "Administrators, and new users.",
    user: "Users: bulk import, passwords, registration.",
    block: "Users who may not sign in.",
    audit: "Audit log of administrators' actions.",
    default: "Friends and groups of new users.",
    invitation_code: "Invitation codes for registration.",
    forbidden: "Addresses from which people may register and sign in.",
    statistic: "Statistics for a console.",
    applet: "Small applications that clients load.",
    client_config: "Configuration for applications.",
    application: "Versions of applications.",
    config: "The configuration.",
    restart: "Restarts the server.",
  },
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: administrationExamples,
};
