import {
  AccountLogin,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";

import { accountsExamples, administrationExamples } from "./examples-chat.ts";
import { chatFields, chatFieldsOf } from "./words-fields-chat.ts";
import type { APIWords } from "./api-words.ts";

export const howToAsk =
  "Every request is a POST with a JSON object, `{}` where nothing is asked for. Two headers belong to it: `operationID`, any text by which the logs name the request, and `token`. The HTTP status is 200 also when a request is refused: look at `errCode`, which is 0 when all is well; docs/errors.md says what each other means, and what to do. Keys are read in any case; unknown ones are left alone. Times are milliseconds since 1970.\n\nEvery route has an example. Sent to a new server in the order of the routes, all of them succeed; `{{/a/route name}}` stands for what `name` was in the answer to that route, and the page about the API puts it there.";

const passwords =
  "Passwords are sent as the MD5 of what people type, as 32 lower-case hex digits; what is stored is the argon2id of that.";

/** The port of accounts. */
export const accountsWords: APIWords = {
  heading: "The accounts' API",
  about: `The API by which people register and sign in to Parley: the same paths, fields and codes as those of OpenIM's chat service.\n\n${howToAsk}\n\n${passwords}`,
  token: `The chatToken of ${AccountLogin.path} or ${AccountRegister.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    account: "Registration, signing in, passwords and codes.",
    user: "Profiles.",
    friend: "One's friends.",
    applet: "Small applications that clients load.",
    client_config: "What operators tell applications.",
    application: "Versions of applications.",
    callback: "What the IM server asks.",
  },
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: accountsExamples,
};

/** The port of administration. */
export const administrationWords: APIWords = {
  heading: "The administration's API",
  about: `The API of consoles for those who run Parley: the same paths, fields and codes as those of OpenIM's chat service. Users' tokens are refused.\n\n${howToAsk}\n\n${passwords}`,
  token: `The adminToken of ${AccountLogin.path}.`,
  tokenCodes: [1501, 1503, 1504, 1505, 20101],
  areas: {
    account: "Administrators, and new users.",
    user: "Users: many at once, passwords, who may register.",
    block: "Users who may not sign in.",
    audit: "What administrators did.",
    default: "Friends and groups of everybody who registers.",
    invitation_code: "Codes that registration may ask for.",
    forbidden: "Addresses from which people may register and sign in.",
    statistic: "Numbers for a console.",
    applet: "Small applications that clients load.",
    client_config: "What applications are told.",
    application: "Versions of applications.",
    config: "The configuration.",
    restart: "Kept for consoles that ask for it.",
  },
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: administrationExamples,
};
