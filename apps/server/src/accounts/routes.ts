import { errors } from "@parley/protocol/errors";
import { isPlatform } from "@parley/protocol/platforms";
import {
  AccountCodeSend,
  AccountCodeVerify,
  AccountLogin,
  AccountPasswordChange,
  AccountPasswordReset,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";

import { route } from "../http/route.ts";
import type { Call, Route } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { CodeRequests } from "./code-requests.ts";
import type { PasswordChanges } from "./password-changes.ts";
import type { Registration } from "./registration.ts";
import type { SignIn } from "./sign-in.ts";
import { AccountType } from "./token-claims.ts";
import type { AccountTokens } from "./tokens.ts";

export interface SignUpRoutesDeps {
  registration: Registration;
  signIn: SignIn;
  codeRequests: CodeRequests;
  passwordChanges: PasswordChanges;
  tokens: AccountTokens;
  im: IMClient;
  /** Throws for the code that is right for everybody, but on this machine. */
  requireMayUse(code: string, call: Pick<Call, "isHere">): void;
}

export const signUpRoutes = ({
  registration,
  signIn,
  codeRequests,
  passwordChanges,
  tokens,
  im,
  requireMayUse,
}: SignUpRoutesDeps): Route[] => [
  route(AccountCodeSend, {
    handle: ({ address }, request) => codeRequests.send(request, address),
  }),
  route(AccountCodeVerify, {
    handle(call, request) {
      requireMayUse(request.verifyCode, call);
      return codeRequests.verify(request);
    },
  }),
  route(AccountRegister, {
    async handle(call, request) {
      const { cause, address } = call;
      const { actor, operationID } = cause;
      requireMayUse(request.verifyCode, call);
      const { user, platform, deviceID, autoLogin } = request;
      const { verifyCode, invitationCode } = request;
      if (!user) throw errors.args("user is missing");
      if (!isPlatform(platform))
        throw errors.args(`there is no platform ${platform}`);
      const userID = await registration.register(operationID, {
        user,
        address,
        deviceID,
        platformID: platform,
        isByAdministrator: actor.isAdmin,
        verifyCode,
        invitationCode,
      });
      if (!autoLogin) return { userID };
      return {
        userID,
        chatToken: await tokens.issue(userID, AccountType.user),
        imToken: await im.userToken(operationID, userID, platform),
      };
    },
  }),
  route(AccountLogin, {
    async handle(call, request) {
      const {
        cause: { operationID },
        address,
      } = call;
      requireMayUse(request.verifyCode, call);
      const { platform } = request;
      if (!isPlatform(platform))
        throw errors.args(`there is no platform ${platform}`);
      return signIn.signIn(operationID, request, address);
    },
  }),
  route(AccountPasswordReset, {
    handle(call, request) {
      requireMayUse(request.verifyCode, call);
      return passwordChanges.reset(request);
    },
  }),
  route(AccountPasswordChange, {
    handle: (call, request) => passwordChanges.change(call, request),
  }),
];
