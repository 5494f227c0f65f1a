import type { GroupInfo, RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";
import { RegisterUserInfo, UserPublicInfo } from "./shared.ts";

/*
 * What administrators do to users.
 */

export interface DefaultFriendAttribute {
  userID: string;
  createTime: number;
  user: UserPublicInfo | null;
}
export const DefaultFriendAttribute: MessageType<DefaultFriendAttribute> =
  defineMessage("chat.DefaultFriendAttribute", {
    userID: "string",
    createTime: "int64",
    user: UserPublicInfo.name,
  });

export interface BlockUserInfo {
  userID: string;
  account: string;
  phoneNumber: string;
  areaCode: string;
  email: string;
  nickname: string;
  faceURL: string;
  gender: number;
  reason: string;
  opUserID: string;
  createTime: number;
}
export const BlockUserInfo: MessageType<BlockUserInfo> = defineMessage(
  "chat.BlockUserInfo",
  {
    userID: "string",
    account: "string",
    phoneNumber: "string",
    areaCode: "string",
    email: "string",
    nickname: "string",
    faceURL: "string",
    gender: "int32",
    reason: "string",
    opUserID: "string",
    createTime: "int64",
  },
);

/** /account/add_user */
export interface AccountAddUserReq {
  user: RegisterUserInfo | null;
  ip: string;
  deviceID: string;
  platform: number;
}
export const AccountAddUserReq: MessageType<AccountAddUserReq> = defineMessage(
  "chat.AccountAddUserReq",
  {
    user: RegisterUserInfo.name,
    ip: "string",
    deviceID: "string",
    platform: "int32",
  },
);

/** /user/import/json */
export interface UserImportJsonReq {
  users: RegisterUserInfo[];
}
export const UserImportJsonReq: MessageType<UserImportJsonReq> = defineMessage(
  "chat.UserImportJsonReq",
  {
    users: `${RegisterUserInfo.name}[]`,
  },
);

export interface UserAllowRegisterGetResp {
  allowRegister: boolean;
}
export const UserAllowRegisterGetResp: MessageType<UserAllowRegisterGetResp> =
  defineMessage("chat.UserAllowRegisterGetResp", {
    allowRegister: "bool",
  });

/** /user/allow_register/set */
export interface UserAllowRegisterSetReq {
  allowRegister: boolean;
}
export const UserAllowRegisterSetReq: MessageType<UserAllowRegisterSetReq> =
  defineMessage("chat.UserAllowRegisterSetReq", {
    allowRegister: "bool",
  });

/** /default/user/add */
export interface DefaultUserAddReq {
  userIDs: string[];
}
export const DefaultUserAddReq: MessageType<DefaultUserAddReq> = defineMessage(
  "chat.DefaultUserAddReq",
  {
    userIDs: "string[]",
  },
);

/** /default/user/del */
export interface DefaultUserDelReq {
  userIDs: string[];
}
export const DefaultUserDelReq: MessageType<DefaultUserDelReq> = defineMessage(
  "chat.DefaultUserDelReq",
  {
    userIDs: "string[]",
  },
);

export interface DefaultUserFindResp {
  userIDs: string[];
}
export const DefaultUserFindResp: MessageType<DefaultUserFindResp> =
  defineMessage("chat.DefaultUserFindResp", {
    userIDs: "string[]",
  });

/** /default/user/search */
export interface DefaultUserSearchReq {
  keyword: string;
  pagination: RequestPagination | null;
}
export const DefaultUserSearchReq: MessageType<DefaultUserSearchReq> =
  defineMessage("chat.DefaultUserSearchReq", {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface DefaultUserSearchResp {
  total: number;
  users: DefaultFriendAttribute[];
}
export const DefaultUserSearchResp: MessageType<DefaultUserSearchResp> =
  defineMessage("chat.DefaultUserSearchResp", {
    total: "uint32",
    users: `${DefaultFriendAttribute.name}[]`,
  });

/** /default/group/add */
export interface DefaultGroupAddReq {
  groupIDs: string[];
}
export const DefaultGroupAddReq: MessageType<DefaultGroupAddReq> =
  defineMessage("chat.DefaultGroupAddReq", {
    groupIDs: "string[]",
  });

/** /default/group/del */
export interface DefaultGroupDelReq {
  groupIDs: string[];
}
export const DefaultGroupDelReq: MessageType<DefaultGroupDelReq> =
  defineMessage("chat.DefaultGroupDelReq", {
    groupIDs: "string[]",
  });

export interface DefaultGroupFindResp {
  groupIDs: string[];
}
export const DefaultGroupFindResp: MessageType<DefaultGroupFindResp> =
  defineMessage("chat.DefaultGroupFindResp", {
    groupIDs: "string[]",
  });

/** /default/group/search */
export interface DefaultGroupSearchReq {
  keyword: string;
  pagination: RequestPagination | null;
}
export const DefaultGroupSearchReq: MessageType<DefaultGroupSearchReq> =
  defineMessage("chat.DefaultGroupSearchReq", {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface DefaultGroupSearchResp {
  total: number;
  groups: GroupInfo[];
}
export const DefaultGroupSearchResp: MessageType<DefaultGroupSearchResp> =
  defineMessage("chat.DefaultGroupSearchResp", {
    total: "uint32",
    groups: "openim.sdkws.GroupInfo[]!",
  });

/** /block/add */
export interface BlockAddReq {
  userID: string;
  reason: string;
}
export const BlockAddReq: MessageType<BlockAddReq> = defineMessage(
  "chat.BlockAddReq",
  {
    userID: "string",
    reason: "string",
  },
);

/** /block/del */
export interface BlockDelReq {
  userIDs: string[];
}
export const BlockDelReq: MessageType<BlockDelReq> = defineMessage(
  "chat.BlockDelReq",
  {
    userIDs: "string[]",
  },
);

/** /block/search */
export interface BlockSearchReq {
  keyword: string;
  pagination: RequestPagination | null;
}
export const BlockSearchReq: MessageType<BlockSearchReq> = defineMessage(
  "chat.BlockSearchReq",
  {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  },
);

export interface BlockSearchResp {
  total: number;
  users: BlockUserInfo[];
}
export const BlockSearchResp: MessageType<BlockSearchResp> = defineMessage(
  "chat.BlockSearchResp",
  {
    total: "uint32",
    users: `${BlockUserInfo.name}[]`,
  },
);

/** /user/password/reset */
export interface UserPasswordResetReq {
  userID: string;
  newPassword: string;
  currentPassword: string;
}
export const UserPasswordResetReq: MessageType<UserPasswordResetReq> =
  defineMessage("chat.UserPasswordResetReq", {
    userID: "string",
    newPassword: "string",
    currentPassword: "string",
  });

/** /statistic/new_user_count */
export interface StatisticNewUserCountReq {
  start: number;
  end: number;
}
export const StatisticNewUserCountReq: MessageType<StatisticNewUserCountReq> =
  defineMessage("chat.StatisticNewUserCountReq", {
    start: "int64",
    end: "int64",
  });

export interface StatisticNewUserCountResp {
  total: number;
  date_count: Record<string, number>;
}
export const StatisticNewUserCountResp: MessageType<StatisticNewUserCountResp> =
  defineMessage("chat.StatisticNewUserCountResp", {
    total: "int64",
    date_count: "int64{}null",
  });

/** /statistic/login_user_count */
export interface StatisticLoginUserCountReq {
  start: number;
  end: number;
}
export const StatisticLoginUserCountReq: MessageType<StatisticLoginUserCountReq> =
  defineMessage("chat.StatisticLoginUserCountReq", {
    start: "int64",
    end: "int64",
  });

export interface StatisticLoginUserCountResp {
  loginCount: number;
  unloginCount: number;
  count: Record<string, number>;
}
export const StatisticLoginUserCountResp: MessageType<StatisticLoginUserCountResp> =
  defineMessage("chat.StatisticLoginUserCountResp", {
    loginCount: "int64",
    unloginCount: "int64",
    count: "int64{}null",
  });
