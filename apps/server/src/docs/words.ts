import { agentsWords } from "./words-agents.ts";
import type { Example } from "./examples.ts";
import { imExamples } from "./examples-im.ts";
import { accountsWords, administrationWords } from "./words-chat.ts";
import type { Access, APIWords, Line } from "./words-line.ts";
import { words as groups } from "./words-groups.ts";
import { words as messages } from "./words-messages.ts";
import { words as others } from "./words-others.ts";
import { words as people } from "./words-people.ts";

export interface Words {
  summary: string;
  detail: string;
  access: Access;
  /** Codes of its own, beside those that every route has. */
  codes: readonly number[];
  /** What stands in the address, by name. */
  query?: Readonly<Record<string, string>>;
}

const lines: Readonly<Record<string, Line>> = {
  ...people,
  ...groups,
  ...messages,
  ...others,
};

export function wordsOf({ lines }: APIWords, path: string): Words {
  const line = lines[path];
  if (!line) throw new Error(`apps/server/src/docs has no words for ${path}`);
  const [access, summary, codes, detail = "", query] = line;
  return { access, summary, codes, detail, ...(query && { query }) };
}

export function exampleOf({ examples }: APIWords, path: string): Example {
  const example = examples.find((each) => each.path === path);
  if (!example)
    throw new Error(`apps/server/src/docs has no example for ${path}`);
  return example;
}

const about = `The REST API of Parley: the same paths, fields and codes as OpenIM's, for applications' back ends and clients.

Every request is a POST with a JSON object, \`{}\` where nothing is asked for. Two headers belong to it: \`operationID\`, any text by which the logs name the request, and \`token\`. An administrator gets a token from /auth/get_admin_token with the server's secret, and with it tokens of users from /auth/get_user_token.

The HTTP status is 200 also when a request is refused: look at \`errCode\`, which is 0 when all is well. Keys are read in any case; unknown ones are left alone; an empty list is written as null. Times are milliseconds since 1970 unless a field says seconds. Version and hash fields may be above 2^53: read them without loss.

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

/** Of fields that mean the same wherever they stand. */
const everywhere: Readonly<Record<string, string>> = {
  userID: "Id of a user.",
  ownerUserID: "Whose list it is.",
  groupID: "Id of a group.",
  conversationID:
    "si_<a>_<b> of two users, sg_<group>, or n_… of notifications.",
  nickname: "The name that others see.",
  faceURL: "Address of the picture.",
  ex: "Free text of the application.",
  createTime: "When it was made.",
  versionID: "Which log the version counts in; from the answer before.",
  version: "The version one has; 0 for none.",
  full: "Nothing was kept of the changes: fetch the whole list.",
  equal: "The list one has is the right one, and is left out.",
  idHash:
    "First 8 bytes of the MD5 of the ids one has, as a JSON list; 0 for none.",
  platformID:
    "1 iOS, 2 Android, 3 Windows, 4 macOS, 5 web, 6 mini program, 7 Linux, 8 Android tablet, 9 iPad, 10 administrator, 11 HarmonyOS.",
  senderPlatformID: "Where it is said to come from; see platformID.",
  appMangerLevel:
    "0 and 1 ordinary, 2 administrator, 3 notification account, 4 robot.",
  globalRecvMsgOpt:
    "Messages of all: 0 received, 1 refused, 2 received without push.",
  recvMsgOpt: "0 received, 1 refused, 2 received without push.",
  roleLevel: "100 owner, 60 admin, 20 member.",
  sessionType: "1 two users, 3 group, 4 notifications.",
  conversationType: "1 two users, 3 group, 4 notifications.",
  contentType: "What the content is: 101 text, 102 picture, 110 custom, …",
  clientMsgID: "The id that the sender gave it; known ones are not sent again.",
  serverMsgID: "The id that the server gave it.",
  seq: "Its place in the conversation, from 1 without gaps.",
  minSeq: "The first seq that may be read.",
  maxSeq: "The last seq that there is, or that may be read.",
  hasReadSeq: "Read up to here.",
  sendTime: "When it was sent.",
  offlinePushInfo: "What a push to who is offline says.",
  pageNumber: "From 1.",
  showNumber: "Entries on a page.",
  burnDuration: "Seconds until a private message is gone once it was read.",
  groupAtType:
    "0 nobody, 1 the owner of the list, 2 all, 3 both, 4 an announcement.",
  msgDestructTime: "Seconds that messages are kept.",
  muteEndTime: "Silenced until then; 0 not.",
  handleResult: "0 open, 1 accepted, -1 refused.",
  mutedSeconds: "For how long.",
  needVerification:
    "0 applications and invitations need consent, 1 invitations do not, 2 neither.",
  status: "As the route says.",
};

const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "sdkws.GroupInfo": {
    status: "0 normal, 2 dismissed, 3 silenced.",
    groupType: "2 is the only kind there is.",
    lookMemberInfo: "0 members may look at each other, 1 not.",
    applyMemberFriend: "0 members may apply for friendship, 1 not.",
  },
  "auth.getAdminTokenReq": { secret: "The server's setting `secret`." },
  "auth.getAdminTokenResp": { expireTimeSeconds: "Valid for so long." },
  "auth.getUserTokenResp": { expireTimeSeconds: "Valid for so long." },
  "auth.parseTokenResp": { expireTimeSeconds: "Valid until then, in seconds." },
  "parley.user.DeleteUserReq": {
    deleteMessages: "The content of everything they sent goes, too.",
  },
  "parley.user.UserDeletion": {
    state: "running, interrupted (ask again to go on) or done.",
    part: "What is being removed, while it runs.",
    operatorUserID: "Who asked for it.",
    startTime: "When it began.",
    endTime: "When it was done; 0 until then.",
    removed: "How much of each kind went so far.",
  },
  "parley.user.Removed": {
    friendOf: "Lists of friends of others.",
    blockedBy: "Blacklists of others.",
    groupsHandedOver: "Groups that have another owner now.",
    groupsDismissed: "Groups in which nobody else was.",
    readPositions: "Of groups.",
    readMarks: "Messages marked as read, or deleted for themselves.",
    files: "Contents that nobody else had under another name.",
    uploads: "Begun, whether they were completed or not.",
    versionLogs: "Of incremental sync.",
  },
  "sdkws.MsgData": { content: "Base64 of the JSON that the type asks for." },
  "apistruct.SendMsgReq": {
    content: "An object; its members depend on contentType.",
    sendTime: "0: now.",
    isOnlineOnly: "Stored nowhere: only who is online gets it.",
  },
};

/** What a field of a message holds, if there are words for it. */
export const fieldWords = (
  { fields, ownFields }: APIWords,
  message: string,
  field: string,
): string | undefined =>
  ownFields[message]?.[field] ?? fields[field] ?? everywhere[field];

/** The APIs that there are, by the name of their port. */
export const apis = {
  im: {
    heading: "The REST API",
    about,
    token:
      "From /auth/get_admin_token or /auth/get_user_token, without any prefix.",
    tokenCodes: [1501, 1503, 1504, 1505, 1506, 1507],
    areas,
    lines,
    fields: everywhere,
    ownFields: own,
    examples: imExamples,
  },
  accounts: accountsWords,
  administration: administrationWords,
  agents: agentsWords,
} as const satisfies Record<string, APIWords>;

export type APIName = keyof typeof apis;
