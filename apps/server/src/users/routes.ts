import { RecvMsgOpt } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import {
  GetUsersOnlineStatusReq,
  GetUsersOnlineStatusResp_SuccessResult,
  SingleDetail,
} from "@parley/protocol/generated/msggateway";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import {
  AccountCheckReq,
  AccountCheckResp,
  AddNotificationAccountReq,
  AddNotificationAccountResp,
  DelUserClientConfigReq,
  GetAllUserIDReq,
  GetAllUserIDResp,
  GetDesignateUsersReq,
  GetDesignateUsersResp,
  GetPaginationUsersReq,
  GetPaginationUsersResp,
  GetSubscribeUsersStatusReq,
  GetSubscribeUsersStatusResp,
  GetUserClientConfigReq,
  GetUserClientConfigResp,
  GetUserStatusReq,
  GetUserStatusResp,
  PageUserClientConfigReq,
  PageUserClientConfigResp,
  ProcessUserCommandAddReq,
  ProcessUserCommandDeleteReq,
  ProcessUserCommandGetAllReq,
  ProcessUserCommandGetAllResp,
  ProcessUserCommandGetReq,
  ProcessUserCommandGetResp,
  ProcessUserCommandUpdateReq,
  SearchNotificationAccountReq,
  SearchNotificationAccountResp,
  SetGlobalRecvMessageOptReq,
  SetUserClientConfigReq,
  SubscribeOrCancelUsersStatusReq,
  SubscribeOrCancelUsersStatusResp,
  UpdateNotificationAccountInfoReq,
  UpdateUserInfoExReq,
  UpdateUserInfoReq,
  UserRegisterReq,
} from "@parley/protocol/generated/user";
import type { NotificationAccountInfo } from "@parley/protocol/generated/user";

import type { Sessions } from "../gateway/sessions.ts";
import {
  importBodyBytes,
  listRoute,
  requireAdmin,
  requireSelf,
  route,
} from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requirePage, toPage } from "../storage/page.ts";
import type { ClientConfig } from "./client-config.ts";
import type { UserCommands } from "./commands.ts";
import type { UserHooks } from "./hooks.ts";
import { connectionsOf, statusOf, tokensOf } from "./online.ts";
import { checkRegistration, requireDistinct } from "./registration.ts";
import { notificationLevel } from "./users.ts";
import type { Users } from "./users.ts";

export interface UserRoutesDeps {
  users: Users;
  commands: UserCommands;
  clientConfig: ClientConfig;
  sessions: Pick<Sessions, "of" | "platformsOf">;
  hooks?: UserHooks;
}

export const userRoutes = (deps: UserRoutesDeps): Route[] => [
  ...profileRoutes(deps),
  ...onlineRoutes(deps),
  ...commandRoutes(deps),
  ...accountRoutes(deps),
  ...configRoutes(deps),
];

const profileRoutes = ({ users, hooks }: UserRoutesDeps): Route[] => [
  route("/user/user_register", UserRegisterReq, {
    bodyBytes: importBodyBytes,
    required: ["users"],
    check: ({ users }) => checkRegistration(users),
    async handle({ actor, operationID }, request) {
      requireAdmin(actor);
      await users.register(request.users, operationID);
    },
  }),
  route("/user/update_user_info", UpdateUserInfoReq, {
    required: ["userInfo", "userInfo.userID"],
    async handle({ actor, operationID }, { userInfo }) {
      if (!userInfo) throw errors.args("userInfo is missing");
      requireSelf(actor, userInfo.userID);
      const { userID, nickname, faceURL, ex, globalRecvMsgOpt } = userInfo;
      const wanted = {
        ...(nickname !== "" && { nickname }),
        ...(faceURL !== "" && { faceURL }),
        ...(ex !== "" && { ex }),
        ...(globalRecvMsgOpt !== 0 && { globalRecvMsgOpt }),
      };
      const ask = hooks?.beforeUpdate;
      const change = ask ? await ask(operationID, userID, wanted) : wanted;
      await users.update(actor, operationID, userID, change);
      hooks?.afterUpdate?.(operationID, userID, change);
    },
  }),
  route("/user/update_user_info_ex", UpdateUserInfoExReq, {
    required: ["userInfo", "userInfo.userID"],
    async handle({ actor, operationID }, { userInfo }) {
      if (!userInfo) throw errors.args("userInfo is missing");
      requireSelf(actor, userInfo.userID);
      const { userID, nickname, faceURL, ex, globalRecvMsgOpt } = userInfo;
      const wanted = {
        ...(nickname !== null && { nickname }),
        ...(faceURL !== null && { faceURL }),
        ...(ex !== null && { ex }),
        ...(globalRecvMsgOpt !== null && { globalRecvMsgOpt }),
      };
      const ask = hooks?.beforeUpdateEx;
      const change = ask ? await ask(operationID, userID, wanted) : wanted;
      await users.update(actor, operationID, userID, change);
      hooks?.afterUpdateEx?.(operationID, userID, change);
    },
  }),
  route("/user/set_global_msg_recv_opt", SetGlobalRecvMessageOptReq, {
    required: ["userID"],
    check({ globalRecvMsgOpt }) {
      if (!recvMsgOpts.has(globalRecvMsgOpt))
        throw errors.args(`globalRecvMsgOpt ${globalRecvMsgOpt} is not 0 to 2`);
    },
    async handle({ actor, operationID }, { userID, globalRecvMsgOpt }) {
      requireSelf(actor, userID);
      await users.update(actor, operationID, userID, { globalRecvMsgOpt });
    },
  }),
  route("/user/get_users_info", GetDesignateUsersReq, {
    required: ["userIDs"],
    response: GetDesignateUsersResp,
    async handle(_call, { userIDs }) {
      return { usersInfo: await users.list(userIDs) };
    },
  }),
  route("/user/get_all_users_uid", GetAllUserIDReq, {
    response: GetAllUserIDResp,
    handle({ actor }, { pagination }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      return users.listIDs(page);
    },
  }),
  route("/user/account_check", AccountCheckReq, {
    required: ["checkUserIDs"],
    check: ({ checkUserIDs }) => requireDistinct(checkUserIDs),
    response: AccountCheckResp,
    async handle({ actor }, { checkUserIDs }) {
      requireAdmin(actor);
      const known = new Set(
        (await users.list(checkUserIDs)).map(({ userID }) => userID),
      );
      return {
        results: checkUserIDs.map((userID) => ({
          userID,
          accountStatus: known.has(userID) ? 1 : 0,
        })),
      };
    },
  }),
  route("/user/get_users", GetPaginationUsersReq, {
    response: GetPaginationUsersResp,
    handle({ actor }, { pagination, userID, nickName }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      return users.search({ userID, nickname: nickName }, page);
    },
  }),
];

const recvMsgOpts: ReadonlySet<number> = new Set(Object.values(RecvMsgOpt));

const onlineRoutes = ({ sessions }: UserRoutesDeps): Route[] => [
  listRoute("/user/get_users_online_status", GetUsersOnlineStatusReq, {
    bindStatus: 400,
    bindCode: 500,
    item: GetUsersOnlineStatusResp_SuccessResult,
    async handle({ actor }, { userIDs }) {
      requireAdmin(actor);
      return userIDs.map((userID) => connectionsOf(sessions, userID));
    },
  }),
  listRoute("/user/get_users_online_token_detail", GetUsersOnlineStatusReq, {
    bindStatus: 400,
    item: SingleDetail,
    async handle({ actor }, { userIDs }) {
      // COMPAT: others are shown nobody, in place of a refusal.
      if (!actor.isAdmin) return [];
      return userIDs.flatMap((userID) => tokensOf(sessions, userID) ?? []);
    },
  }),
  // COMPAT: subscriptions live with a connection (frame 2005); these two only
  // answer OpenIM's older clients.
  route("/user/subscribe_users_status", SubscribeOrCancelUsersStatusReq, {
    required: ["userID", "userIDs", "genre"],
    check({ genre }) {
      if (genre !== 1 && genre !== 2)
        throw errors.args(`genre ${genre} is neither 1 nor 2`);
    },
    response: SubscribeOrCancelUsersStatusResp,
    handle: async () => ({ statusList: [] }),
  }),
  route("/user/get_subscribe_users_status", GetSubscribeUsersStatusReq, {
    required: ["userID"],
    response: GetSubscribeUsersStatusResp,
    handle: async () => ({ statusList: [] }),
  }),
  route("/user/get_users_status", GetUserStatusReq, {
    check({ userIDs }) {
      if (userIDs.length === 0) throw errors.args("userIDs is empty");
    },
    response: GetUserStatusResp,
    handle: async (_call, { userIDs }) => ({
      statusList: userIDs.map((userID) => statusOf(sessions, userID)),
    }),
  }),
];

const commandRoutes = ({ commands }: UserRoutesDeps): Route[] => [
  route("/user/process_user_command_add", ProcessUserCommandAddReq, {
    required: ["userID", "type", "uuid"],
    async handle({ actor }, { userID, type, uuid, value, ex }) {
      requireSelf(actor, userID);
      await commands.add(userID, {
        type,
        uuid,
        value: value ?? "",
        ex: ex ?? "",
      });
    },
  }),
  route("/user/process_user_command_delete", ProcessUserCommandDeleteReq, {
    required: ["userID", "type", "uuid"],
    async handle({ actor }, { userID, type, uuid }) {
      requireSelf(actor, userID);
      await commands.delete(userID, type, uuid);
    },
  }),
  route("/user/process_user_command_update", ProcessUserCommandUpdateReq, {
    required: ["userID", "type", "uuid"],
    async handle({ actor }, { userID, type, uuid, value, ex }) {
      requireSelf(actor, userID);
      await commands.update(userID, type, uuid, { value, ex });
    },
  }),
  route("/user/process_user_command_get", ProcessUserCommandGetReq, {
    required: ["userID", "type"],
    response: ProcessUserCommandGetResp,
    async handle({ actor }, { userID, type }) {
      requireSelf(actor, userID);
      return { CommandResp: await commands.list(userID, type) };
    },
  }),
  route("/user/process_user_command_get_all", ProcessUserCommandGetAllReq, {
    required: ["userID"],
    response: ProcessUserCommandGetAllResp,
    async handle({ actor }, { userID }) {
      requireSelf(actor, userID);
      return { CommandResp: await commands.list(userID) };
    },
  }),
];

const accountRoutes = ({ users }: UserRoutesDeps): Route[] => [
  route("/user/add_notification_account", AddNotificationAccountReq, {
    required: ["nickName", "appMangerLevel"],
    check({ appMangerLevel }) {
      if (appMangerLevel < notificationLevel)
        throw errors.args(
          `appMangerLevel ${appMangerLevel} is below ${notificationLevel}`,
        );
    },
    response: AddNotificationAccountResp,
    async handle({ actor }, { userID, nickName, faceURL, appMangerLevel }) {
      requireAdmin(actor);
      return toAccount(
        await users.addNotificationAccount({
          userID,
          nickname: nickName,
          faceURL,
          appMangerLevel,
        }),
      );
    },
  }),
  route("/user/update_notification_account", UpdateNotificationAccountInfoReq, {
    required: ["userID"],
    check({ nickName, faceURL }) {
      if (nickName === "" && faceURL === "")
        throw errors.args("nickName and faceURL are empty");
    },
    async handle({ actor }, { userID, nickName, faceURL }) {
      requireAdmin(actor);
      await users.updateNotificationAccount(userID, {
        ...(nickName !== "" && { nickname: nickName }),
        ...(faceURL !== "" && { faceURL }),
      });
    },
  }),
  route("/user/search_notification_account", SearchNotificationAccountReq, {
    response: SearchNotificationAccountResp,
    async handle({ actor }, { keyword, appManagerLevel, pagination }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      const { total, users: found } = await users.searchNotificationAccounts(
        keyword,
        appManagerLevel,
        page,
      );
      return { total, notificationAccounts: found.map(toAccount) };
    },
  }),
];

const toAccount = (user: UserInfo): NotificationAccountInfo => ({
  userID: user.userID,
  faceURL: user.faceURL,
  nickName: user.nickname,
  appMangerLevel: user.appMangerLevel,
});

const configRoutes = ({ clientConfig }: UserRoutesDeps): Route[] => [
  route("/user/get_user_client_config", GetUserClientConfigReq, {
    response: GetUserClientConfigResp,
    async handle({ actor }, { userID }) {
      if (userID !== "") requireSelf(actor, userID);
      return { configs: await clientConfig.get(userID) };
    },
  }),
  route("/user/set_user_client_config", SetUserClientConfigReq, {
    async handle({ actor }, { userID, configs }) {
      requireAdmin(actor);
      await clientConfig.set(userID, configs);
    },
  }),
  route("/user/del_user_client_config", DelUserClientConfigReq, {
    async handle({ actor }, { userID, keys }) {
      requireAdmin(actor);
      await clientConfig.delete(userID, keys);
    },
  }),
  route("/user/page_user_client_config", PageUserClientConfigReq, {
    response: PageUserClientConfigResp,
    handle({ actor }, { userID, key, pagination }) {
      requireAdmin(actor);
      return clientConfig.page({ userID, key }, toPage(pagination));
    },
  }),
];
