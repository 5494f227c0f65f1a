import { UserRegister } from "@parley/protocol/methods/users";
import { CreateGroup } from "@parley/protocol/methods/groups";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";

/** The meaning of an error code for the caller, and what to do. */
export interface ErrorWords {
  means: string;
  todo: string;
}

/** A code in OpenIM's list that this server never returns. */
const unused: ErrorWords = {
  means: "Parley never returns this code.",
  todo: "Nothing.",
};
const signInAgain =
  "Get a new token and connect, or send the request, with it.";
const tryAgain = "Retry with exponential backoff.";
const otherCode = "Request a new code and send it.";

/** Words by error code; docs/errors.md is generated from this. */
export const errorWords: Readonly<Record<number, ErrorWords>> = {
  500: {
    means:
      "An error of the server, overload, or, where OpenIM uses this code, an invalid request; `errDlt` says which.",
    todo: "Correct what `errDlt` names. Otherwise retry after a moment; if the error persists, search the server's log for the operationID.",
  },
  1001: {
    means:
      "A field of the request is missing, malformed, beyond [its limit](limits.md), or names something that does not exist.",
    todo: "Correct what `errDlt` names. Do not retry the same request.",
  },
  1002: {
    means:
      "The caller has no permission for this action, or not for this user or group.",
    todo: "Use the token of somebody with permission: the user, the owner of the group, or an administrator.",
  },
  1003: {
    means: "The entry exists already.",
    todo: "Treat it as created, or choose another id or name.",
  },
  1004: {
    means: "The user, group, member, file or other entry does not exist.",
    todo: "Check the id. A client that still shows the entry must sync again.",
  },
  1101: {
    means: "There is no user with this userID.",
    todo: `Register the user first (\`${UserRegister.path}\`), or check the id.`,
  },
  1102: {
    means: "A user with this userID is registered already.",
    todo: "Treat it as registered: repeating the request is safe.",
  },
  1201: {
    means: "There is no group with this groupID.",
    todo: `Check the id; leave it empty at \`${CreateGroup.path}\` to get a free one.`,
  },
  1202: {
    means: "A group with this groupID exists, or did before it was dismissed.",
    todo: "Choose another groupID, or none.",
  },
  1203: {
    means: "The user is not a member of the group, or no longer.",
    todo: "Join, or be invited, first.",
  },
  1204: {
    means: "The group was dismissed.",
    todo: "Show the group as dismissed; a new group needs a new id.",
  },
  1205: unused,
  1206: {
    means: "This request to join was answered already.",
    todo: "Fetch the requests again.",
  },
  1301: {
    means: "A user cannot be their own friend.",
    todo: "Name another user.",
  },
  1302: {
    means: "The receiver blocked the sender.",
    todo: "Show the message as not sent. Sending again does not help.",
  },
  1303: {
    means: "The users are not friends, and the server requires friendship.",
    todo: "Send a friend request first, or switch off the setting `friendVerify`.",
  },
  1304: {
    means: "They are friends already.",
    todo: "Treat it as done.",
  },
  1305: {
    means: "This friend request was answered already.",
    todo: "Fetch the requests again.",
  },
  1401: unused,
  1402: {
    means: "This member is muted.",
    todo: "Wait until the mute ends, or ask the group's owner or an administrator.",
  },
  1403: {
    means: "The group is muted: only its owner and admins may write.",
    todo: "Wait until the group is unmuted.",
  },
  1404: {
    means: "The message was revoked already.",
    todo: "Treat it as done.",
  },
  1501: { means: "The token has expired.", todo: signInAgain },
  1502: { means: "The token is not valid.", todo: signInAgain },
  1503: {
    means: "The token is malformed.",
    todo: "Send the token unchanged, in the header `token` or in the address of the WebSocket.",
  },
  1504: {
    means: "The token is not valid yet.",
    todo: "Synchronize the clocks of the machines that issue and check tokens.",
  },
  1505: {
    means:
      "The token was signed with another secret, or belongs to another user or platform than the request names.",
    todo: "Check that the token is from this server and belongs to the user.",
  },
  1506: {
    means:
      "The user signed in on another device of this kind, or was signed out by an administrator.",
    todo: "Tell the user, and let them sign in again. A client that does so automatically would sign the other device out.",
  },
  1507: {
    means: "The server does not know this token: it was signed out.",
    todo: signInAgain,
  },
  1520: unused,
  1601: {
    means: "Too many connections in total, from the address, or of the user.",
    todo: "Close unused connections; reconnect after a moment.",
  },
  1602: {
    means: "A parameter is missing in the address of the WebSocket.",
    todo: "Send `token`, `sendID` and `platformID`: [docs/websocket.md](websocket.md).",
  },
  1603: unused,
  1604: unused,
  1701: {
    means: "The upload has expired.",
    todo: "Begin a new upload.",
  },
  20001: {
    means: "The password is wrong.",
    todo: "Let the user enter it again; too many attempts lead to 20012.",
  },
  20002: {
    means: "No account has this name, phone or e-mail address.",
    todo: "Check it, or register.",
  },
  20003: { means: "The phone number is taken.", todo: "Sign in with it." },
  20004: {
    means:
      "The account name is taken; at registration also: the phone or e-mail address.",
    todo: "Sign in with it, or choose another.",
  },
  20005: {
    means: "Too many codes were requested.",
    todo: "Wait: codes are limited by target and by network address for a time.",
  },
  20006: {
    means: "The code is wrong.",
    todo: "Let the user enter it again.",
  },
  20007: {
    means: "The code has expired or was used, or none was sent.",
    todo: otherCode,
  },
  20008: { means: "Too many wrong codes were entered.", todo: otherCode },
  20009: unused,
  20010: {
    means: "The invitation code was used by somebody else.",
    todo: "Ask for another invitation code.",
  },
  20011: {
    means: "The invitation code does not exist.",
    todo: "Check it, or ask for one.",
  },
  20012: {
    means:
      "The user is blocked, may not sign in from this address, or entered too many wrong passwords.",
    todo: "If `errDlt` names a time, wait; else ask an administrator.",
  },
  20013: {
    means: "This user accepts no friend requests.",
    todo: "Tell the user; do not retry.",
  },
  20014: { means: "The e-mail address is taken.", todo: "Sign in with it." },
  20101: {
    means:
      "The chat or admin token was signed out, or is not from this server.",
    todo: `Sign in again (\`${AccountLogin.path}\`).`,
  },
  80000: unused,
  90002: {
    means:
      "The database or its disk cannot be written, does not answer or is damaged; nothing was changed, unless `errDlt` says that the outcome is unknown.",
    todo: `${tryAgain} Retry messages with the same clientMsgID, so that none is stored twice. Operators find the reason at \`/readyz\`.`,
  },
  90004: {
    means: "A webhook's receiver could not be reached or timed out.",
    todo: "Check the receiver and its timeout: [docs/webhooks.md](webhooks.md).",
  },
  90007: {
    means:
      "A webhook's receiver sent an unreadable answer, or a file differs from its announcement.",
    todo: "Correct the receiver's answer, or upload the file again.",
  },
};
