import {
  ForceLogoutReq,
  GetAdminTokenReq,
  GetAdminTokenResp,
  GetUserTokenReq,
  GetUserTokenResp,
  ParseTokenReq,
  ParseTokenResp,
} from "../generated/auth.ts";
import { ForceLogoutAllReq } from "../rest-types.ts";
import { administrator, anybody, method, nothing } from "../method.ts";

export const GetAdminToken = method(
  "/auth/get_admin_token",
  GetAdminTokenReq,
  GetAdminTokenResp,
  {
    access: anybody,
    kind: "change",
    words: [
      "Get a token as an administrator",
      "The server's secret is the password.",
    ],
    codes: [1002, 1004],
  },
);

export const GetUserToken = method(
  "/auth/get_user_token",
  GetUserTokenReq,
  GetUserTokenResp,
  {
    access: administrator,
    kind: "change",
    words: [
      "Get a token for a user",
      "Ends older sign-ins according to the setting multiLogin.policy. As in OpenIM, every platformID except 10 gets a token; sockets accept only 1 to 9 and 11.",
    ],
    codes: [1002, 1004],
  },
);

export const ParseToken = method(
  "/auth/parse_token",
  ParseTokenReq,
  ParseTokenResp,
  {
    access: anybody,
    kind: "read",
    required: ["token"],
    words: [
      "Check a token",
      "Returns its user and expiry time; refused if the token is no longer valid.",
    ],
    codes: [1501, 1503, 1504, 1505, 1506, 1507],
  },
);

export const ForceLogout = method(
  "/auth/force_logout",
  ForceLogoutReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    required: ["platformID", "userID"],
    words: [
      "Sign a user out on one platform",
      "Its tokens end and its connections close.",
    ],
    codes: [1002],
  },
);

export const ForceLogoutAll = method(
  "/auth/force_logout_all",
  ForceLogoutAllReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    required: ["userID"],
    words: [
      "Sign a user out everywhere",
      "On every platform, HarmonyOS among them. OpenIM has no such route.",
    ],
    codes: [1002],
  },
);
