import { defineMessage, type MessageType } from "../message.ts";

/*
 * What several bodies of the chat service hold. Optional fields of
 * changes are null when they are absent, here and in the files beside.
 */

export interface RegisterUserInfo {
  userID: string;
  nickname: string;
  faceURL: string;
  birth: number;
  gender: number;
  areaCode: string;
  phoneNumber: string;
  email: string;
  account: string;
  password: string;
  RegisterType: number;
}
export const RegisterUserInfo: MessageType<RegisterUserInfo> = defineMessage(
  "chat.RegisterUserInfo",
  {
    userID: "string",
    nickname: "string",
    faceURL: "string",
    birth: "int64",
    gender: "int32",
    areaCode: "string",
    phoneNumber: "string",
    email: "string",
    account: "string",
    password: "string",
    RegisterType: "int32",
  },
);

export interface UserPublicInfo {
  userID: string;
  account: string;
  email: string;
  nickname: string;
  faceURL: string;
  gender: number;
  level: number;
}
export const UserPublicInfo: MessageType<UserPublicInfo> = defineMessage(
  "chat.UserPublicInfo",
  {
    userID: "string",
    account: "string",
    email: "string",
    nickname: "string",
    faceURL: "string",
    gender: "int32",
    level: "int32",
  },
);

export interface UserFullInfo {
  userID: string;
  password: string;
  account: string;
  phoneNumber: string;
  areaCode: string;
  email: string;
  nickname: string;
  faceURL: string;
  gender: number;
  level: number;
  birth: number;
  allowAddFriend: number;
  allowBeep: number;
  allowVibration: number;
  globalRecvMsgOpt: number;
  registerType: number;
}
export const UserFullInfo: MessageType<UserFullInfo> = defineMessage(
  "chat.UserFullInfo",
  {
    userID: "string",
    password: "string",
    account: "string",
    phoneNumber: "string",
    areaCode: "string",
    email: "string",
    nickname: "string",
    faceURL: "string",
    gender: "int32",
    level: "int32",
    birth: "int64",
    allowAddFriend: "int32",
    allowBeep: "int32",
    allowVibration: "int32",
    globalRecvMsgOpt: "int32",
    registerType: "int32",
  },
);

export interface AppletInfo {
  id: string;
  name: string;
  appID: string;
  icon: string;
  url: string;
  md5: string;
  size: number;
  version: string;
  priority: number;
  status: number;
  createTime: number;
}
export const AppletInfo: MessageType<AppletInfo> = defineMessage(
  "chat.AppletInfo",
  {
    id: "string",
    name: "string",
    appID: "string",
    icon: "string",
    url: "string",
    md5: "string",
    size: "int64",
    version: "string",
    priority: "uint32",
    status: "uint32",
    createTime: "int64",
  },
);

export interface ApplicationVersion {
  id: string;
  platform: string;
  version: string;
  url: string;
  text: string;
  force: boolean;
  latest: boolean;
  hot: boolean;
  createTime: number;
}
export const ApplicationVersion: MessageType<ApplicationVersion> =
  defineMessage("chat.ApplicationVersion", {
    id: "string",
    platform: "string",
    version: "string",
    url: "string",
    text: "string",
    force: "bool",
    latest: "bool",
    hot: "bool",
    createTime: "int64",
  });

export interface ClientConfigGetResp {
  config: Record<string, string>;
}
export const ClientConfigGetResp: MessageType<ClientConfigGetResp> =
  defineMessage("chat.ClientConfigGetResp", {
    config: "string{}!",
  });
