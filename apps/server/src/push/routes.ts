import { errors } from "@parley/protocol/errors";
import {
  ExplainUnsent,
  FcmUpdateToken,
  GetWebPushKey,
  SetAppBadge,
} from "@parley/protocol/methods/push";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Badges } from "./badges.ts";
import type { Explain } from "./explain.ts";
import type { PushTokens } from "./tokens.ts";

/** COMPAT: OpenIM's list of platforms for tokens ends before HarmonyOS. */
const lastPlatform = 10;

export const pushRoutes = ({
  tokens,
  badges,
  explain,
  webPushKey,
}: {
  tokens: Pick<PushTokens, "set">;
  badges: Pick<Badges, "set">;
  explain: Explain;
  /** "" while Web Push is off. */
  webPushKey: string;
}): Route[] => [
  route(FcmUpdateToken, {
    check({ platformID }) {
      if (platformID < 1 || platformID > lastPlatform)
        throw errors.args(`platformID ${platformID} is not 1 to 10`);
    },
    async handle(_call, { account, platformID, fcmToken, expireTime }) {
      await tokens.set(
        { userID: account, platformID, token: fcmToken },
        expireTime,
      );
    },
  }),
  route(SetAppBadge, {
    async handle(_call, { userID, appUnreadCount }) {
      await badges.set(userID, appUnreadCount);
    },
  }),
  // Ours: what a browser subscribes with (docs/push.md).
  route(GetWebPushKey, {
    handle: () => Promise.resolve({ publicKey: webPushKey }),
  }),
  // Ours: OpenIM's log says at most that a provider failed.
  route(ExplainUnsent, {
    check({ serverMsgID, clientMsgID }) {
      if (serverMsgID === "" && clientMsgID === "")
        throw errors.args("serverMsgID or clientMsgID is missing");
    },
    handle(_call, { userID, ...message }) {
      return explain(message, userID);
    },
  }),
];
