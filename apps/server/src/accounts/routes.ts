import {
  AccountRegisterReq,
  AccountRegisterResp,
  UserFindFullReq,
  UserFindFullResp,
  UserFindPublicReq,
  UserFindPublicResp,
} from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import { isPlatform } from "@parley/protocol/platforms";

import { openRoute, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { IMServer } from "../im-server.ts";
import type { Accounts } from "./accounts.ts";
import type { Registration } from "./registration.ts";
import { AccountType } from "./token-claims.ts";
import type { AccountTokens } from "./tokens.ts";

export interface AccountRoutesDeps {
  registration: Registration;
  accounts: Accounts;
  tokens: AccountTokens;
  im: IMServer;
}

/** Routes whose token is optional: an administrator's has an effect. */
export const optionalTokens = ["/account/register"];

export const accountRoutes = (deps: AccountRoutesDeps): Route[] => [
  ...signUpRoutes(deps),
  ...profileRoutes(deps),
];

const signUpRoutes = ({
  registration,
  tokens,
  im,
}: AccountRoutesDeps): Route[] => [
  openRoute("/account/register", AccountRegisterReq, {
    response: AccountRegisterResp,
    async handle({ operationID, address }, request) {
      const { user, platform, deviceID, autoLogin } = request;
      if (!user) throw errors.args("user is missing");
      if (!isPlatform(platform))
        throw errors.args(`there is no platform ${platform}`);
      const userID = await registration.register(operationID, {
        user,
        address,
        deviceID,
        platformID: platform,
      });
      if (!autoLogin) return { userID };
      return {
        userID,
        chatToken: await tokens.issue(userID, AccountType.user),
        imToken: await im.userToken(operationID, userID, platform),
      };
    },
  }),
];

const profileRoutes = ({ accounts }: AccountRoutesDeps): Route[] => [
  route("/user/find/public", UserFindPublicReq, {
    required: ["userIDs"],
    response: UserFindPublicResp,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listPublic(userIDs),
    }),
  }),
  route("/user/find/full", UserFindFullReq, {
    required: ["userIDs"],
    response: UserFindFullResp,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listFull(userIDs),
    }),
  }),
];
