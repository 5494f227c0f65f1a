import {
  ForceLogout,
  ForceLogoutAll,
  GetAdminToken,
  GetUserToken,
  ParseToken,
} from "@parley/protocol/methods/auth";
import {
  AccountCheck,
  AddNotificationAccount,
  DelUserClientConfig,
  GetAllUserIDs,
  GetSubscribeUsersStatus,
  GetUserClientConfig,
  GetUsers,
  GetUsersInfo,
  GetUsersOnlineStatus,
  GetUsersOnlineTokenDetail,
  GetUsersStatus,
  PageUserClientConfig,
  ProcessUserCommandAdd,
  ProcessUserCommandDelete,
  ProcessUserCommandGet,
  ProcessUserCommandGetAll,
  ProcessUserCommandUpdate,
  SearchNotificationAccount,
  SetGlobalMsgRecvOpt,
  SetUserClientConfig,
  SubscribeUsersStatus,
  UpdateNotificationAccount,
  UpdateUserInfo,
  UpdateUserInfoEx,
  UserRegister,
} from "@parley/protocol/methods/users";
import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";

import { marker, newID } from "./fixtures.ts";
import type { Fixtures } from "./fixtures.ts";
import {
  row,
  firstPage,
  everybody,
  onlyAdministrators,
  toAll,
} from "./roles.ts";
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
  row(GetAdminToken, () => ({
    secret: "openIM123",
    userID: "imAdmin",
  })),
  row(GetAdminToken, () => ({ secret: "a guess", userID: "imAdmin" }), {
    about: "with another secret",
    codes: toAll(1002),
  }),
  row(GetAdminToken, ({ self }) => ({ secret: "openIM123", userID: self }), {
    about: "for one who is no administrator",
    codes: toAll(1001),
  }),
  row(ParseToken, ({ tokens }) => ({ token: tokens.self })),
  row(GetUserToken, somebodyAt5),
  row(GetUserToken, () => ({ userID: "imAdmin", platformID: 5 }), {
    about: "for an administrator",
    codes: { ...onlyAdministrators, imAdmin: 1002 },
  }),
  row(ForceLogout, somebodyAt5),
  row(ForceLogoutAll, async (f) => ({
    userID: await f.person(),
  })),
];

export const userRows: Row[] = [
  row(UserRegister, () => ({
    users: [{ userID: newID(), nickname: "new" }],
  })),
  row(UpdateUserInfo, ({ self }) => ({
    userInfo: { userID: self, nickname: "self" },
  })),
  row(UpdateUserInfoEx, ({ self }) => ({
    userInfo: { userID: self, ex: "x" },
  })),
  row(SetGlobalMsgRecvOpt, ({ self }) => ({
    userID: self,
    globalRecvMsgOpt: 0,
  })),
  row(GetUsersInfo, ({ self }) => ({ userIDs: [self] })),
  row(DeleteUser, async (f) => ({ userID: await f.person() })),
  row(GetUserDeletion, async (f) => {
    const userID = await f.person();
    await f.admin.post(DeleteUser, { userID });
    return { userID };
  }),
  row(GetAllUserIDs, () => firstPage),
  row(GetUsers, () => firstPage),
  row(AccountCheck, ({ self }) => ({ checkUserIDs: [self] })),
  row(GetUsersOnlineStatus, ({ self }) => ({
    userIDs: [self],
  })),
  // Others get an empty success; every answer is checked for the user's own
  // token.
  row(GetUsersOnlineTokenDetail, ({ self }) => ({
    userIDs: [self],
  })),
  row(SubscribeUsersStatus, async (f) => ({
    ...(await others(f)),
    genre: 1,
  })),
  row(GetUsersStatus, others),
  row(GetSubscribeUsersStatus, aboutSelf),
  row(ProcessUserCommandAdd, ({ self }) => ({
    userID: self,
    type: 1,
    uuid: newID(),
    value: marker,
  })),
  row(ProcessUserCommandDelete, async (f) => ({
    userID: f.self,
    type: 1,
    uuid: await f.command(),
  })),
  row(ProcessUserCommandUpdate, async (f) => ({
    userID: f.self,
    type: 1,
    uuid: await f.command(),
    value: "other",
  })),
  row(ProcessUserCommandGet, ({ self }) => ({
    userID: self,
    type: 1,
  })),
  row(ProcessUserCommandGetAll, aboutSelf),
  row(AddNotificationAccount, () => ({
    userID: newID(),
    nickName: "news",
    faceURL: "",
    appMangerLevel: 3,
  })),
  row(UpdateNotificationAccount, async (f) => ({
    userID: await f.notificationAccount(),
    nickName: "more news",
    faceURL: "",
  })),
  row(SearchNotificationAccount, () => ({
    keyword: "",
    ...firstPage,
  })),
  row(GetUserClientConfig, aboutSelf),
  row(GetUserClientConfig, () => ({ userID: "" }), {
    about: "which holds for all",
    codes: everybody,
  }),
  row(SetUserClientConfig, ({ self }) => ({
    userID: self,
    configs: { theme: marker },
  })),
  row(DelUserClientConfig, ({ self }) => ({
    userID: self,
    keys: ["unknown"],
  })),
  row(PageUserClientConfig, ({ self }) => ({
    userID: self,
    key: "theme",
    ...firstPage,
  })),
];
