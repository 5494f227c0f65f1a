import { marker, newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import { adminOnly, anyone, firstPage, open, selfOrAdmin } from "./roles.ts";
import type { Row } from "./roles.ts";

const aboutSelf = ({ self }: Fixtures) => ({ userID: self });
const others = async (f: Fixtures) => ({
  userID: f.self,
  userIDs: [await f.person()],
});

/**
 * An administrator's call names a new user, because a token or a kick has
 * effects.
 */
const somebodyAt5 = async (f: Fixtures, { role }: { role: string }) => ({
  userID: role === "imAdmin" ? await f.person() : f.self,
  platformID: 5,
});

export const authRows: Row[] = [
  open("/auth/get_admin_token", 0, () => ({
    secret: "openIM123",
    userID: "imAdmin",
  })),
  open(
    "/auth/get_admin_token",
    1002,
    () => ({ secret: "a guess", userID: "imAdmin" }),
    "with another secret",
  ),
  open(
    "/auth/get_admin_token",
    1001,
    ({ self }) => ({ secret: "openIM123", userID: self }),
    "for one who is no administrator",
  ),
  open("/auth/parse_token", 0, ({ tokens }) => ({ token: tokens.self })),
  adminOnly("/auth/get_user_token", somebodyAt5),
  adminOnly(
    "/auth/get_user_token",
    () => ({ userID: "imAdmin", platformID: 5 }),
    { about: "for an administrator", answer: 1002 },
  ),
  adminOnly("/auth/force_logout", somebodyAt5),
  adminOnly("/auth/force_logout_all", async (f) => ({
    userID: await f.person(),
  })),
];

export const userRows: Row[] = [
  adminOnly("/user/user_register", () => ({
    users: [{ userID: newID(), nickname: "new" }],
  })),
  selfOrAdmin("/user/update_user_info", ({ self }) => ({
    userInfo: { userID: self, nickname: "self" },
  })),
  selfOrAdmin("/user/update_user_info_ex", ({ self }) => ({
    userInfo: { userID: self, ex: "x" },
  })),
  selfOrAdmin("/user/set_global_msg_recv_opt", ({ self }) => ({
    userID: self,
    globalRecvMsgOpt: 0,
  })),
  anyone("/user/get_users_info", ({ self }) => ({ userIDs: [self] })),
  adminOnly("/user/delete_user", async (f) => ({ userID: await f.person() })),
  adminOnly("/user/get_user_deletion", async (f) => {
    const userID = await f.person();
    await f.admin.post("/user/delete_user", { userID });
    return { userID };
  }),
  adminOnly("/user/get_all_users_uid", () => firstPage),
  adminOnly("/user/get_users", () => firstPage),
  adminOnly("/user/account_check", ({ self }) => ({ checkUserIDs: [self] })),
  adminOnly("/user/get_users_online_status", ({ self }) => ({
    userIDs: [self],
  })),
  // Others get an empty success; every answer is checked for the user's own
  // token.
  anyone("/user/get_users_online_token_detail", ({ self }) => ({
    userIDs: [self],
  })),
  anyone("/user/subscribe_users_status", async (f) => ({
    ...(await others(f)),
    genre: 1,
  })),
  anyone("/user/get_users_status", others),
  anyone("/user/get_subscribe_users_status", aboutSelf),
  selfOrAdmin("/user/process_user_command_add", ({ self }) => ({
    userID: self,
    type: 1,
    uuid: newID(),
    value: marker,
  })),
  selfOrAdmin("/user/process_user_command_delete", async (f) => ({
    userID: f.self,
    type: 1,
    uuid: await f.command(),
  })),
  selfOrAdmin("/user/process_user_command_update", async (f) => ({
    userID: f.self,
    type: 1,
    uuid: await f.command(),
    value: "other",
  })),
  selfOrAdmin("/user/process_user_command_get", ({ self }) => ({
    userID: self,
    type: 1,
  })),
  selfOrAdmin("/user/process_user_command_get_all", aboutSelf),
  adminOnly("/user/add_notification_account", () => ({
    userID: newID(),
    nickName: "news",
    faceURL: "",
    appMangerLevel: 3,
  })),
  adminOnly("/user/update_notification_account", async (f) => ({
    userID: await f.notificationAccount(),
    nickName: "more news",
    faceURL: "",
  })),
  adminOnly("/user/search_notification_account", () => ({
    keyword: "",
    ...firstPage,
  })),
  selfOrAdmin("/user/get_user_client_config", aboutSelf),
  anyone(
    "/user/get_user_client_config",
    () => ({ userID: "" }),
    "which holds for all",
  ),
  adminOnly("/user/set_user_client_config", ({ self }) => ({
    userID: self,
    configs: { theme: marker },
  })),
  adminOnly("/user/del_user_client_config", ({ self }) => ({
    userID: self,
    keys: ["unknown"],
  })),
  adminOnly("/user/page_user_client_config", ({ self }) => ({
    userID: self,
    key: "theme",
    ...firstPage,
  })),
];
