import {
  AdminAccountLoginReq,
  AdminAccountLoginResp,
} from "@parley/protocol/chat/administrators";
import { errors } from "@parley/protocol/errors";

import { openRoute } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { IMServer } from "../im-server.ts";
import type { Administrators } from "./administrators.ts";

export interface AdministratorRoutesDeps {
  administrators: Administrators;
  im: IMServer;
}

export const administratorRoutes = ({
  administrators,
  im,
}: AdministratorRoutesDeps): Route[] => [
  openRoute("/account/login", AdminAccountLoginReq, {
    response: AdminAccountLoginResp,
    async handle({ operationID }, { account, password, version }) {
      // COMPAT: the one check that OpenIM answers with 500 (chat.json).
      if (version === "") throw errors.internal("version is empty");
      if (account === "") throw errors.args("account is empty");
      if (password === "") throw errors.args("password is empty");
      const { administrator, token } = await administrators.signIn(
        account,
        password,
      );
      return {
        adminAccount: administrator.account,
        adminToken: token,
        nickname: administrator.nickname,
        faceURL: administrator.face_url,
        level: administrator.level,
        adminUserID: administrator.user_id,
        imUserID: im.adminUserID,
        imToken: await im.adminToken(operationID),
      };
    },
  }),
];
