import { accountsExamples, administrationExamples } from "./examples-chat.ts";
import { chatFields, chatFieldsOf } from "./words-fields-chat.ts";
import type { APIWords, Line } from "./words-line.ts";
import { configLines } from "./words-others.ts";

/** At both ports, for applications that nobody has signed in to yet. */
const versions: Readonly<Record<string, Line>> = {
  "/application/latest_version": [
    "none",
    "Get the latest version of an application",
    [],
    "Of those marked as the latest the newest, else the newest of all; `version` is null when the platform has none.",
  ],
  "/application/page_versions": [
    "none",
    "List versions of applications",
    [],
    "The latest first; without platforms of all.",
  ],
};

const code = [20006, 20007, 20008, 20009];
const taken = [20003, 20004, 20014];

const accounts: Readonly<Record<string, Line>> = {
  "/account/code/send": [
    "none",
    "Send a verification code",
    [20002, 20005, 20010, 20011, 20012],
    "To an e-mail address, or to areaCode and phoneNumber.",
  ],
  "/account/code/verify": [
    "none",
    "Check a verification code",
    code,
    "It stays good; wrong tries are counted.",
  ],
  "/account/register": [
    "none",
    "Register",
    [1002, ...taken, ...code, 20010, 20011, 20012],
    "With an administrator's token neither codes nor limits are asked, and the userID may be chosen.",
  ],
  "/account/login": [
    "none",
    "Sign in",
    [1002, 20001, 20002, ...code, 20012],
    "By account, e-mail or areaCode and phoneNumber, with a password or a verification code. The answer holds the tokens for this API and for the IM server.",
  ],
  "/account/password/reset": [
    "none",
    "Set a forgotten password",
    [1004, ...code],
    "With a verification code.",
  ],
  "/account/password/change": [
    "self",
    "Change a password",
    [1002, 1004],
    "Ends all sign-ins of the user, here and at the IM server. Administrators need no current password.",
  ],
  "/user/update": [
    "self",
    "Change a profile and what one signs in with",
    [1002, ...taken],
    "What is absent stays; an empty text removes, but one way to sign in must remain.",
  ],
  "/user/find/public": ["user", "Get what everybody may see of users", []],
  "/user/find/full": ["user", "Get whole profiles", []],
  "/user/search/full": [
    "user",
    "Search whole profiles",
    [],
    "By a part of the userID, account, nickname, phone number or e-mail, in any case.",
  ],
  "/user/search/public": ["user", "Search users", [], "As /user/search/full."],
  "/user/rtc/get_token": [
    "user",
    "Get a token for a call",
    [],
    "For a room of LiveKit, whose key and secret the settings name.",
  ],
  "/friend/search": ["self", "Search one's friends", [1002]],
  "/applet/find": ["user", "List applets that are on the shelf", []],
  "/client_config/get": [
    "none",
    "Get what applications are told",
    [],
    "`needInvitationCodeRegister` says that registration asks for an invitation code.",
  ],
  ...versions,
  "/callback/open_im": [
    "none",
    "Ask whether a user takes friend requests",
    [1004, 20013],
    "For the IM server's webhook before a friend request.",
    { command: "callbackBeforeAddFriendCommand" },
  ],
};

const all = "All of them or none.";

const administration: Readonly<Record<string, Line>> = {
  "/audit/search": [
    "super",
    "See what administrators did",
    [1002],
    "The newest first. Everything that changes something is recorded before it is done, refused or not, and so are sign-ins.",
  ],
  "/user/delete": [
    "super",
    "Delete a user with all that is theirs",
    [1002, 1004],
    "The account, its sign-ins and codes, and then all that the IM server has: see its /user/delete_user. With `deleteMessages` the content of everything they ever sent, for everyone. Answers the receipt, or after some seconds how far it is: ask again, or get_deletion. Administrators are refused.",
  ],
  "/user/get_deletion": [
    "super",
    "Look at the deletion of a user",
    [1002, 1004],
  ],
  "/account/login": [
    "none",
    "Sign in as an administrator",
    [20001, 20002],
    "The answer holds a token for this API, and one for the IM server's.",
  ],
  "/account/update": [
    "admin",
    "Change the own account",
    [1002, 1004],
    "Only administrators of level 100 set levels.",
  ],
  "/account/info": ["admin", "Get the own account", [1004]],
  "/account/change_password": [
    "admin",
    "Change an administrator's password",
    [1004],
    "A wrong current one is answered with 500.",
  ],
  "/account/add_admin": [
    "super",
    "Add an administrator",
    [1002, 1003],
    "Of level 80.",
  ],
  "/account/del_admin": [
    "super",
    "Remove administrators",
    [1002, 1004],
    `${all} Those of level 100 stay. Their tokens end.`,
  ],
  "/account/search": ["super", "List administrators of level 80", [1002]],
  "/account/add_user": ["admin", "Add a user", taken],
  "/user/import/json": ["admin", "Add users", taken, all],
  "/user/import/xlsx": [
    "admin",
    "Add users from a workbook",
    taken,
    `${all} The body is a form whose file is \`data\`; GET answers a workbook to fill in.`,
  ],
  "/user/allow_register/get": [
    "admin",
    "Ask whether people may register by themselves",
    [],
  ],
  "/user/allow_register/set": [
    "admin",
    "Say whether people may register by themselves",
    [],
  ],
  "/user/password/reset": [
    "admin",
    "Set a user's password",
    [1004],
    "Ends all sign-ins of the user.",
  ],
  "/default/user/add": [
    "admin",
    "Add default friends",
    [1003, 1004],
    "Whoever registers gets them as friends.",
  ],
  "/default/user/del": ["admin", "Remove default friends", [1004], all],
  "/default/user/find": ["admin", "List the ids of default friends", []],
  "/default/user/search": ["admin", "Search default friends", []],
  "/default/group/add": [
    "admin",
    "Add default groups",
    [1003],
    "Whoever registers joins them.",
  ],
  "/default/group/del": ["admin", "Remove default groups", [1004], all],
  "/default/group/find": ["admin", "List the ids of default groups", []],
  "/default/group/search": ["admin", "Search default groups", []],
  "/block/add": [
    "admin",
    "Block a user",
    [],
    "Ends all sign-ins, and refuses new ones.",
  ],
  "/block/del": ["admin", "Let blocked users in again", [], all],
  "/block/search": [
    "admin",
    "Search blocked users",
    [],
    "By a part of the userID, the reason or who blocked them.",
  ],
  "/statistic/new_user_count": ["admin", "Count who registered", []],
  "/statistic/login_user_count": ["admin", "Count who signed in", []],
  "/invitation_code/add": ["admin", "Add invitation codes", [], all],
  "/invitation_code/gen": [
    "admin",
    "Make invitation codes",
    [],
    "/invitation_code/search shows them.",
  ],
  "/invitation_code/del": ["admin", "Delete invitation codes", [], all],
  "/invitation_code/search": ["admin", "Search invitation codes", []],
  "/forbidden/ip/add": [
    "admin",
    "Forbid addresses to register or sign in",
    [1003],
    all,
  ],
  "/forbidden/ip/del": ["admin", "Allow addresses again", []],
  "/forbidden/ip/search": ["admin", "Search rules for addresses", []],
  "/forbidden/user/add": [
    "admin",
    "Name addresses that users sign in from",
    [1003],
    "Whoever has some signs in from these alone.",
  ],
  "/forbidden/user/del": ["admin", "Remove addresses of users", []],
  "/forbidden/user/search": ["admin", "Search addresses of users", []],
  "/applet/add": ["admin", "Add an applet", [1003]],
  "/applet/del": ["admin", "Delete applets", [], all],
  "/applet/update": ["admin", "Change an applet", [1004]],
  "/applet/search": [
    "admin",
    "Search applets",
    [],
    "By a part of the name, an id or the version.",
  ],
  "/client_config/get": ["admin", "Get what applications are told", []],
  "/client_config/set": [
    "admin",
    "Change what applications are told",
    [],
    "Other keys stay. `needInvitationCodeRegister` with 1, true or yes makes registration ask for an invitation code.",
  ],
  "/client_config/del": ["admin", "Remove what applications are told", []],
  "/application/add_version": [
    "admin",
    "Add a version of an application",
    [1003],
  ],
  "/application/update_version": [
    "admin",
    "Change a version of an application",
    [1003, 1004],
  ],
  "/application/delete_version": [
    "admin",
    "Delete versions of applications",
    [],
  ],
  ...versions,
  ...configLines,
  "/config/set_configs": [
    "admin",
    "Change several files of the configuration",
    [],
    `${all} Where the setting configManager is on; elsewhere refused with 500.`,
  ],
};

export const howToAsk =
  "Every request is a POST with a JSON object, `{}` where nothing is asked for. Two headers belong to it: `operationID`, any text by which the logs name the request, and `token`. The HTTP status is 200 also when a request is refused: look at `errCode`, which is 0 when all is well. Keys are read in any case; unknown ones are left alone. Times are milliseconds since 1970.\n\nEvery route has an example. Sent to a new server in the order of the routes, all of them succeed; `{{/a/route name}}` stands for what `name` was in the answer to that route, and the page about the API puts it there.";

const passwords =
  "Passwords are sent as the MD5 of what people type, as 32 lower-case hex digits; what is stored is the argon2id of that.";

/** The port of accounts. */
export const accountsWords: APIWords = {
  heading: "The accounts' API",
  about: `The API by which people register and sign in to Parley: the same paths, fields and codes as those of OpenIM's chat service.\n\n${howToAsk}\n\n${passwords}`,
  token: "The chatToken of /account/login or /account/register.",
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
  lines: accounts,
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: accountsExamples,
};

/** The port of administration. */
export const administrationWords: APIWords = {
  heading: "The administration's API",
  about: `The API of consoles for those who run Parley: the same paths, fields and codes as those of OpenIM's chat service. Users' tokens are refused.\n\n${howToAsk}\n\n${passwords}`,
  token: "The adminToken of /account/login.",
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
  lines: administration,
  fields: chatFields,
  ownFields: chatFieldsOf,
  examples: administrationExamples,
};
