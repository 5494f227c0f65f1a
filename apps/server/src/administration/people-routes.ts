import {
  BlockAddReq,
  BlockDelReq,
  BlockSearchReq,
  BlockSearchResp,
  UserAllowRegisterGetResp,
  UserAllowRegisterSetReq,
  UserPasswordResetReq,
} from "@parley/protocol/chat/managed-users";
import { EmptyReq } from "@parley/protocol/rest-types";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Blocks } from "./blocks.ts";
import type { ResetPassword } from "./password-reset.ts";
import type { RegistrationSwitch } from "./registration-switch.ts";

export interface PeopleRoutesDeps {
  blocks: Blocks;
  resetPassword: ResetPassword;
  registrationSwitch: RegistrationSwitch;
}

export const peopleRoutes = ({
  blocks,
  resetPassword,
  registrationSwitch,
}: PeopleRoutesDeps): Route[] => [
  route("/block/add", BlockAddReq, {
    handle: ({ operationID, actor }, { userID, reason }) =>
      blocks.add(operationID, { userID, reason, operatorID: actor.userID }),
  }),
  route("/block/del", BlockDelReq, {
    handle: (_call, { userIDs }) => blocks.delete(userIDs),
  }),
  route("/block/search", BlockSearchReq, {
    response: BlockSearchResp,
    handle: (_call, { keyword, pagination }) =>
      blocks.search(keyword, requireFilledPage(pagination)),
  }),
  route("/user/password/reset", UserPasswordResetReq, {
    handle: ({ operationID }, reset) => resetPassword(operationID, reset),
  }),
  route("/user/allow_register/get", EmptyReq, {
    response: UserAllowRegisterGetResp,
    handle: async () => ({
      allowRegister: await registrationSwitch.isAllowed(),
    }),
  }),
  route("/user/allow_register/set", UserAllowRegisterSetReq, {
    handle: (_call, { allowRegister }) => registrationSwitch.set(allowRegister),
  }),
];
