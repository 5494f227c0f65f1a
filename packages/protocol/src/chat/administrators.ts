import type { RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";
import {} from "./shared.ts";

/*
 * Administrators of the chat service.
 */

export interface AdminInfo {
  account: string;
  password: string;
  faceURL: string;
  nickname: string;
  userID: string;
  level: number;
  createTime: number;
}
export const AdminInfo: MessageType<AdminInfo> = defineMessage(
  "chat.AdminInfo",
  {
    account: "string",
    password: "string",
    faceURL: "string",
    nickname: "string",
    userID: "string",
    level: "int32",
    createTime: "int64",
  },
);

/** /account/login */
export interface AdminAccountLoginReq {
  account: string;
  password: string;
  version: string;
}
export const AdminAccountLoginReq: MessageType<AdminAccountLoginReq> =
  defineMessage("chat.AdminAccountLoginReq", {
    account: "string",
    password: "string",
    version: "string",
  });

export interface AdminAccountLoginResp {
  adminAccount: string;
  adminToken: string;
  nickname: string;
  faceURL: string;
  level: number;
  adminUserID: string;
  imUserID: string;
  imToken: string;
}
export const AdminAccountLoginResp: MessageType<AdminAccountLoginResp> =
  defineMessage("chat.AdminAccountLoginResp", {
    adminAccount: "string",
    adminToken: "string",
    nickname: "string",
    faceURL: "string",
    level: "int32",
    adminUserID: "string",
    imUserID: "string",
    imToken: "string",
  });

/** /account/update */
export interface AdminAccountUpdateReq {
  account: string | null;
  password: string | null;
  faceURL: string | null;
  nickname: string | null;
  level: number | null;
}
export const AdminAccountUpdateReq: MessageType<AdminAccountUpdateReq> =
  defineMessage("chat.AdminAccountUpdateReq", {
    account: "string?",
    password: "string?",
    faceURL: "string?",
    nickname: "string?",
    level: "int32?",
  });

export interface AdminAccountInfoResp {
  account: string;
  password: string;
  faceURL: string;
  nickname: string;
  userID: string;
  level: number;
  createTime: number;
}
export const AdminAccountInfoResp: MessageType<AdminAccountInfoResp> =
  defineMessage("chat.AdminAccountInfoResp", {
    account: "string",
    password: "string",
    faceURL: "string",
    nickname: "string",
    userID: "string",
    level: "int32",
    createTime: "int64",
  });

/** /account/change_password */
export interface AdminAccountChangePasswordReq {
  userID: string;
  currentPassword: string;
  newPassword: string;
}
export const AdminAccountChangePasswordReq: MessageType<AdminAccountChangePasswordReq> =
  defineMessage("chat.AdminAccountChangePasswordReq", {
    userID: "string",
    currentPassword: "string",
    newPassword: "string",
  });

/** /account/add_admin */
export interface AccountAddAdminReq {
  account: string;
  password: string;
  faceURL: string;
  nickname: string;
}
export const AccountAddAdminReq: MessageType<AccountAddAdminReq> =
  defineMessage("chat.AccountAddAdminReq", {
    account: "string",
    password: "string",
    faceURL: "string",
    nickname: "string",
  });

/** /account/del_admin */
export interface AccountDelAdminReq {
  userIDs: string[];
}
export const AccountDelAdminReq: MessageType<AccountDelAdminReq> =
  defineMessage("chat.AccountDelAdminReq", {
    userIDs: "string[]",
  });

/** /account/search */
export interface AccountSearchReq {
  pagination: RequestPagination | null;
}
export const AccountSearchReq: MessageType<AccountSearchReq> = defineMessage(
  "chat.AccountSearchReq",
  {
    pagination: "openim.sdkws.RequestPagination",
  },
);

export interface AccountSearchResp {
  total: number;
  adminAccounts: AdminInfo[];
}
export const AccountSearchResp: MessageType<AccountSearchResp> = defineMessage(
  "chat.AccountSearchResp",
  {
    total: "uint32",
    adminAccounts: `${AdminInfo.name}[]`,
  },
);
