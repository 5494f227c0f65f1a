import { errors } from "@parley/protocol/errors";
import { PlatformID, platformIDs } from "@parley/protocol/platforms";
import {
  ForceLogout,
  ForceLogoutAll,
  GetAdminToken,
  GetUserToken,
  ParseToken,
} from "@parley/protocol/methods/auth";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Auth } from "./auth.ts";
import type { createSecretGuesses } from "./secret-guesses.ts";

export interface AuthRoutesDeps {
  auth: Auth;
  /** Asks for it, unless too many were wrong from this address. */
  guess: ReturnType<typeof createSecretGuesses>;
  /** The secret is the one that is shipped, which everybody knows. */
  isSecretKnown?: boolean;
  /** Kicks the user's connections of this platform. */
  forceLogout(userID: string, platformID: number): Promise<void>;
}

export const authRoutes = ({
  auth,
  guess,
  isSecretKnown = false,
  forceLogout,
}: AuthRoutesDeps): Route[] => [
  route(GetAdminToken, {
    handle(call, { secret, userID }) {
      if (isSecretKnown && !call.isHere)
        throw errors.noPermission(
          "the default secret is accepted only on the server's own machine and without a proxy: set PARLEY_SECRET",
        );
      return guess(call, () => auth.issueAdminToken(secret, userID));
    },
  }),
  route(GetUserToken, {
    handle: ({ cause: { actor } }, { userID, platformID }) =>
      auth.issueUserToken(actor, userID, platformID),
  }),
  route(ParseToken, {
    async handle(_call, { token }) {
      const claims = await auth.authenticate(token);
      return { ...claims, expireTimeSeconds: claims.expiresAt };
    },
  }),
  route(ForceLogout, {
    check({ platformID }) {
      if (platformID < PlatformID.IOS || platformID > PlatformID.Admin)
        throw errors.args(`platformID ${platformID} is not 1 to 10`);
    },
    async handle(_call, { userID, platformID }) {
      await forceLogout(userID, platformID);
    },
  }),
  // COMPAT: the route above refuses HarmonyOS, so whoever blocks a
  // user needs one that leaves no platform out.
  route(ForceLogoutAll, {
    async handle(_call, { userID }) {
      for (const platformID of platformIDs)
        await forceLogout(userID, platformID);
    },
  }),
];
