import { newID } from "./fixtures.ts";
import { md5, password } from "./chat-fixtures.ts";
import {
  forAdministrators,
  forSelf,
  forSuperAdministrators,
  forUsers,
  open,
} from "./chat-roles.ts";
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
  open("accounts", "/account/code/send", () => ({ usedFor: 1, ...newPhone() })),
  open("accounts", "/account/code/verify", () => ({
    ...newPhone(),
    verifyCode,
  })),
  open("accounts", "/account/register", (f) => ({
    verifyCode,
    platform: 5,
    user: f.newcomer(),
  })),
  open(
    "accounts",
    "/account/register",
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
  open("accounts", "/account/login", (f) => ({
    platform: 5,
    email: f.self.email,
    password,
  })),
  open(
    "accounts",
    "/account/password/reset",
    (f) => ({ email: f.self.email, verifyCode, password }),
    { endsSessions: true },
  ),
  forSelf(
    "/account/password/change",
    (f) => ({
      userID: f.self.userID,
      currentPassword: password,
      newPassword,
    }),
    { endsSessions: true },
  ),
  forSelf("/user/update", (f) => ({
    userID: f.self.userID,
    nickname: "renamed",
  })),
  forUsers("/user/find/public", (f) => ({ userIDs: [f.self.userID] })),
  forUsers("/user/find/full", (f) => ({ userIDs: [f.self.userID] })),
  forUsers("/user/search/full", search),
  forUsers("/user/search/public", search),
  forUsers("/user/rtc/get_token", (f) => ({
    room: "r",
    identity: f.self.userID,
  })),
  forSelf("/friend/search", (f) => ({ userID: f.self.userID, ...search() })),
  forUsers("/applet/find", nothing),
  open("accounts", "/client_config/get", nothing),
  open("accounts", "/application/latest_version", () => ({ platform: "web" })),
  open("accounts", "/application/page_versions", () => firstPage),
  open(
    "accounts",
    "/callback/open_im?command=callbackBeforeAddFriendCommand",
    (f) => ({ toUserID: f.self.userID }),
  ),
];

/** Administrators, and what they do to people. */
export const peopleRows: ChatRow[] = [
  open("administration", "/account/login", () => ({
    account: "chatAdmin",
    password: md5("chatAdmin"),
    version: "1",
  })),
  forAdministrators("/account/update", () => ({ faceURL: "u" })),
  forAdministrators("/account/update", () => ({ level: 100 }), {
    about: "to a level",
    codes: { administrator: 1002 },
  }),
  forAdministrators("/account/info", nothing),
  forAdministrators("/account/change_password", async (f) => ({
    userID: (await f.administrator()).userID,
    currentPassword: password,
    newPassword,
  })),
  forSuperAdministrators("/audit/search", () => firstPage),
  forSuperAdministrators("/user/delete", async (f) => ({
    userID: (await f.person()).userID,
  })),
  forSuperAdministrators("/user/get_deletion", async (f) => {
    const { userID } = await f.person();
    await f.asSuper("/user/delete", { userID });
    return { userID };
  }),
  forSuperAdministrators("/account/add_admin", () => ({
    account: newID(),
    password,
  })),
  forAdministrators("/account/add_user", (f) => ({ user: f.newcomer() })),
  forSuperAdministrators("/account/del_admin", async (f) => ({
    userIDs: [(await f.administrator()).userID],
  })),
  forSuperAdministrators("/account/search", () => firstPage),
  forAdministrators("/user/import/json", (f) => ({
    users: [f.newcomer(), f.newcomer()],
  })),
  forAdministrators(
    "/user/import/xlsx",
    () => {
      const form = new FormData();
      form.append("data", new Blob(["no workbook"]), "users.xlsx");
      return form;
    },
    { codes: { administrator: 1001, superAdministrator: 1001 } },
  ),
  forAdministrators("/user/allow_register/get", nothing),
  forAdministrators("/user/allow_register/set", () => ({
    allowRegister: true,
  })),
  forAdministrators("/user/password/reset", async (f) => ({
    userID: (await f.person()).userID,
    newPassword,
  })),
  forAdministrators("/default/user/add", async (f) => ({
    userIDs: [(await f.person()).userID],
  })),
  forAdministrators("/default/user/del", async (f) => ({
    userIDs: [await f.defaultFriend()],
  })),
  forAdministrators("/default/user/find", nothing),
  forAdministrators("/default/user/search", search),
  forAdministrators("/default/group/add", async (f) => ({
    groupIDs: [await f.group()],
  })),
  forAdministrators("/default/group/del", async (f) => ({
    groupIDs: [await f.defaultGroup()],
  })),
  forAdministrators("/default/group/find", nothing),
  forAdministrators("/default/group/search", search),
  forAdministrators("/block/add", async (f) => ({
    userID: (await f.person()).userID,
  })),
  forAdministrators("/block/del", async (f) => ({
    userIDs: [await f.block()],
  })),
  forAdministrators("/block/search", search),
  forAdministrators("/statistic/new_user_count", span),
  forAdministrators("/statistic/login_user_count", span),
];

export const admissionRows: ChatRow[] = [
  forAdministrators("/invitation_code/add", () => ({ codes: [newID()] })),
  forAdministrators("/invitation_code/gen", () => ({
    len: 12,
    num: 2,
    chars: "abcdefghij",
  })),
  forAdministrators("/invitation_code/del", async (f) => ({
    codes: [await f.invitation()],
  })),
  forAdministrators("/invitation_code/search", search),
  forAdministrators("/forbidden/ip/add", () => ({
    forbiddens: [{ ip: newIP(), limitLogin: true }],
  })),
  forAdministrators("/forbidden/ip/del", () => ({ ips: [newIP()] })),
  forAdministrators("/forbidden/ip/search", search),
  forAdministrators("/forbidden/user/add", () => ({
    limits: [{ userID: newID(), ip: newIP() }],
  })),
  forAdministrators("/forbidden/user/del", () => ({
    limits: [{ userID: newID(), ip: newIP() }],
  })),
  forAdministrators("/forbidden/user/search", search),
];

export const applicationRows: ChatRow[] = [
  forAdministrators("/applet/add", (f) => f.newApplet()),
  forAdministrators("/applet/del", async (f) => ({
    appletIds: [await f.applet()],
  })),
  forAdministrators("/applet/update", async (f) => ({
    id: await f.applet(),
    name: "plan",
  })),
  forAdministrators("/applet/search", search),
  forAdministrators("/client_config/get", nothing),
  forAdministrators("/client_config/set", () => ({
    config: { colour: "red" },
  })),
  forAdministrators("/client_config/del", () => ({ keys: ["colour"] })),
  forAdministrators("/application/add_version", () => ({ platform: newID() })),
  forAdministrators("/application/update_version", async (f) => ({
    id: await f.applicationVersion(),
    text: "t",
  })),
  forAdministrators("/application/delete_version", async (f) => ({
    id: [await f.applicationVersion()],
  })),
  open("administration", "/application/latest_version", () => ({
    platform: "web",
  })),
  open("administration", "/application/page_versions", () => firstPage),
];

/** Without `configManager` not even administrators change settings. */
const unchangeable = {
  codes: { administrator: 500, superAdministrator: 500 },
};

export const settingRows: ChatRow[] = [
  forAdministrators("/config/get_config_list", nothing),
  forAdministrators("/config/get_config", () => ({ configName: "parley.yml" })),
  forAdministrators(
    "/config/set_config",
    () => ({ configName: "parley.yml", data: "{}" }),
    unchangeable,
  ),
  forAdministrators(
    "/config/set_configs",
    () => ({ configs: [{ configName: "parley.yml", data: "{}" }] }),
    unchangeable,
  ),
  forAdministrators("/config/reset_config", nothing, unchangeable),
  forAdministrators("/config/get_enable_config_manager", nothing),
  forAdministrators(
    "/config/set_enable_config_manager",
    () => ({ enable: true }),
    unchangeable,
  ),
  forAdministrators("/restart", nothing, unchangeable),
];
