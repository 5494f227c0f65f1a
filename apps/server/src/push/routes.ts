import { errors } from "@parley/protocol/errors";
import {
  FcmUpdateTokenReq,
  SetAppBadgeReq,
} from "@parley/protocol/generated/third";

import { requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Badges } from "./badges.ts";
import type { PushTokens } from "./tokens.ts";

/** COMPAT: OpenIM's list of platforms for tokens ends before HarmonyOS. */
const lastPlatform = 10;

export const pushRoutes = ({
  tokens,
  badges,
}: {
  tokens: PushTokens;
  badges: Badges;
}): Route[] => [
  route("/third/fcm_update_token", FcmUpdateTokenReq, {
    required: ["platformID", "fcmToken", "account"],
    check({ platformID }) {
      if (platformID < 1 || platformID > lastPlatform)
        throw errors.args(`platformID ${platformID} is not 1 to 10`);
    },
    async handle({ actor }, { account, platformID, fcmToken, expireTime }) {
      requireSelf(actor, account);
      await tokens.set(
        { userID: account, platformID, token: fcmToken },
        expireTime,
      );
    },
  }),
  route("/third/set_app_badge", SetAppBadgeReq, {
    required: ["userID"],
    async handle({ actor }, { userID, appUnreadCount }) {
      requireSelf(actor, userID);
      await badges.set(userID, appUnreadCount);
    },
  }),
];
