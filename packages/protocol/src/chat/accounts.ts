import type { RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";
import {
  AppletInfo,
  ApplicationVersion,
  RegisterUserInfo,
  UserFullInfo,
  UserPublicInfo,
} from "./shared.ts";

/*
 * Accounts and profiles, as users see them.
 */

/** /account/code/send */
export interface AccountCodeSendReq {
  usedFor: number;
  areaCode: string;
  phoneNumber: string;
  email: string;
  invitationCode: string;
  deviceID: string;
  platform: number;
  ip: string;
}
export const AccountCodeSendReq: MessageType<AccountCodeSendReq> =
  defineMessage("chat.AccountCodeSendReq", {
    usedFor: "int32",
    areaCode: "string",
    phoneNumber: "string",
    email: "string",
    invitationCode: "string",
    deviceID: "string",
    platform: "int32",
    ip: "string",
  });

/** /account/code/verify */
export interface AccountCodeVerifyReq {
  areaCode: string;
  phoneNumber: string;
  email: string;
  verifyCode: string;
  usedFor: number;
}
export const AccountCodeVerifyReq: MessageType<AccountCodeVerifyReq> =
  defineMessage("chat.AccountCodeVerifyReq", {
    areaCode: "string",
    phoneNumber: "string",
    email: "string",
    verifyCode: "string",
    usedFor: "int32",
  });

/** /account/register */
export interface AccountRegisterReq {
  invitationCode: string;
  verifyCode: string;
  deviceID: string;
  platform: number;
  autoLogin: boolean;
  ip: string;
  user: RegisterUserInfo | null;
}
export const AccountRegisterReq: MessageType<AccountRegisterReq> =
  defineMessage("chat.AccountRegisterReq", {
    invitationCode: "string",
    verifyCode: "string",
    deviceID: "string",
    platform: "int32",
    autoLogin: "bool",
    ip: "string",
    user: RegisterUserInfo.name,
  });

export interface AccountRegisterResp {
  imToken: string;
  chatToken: string;
  userID: string;
}
export const AccountRegisterResp: MessageType<AccountRegisterResp> =
  defineMessage("chat.AccountRegisterResp", {
    imToken: "string",
    chatToken: "string",
    userID: "string",
  });

/** /account/login */
export interface AccountLoginReq {
  areaCode: string;
  phoneNumber: string;
  email: string;
  account: string;
  password: string;
  verifyCode: string;
  platform: number;
  deviceID: string;
  ip: string;
}
export const AccountLoginReq: MessageType<AccountLoginReq> = defineMessage(
  "chat.AccountLoginReq",
  {
    areaCode: "string",
    phoneNumber: "string",
    email: "string",
    account: "string",
    password: "string",
    verifyCode: "string",
    platform: "int32",
    deviceID: "string",
    ip: "string",
  },
);

export interface AccountLoginResp {
  imToken: string;
  chatToken: string;
  userID: string;
}
export const AccountLoginResp: MessageType<AccountLoginResp> = defineMessage(
  "chat.AccountLoginResp",
  {
    imToken: "string",
    chatToken: "string",
    userID: "string",
  },
);

/** /account/password/reset */
export interface AccountPasswordResetReq {
  areaCode: string;
  phoneNumber: string;
  email: string;
  verifyCode: string;
  password: string;
  platform: number;
}
export const AccountPasswordResetReq: MessageType<AccountPasswordResetReq> =
  defineMessage("chat.AccountPasswordResetReq", {
    areaCode: "string",
    phoneNumber: "string",
    email: "string",
    verifyCode: "string",
    password: "string",
    platform: "int32",
  });

/** /account/password/change */
export interface AccountPasswordChangeReq {
  userID: string;
  currentPassword: string;
  newPassword: string;
  platform: number;
}
export const AccountPasswordChangeReq: MessageType<AccountPasswordChangeReq> =
  defineMessage("chat.AccountPasswordChangeReq", {
    userID: "string",
    currentPassword: "string",
    newPassword: "string",
    platform: "int32",
  });

/** /user/update */
export interface UserUpdateReq {
  userID: string;
  account: string | null;
  phoneNumber: string | null;
  areaCode: string | null;
  email: string | null;
  nickname: string | null;
  faceURL: string | null;
  gender: number | null;
  level: number | null;
  allowAddFriend: number | null;
  allowBeep: number | null;
  allowVibration: number | null;
  globalRecvMsgOpt: number | null;
  RegisterType: number | null;
  birth: number | null;
  /** Ours: what was sent to the new phone or address. */
  verifyCode: string | null;
}
export const UserUpdateReq: MessageType<UserUpdateReq> = defineMessage(
  "chat.UserUpdateReq",
  {
    userID: "string",
    account: "string?",
    phoneNumber: "string?",
    areaCode: "string?",
    email: "string?",
    nickname: "string?",
    faceURL: "string?",
    gender: "int32?",
    level: "int32?",
    allowAddFriend: "int32?",
    allowBeep: "int32?",
    allowVibration: "int32?",
    globalRecvMsgOpt: "int32?",
    RegisterType: "int32?",
    birth: "int64?",
    verifyCode: "string?",
  },
);

/** /user/find/public */
export interface UserFindPublicReq {
  userIDs: string[];
}
export const UserFindPublicReq: MessageType<UserFindPublicReq> = defineMessage(
  "chat.UserFindPublicReq",
  {
    userIDs: "string[]",
  },
);

export interface UserFindPublicResp {
  users: UserPublicInfo[];
}
export const UserFindPublicResp: MessageType<UserFindPublicResp> =
  defineMessage("chat.UserFindPublicResp", {
    users: `${UserPublicInfo.name}[]`,
  });

/** /user/find/full */
export interface UserFindFullReq {
  userIDs: string[];
}
export const UserFindFullReq: MessageType<UserFindFullReq> = defineMessage(
  "chat.UserFindFullReq",
  {
    userIDs: "string[]",
  },
);

export interface UserFindFullResp {
  users: UserFullInfo[];
}
export const UserFindFullResp: MessageType<UserFindFullResp> = defineMessage(
  "chat.UserFindFullResp",
  {
    users: `${UserFullInfo.name}[]`,
  },
);

/** /user/search/full */
export interface UserSearchFullReq {
  keyword: string;
  pagination: RequestPagination | null;
  genders: number;
  normal: number;
}
export const UserSearchFullReq: MessageType<UserSearchFullReq> = defineMessage(
  "chat.UserSearchFullReq",
  {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
    genders: "int32",
    normal: "int32",
  },
);

export interface UserSearchFullResp {
  total: number;
  users: UserFullInfo[];
}
export const UserSearchFullResp: MessageType<UserSearchFullResp> =
  defineMessage("chat.UserSearchFullResp", {
    total: "uint32",
    users: `${UserFullInfo.name}[]`,
  });

/** /user/search/public */
export interface UserSearchPublicReq {
  keyword: string;
  pagination: RequestPagination | null;
  genders: number;
}
export const UserSearchPublicReq: MessageType<UserSearchPublicReq> =
  defineMessage("chat.UserSearchPublicReq", {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
    genders: "int32",
  });

export interface UserSearchPublicResp {
  total: number;
  users: UserPublicInfo[];
}
export const UserSearchPublicResp: MessageType<UserSearchPublicResp> =
  defineMessage("chat.UserSearchPublicResp", {
    total: "uint32",
    users: `${UserPublicInfo.name}[]`,
  });

/** /user/rtc/get_token */
export interface UserRtcGetTokenReq {
  room: string;
  identity: string;
}
export const UserRtcGetTokenReq: MessageType<UserRtcGetTokenReq> =
  defineMessage("chat.UserRtcGetTokenReq", {
    room: "string",
    identity: "string",
  });

export interface UserRtcGetTokenResp {
  serverUrl: string;
  token: string;
}
export const UserRtcGetTokenResp: MessageType<UserRtcGetTokenResp> =
  defineMessage("chat.UserRtcGetTokenResp", {
    serverUrl: "string",
    token: "string",
  });

/** /friend/search */
export interface FriendSearchReq {
  userID: string;
  keyword: string;
  pagination: RequestPagination | null;
  genders: number[];
  userIDs: string[];
}
export const FriendSearchReq: MessageType<FriendSearchReq> = defineMessage(
  "chat.FriendSearchReq",
  {
    userID: "string",
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
    genders: "int32[]",
    userIDs: "string[]",
  },
);

export interface FriendSearchResp {
  total: number;
  users: UserFullInfo[];
}
export const FriendSearchResp: MessageType<FriendSearchResp> = defineMessage(
  "chat.FriendSearchResp",
  {
    total: "uint32",
    users: `${UserFullInfo.name}[]`,
  },
);

export interface AppletFindResp {
  applets: AppletInfo[];
}
export const AppletFindResp: MessageType<AppletFindResp> = defineMessage(
  "chat.AppletFindResp",
  {
    applets: `${AppletInfo.name}[]`,
  },
);

/** /application/latest_version */
export interface ApplicationLatestVersionReq {
  platform: string;
  version: string;
}
export const ApplicationLatestVersionReq: MessageType<ApplicationLatestVersionReq> =
  defineMessage("chat.ApplicationLatestVersionReq", {
    platform: "string",
    version: "string",
  });

export interface ApplicationLatestVersionResp {
  version: ApplicationVersion | null;
}
export const ApplicationLatestVersionResp: MessageType<ApplicationLatestVersionResp> =
  defineMessage("chat.ApplicationLatestVersionResp", {
    version: ApplicationVersion.name,
  });

/** /application/page_versions */
export interface ApplicationPageVersionsReq {
  platform: string[];
  pagination: RequestPagination | null;
}
export const ApplicationPageVersionsReq: MessageType<ApplicationPageVersionsReq> =
  defineMessage("chat.ApplicationPageVersionsReq", {
    platform: "string[]",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface ApplicationPageVersionsResp {
  total: number;
  versions: ApplicationVersion[];
}
export const ApplicationPageVersionsResp: MessageType<ApplicationPageVersionsResp> =
  defineMessage("chat.ApplicationPageVersionsResp", {
    total: "int64",
    versions: `${ApplicationVersion.name}[]`,
  });

/** /callback/open_im */
export interface CallbackOpenImReq {
  fromUserID: string;
  toUserID: string;
  reqMsg: string;
  callbackCommand: string;
  operationID: string;
}
export const CallbackOpenImReq: MessageType<CallbackOpenImReq> = defineMessage(
  "chat.CallbackOpenImReq",
  {
    fromUserID: "string",
    toUserID: "string",
    reqMsg: "string",
    callbackCommand: "string",
    operationID: "string",
  },
);
