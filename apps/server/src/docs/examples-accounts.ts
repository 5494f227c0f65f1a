import {
  AccountCodeSend,
  AccountCodeVerify,
  AccountLogin,
  AccountPasswordChange,
  AccountPasswordReset,
  AccountRegister,
  CallbackOpenIm,
  FriendSearch,
  UserFindFull,
  UserFindPublic,
  UserRtcGetToken,
  UserSearchFull,
  UserSearchPublic,
  UserUpdate,
} from "@parley/protocol/methods/chat/accounts";
import {
  AppletFind,
  ApplicationLatestVersion,
  ApplicationPageVersions,
  ClientConfigGet,
} from "@parley/protocol/methods/chat/applications";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
/** MD5 of "secret1", "secret2" and "chatAdmin": what clients send. */
const secret1 = "e52d98c459819a11775936d8dfbb7929";
const secret2 = "e54cfb3714f76cedd4b27889e1f6a174";
/** Right for everybody while the server listens on loopback alone. */
const verifyCode = "666666";
const ann = `{{${AccountRegister.path} userID}}`;

/** Requests to the port of accounts: Ann registers and looks around. */
export const accountsExamples: readonly Example[] = [
  {
    path: AccountCodeSend.path,
    body: { usedFor: 1, email: "ann@example.com", platform: 5 },
  },
  {
    path: AccountCodeVerify.path,
    body: { usedFor: 1, email: "ann@example.com", verifyCode },
  },
  {
    path: AccountRegister.path,
    body: {
      platform: 5,
      autoLogin: true,
      verifyCode,
      user: {
        nickname: "Ann",
        email: "ann@example.com",
        areaCode: "+49",
        phoneNumber: "15112345678",
        password: secret1,
      },
    },
  },
  {
    path: AccountLogin.path,
    body: { platform: 5, email: "ann@example.com", password: secret1 },
  },
  {
    path: UserUpdate.path,
    body: {
      userID: ann,
      nickname: "Ann Lee",
      gender: 0,
      birth: 946_684_800_000,
    },
  },
  { path: UserFindPublic.path, body: { userIDs: [ann] } },
  { path: UserFindFull.path, body: { userIDs: [ann] } },
  {
    path: UserSearchPublic.path,
    body: { keyword: "ann", genders: 0, pagination: firstPage },
  },
  {
    path: UserSearchFull.path,
    body: { keyword: "ann", genders: 0, normal: 1, pagination: firstPage },
  },
  {
    path: FriendSearch.path,
    body: { userID: ann, keyword: "", pagination: firstPage },
  },
  {
    path: UserRtcGetToken.path,
    body: { room: "tea", identity: ann },
  },
  {
    path: CallbackOpenIm.path,
    query: { command: "callbackBeforeAddFriendCommand" },
    body: {
      callbackCommand: "callbackBeforeAddFriendCommand",
      operationID: "1",
      fromUserID: "bob",
      toUserID: ann,
      reqMsg: "Shall we?",
    },
  },
  { path: AppletFind.path, body: {} },
  { path: ClientConfigGet.path, body: {} },
  {
    path: ApplicationLatestVersion.path,
    body: { platform: "android", version: "1.0.0" },
  },
  {
    path: ApplicationPageVersions.path,
    body: { platform: ["android"], pagination: firstPage },
  },
  {
    path: AccountPasswordChange.path,
    body: { userID: ann, currentPassword: secret1, newPassword: secret2 },
  },
  {
    path: AccountPasswordReset.path,
    body: { email: "ann@example.com", verifyCode, password: secret1 },
  },
];
