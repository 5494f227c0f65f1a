import {
  AccountAddAdminReq,
  AccountDelAdminReq,
  AccountSearchReq,
  AccountSearchResp,
  AdminAccountChangePasswordReq,
  AdminAccountInfoResp,
  AdminAccountLoginReq,
  AdminAccountLoginResp,
  AdminAccountUpdateReq,
} from "../../chat/administrators.ts";
import { EmptyReq } from "../../rest-types.ts";
import {
  administrator,
  anybody,
  method,
  nothing,
  superAdministrator,
} from "../../method.ts";

const all = "All of them or none.";

export const AdminAccountLogin = method(
  "/account/login",
  AdminAccountLoginReq,
  AdminAccountLoginResp,
  {
    access: anybody,
    kind: "change",
    words: [
      "Sign in as an administrator",
      "The answer holds a token for this API, and one for the IM server's.",
    ],
    codes: [20001, 20002],
  },
);

export const AdminAccountInfo = method(
  "/account/info",
  EmptyReq,
  AdminAccountInfoResp,
  {
    access: administrator,
    kind: "read",
    words: ["Get the caller's account"],
    codes: [1004],
  },
);

export const AdminAccountUpdate = method(
  "/account/update",
  AdminAccountUpdateReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Change the caller's account",
      "Only administrators of level 100 set levels.",
    ],
    codes: [1002, 1004],
  },
);

export const AdminAccountChangePassword = method(
  "/account/change_password",
  AdminAccountChangePasswordReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Change an administrator's password",
      "A wrong current password returns 500.",
    ],
    codes: [1004],
  },
);

export const AccountAddAdmin = method(
  "/account/add_admin",
  AccountAddAdminReq,
  nothing,
  {
    access: superAdministrator,
    kind: "create",
    words: ["Add an administrator", "Of level 80."],
    codes: [1002, 1003],
  },
);

export const AccountDelAdmin = method(
  "/account/del_admin",
  AccountDelAdminReq,
  nothing,
  {
    access: superAdministrator,
    kind: "change",
    words: [
      "Remove administrators",
      `${all} Those of level 100 stay. Their tokens end.`,
    ],
    codes: [1002, 1004],
  },
);

export const AccountSearch = method(
  "/account/search",
  AccountSearchReq,
  AccountSearchResp,
  {
    access: superAdministrator,
    kind: "read",
    words: ["List administrators of level 80"],
    codes: [1002],
  },
);
