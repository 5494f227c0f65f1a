import { AccountDeletion } from "../../chat/audit.ts";
import {
  AccountAddUserReq,
  BlockAddReq,
  BlockDelReq,
  BlockSearchReq,
  BlockSearchResp,
  DefaultGroupAddReq,
  DefaultGroupDelReq,
  DefaultGroupFindResp,
  DefaultGroupSearchReq,
  DefaultGroupSearchResp,
  DefaultUserAddReq,
  DefaultUserDelReq,
  DefaultUserFindResp,
  DefaultUserSearchReq,
  DefaultUserSearchResp,
  StatisticLoginUserCountReq,
  StatisticLoginUserCountResp,
  StatisticNewUserCountReq,
  StatisticNewUserCountResp,
  UserAllowRegisterGetResp,
  UserAllowRegisterSetReq,
  UserImportJsonReq,
  UserPasswordResetReq,
} from "../../chat/managed-users.ts";
import { DeleteUserReq, GetUserDeletionReq } from "../../deletion.ts";
import { EmptyReq } from "../../rest-types.ts";
import {
  administrator,
  importBodyBytes,
  method,
  nothing,
  superAdministrator,
} from "../../method.ts";

const all = "All of them or none.";

export const UserDelete = method(
  "/user/delete",
  DeleteUserReq,
  AccountDeletion,
  {
    access: superAdministrator,
    kind: "change",
    required: ["userID"],
    words: [
      "Delete a user with all their data",
      "The account, its sign-ins and codes, and then all that the IM server has: see its /user/delete_user. With `deleteMessages` the content of everything they ever sent, for everyone. Answers the receipt, or after some seconds how far it is: ask again, or get_deletion. Administrators are refused.",
    ],
    codes: [1002, 1004],
  },
);

export const UserGetDeletion = method(
  "/user/get_deletion",
  GetUserDeletionReq,
  AccountDeletion,
  {
    access: superAdministrator,
    kind: "read",
    required: ["userID"],
    words: ["Get the progress of a user's deletion"],
    codes: [1002, 1004],
  },
);

export const BlockAdd = method("/block/add", BlockAddReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Block a user", "Ends all sign-ins, and refuses new ones."],
});

export const BlockDel = method("/block/del", BlockDelReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Unblock users", all],
});

export const BlockSearch = method(
  "/block/search",
  BlockSearchReq,
  BlockSearchResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "Search blocked users",
      "By a part of the userID, the reason or who blocked them.",
    ],
  },
);

export const UserPasswordReset = method(
  "/user/password/reset",
  UserPasswordResetReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Set a user's password", "Ends all sign-ins of the user."],
    codes: [1004],
  },
);

export const UserAllowRegisterGet = method(
  "/user/allow_register/get",
  EmptyReq,
  UserAllowRegisterGetResp,
  {
    access: administrator,
    kind: "read",
    words: ["Ask whether people may register by themselves"],
  },
);

export const UserAllowRegisterSet = method(
  "/user/allow_register/set",
  UserAllowRegisterSetReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Say whether people may register by themselves"],
  },
);

export const AccountAddUser = method(
  "/account/add_user",
  AccountAddUserReq,
  nothing,
  {
    access: administrator,
    kind: "create",
    words: ["Add a user"],
    codes: [20003, 20004, 20014],
  },
);

export const UserImportJson = method(
  "/user/import/json",
  UserImportJsonReq,
  nothing,
  {
    access: administrator,
    kind: "create",
    bodyBytes: importBodyBytes,
    isLong: true,
    words: ["Add users", all],
    codes: [20003, 20004, 20014],
  },
);

export const UserImportXlsx = method("/user/import/xlsx", EmptyReq, nothing, {
  access: administrator,
  kind: "create",
  bodyBytes: importBodyBytes,
  isLong: true,
  formFile: "data",
  words: [
    "Add users from a workbook",
    `${all} The body is a form whose file is \`data\`; GET answers a workbook to fill in.`,
  ],
  codes: [20003, 20004, 20014],
});

export const DefaultUserAdd = method(
  "/default/user/add",
  DefaultUserAddReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Add default friends", "Whoever registers gets them as friends."],
    codes: [1003, 1004],
  },
);

export const DefaultUserDel = method(
  "/default/user/del",
  DefaultUserDelReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Remove default friends", all],
    codes: [1004],
  },
);

export const DefaultUserFind = method(
  "/default/user/find",
  EmptyReq,
  DefaultUserFindResp,
  {
    access: administrator,
    kind: "read",
    words: ["List the ids of default friends"],
  },
);

export const DefaultUserSearch = method(
  "/default/user/search",
  DefaultUserSearchReq,
  DefaultUserSearchResp,
  { access: administrator, kind: "read", words: ["Search default friends"] },
);

export const DefaultGroupAdd = method(
  "/default/group/add",
  DefaultGroupAddReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Add default groups", "Whoever registers joins them."],
    codes: [1003],
  },
);

export const DefaultGroupDel = method(
  "/default/group/del",
  DefaultGroupDelReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Remove default groups", all],
    codes: [1004],
  },
);

export const DefaultGroupFind = method(
  "/default/group/find",
  EmptyReq,
  DefaultGroupFindResp,
  {
    access: administrator,
    kind: "read",
    words: ["List the ids of default groups"],
  },
);

export const DefaultGroupSearch = method(
  "/default/group/search",
  DefaultGroupSearchReq,
  DefaultGroupSearchResp,
  { access: administrator, kind: "read", words: ["Search default groups"] },
);

export const StatisticNewUserCount = method(
  "/statistic/new_user_count",
  StatisticNewUserCountReq,
  StatisticNewUserCountResp,
  { access: administrator, kind: "read", words: ["Count who registered"] },
);

export const StatisticLoginUserCount = method(
  "/statistic/login_user_count",
  StatisticLoginUserCountReq,
  StatisticLoginUserCountResp,
  { access: administrator, kind: "read", words: ["Count who signed in"] },
);
