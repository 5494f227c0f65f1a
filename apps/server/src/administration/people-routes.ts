import {
  BlockAdd,
  BlockDel,
  BlockSearch,
  UserAllowRegisterGet,
  UserAllowRegisterSet,
  UserPasswordReset,
} from "@parley/protocol/methods/chat/managed-users";

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
  route(BlockAdd, {
    handle: ({ cause }, { userID, reason }) =>
      blocks.add(cause.operationID, {
        userID,
        reason,
        operatorID: cause.actor.userID,
      }),
  }),
  route(BlockDel, {
    handle: (_call, { userIDs }) => blocks.delete(userIDs),
  }),
  route(BlockSearch, {
    handle: (_call, { keyword, pagination }) =>
      blocks.search(keyword, requireFilledPage(pagination)),
  }),
  route(UserPasswordReset, {
    handle: ({ cause: { operationID } }, reset) =>
      resetPassword(operationID, reset),
  }),
  route(UserAllowRegisterGet, {
    handle: async () => ({
      allowRegister: await registrationSwitch.isAllowed(),
    }),
  }),
  route(UserAllowRegisterSet, {
    handle: (_call, { allowRegister }) => registrationSwitch.set(allowRegister),
  }),
];
