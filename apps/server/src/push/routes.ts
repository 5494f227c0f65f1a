import { errors } from "@parley/protocol/errors";
import {
  FcmUpdateTokenReq,
  SetAppBadgeReq,
} from "@parley/protocol/generated/third";
import { defineMessage } from "@parley/protocol/message";

import { requireAdmin, requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Badges } from "./badges.ts";
import type { Explain, Explanation, PushDevice } from "./explain.ts";
import type { PushTokens } from "./tokens.ts";
import type { UnsentRecord } from "./unsent.ts";

/** COMPAT: OpenIM's list of platforms for tokens ends before HarmonyOS. */
const lastPlatform = 10;

interface ExplainUnsentReq {
  serverMsgID: string;
  clientMsgID: string;
  userID: string;
}

const ExplainUnsentReq = defineMessage<ExplainUnsentReq>(
  "parley.push.ExplainUnsentReq",
  { serverMsgID: "string", clientMsgID: "string", userID: "string" },
);

defineMessage<UnsentRecord>("parley.push.Unsent", {
  serverMsgID: "string",
  clientMsgID: "string",
  conversationID: "string",
  reason: "string",
  provider: "string",
  detail: "string",
  userIDs: "string[]",
  userCount: "int32",
  time: "int64",
});
defineMessage<PushDevice>("parley.push.Device", {
  platformID: "int32",
  providers: "string[]",
});

const ExplainUnsentResp = defineMessage<Explanation>(
  "parley.push.ExplainUnsentResp",
  {
    providers: "string[]",
    unsent: "parley.push.Unsent[]",
    devices: "parley.push.Device[]",
    hasMuted: "bool",
  },
);

const GetWebPushKeyReq = defineMessage<object>(
  "parley.push.GetWebPushKeyReq",
  {},
);
const GetWebPushKeyResp = defineMessage<{ publicKey: string }>(
  "parley.push.GetWebPushKeyResp",
  { publicKey: "string" },
);

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
  // Ours: what a browser subscribes with (docs/push.md).
  route("/push/get_web_push_key", GetWebPushKeyReq, {
    response: GetWebPushKeyResp,
    handle: () => Promise.resolve({ publicKey: webPushKey }),
  }),
  // Ours: OpenIM's log says at most that a provider failed.
  route("/push/explain_unsent", ExplainUnsentReq, {
    check({ serverMsgID, clientMsgID }) {
      if (serverMsgID === "" && clientMsgID === "")
        throw errors.args("serverMsgID or clientMsgID is missing");
    },
    response: ExplainUnsentResp,
    handle({ actor }, { userID, ...message }) {
      requireAdmin(actor);
      return explain(message, userID);
    },
  }),
];
