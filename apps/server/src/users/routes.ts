import { RecvMsgOpt } from "@parley/protocol/content-types";
import { errors, ProtocolError } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import type { NotificationAccountInfo } from "@parley/protocol/generated/user";
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

import type { AllSessions } from "../gateway/sessions.ts";
import { isLong, readUsers } from "../http/long-body.ts";
import { BindError, listRoute, requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage, toPage } from "../storage/page.ts";
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
  sessions: Pick<AllSessions, "of" | "platformsOf" | "catchUp">;
  hooks?: UserHooks;
}

export const userRoutes = (deps: UserRoutesDeps): Route[] => [
  ...profileRoutes(deps),
  ...onlineRoutes(deps),
  ...commandRoutes(deps),
  ...accountRoutes(deps),
  ...configRoutes(deps),
];

/** Administrators alone may send thousands of users; others hear in one turn that they may not. */
function registerRoute(users: Users): Route {
  const small = route(UserRegister, {
    check: (request) => checkRegistration(request.users),
    async handle({ cause: { operationID } }, request) {
      await users.register(request.users, operationID);
    },
  });
  return {
    ...small,
    async answerBytes(call, body) {
      if (!call.cause.actor.isAdmin || !isLong(body))
        return small.answer(call, new TextDecoder().decode(body));
      const wanted = await readUsers(UserRegister, body);
      try {
        checkRegistration(wanted);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        throw new BindError(error, UserRegister.bindStatus);
      }
      await users.register(wanted, call.cause.operationID);
      return undefined;
    },
  };
}

const profileRoutes = ({ users, hooks }: UserRoutesDeps): Route[] => [
  registerRoute(users),
  route(UpdateUserInfo, {
    async handle({ cause }, { userInfo }) {
      const { operationID } = cause;
      if (!userInfo) throw errors.args("userInfo is missing");
      const { userID, nickname, faceURL, ex, globalRecvMsgOpt } = userInfo;
      const wanted = {
        ...(nickname !== "" && { nickname }),
        ...(faceURL !== "" && { faceURL }),
        ...(ex !== "" && { ex }),
        ...(globalRecvMsgOpt !== 0 && { globalRecvMsgOpt }),
      };
      const ask = hooks?.beforeUpdate;
      const change = ask ? await ask(operationID, userID, wanted) : wanted;
      await users.update(cause, userID, change, (tx) =>
        hooks?.afterUpdate?.(tx, operationID, userID, change),
      );
    },
  }),
  route(UpdateUserInfoEx, {
    async handle({ cause }, { userInfo }) {
      const { operationID } = cause;
      if (!userInfo) throw errors.args("userInfo is missing");
      const { userID, nickname, faceURL, ex, globalRecvMsgOpt } = userInfo;
      const wanted = {
        ...(nickname !== null && { nickname }),
        ...(faceURL !== null && { faceURL }),
        ...(ex !== null && { ex }),
        ...(globalRecvMsgOpt !== null && { globalRecvMsgOpt }),
      };
      const ask = hooks?.beforeUpdateEx;
      const change = ask ? await ask(operationID, userID, wanted) : wanted;
      await users.update(cause, userID, change, (tx) =>
        hooks?.afterUpdateEx?.(tx, operationID, userID, change),
      );
    },
  }),
  route(SetGlobalMsgRecvOpt, {
    check({ globalRecvMsgOpt }) {
      if (!recvMsgOpts.has(globalRecvMsgOpt))
        throw errors.args(`globalRecvMsgOpt ${globalRecvMsgOpt} is not 0 to 2`);
    },
    async handle({ cause }, { userID, globalRecvMsgOpt }) {
      await users.update(cause, userID, {
        globalRecvMsgOpt,
      });
    },
  }),
  route(GetUsersInfo, {
    async handle(_call, { userIDs }) {
      return { usersInfo: await users.list(userIDs) };
    },
  }),
  route(GetAllUserIDs, {
    check: checkPage,
    handle(_call, { pagination }) {
      const page = requirePage(pagination);
      return users.listIDs(page);
    },
  }),
  route(AccountCheck, {
    check: ({ checkUserIDs }) => requireDistinct(checkUserIDs),
    async handle(_call, { checkUserIDs }) {
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
  route(GetUsers, {
    check: checkPage,
    handle(_call, { pagination, userID, nickName }) {
      const page = requirePage(pagination);
      return users.search({ userID, nickname: nickName }, page);
    },
  }),
];

const recvMsgOpts: ReadonlySet<number> = new Set(Object.values(RecvMsgOpt));

async function statusesOf(
  sessions: UserRoutesDeps["sessions"],
  userIDs: readonly string[],
) {
  await sessions.catchUp?.();
  return userIDs.map((userID) => statusOf(sessions, userID));
}

const onlineRoutes = ({ sessions }: UserRoutesDeps): Route[] => [
  listRoute(GetUsersOnlineStatus, {
    async handle(_call, { userIDs }) {
      await sessions.catchUp?.();
      return userIDs.map((userID) => connectionsOf(sessions, userID));
    },
  }),
  listRoute(GetUsersOnlineTokenDetail, {
    async handle({ cause: { actor } }, { userIDs }) {
      // COMPAT: others are shown nobody, in place of a refusal.
      if (!actor.isAdmin) return [];
      await sessions.catchUp?.();
      return userIDs.flatMap((userID) => tokensOf(sessions, userID) ?? []);
    },
  }),
  // COMPAT: subscriptions live with a connection (frame 2005); these two only
  // answer OpenIM's older clients.
  route(SubscribeUsersStatus, {
    check({ genre }) {
      if (genre !== 1 && genre !== 2)
        throw errors.args(`genre ${genre} is neither 1 nor 2`);
    },
    handle: async () => ({ statusList: [] }),
  }),
  route(GetSubscribeUsersStatus, {
    handle: async () => ({ statusList: [] }),
  }),
  route(GetUsersStatus, {
    check({ userIDs }) {
      if (userIDs.length === 0) throw errors.args("userIDs is empty");
    },
    handle: async (_call, { userIDs }) => ({
      statusList: await statusesOf(sessions, userIDs),
    }),
  }),
];

const commandRoutes = ({ commands }: UserRoutesDeps): Route[] => [
  route(ProcessUserCommandAdd, {
    async handle(_call, { userID, type, uuid, value, ex }) {
      await commands.add(userID, {
        type,
        uuid,
        value: value ?? "",
        ex: ex ?? "",
      });
    },
  }),
  route(ProcessUserCommandDelete, {
    async handle(_call, { userID, type, uuid }) {
      await commands.delete(userID, type, uuid);
    },
  }),
  route(ProcessUserCommandUpdate, {
    async handle(_call, { userID, type, uuid, value, ex }) {
      await commands.update(userID, type, uuid, { value, ex });
    },
  }),
  route(ProcessUserCommandGet, {
    async handle(_call, { userID, type }) {
      return { CommandResp: await commands.list(userID, type) };
    },
  }),
  route(ProcessUserCommandGetAll, {
    async handle(_call, { userID }) {
      return { CommandResp: await commands.list(userID) };
    },
  }),
];

const accountRoutes = ({ users }: UserRoutesDeps): Route[] => [
  route(AddNotificationAccount, {
    check({ appMangerLevel }) {
      if (appMangerLevel < notificationLevel)
        throw errors.args(
          `appMangerLevel ${appMangerLevel} is below ${notificationLevel}`,
        );
    },
    async handle(_call, { userID, nickName, faceURL, appMangerLevel }) {
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
  route(UpdateNotificationAccount, {
    check({ nickName, faceURL }) {
      if (nickName === "" && faceURL === "")
        throw errors.args("nickName and faceURL are empty");
    },
    async handle(_call, { userID, nickName, faceURL }) {
      await users.updateNotificationAccount(userID, {
        ...(nickName !== "" && { nickname: nickName }),
        ...(faceURL !== "" && { faceURL }),
      });
    },
  }),
  route(SearchNotificationAccount, {
    check: checkPage,
    async handle(_call, { keyword, appManagerLevel, pagination }) {
      const page = requirePage(pagination);
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
  route(GetUserClientConfig, {
    async handle({ cause: { actor } }, { userID }) {
      if (userID !== "") requireSelf(actor, userID);
      return { configs: await clientConfig.get(userID) };
    },
  }),
  route(SetUserClientConfig, {
    async handle(_call, { userID, configs }) {
      await clientConfig.set(userID, configs);
    },
  }),
  route(DelUserClientConfig, {
    async handle(_call, { userID, keys }) {
      await clientConfig.delete(userID, keys);
    },
  }),
  route(PageUserClientConfig, {
    handle(_call, { userID, key, pagination }) {
      return clientConfig.page({ userID, key }, toPage(pagination));
    },
  }),
];
