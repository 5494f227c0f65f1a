import {
  AccountCodeSendReq,
  AccountCodeVerifyReq,
  AccountLoginReq,
  AccountLoginResp,
  AccountPasswordChangeReq,
  AccountPasswordResetReq,
  AccountRegisterReq,
  AccountRegisterResp,
  CallbackOpenImReq,
  FriendSearchReq,
  FriendSearchResp,
  UserFindFullReq,
  UserFindFullResp,
  UserFindPublicReq,
  UserFindPublicResp,
  UserRtcGetTokenReq,
  UserRtcGetTokenResp,
  UserSearchFullReq,
  UserSearchFullResp,
  UserSearchPublicReq,
  UserSearchPublicResp,
  UserUpdateReq,
} from "../../chat/accounts.ts";
import { anybody, method, nothing, self, signedIn } from "../../method.ts";

export const AccountCodeSend = method(
  "/account/code/send",
  AccountCodeSendReq,
  nothing,
  {
    access: anybody,
    kind: "change",
    words: [
      "Send a verification code",
      "To an e-mail address, or to areaCode and phoneNumber.",
    ],
    codes: [20002, 20005, 20010, 20011, 20012],
  },
);

export const AccountCodeVerify = method(
  "/account/code/verify",
  AccountCodeVerifyReq,
  nothing,
  {
    access: anybody,
    kind: "change",
    words: [
      "Check a verification code",
      "The code stays valid; wrong attempts are counted.",
    ],
    codes: [20006, 20007, 20008, 20009],
  },
);

export const AccountRegister = method(
  "/account/register",
  AccountRegisterReq,
  AccountRegisterResp,
  {
    access: anybody,
    kind: "create",
    takesToken: true,
    words: [
      "Register",
      "With an administrator's token no codes are needed, no limits apply, and the userID may be chosen.",
    ],
    codes: [
      1002, 20003, 20004, 20014, 20006, 20007, 20008, 20009, 20010, 20011,
      20012,
    ],
  },
);

export const AccountLogin = method(
  "/account/login",
  AccountLoginReq,
  AccountLoginResp,
  {
    access: anybody,
    kind: "change",
    words: [
      "Sign in",
      "By account, e-mail or areaCode and phoneNumber, with a password or a verification code. The answer holds the tokens for this API and for the IM server.",
    ],
    codes: [1002, 20001, 20002, 20006, 20007, 20008, 20009, 20012],
  },
);

export const AccountPasswordReset = method(
  "/account/password/reset",
  AccountPasswordResetReq,
  nothing,
  {
    access: anybody,
    kind: "change",
    words: ["Set a forgotten password", "With a verification code."],
    codes: [1004, 20006, 20007, 20008, 20009],
  },
);

export const AccountPasswordChange = method(
  "/account/password/change",
  AccountPasswordChangeReq,
  nothing,
  {
    access: self(),
    kind: "change",
    words: [
      "Change a password",
      "Ends all sign-ins of the user, here and at the IM server. Administrators need no current password.",
    ],
    codes: [1002, 1004],
  },
);

export const UserUpdate = method("/user/update", UserUpdateReq, nothing, {
  access: self(),
  kind: "change",
  words: [
    "Change a profile, and the account, phone or e-mail address to sign in with",
    "Absent fields do not change; an empty text removes the value, but one way to sign in must remain.",
  ],
  codes: [1002, 20003, 20004, 20014],
});

export const UserFindPublic = method(
  "/user/find/public",
  UserFindPublicReq,
  UserFindPublicResp,
  {
    access: signedIn,
    kind: "read",
    required: ["userIDs"],
    words: ["Get public profiles"],
  },
);

export const UserFindFull = method(
  "/user/find/full",
  UserFindFullReq,
  UserFindFullResp,
  {
    access: signedIn,
    kind: "read",
    required: ["userIDs"],
    words: ["Get full profiles"],
  },
);

export const UserSearchFull = method(
  "/user/search/full",
  UserSearchFullReq,
  UserSearchFullResp,
  {
    access: signedIn,
    kind: "read",
    words: [
      "Search full profiles",
      "By a part of the userID, account, nickname, phone number or e-mail, in any case.",
    ],
  },
);

export const UserSearchPublic = method(
  "/user/search/public",
  UserSearchPublicReq,
  UserSearchPublicResp,
  {
    access: signedIn,
    kind: "read",
    words: ["Search users", "As /user/search/full."],
  },
);

export const FriendSearch = method(
  "/friend/search",
  FriendSearchReq,
  FriendSearchResp,
  {
    access: self(),
    kind: "read",
    words: ["Search the user's friends"],
    codes: [1002],
  },
);

export const UserRtcGetToken = method(
  "/user/rtc/get_token",
  UserRtcGetTokenReq,
  UserRtcGetTokenResp,
  {
    access: signedIn,
    kind: "read",
    words: [
      "Get a token for a call",
      "For a room of LiveKit, whose key and secret the settings name.",
    ],
  },
);

export const CallbackOpenIm = method(
  "/callback/open_im",
  CallbackOpenImReq,
  nothing,
  {
    access: anybody,
    kind: "read",
    words: [
      "Check whether a user accepts friend requests",
      "For the IM server's webhook before a friend request.",
    ],
    codes: [1004, 20013],
    query: { command: "callbackBeforeAddFriendCommand" },
  },
);
