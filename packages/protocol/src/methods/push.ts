import { FcmUpdateTokenReq, SetAppBadgeReq } from "../generated/third.ts";
import {
  ExplainUnsentReq,
  ExplainUnsentResp,
  GetWebPushKeyReq,
  GetWebPushKeyResp,
} from "../push-types.ts";
import { administrator, method, nothing, self, signedIn } from "../method.ts";

export const FcmUpdateToken = method(
  "/third/fcm_update_token",
  FcmUpdateTokenReq,
  nothing,
  {
    access: self("account"),
    kind: "change",
    required: ["platformID", "fcmToken", "account"],
    words: [
      "Register the push token of a device",
      "One token for each platform: FCM's, APNs's (64 or more hex digits), or for a browser the JSON of its push subscription.",
    ],
    codes: [1002],
  },
);

export const SetAppBadge = method(
  "/third/set_app_badge",
  SetAppBadgeReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID"],
    words: ["Set the number on the application's icon", "Each push adds one."],
    codes: [1002],
  },
);

export const GetWebPushKey = method(
  "/push/get_web_push_key",
  GetWebPushKeyReq,
  GetWebPushKeyResp,
  {
    access: signedIn,
    kind: "read",
    words: [
      "Get the key that a browser subscribes to pushes with",
      "Empty while push.enable does not name webpush.",
    ],
  },
);

export const ExplainUnsent = method(
  "/push/explain_unsent",
  ExplainUnsentReq,
  ExplainUnsentResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "Find out why a message was not pushed",
      "By serverMsgID or clientMsgID; with userID for one user.",
    ],
    codes: [1002],
  },
);
