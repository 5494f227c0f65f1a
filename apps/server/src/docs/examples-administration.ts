import {
  AdminClientConfigGet,
  AppletAdd,
  AppletDel,
  AppletSearch,
  AppletUpdate,
  ApplicationAddVersion,
  ApplicationDeleteVersion,
  ApplicationLatestVersion,
  ApplicationPageVersions,
  ApplicationUpdateVersion,
  ClientConfigDel,
  ClientConfigSet,
} from "@parley/protocol/methods/chat/applications";
import {
  AccountAddAdmin,
  AccountDelAdmin,
  AccountSearch,
  AdminAccountChangePassword,
  AdminAccountInfo,
  AdminAccountLogin,
  AdminAccountUpdate,
} from "@parley/protocol/methods/chat/administrators";
import {
  AccountAddUser,
  BlockAdd,
  BlockDel,
  BlockSearch,
  DefaultGroupAdd,
  DefaultGroupDel,
  DefaultGroupFind,
  DefaultGroupSearch,
  DefaultUserAdd,
  DefaultUserDel,
  DefaultUserFind,
  DefaultUserSearch,
  StatisticLoginUserCount,
  StatisticNewUserCount,
  UserAllowRegisterGet,
  UserAllowRegisterSet,
  UserDelete,
  UserGetDeletion,
  UserImportJson,
  UserImportXlsx,
  UserPasswordReset,
} from "@parley/protocol/methods/chat/managed-users";
import {
  ForbiddenIPAdd,
  ForbiddenIPDel,
  ForbiddenIPSearch,
  ForbiddenUserAdd,
  ForbiddenUserDel,
  ForbiddenUserSearch,
  InvitationCodeAdd,
  InvitationCodeDel,
  InvitationCodeGen,
  InvitationCodeSearch,
} from "@parley/protocol/methods/chat/admission";
import { AuditSearch } from "@parley/protocol/methods/chat/audit";
import { chatSettings } from "@parley/protocol/methods/settings";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const year = { start: 1_767_225_600_000, end: 1_830_297_600_000 };
/** MD5 of "secret1", "secret2" and "chatAdmin": what clients send. */
const secret1 = "e52d98c459819a11775936d8dfbb7929";
const secret2 = "e54cfb3714f76cedd4b27889e1f6a174";
const chatAdmin = "625031fc4e4f2de6b187e6bfa3697784";

const version = {
  platform: "android",
  version: "1.2.0",
  url: "https://x.org/app-1.2.0.apk",
  text: "Stickers",
  force: false,
  latest: true,
  hot: false,
};
const applet = {
  id: "calendar",
  name: "Calendar",
  appID: "org.x.calendar",
  icon: "https://x.org/calendar.png",
  url: "https://x.org/calendar.zip",
  md5: "5d41402abc4b2a76b9719d911017c592",
  size: 20_480,
  version: "1.0.0",
  priority: 1,
  status: 1,
};

/** Requests to the port of administration: the daily work of a console. */
export const administrationExamples: readonly Example[] = [
  {
    path: AdminAccountLogin.path,
    body: { account: "chatAdmin", password: chatAdmin, version: "console-1" },
  },
  { path: AdminAccountInfo.path, body: {} },
  { path: AdminAccountUpdate.path, body: { nickname: "The administrator" } },
  {
    path: AccountAddAdmin.path,
    body: {
      account: "helper",
      password: secret1,
      nickname: "Helper",
      faceURL: "",
    },
  },
  { path: AccountSearch.path, body: { pagination: firstPage } },
  {
    path: AdminAccountChangePassword.path,
    body: {
      userID: `{{${AccountSearch.path} adminAccounts.0.userID}}`,
      currentPassword: secret1,
      newPassword: secret2,
    },
  },
  {
    path: AccountDelAdmin.path,
    body: { userIDs: [`{{${AccountSearch.path} adminAccounts.0.userID}}`] },
  },

  // Users.
  {
    path: AccountAddUser.path,
    body: {
      platform: 5,
      user: {
        userID: "emma",
        nickname: "Emma",
        email: "emma@example.com",
        password: secret1,
      },
    },
  },
  {
    path: UserImportJson.path,
    body: {
      users: [
        {
          userID: "finn",
          nickname: "Finn",
          email: "finn@example.com",
          password: secret1,
        },
        {
          userID: "gina",
          nickname: "Gina",
          areaCode: "+49",
          phoneNumber: "15187654321",
          password: secret1,
        },
      ],
    },
  },
  {
    path: UserImportXlsx.path,
    rows: [
      ["user_id", "nickname", "area_code", "phone_number", "password"],
      ["hugo", "Hugo", "+49", "15112348765", "secret1"],
    ],
  },
  {
    path: UserPasswordReset.path,
    body: { userID: "emma", newPassword: secret2 },
  },
  { path: UserAllowRegisterSet.path, body: { allowRegister: true } },
  { path: UserAllowRegisterGet.path, body: {} },
  { path: BlockAdd.path, body: { userID: "finn", reason: "Advertises" } },
  { path: BlockSearch.path, body: { keyword: "finn", pagination: firstPage } },
  { path: BlockDel.path, body: { userIDs: ["finn"] } },

  // Default friends and groups of new users.
  { path: DefaultUserAdd.path, body: { userIDs: ["emma"] } },
  { path: DefaultUserFind.path, body: {} },
  {
    path: DefaultUserSearch.path,
    body: { keyword: "", pagination: firstPage },
  },
  { path: DefaultUserDel.path, body: { userIDs: ["emma"] } },
  { path: DefaultGroupAdd.path, body: { groupIDs: ["tea"] } },
  { path: DefaultGroupFind.path, body: {} },
  {
    path: DefaultGroupSearch.path,
    body: { keyword: "", pagination: firstPage },
  },
  { path: DefaultGroupDel.path, body: { groupIDs: ["tea"] } },

  // Rules for registering and signing in.
  { path: InvitationCodeAdd.path, body: { codes: ["TEA2026"] } },
  {
    path: InvitationCodeGen.path,
    body: { len: 8, num: 2, chars: "0123456789" },
  },
  {
    path: InvitationCodeSearch.path,
    body: { status: 0, keyword: "TEA", pagination: firstPage },
  },
  { path: InvitationCodeDel.path, body: { codes: ["TEA2026"] } },
  {
    path: ForbiddenIPAdd.path,
    body: {
      forbiddens: [
        { ip: "203.0.113.7", limitRegister: true, limitLogin: false },
      ],
    },
  },
  {
    path: ForbiddenIPSearch.path,
    body: { keyword: "203", status: 0, pagination: firstPage },
  },
  { path: ForbiddenIPDel.path, body: { ips: ["203.0.113.7"] } },
  {
    path: ForbiddenUserAdd.path,
    body: { limits: [{ userID: "gina", ip: "198.51.100.4" }] },
  },
  {
    path: ForbiddenUserSearch.path,
    body: { keyword: "gina", pagination: firstPage },
  },
  {
    path: ForbiddenUserDel.path,
    body: { limits: [{ userID: "gina", ip: "198.51.100.4" }] },
  },

  // Applications.
  { path: AppletAdd.path, body: applet },
  { path: AppletUpdate.path, body: { id: "calendar", version: "1.0.1" } },
  {
    path: AppletSearch.path,
    body: { keyword: "calendar", pagination: firstPage },
  },
  { path: AppletDel.path, body: { appletIds: ["calendar"] } },
  { path: ClientConfigSet.path, body: { config: { discover: "on" } } },
  { path: AdminClientConfigGet.path, body: {} },
  { path: ClientConfigDel.path, body: { keys: ["discover"] } },
  { path: ApplicationAddVersion.path, body: version },
  {
    path: ApplicationLatestVersion.path,
    body: { platform: "android", version: "1.0.0" },
  },
  {
    path: ApplicationPageVersions.path,
    body: { platform: ["android"], pagination: firstPage },
  },
  {
    path: ApplicationUpdateVersion.path,
    body: {
      id: `{{${ApplicationPageVersions.path} versions.0.id}}`,
      text: "Stickers, and quicker",
    },
  },
  {
    path: ApplicationDeleteVersion.path,
    body: { id: [`{{${ApplicationPageVersions.path} versions.0.id}}`] },
  },

  // Numbers, and what was done.
  { path: StatisticNewUserCount.path, body: year },
  { path: StatisticLoginUserCount.path, body: year },
  {
    path: AuditSearch.path,
    body: { action: BlockAdd.path, pagination: firstPage },
  },
  { path: UserDelete.path, body: { userID: "gina", deleteMessages: false } },
  { path: UserGetDeletion.path, body: { userID: "gina" } },
  { path: chatSettings.GetConfigList.path, body: {} },
  {
    path: chatSettings.GetConfig.path,
    body: { configName: "chat-rpc-chat.yml" },
  },
  { path: chatSettings.GetEnableConfigManager.path, body: {} },
  { path: chatSettings.SetEnableConfigManager.path, body: { enable: false } },
  {
    path: chatSettings.SetConfig.path,
    body: { configName: "parley.yml", data: '{"friendVerify": true}' },
  },
  {
    path: chatSettings.SetConfigs.path,
    body: {
      configs: [{ configName: "parley.yml", data: '{"friendVerify": false}' }],
    },
  },
  { path: chatSettings.ResetConfig.path, body: {} },
  { path: chatSettings.Restart.path, body: {} },
];
