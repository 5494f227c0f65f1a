import type { AdminInfo } from "@parley/protocol/chat/administrators";
import { errors } from "@parley/protocol/errors";
import {
  AccountAddAdmin,
  AccountDelAdmin,
  AccountSearch,
  AdminAccountChangePassword,
  AdminAccountInfo,
  AdminAccountLogin,
  AdminAccountUpdate,
} from "@parley/protocol/methods/chat/administrators";

import { route } from "../http/route.ts";
import type { Call, Route } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Administrators, Caller } from "./administrators.ts";
import type { Administrator } from "./store.ts";

export interface AdministratorRoutesDeps {
  administrators: Administrators;
  im: IMClient;
}

export const administratorRoutes = ({
  administrators,
  im,
}: AdministratorRoutesDeps): Route[] => [
  route(AdminAccountLogin, {
    async handle(
      { cause: { operationID }, address, isHere = false },
      { account, password, version },
    ) {
      // COMPAT: the one check that OpenIM answers with 500.
      if (version === "") throw errors.internal("version is empty");
      if (account === "") throw errors.args("account is empty");
      if (password === "") throw errors.args("password is empty");
      const { administrator, token } = await administrators.signIn({
        account,
        password,
        address,
        isHere,
      });
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
  route(AdminAccountInfo, {
    handle: async ({ cause: { actor } }) =>
      toInfo(await administrators.get(actor.userID)),
  }),
  route(AdminAccountUpdate, {
    handle: (call, change) =>
      administrators.update(call.cause.operationID, toCaller(call), change),
  }),
  route(AdminAccountChangePassword, {
    handle: (call, change) =>
      administrators.changePassword(toCaller(call), change),
  }),
  route(AccountAddAdmin, {
    handle: ({ cause: { actor } }, newcomer) =>
      administrators.add(actor.userID, newcomer),
  }),
  route(AccountDelAdmin, {
    handle: ({ cause: { actor } }, { userIDs }) =>
      administrators.remove(actor.userID, userIDs),
  }),
  route(AccountSearch, {
    async handle({ cause: { actor } }, { pagination }) {
      const { total, rows } = await administrators.search(
        actor.userID,
        requireFilledPage(pagination),
      );
      return {
        total,
        adminAccounts: rows.map((row) => ({
          ...toInfo(row),
          // COMPAT: seconds here, milliseconds everywhere else
          // (docs/wire/accounts.md#administrators).
          createTime: Math.floor(row.create_time / 1_000),
        })),
      };
    },
  }),
];

const toCaller = ({ cause: { actor }, address, headers }: Call): Caller => ({
  userID: actor.userID,
  address,
  token: headers.get("token") ?? "",
});

/** Leaves out the password, which OpenIM shows to every caller with a token. */
const toInfo = (row: Administrator): AdminInfo => ({
  account: row.account,
  password: "",
  faceURL: row.face_url,
  nickname: row.nickname,
  userID: row.user_id,
  level: row.level,
  createTime: row.create_time,
});
