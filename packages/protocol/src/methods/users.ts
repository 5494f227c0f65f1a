import {
  GetUsersOnlineStatusReq,
  GetUsersOnlineStatusResp_SuccessResult,
  SingleDetail,
} from "../generated/msggateway.ts";
import {
  AccountCheckReq,
  AccountCheckResp,
  AddNotificationAccountReq,
  AddNotificationAccountResp,
  DelUserClientConfigReq,
  GetAllUserIDReq,
  GetAllUserIDResp,
  GetDesignateUsersReq,
  GetDesignateUsersResp,
  GetPaginationUsersReq,
  GetPaginationUsersResp,
  GetSubscribeUsersStatusReq,
  GetSubscribeUsersStatusResp,
  GetUserClientConfigReq,
  GetUserClientConfigResp,
  GetUserStatusReq,
  GetUserStatusResp,
  PageUserClientConfigReq,
  PageUserClientConfigResp,
  ProcessUserCommandAddReq,
  ProcessUserCommandDeleteReq,
  ProcessUserCommandGetAllReq,
  ProcessUserCommandGetAllResp,
  ProcessUserCommandGetReq,
  ProcessUserCommandGetResp,
  ProcessUserCommandUpdateReq,
  SearchNotificationAccountReq,
  SearchNotificationAccountResp,
  SetGlobalRecvMessageOptReq,
  SetUserClientConfigReq,
  SubscribeOrCancelUsersStatusReq,
  SubscribeOrCancelUsersStatusResp,
  UpdateNotificationAccountInfoReq,
  UpdateUserInfoExReq,
  UpdateUserInfoReq,
  UserRegisterReq,
} from "../generated/user.ts";
import {
  administrator,
  importBodyBytes,
  listOf,
  method,
  nothing,
  self,
  signedIn,
} from "../method.ts";

export const UserRegister = method(
  "/user/user_register",
  UserRegisterReq,
  nothing,
  {
    access: administrator,
    kind: "create",
    required: ["users"],
    bodyBytes: importBodyBytes,
    words: ["Create users", "All of them or, when an id is taken, none."],
    codes: [1002, 1102],
  },
);

export const UpdateUserInfo = method(
  "/user/update_user_info",
  UpdateUserInfoReq,
  nothing,
  {
    access: self("userInfo.userID"),
    kind: "change",
    required: ["userInfo", "userInfo.userID"],
    words: [
      "Change a profile",
      "Empty values change nothing. Newer clients use update_user_info_ex.",
    ],
    codes: [1002, 1004],
  },
);

export const UpdateUserInfoEx = method(
  "/user/update_user_info_ex",
  UpdateUserInfoExReq,
  nothing,
  {
    access: self("userInfo.userID"),
    kind: "change",
    required: ["userInfo", "userInfo.userID"],
    words: [
      "Change a profile, field by field",
      'null: no change; "" clears a field.',
    ],
    codes: [1002, 1004],
  },
);

export const SetGlobalMsgRecvOpt = method(
  "/user/set_global_msg_recv_opt",
  SetGlobalRecvMessageOptReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID"],
    words: ["Choose whether messages of anybody arrive"],
    codes: [1002, 1004],
  },
);

export const GetUsersInfo = method(
  "/user/get_users_info",
  GetDesignateUsersReq,
  GetDesignateUsersResp,
  {
    access: signedIn,
    kind: "read",
    required: ["userIDs"],
    words: ["Get profiles by id", "Ids that nobody has are left out."],
  },
);

export const GetAllUserIDs = method(
  "/user/get_all_users_uid",
  GetAllUserIDReq,
  GetAllUserIDResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "List the ids of all users",
      "In the order of creation, page by page.",
    ],
  },
);

export const AccountCheck = method(
  "/user/account_check",
  AccountCheckReq,
  AccountCheckResp,
  {
    access: administrator,
    kind: "read",
    required: ["checkUserIDs"],
    words: ["Check which ids are registered"],
    codes: [1002],
  },
);

export const GetUsers = method(
  "/user/get_users",
  GetPaginationUsersReq,
  GetPaginationUsersResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "List or search users",
      "By a part of the id or of the nickname; without either all, in the order of creation.",
    ],
  },
);

export const GetUsersOnlineStatus = method(
  "/user/get_users_online_status",
  GetUsersOnlineStatusReq,
  listOf(GetUsersOnlineStatusResp_SuccessResult),
  {
    access: administrator,
    kind: "read",
    bindStatus: 400,
    bindCode: 500,
    words: [
      "See who is online, and how",
      "At most 500 users at once; connections by platform.",
    ],
    codes: [1002],
  },
);

export const GetUsersOnlineTokenDetail = method(
  "/user/get_users_online_token_detail",
  GetUsersOnlineStatusReq,
  listOf(SingleDetail),
  {
    access: signedIn,
    kind: "read",
    bindStatus: 400,
    words: [
      "See the tokens of users who are online",
      "Only those who are online are listed, and nobody but administrators sees any.",
    ],
  },
);

export const SubscribeUsersStatus = method(
  "/user/subscribe_users_status",
  SubscribeOrCancelUsersStatusReq,
  SubscribeOrCancelUsersStatusResp,
  {
    access: signedIn,
    kind: "read",
    required: ["userID", "userIDs", "genre"],
    words: [
      "Follow who is online (kept for old clients)",
      "Does nothing: subscriptions are made over the socket.",
    ],
  },
);

export const GetSubscribeUsersStatus = method(
  "/user/get_subscribe_users_status",
  GetSubscribeUsersStatusReq,
  GetSubscribeUsersStatusResp,
  {
    access: signedIn,
    kind: "read",
    required: ["userID"],
    words: [
      "List followed users (kept for old clients)",
      "Always empty: subscriptions are made over the socket.",
    ],
  },
);

export const GetUsersStatus = method(
  "/user/get_users_status",
  GetUserStatusReq,
  GetUserStatusResp,
  {
    access: signedIn,
    kind: "read",
    words: ["See on which platforms users are online"],
  },
);

export const ProcessUserCommandAdd = method(
  "/user/process_user_command_add",
  ProcessUserCommandAddReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "type", "uuid"],
    words: [
      "Keep an entry of the user's own",
      "Favourites and the like: a type, an id and text of the application.",
    ],
    codes: [1002],
  },
);

export const ProcessUserCommandDelete = method(
  "/user/process_user_command_delete",
  ProcessUserCommandDeleteReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "type", "uuid"],
    words: ["Delete an entry of the user's own"],
    codes: [1002, 1004],
  },
);

export const ProcessUserCommandUpdate = method(
  "/user/process_user_command_update",
  ProcessUserCommandUpdateReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "type", "uuid"],
    words: ["Change an entry of the user's own"],
    codes: [1002, 1004],
  },
);

export const ProcessUserCommandGet = method(
  "/user/process_user_command_get",
  ProcessUserCommandGetReq,
  ProcessUserCommandGetResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID", "type"],
    words: ["List a user's own entries of one type"],
    codes: [1002],
  },
);

export const ProcessUserCommandGetAll = method(
  "/user/process_user_command_get_all",
  ProcessUserCommandGetAllReq,
  ProcessUserCommandGetAllResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List all of a user's own entries"],
    codes: [1002],
  },
);

export const AddNotificationAccount = method(
  "/user/add_notification_account",
  AddNotificationAccountReq,
  AddNotificationAccountResp,
  {
    access: administrator,
    kind: "create",
    required: ["nickName", "appMangerLevel"],
    words: [
      "Create a notification account",
      "An account whose messages arrive as notifications of the application.",
    ],
    codes: [1002],
  },
);

export const UpdateNotificationAccount = method(
  "/user/update_notification_account",
  UpdateNotificationAccountInfoReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    required: ["userID"],
    words: ["Change a notification account"],
    codes: [1002],
  },
);

export const SearchNotificationAccount = method(
  "/user/search_notification_account",
  SearchNotificationAccountReq,
  SearchNotificationAccountResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "Search notification accounts",
      "By the whole id or the whole nickname.",
    ],
    codes: [1002],
  },
);

export const GetUserClientConfig = method(
  "/user/get_user_client_config",
  GetUserClientConfigReq,
  GetUserClientConfigResp,
  {
    access: self(),
    kind: "read",
    words: [
      "Get the configuration of a user's clients",
      "What is set for everybody, and over it what is set for this user.",
    ],
    codes: [1002, 1004],
  },
);

export const SetUserClientConfig = method(
  "/user/set_user_client_config",
  SetUserClientConfigReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Set values of clients' configuration",
      "For one user, or for everybody without userID.",
    ],
    codes: [1002, 1004],
  },
);

export const DelUserClientConfig = method(
  "/user/del_user_client_config",
  DelUserClientConfigReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Remove values of clients' configuration"],
    codes: [1002],
  },
);

export const PageUserClientConfig = method(
  "/user/page_user_client_config",
  PageUserClientConfigReq,
  PageUserClientConfigResp,
  {
    access: administrator,
    kind: "read",
    words: ["List values of clients' configuration"],
    codes: [1002],
  },
);
