import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const year = { start: 1_767_225_600_000, end: 1_830_297_600_000 };
/** MD5 of "secret1", "secret2" and "chatAdmin": what clients send. */
const secret1 = "e52d98c459819a11775936d8dfbb7929";
const secret2 = "e54cfb3714f76cedd4b27889e1f6a174";
const chatAdmin = "625031fc4e4f2de6b187e6bfa3697784";
/** Right for everybody while the server listens on loopback alone. */
const verifyCode = "666666";
const ann = "{{/account/register userID}}";

/** At the port of accounts: Ann registers and looks around. */
export const accountsExamples: readonly Example[] = [
  {
    path: "/account/code/send",
    body: { usedFor: 1, email: "ann@example.com", platform: 5 },
  },
  {
    path: "/account/code/verify",
    body: { usedFor: 1, email: "ann@example.com", verifyCode },
  },
  {
    path: "/account/register",
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
    path: "/account/login",
    body: { platform: 5, email: "ann@example.com", password: secret1 },
  },
  {
    path: "/user/update",
    body: {
      userID: ann,
      nickname: "Ann Lee",
      gender: 0,
      birth: 946_684_800_000,
    },
  },
  { path: "/user/find/public", body: { userIDs: [ann] } },
  { path: "/user/find/full", body: { userIDs: [ann] } },
  {
    path: "/user/search/public",
    body: { keyword: "ann", genders: 0, pagination: firstPage },
  },
  {
    path: "/user/search/full",
    body: { keyword: "ann", genders: 0, normal: 1, pagination: firstPage },
  },
  {
    path: "/friend/search",
    body: { userID: ann, keyword: "", pagination: firstPage },
  },
  {
    path: "/user/rtc/get_token",
    body: { room: "tea", identity: ann },
  },
  {
    path: "/callback/open_im",
    query: { command: "callbackBeforeAddFriendCommand" },
    body: {
      callbackCommand: "callbackBeforeAddFriendCommand",
      operationID: "1",
      fromUserID: "bob",
      toUserID: ann,
      reqMsg: "Shall we?",
    },
  },
  { path: "/applet/find", body: {} },
  { path: "/client_config/get", body: {} },
  {
    path: "/application/latest_version",
    body: { platform: "android", version: "1.0.0" },
  },
  {
    path: "/application/page_versions",
    body: { platform: ["android"], pagination: firstPage },
  },
  {
    path: "/account/password/change",
    body: { userID: ann, currentPassword: secret1, newPassword: secret2 },
  },
  {
    path: "/account/password/reset",
    body: { email: "ann@example.com", verifyCode, password: secret1 },
  },
];

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

/** At the port of administration: what a console does in a day. */
export const administrationExamples: readonly Example[] = [
  {
    path: "/account/login",
    body: { account: "chatAdmin", password: chatAdmin, version: "console-1" },
  },
  { path: "/account/info", body: {} },
  { path: "/account/update", body: { nickname: "The administrator" } },
  {
    path: "/account/add_admin",
    body: {
      account: "helper",
      password: secret1,
      nickname: "Helper",
      faceURL: "",
    },
  },
  { path: "/account/search", body: { pagination: firstPage } },
  {
    path: "/account/change_password",
    body: {
      userID: "{{/account/search adminAccounts.0.userID}}",
      currentPassword: secret1,
      newPassword: secret2,
    },
  },
  {
    path: "/account/del_admin",
    body: { userIDs: ["{{/account/search adminAccounts.0.userID}}"] },
  },

  // Users.
  {
    path: "/account/add_user",
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
    path: "/user/import/json",
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
    path: "/user/import/xlsx",
    rows: [
      ["user_id", "nickname", "area_code", "phone_number", "password"],
      ["hugo", "Hugo", "+49", "15112348765", "secret1"],
    ],
  },
  {
    path: "/user/password/reset",
    body: { userID: "emma", newPassword: secret2 },
  },
  { path: "/user/allow_register/set", body: { allowRegister: true } },
  { path: "/user/allow_register/get", body: {} },
  { path: "/block/add", body: { userID: "finn", reason: "Advertises" } },
  { path: "/block/search", body: { keyword: "finn", pagination: firstPage } },
  { path: "/block/del", body: { userIDs: ["finn"] } },

  // Default friends and groups of new users.
  { path: "/default/user/add", body: { userIDs: ["emma"] } },
  { path: "/default/user/find", body: {} },
  {
    path: "/default/user/search",
    body: { keyword: "", pagination: firstPage },
  },
  { path: "/default/user/del", body: { userIDs: ["emma"] } },
  { path: "/default/group/add", body: { groupIDs: ["tea"] } },
  { path: "/default/group/find", body: {} },
  {
    path: "/default/group/search",
    body: { keyword: "", pagination: firstPage },
  },
  { path: "/default/group/del", body: { groupIDs: ["tea"] } },

  // Rules for registering and signing in.
  { path: "/invitation_code/add", body: { codes: ["TEA2026"] } },
  {
    path: "/invitation_code/gen",
    body: { len: 8, num: 2, chars: "0123456789" },
  },
  {
    path: "/invitation_code/search",
    body: { status: 0, keyword: "TEA", pagination: firstPage },
  },
  { path: "/invitation_code/del", body: { codes: ["TEA2026"] } },
  {
    path: "/forbidden/ip/add",
    body: {
      forbiddens: [
        { ip: "203.0.113.7", limitRegister: true, limitLogin: false },
      ],
    },
  },
  {
    path: "/forbidden/ip/search",
    body: { keyword: "203", status: 0, pagination: firstPage },
  },
  { path: "/forbidden/ip/del", body: { ips: ["203.0.113.7"] } },
  {
    path: "/forbidden/user/add",
    body: { limits: [{ userID: "gina", ip: "198.51.100.4" }] },
  },
  {
    path: "/forbidden/user/search",
    body: { keyword: "gina", pagination: firstPage },
  },
  {
    path: "/forbidden/user/del",
    body: { limits: [{ userID: "gina", ip: "198.51.100.4" }] },
  },

  // Applications.
  { path: "/applet/add", body: applet },
  { path: "/applet/update", body: { id: "calendar", version: "1.0.1" } },
  {
    path: "/applet/search",
    body: { keyword: "calendar", pagination: firstPage },
  },
  { path: "/applet/del", body: { appletIds: ["calendar"] } },
  { path: "/client_config/set", body: { config: { discover: "on" } } },
  { path: "/client_config/get", body: {} },
  { path: "/client_config/del", body: { keys: ["discover"] } },
  { path: "/application/add_version", body: version },
  {
    path: "/application/latest_version",
    body: { platform: "android", version: "1.0.0" },
  },
  {
    path: "/application/page_versions",
    body: { platform: ["android"], pagination: firstPage },
  },
  {
    path: "/application/update_version",
    body: {
      id: "{{/application/page_versions versions.0.id}}",
      text: "Stickers, and quicker",
    },
  },
  {
    path: "/application/delete_version",
    body: { id: ["{{/application/page_versions versions.0.id}}"] },
  },

  // Numbers, and what was done.
  { path: "/statistic/new_user_count", body: year },
  { path: "/statistic/login_user_count", body: year },
  {
    path: "/audit/search",
    body: { action: "/block/add", pagination: firstPage },
  },
  { path: "/user/delete", body: { userID: "gina", deleteMessages: false } },
  { path: "/user/get_deletion", body: { userID: "gina" } },
  { path: "/config/get_config_list", body: {} },
  { path: "/config/get_config", body: { configName: "chat-rpc-chat.yml" } },
  { path: "/config/get_enable_config_manager", body: {} },
  { path: "/config/set_enable_config_manager", body: { enable: false } },
  {
    path: "/config/set_config",
    body: { configName: "parley.yml", data: '{"friendVerify": true}' },
  },
  {
    path: "/config/set_configs",
    body: {
      configs: [{ configName: "parley.yml", data: '{"friendVerify": false}' }],
    },
  },
  { path: "/config/reset_config", body: {} },
  { path: "/restart", body: {} },
];

/** At the port of bots. */
export const agentsExamples: readonly Example[] = [
  {
    path: "/agent/create",
    body: {
      agent: {
        userID: "helper",
        nickname: "Helper",
        faceURL: "",
        url: "https://api.openai.com/v1",
        key: "sk-of-your-account",
        model: "gpt-4o-mini",
        identity: "",
        prompts: "You help guests of a tea room.",
      },
    },
  },
  {
    path: "/agent/update",
    body: { userID: "bot_helper", nickname: "The helper" },
  },
  { path: "/agent/page", body: { pagination: firstPage } },
  {
    path: "/im_callback/callbackAfterSendSingleMsgCommand",
    // {"sendID":"ann","recvID":"bob","groupID":""}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiJib2IiLCJncm91cElEIjoiIn0=",
    },
    body: {
      sendID: "ann",
      recvID: "bob",
      serverMsgID: "1",
      contentType: 101,
      content: '{"content":"Tea?"}',
    },
  },
  {
    path: "/im_callback/callbackAfterSendGroupMsgCommand",
    // {"sendID":"ann","recvID":"","groupID":"tea"}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiIiLCJncm91cElEIjoidGVhIn0=",
    },
    body: {
      sendID: "ann",
      groupID: "tea",
      serverMsgID: "2",
      contentType: 101,
      content: '{"content":"Tea?"}',
    },
  },
  { path: "/agent/delete", body: { userIDs: ["bot_helper"] } },
];
