import { UserRegister } from "@parley/protocol/methods/users";
import { CreateGroup } from "@parley/protocol/methods/groups";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";

/** What a code tells whoever asked, and what they do about it. */
export interface ErrorWords {
  means: string;
  todo: string;
}

/** OpenIM's list has it, and no answer of this server. */
const unused: ErrorWords = {
  means: "Parley does not answer this.",
  todo: "Nothing.",
};
const signInAgain = "Get a new token and connect, or ask, with that.";
const tryAgain = "Ask again after a moment, later each time.";
const otherCode = "Have a new code sent, and send that.";

/** By code: docs/errors.md is made of it. */
export const errorWords: Readonly<Record<number, ErrorWords>> = {
  500: {
    means:
      "A fault of the server, too much to do at the moment, or in places where OpenIM answers so, a request that is wrong; `errDlt` says which.",
    todo: "Where `errDlt` names something, mend that. Else ask again after a moment; if it stays, look for the operationID in the server's log.",
  },
  1001: {
    means:
      "Something in the request is missing, has the wrong form, is beyond [its limit](limits.md), or names what is not there.",
    todo: "Mend what `errDlt` names. The same request is refused again.",
  },
  1002: {
    means: "Whoever asks may not do that, or not to this user or group.",
    todo: "Ask with the token of somebody who may: the user, the owner of the group, or an administrator.",
  },
  1003: {
    means: "There is one like it already.",
    todo: "Take it for made, or choose another id or name.",
  },
  1004: {
    means: "There is no such user, group, member, file or other thing.",
    todo: "Check the id. A client that still shows it syncs again.",
  },
  1101: {
    means: "There is no user with this userID.",
    todo: `Register the user first (\`${UserRegister.path}\`), or check the id.`,
  },
  1102: {
    means: "A user with this userID is registered already.",
    todo: "Take it for made: a back end that asks twice loses nothing.",
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
    means: "The user is not in the group, or not any more.",
    todo: "Join, or be invited, first.",
  },
  1204: {
    means: "The group was dismissed.",
    todo: "Show it as over; a new group needs a new id.",
  },
  1205: unused,
  1206: {
    means: "Somebody answered this application to join before.",
    todo: "Fetch the applications again.",
  },
  1301: {
    means: "Nobody is their own friend.",
    todo: "Name another user.",
  },
  1302: {
    means: "The receiver blocked the sender.",
    todo: "Show the message as not sent. Sending again does not help.",
  },
  1303: {
    means: "They are no friends, and the server asks for that.",
    todo: "Ask to become friends first, or switch off the setting that asks for it.",
  },
  1304: {
    means: "They are friends already.",
    todo: "Take it for made.",
  },
  1305: {
    means: "This friend request was answered before.",
    todo: "Fetch the requests again.",
  },
  1401: unused,
  1402: {
    means: "This member is muted.",
    todo: "Wait until the mute ends, or ask the group's owner or an administrator.",
  },
  1403: {
    means: "The group is muted: its owner and administrators alone may speak.",
    todo: "Wait until the group is open again.",
  },
  1404: {
    means: "The message was revoked before.",
    todo: "Take it for done.",
  },
  1501: { means: "The token's time is over.", todo: signInAgain },
  1502: { means: "The token is not valid.", todo: signInAgain },
  1503: {
    means: "What was sent is no token.",
    todo: "Send the token as it came, in the header `token`, or in the address of the WebSocket.",
  },
  1504: {
    means: "The token is not valid yet.",
    todo: "Set the clocks of the machines that issue and check tokens.",
  },
  1505: {
    means:
      "The token was signed with another secret, or names a user or platform that it is not sent for.",
    todo: "Check that the token is this server's, and the user's own.",
  },
  1506: {
    means:
      "The user signed in on another device of this kind, or was signed out by an administrator.",
    todo: "Tell the user, and let them sign in again. A client that does so by itself throws out the other one.",
  },
  1507: {
    means: "The server knows nothing of this token: it was signed out.",
    todo: signInAgain,
  },
  1520: unused,
  1601: {
    means:
      "There are as many connections as the server, an address or a user may have.",
    todo: "Close those that are not used; come back after a moment.",
  },
  1602: {
    means: "The address of the WebSocket lacks a parameter.",
    todo: "Send `token`, `sendID` and `platformID`: [docs/websocket.md](websocket.md).",
  },
  1603: unused,
  1604: unused,
  1701: {
    means: "The upload was begun too long ago.",
    todo: "Begin the upload anew.",
  },
  20001: {
    means: "The password is another one.",
    todo: "Let the user type it again; after too many 20012 follows.",
  },
  20002: {
    means: "Nobody signs in with this account, phone or e-mail address.",
    todo: "Check it, or register.",
  },
  20003: { means: "The phone number is taken.", todo: "Sign in with it." },
  20004: {
    means:
      "The account, or at registration whatever one signs in with, is taken.",
    todo: "Sign in with it, or choose another.",
  },
  20005: {
    means: "Too many codes were asked for.",
    todo: "Wait: limits are for a time, by target and by address.",
  },
  20006: {
    means: "The code is another one.",
    todo: "Let the user type it again.",
  },
  20007: {
    means: "The code is too old, was used, or none was sent.",
    todo: otherCode,
  },
  20008: { means: "Too many wrong codes were tried.", todo: otherCode },
  20009: unused,
  20010: {
    means: "The invitation code was used by somebody else.",
    todo: "Ask for another invitation code.",
  },
  20011: {
    means: "There is no such invitation code.",
    todo: "Check it, or ask for one.",
  },
  20012: {
    means:
      "The user is blocked, may not sign in from this address, or tried too many wrong passwords.",
    todo: "Where `errDlt` names a time, wait for it; else an administrator decides.",
  },
  20013: {
    means: "This user takes no friend requests.",
    todo: "Show that; asking again does not help.",
  },
  20014: { means: "The e-mail address is taken.", todo: "Sign in with it." },
  20101: {
    means:
      "The chat or admin token was signed out, or is none of this server's.",
    todo: `Sign in again (\`${AccountLogin.path}\`).`,
  },
  80000: unused,
  90002: {
    means:
      "The database or its disk cannot be written or does not answer; nothing was changed, unless `errDlt` says that this is not known.",
    todo: `${tryAgain} Messages keep their clientMsgID, so that none is there twice. Operators find the reason at \`/readyz\`.`,
  },
  90004: {
    means: "A webhook's receiver could not be reached, or answered too late.",
    todo: "Look at the receiver and its timeout: [docs/webhooks.md](webhooks.md).",
  },
  90007: {
    means:
      "A webhook's receiver answered what cannot be read, or a file is not what was announced.",
    todo: "Mend the receiver's answer, or send the file again.",
  },
};
