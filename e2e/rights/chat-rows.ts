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
  AdminClientConfigGet,
  AppletAdd,
  AppletDel,
  AppletFind,
  AppletSearch,
  AppletUpdate,
  ApplicationAddVersion,
  ApplicationDeleteVersion,
  ApplicationLatestVersion,
  ApplicationPageVersions,
  ApplicationUpdateVersion,
  ClientConfigDel,
  ClientConfigGet,
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
import { AuditSearch } from "@parley/protocol/methods/chat/audit";
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
import { chatSettings } from "@parley/protocol/methods/settings";

import { newID } from "./fixtures.ts";
import { md5, password } from "./chat-fixtures.ts";
import { adminRow, row } from "./chat-roles.ts";
import type { ChatRow } from "./chat-roles.ts";
import { firstPage } from "./roles.ts";

const nothing = () => ({});
const search = () => ({ keyword: "", ...firstPage });
const newPhone = () => ({
  areaCode: "+86",
  phoneNumber: `1${String(Math.random()).slice(2, 12)}`,
});
/** Right for everybody while nothing sends codes. */
const verifyCode = "666666";
const newPassword = md5("secret2");
/** Two days that end tomorrow. */
const span = () => ({
  start: Date.now() - 86_400_000,
  end: Date.now() + 86_400_000,
});
const newIP = () => `10.${newID()}`;

/** /account, /user, /friend, /callback at the port of accounts. */
export const accountRows: ChatRow[] = [
  row(AccountCodeSend, () => ({ usedFor: 1, ...newPhone() })),
  row(AccountCodeVerify, () => ({
    ...newPhone(),
    verifyCode,
  })),
  row(AccountRegister, (f) => ({
    verifyCode,
    platform: 5,
    user: f.newcomer(),
  })),
  row(
    AccountRegister,
    (f) => ({
      verifyCode,
      platform: 5,
      user: { ...f.newcomer(), userID: newID() },
    }),
    {
      about: "with an id of one's own choice",
      // A token that is no administrator's is not looked at.
      codes: {
        nobody: 1002,
        stranger: 1002,
        self: 1002,
        blocked: 1002,
        imUser: 1002,
      },
    },
  ),
  row(AccountLogin, (f) => ({
    platform: 5,
    email: f.self.email,
    password,
  })),
  row(
    AccountPasswordReset,
    (f) => ({ email: f.self.email, verifyCode, password }),
    { endsSessions: true },
  ),
  row(
    AccountPasswordChange,
    (f) => ({
      userID: f.self.userID,
      currentPassword: password,
      newPassword,
    }),
    { endsSessions: true },
  ),
  row(UserUpdate, (f) => ({
    userID: f.self.userID,
    nickname: "renamed",
  })),
  row(UserFindPublic, (f) => ({ userIDs: [f.self.userID] })),
  row(UserFindFull, (f) => ({ userIDs: [f.self.userID] })),
  row(UserSearchFull, search),
  row(UserSearchPublic, search),
  row(UserRtcGetToken, (f) => ({
    room: "r",
    identity: f.self.userID,
  })),
  row(FriendSearch, (f) => ({ userID: f.self.userID, ...search() })),
  row(AppletFind, nothing),
  row(ClientConfigGet, nothing),
  row(ApplicationLatestVersion, () => ({ platform: "web" })),
  row(ApplicationPageVersions, () => firstPage),
  row(CallbackOpenIm, (f) => ({ toUserID: f.self.userID }), {
    query: "?command=callbackBeforeAddFriendCommand",
  }),
];

/** Administrators, and what they do to people. */
export const peopleRows: ChatRow[] = [
  adminRow(AdminAccountLogin, () => ({
    account: "chatAdmin",
    password: md5("chatAdmin"),
    version: "1",
  })),
  adminRow(AdminAccountUpdate, () => ({ faceURL: "u" })),
  adminRow(AdminAccountUpdate, () => ({ level: 100 }), {
    about: "to a level",
    codes: { administrator: 1002 },
  }),
  adminRow(AdminAccountInfo, nothing),
  adminRow(AdminAccountChangePassword, async (f) => ({
    userID: (await f.administrator()).userID,
    currentPassword: password,
    newPassword,
  })),
  adminRow(AuditSearch, () => firstPage),
  adminRow(UserDelete, async (f) => ({
    userID: (await f.person()).userID,
  })),
  adminRow(UserGetDeletion, async (f) => {
    const { userID } = await f.person();
    await f.asSuper(UserDelete, { userID });
    return { userID };
  }),
  adminRow(AccountAddAdmin, () => ({
    account: newID(),
    password,
  })),
  adminRow(AccountAddUser, (f) => ({ user: f.newcomer() })),
  adminRow(AccountDelAdmin, async (f) => ({
    userIDs: [(await f.administrator()).userID],
  })),
  adminRow(AccountSearch, () => firstPage),
  adminRow(UserImportJson, (f) => ({
    users: [f.newcomer(), f.newcomer()],
  })),
  adminRow(
    UserImportXlsx,
    () => {
      const form = new FormData();
      form.append("data", new Blob(["no workbook"]), "users.xlsx");
      return form;
    },
    { codes: { administrator: 1001, superAdministrator: 1001 } },
  ),
  adminRow(UserAllowRegisterGet, nothing),
  adminRow(UserAllowRegisterSet, () => ({
    allowRegister: true,
  })),
  adminRow(UserPasswordReset, async (f) => ({
    userID: (await f.person()).userID,
    newPassword,
  })),
  adminRow(DefaultUserAdd, async (f) => ({
    userIDs: [(await f.person()).userID],
  })),
  adminRow(DefaultUserDel, async (f) => ({
    userIDs: [await f.defaultFriend()],
  })),
  adminRow(DefaultUserFind, nothing),
  adminRow(DefaultUserSearch, search),
  adminRow(DefaultGroupAdd, async (f) => ({
    groupIDs: [await f.group()],
  })),
  adminRow(DefaultGroupDel, async (f) => ({
    groupIDs: [await f.defaultGroup()],
  })),
  adminRow(DefaultGroupFind, nothing),
  adminRow(DefaultGroupSearch, search),
  adminRow(BlockAdd, async (f) => ({
    userID: (await f.person()).userID,
  })),
  adminRow(BlockDel, async (f) => ({
    userIDs: [await f.block()],
  })),
  adminRow(BlockSearch, search),
  adminRow(StatisticNewUserCount, span),
  adminRow(StatisticLoginUserCount, span),
];

export const admissionRows: ChatRow[] = [
  adminRow(InvitationCodeAdd, () => ({ codes: [newID()] })),
  adminRow(InvitationCodeGen, () => ({
    len: 12,
    num: 2,
    chars: "abcdefghij",
  })),
  adminRow(InvitationCodeDel, async (f) => ({
    codes: [await f.invitation()],
  })),
  adminRow(InvitationCodeSearch, search),
  adminRow(ForbiddenIPAdd, () => ({
    forbiddens: [{ ip: newIP(), limitLogin: true }],
  })),
  adminRow(ForbiddenIPDel, () => ({ ips: [newIP()] })),
  adminRow(ForbiddenIPSearch, search),
  adminRow(ForbiddenUserAdd, () => ({
    limits: [{ userID: newID(), ip: newIP() }],
  })),
  adminRow(ForbiddenUserDel, () => ({
    limits: [{ userID: newID(), ip: newIP() }],
  })),
  adminRow(ForbiddenUserSearch, search),
];

export const applicationRows: ChatRow[] = [
  adminRow(AppletAdd, (f) => f.newApplet()),
  adminRow(AppletDel, async (f) => ({
    appletIds: [await f.applet()],
  })),
  adminRow(AppletUpdate, async (f) => ({
    id: await f.applet(),
    name: "plan",
  })),
  adminRow(AppletSearch, search),
  adminRow(AdminClientConfigGet, nothing),
  adminRow(ClientConfigSet, () => ({
    config: { colour: "red" },
  })),
  adminRow(ClientConfigDel, () => ({ keys: ["colour"] })),
  adminRow(ApplicationAddVersion, () => ({ platform: newID() })),
  adminRow(ApplicationUpdateVersion, async (f) => ({
    id: await f.applicationVersion(),
    text: "t",
  })),
  adminRow(ApplicationDeleteVersion, async (f) => ({
    id: [await f.applicationVersion()],
  })),
  adminRow(ApplicationLatestVersion, () => ({
    platform: "web",
  })),
  adminRow(ApplicationPageVersions, () => firstPage),
];

/** Settings that not even administrators can change without `configManager`. */
const unchangeable = {
  codes: { administrator: 500, superAdministrator: 500 },
};

export const settingRows: ChatRow[] = [
  adminRow(chatSettings.GetConfigList, nothing),
  adminRow(chatSettings.GetConfig, () => ({
    configName: "parley.yml",
  })),
  adminRow(
    chatSettings.SetConfig,
    () => ({ configName: "parley.yml", data: "{}" }),
    unchangeable,
  ),
  adminRow(
    chatSettings.SetConfigs,
    () => ({ configs: [{ configName: "parley.yml", data: "{}" }] }),
    unchangeable,
  ),
  adminRow(chatSettings.ResetConfig, nothing, unchangeable),
  adminRow(chatSettings.GetEnableConfigManager, nothing),
  adminRow(
    chatSettings.SetEnableConfigManager,
    () => ({ enable: true }),
    unchangeable,
  ),
  adminRow(chatSettings.Restart, nothing, unchangeable),
];
