import {
  AddBlackReq,
  ApplyToAddFriendReq,
  DeleteFriendReq,
  GetDesignatedFriendsApplyReq,
  GetDesignatedFriendsApplyResp,
  GetDesignatedFriendsReq,
  GetDesignatedFriendsResp,
  GetFriendIDsReq,
  GetFriendIDsResp,
  GetFullFriendUserIDsReq,
  GetFullFriendUserIDsResp,
  GetIncrementalBlacksReq,
  GetIncrementalBlacksResp,
  GetIncrementalFriendsReq,
  GetIncrementalFriendsResp,
  GetPaginationBlacksReq,
  GetPaginationBlacksResp,
  GetPaginationFriendsApplyFromReq,
  GetPaginationFriendsApplyFromResp,
  GetPaginationFriendsApplyToReq,
  GetPaginationFriendsApplyToResp,
  GetPaginationFriendsReq,
  GetPaginationFriendsResp,
  GetSelfUnhandledApplyCountReq,
  GetSelfUnhandledApplyCountResp,
  GetSpecifiedBlacksReq,
  GetSpecifiedBlacksResp,
  GetSpecifiedFriendsInfoReq,
  GetSpecifiedFriendsInfoResp,
  ImportFriendReq,
  IsFriendReq,
  IsFriendResp,
  RemoveBlackReq,
  RespondFriendApplyReq,
  SetFriendRemarkReq,
  UpdateFriendsReq,
} from "../generated/relation.ts";
import { administrator, method, nothing, self } from "../method.ts";

const sync =
  "Give versionID and version of the answer before; without them, or too far behind, `full` says to fetch the whole list.";

export const GetFriendList = method(
  "/friend/get_friend_list",
  GetPaginationFriendsReq,
  GetPaginationFriendsResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: [
      "List friends, page by page",
      "Pinned ones first, then in the order of becoming friends.",
    ],
    codes: [1002],
  },
);

export const GetDesignatedFriends = method(
  "/friend/get_designated_friends",
  GetDesignatedFriendsReq,
  GetDesignatedFriendsResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["ownerUserID", "friendUserIDs"],
    words: ["Get friends by id", "Those who are no friends are left out."],
    codes: [1002],
  },
);

export const GetFriendID = method(
  "/friend/get_friend_id",
  GetFriendIDsReq,
  GetFriendIDsResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List the ids of all friends"],
    codes: [1002],
  },
);

export const GetSpecifiedFriendsInfo = method(
  "/friend/get_specified_friends_info",
  GetSpecifiedFriendsInfoReq,
  GetSpecifiedFriendsInfoResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["ownerUserID", "userIDList"],
    words: [
      "See what others are to a user",
      "For each id the profile, and the entries among friends and blocked users, if any.",
    ],
    codes: [1002],
  },
);

export const IsFriend = method("/friend/is_friend", IsFriendReq, IsFriendResp, {
  access: self(),
  kind: "read",
  required: ["userID1", "userID2"],
  words: [
    "Check whether two users are friends",
    "Answers for both directions.",
  ],
  codes: [1002],
});

export const GetIncrementalFriends = method(
  "/friend/get_incremental_friends",
  GetIncrementalFriendsReq,
  GetIncrementalFriendsResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Catch up with changes among friends", sync],
    codes: [1002],
  },
);

export const GetFullFriendUserIDs = method(
  "/friend/get_full_friend_user_ids",
  GetFullFriendUserIDsReq,
  GetFullFriendUserIDsResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["Get the ids of all friends, if they differ"],
    codes: [1002],
  },
);

export const GetIncrementalBlacks = method(
  "/friend/get_incremental_blacks",
  GetIncrementalBlacksReq,
  GetIncrementalBlacksResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Catch up with changes among blocked users", sync],
    codes: [1002],
  },
);

export const SetFriendRemark = method(
  "/friend/set_friend_remark",
  SetFriendRemarkReq,
  nothing,
  {
    access: self(),
    kind: "change",
    required: ["ownerUserID", "friendUserID"],
    words: ["Give a friend a name of one's own"],
    codes: [1002, 1004],
  },
);

export const UpdateFriends = method(
  "/friend/update_friends",
  UpdateFriendsReq,
  nothing,
  {
    access: self("ownerUserID"),
    kind: "change",
    required: ["ownerUserID", "friendUserIDs"],
    words: [
      "Change friends in one's list",
      "Pin, remark and free text; what is null stays as it is.",
    ],
    codes: [1002],
  },
);

export const DeleteFriend = method(
  "/friend/delete_friend",
  DeleteFriendReq,
  nothing,
  {
    access: self("ownerUserID"),
    kind: "change",
    required: ["ownerUserID", "friendUserID"],
    words: [
      "Remove a friend from one's list",
      "The other's list stays as it is.",
    ],
    codes: [1002],
  },
);

export const ImportFriend = method(
  "/friend/import_friend",
  ImportFriendReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    required: ["ownerUserID", "friendUserIDs"],
    words: ["Make users friends of one, unasked"],
    codes: [1002, 1004],
  },
);

export const AddFriend = method(
  "/friend/add_friend",
  ApplyToAddFriendReq,
  nothing,
  {
    access: self("fromUserID"),
    kind: "change",
    required: ["fromUserID", "toUserID"],
    words: ["Apply for friendship"],
    codes: [1002, 1004, 1301, 1302, 1304],
  },
);

export const AddFriendResponse = method(
  "/friend/add_friend_response",
  RespondFriendApplyReq,
  nothing,
  {
    access: self("toUserID"),
    kind: "change",
    required: ["fromUserID", "toUserID", "handleResult"],
    words: [
      "Accept or refuse an application for friendship",
      "toUserID is who was asked; accepted, both are in each other's lists.",
    ],
    codes: [1002, 1004, 1305],
  },
);

export const GetFriendApplyList = method(
  "/friend/get_friend_apply_list",
  GetPaginationFriendsApplyToReq,
  GetPaginationFriendsApplyToResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List applications for friendship received", "The newest first."],
    codes: [1002],
  },
);

export const GetSelfFriendApplyList = method(
  "/friend/get_self_friend_apply_list",
  GetPaginationFriendsApplyFromReq,
  GetPaginationFriendsApplyFromResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List applications for friendship sent", "The newest first."],
    codes: [1002],
  },
);

export const GetDesignatedFriendApply = method(
  "/friend/get_designated_friend_apply",
  GetDesignatedFriendsApplyReq,
  GetDesignatedFriendsApplyResp,
  {
    access: self(),
    kind: "read",
    required: ["fromUserID", "toUserID"],
    words: [
      "Get the applications between two users",
      "In both directions; the caller is one of the two.",
    ],
    codes: [1002],
  },
);

export const GetSelfUnhandledApplyCount = method(
  "/friend/get_self_unhandled_apply_count",
  GetSelfUnhandledApplyCountReq,
  GetSelfUnhandledApplyCountResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Count applications for friendship not answered yet"],
    codes: [1002],
  },
);

export const AddBlack = method("/friend/add_black", AddBlackReq, nothing, {
  access: self("ownerUserID"),
  kind: "change",
  required: ["ownerUserID", "blackUserID"],
  words: [
    "Block a user",
    "The blocked user's messages to the owner of the list are refused.",
  ],
  codes: [1002, 1003, 1004],
});

export const RemoveBlack = method(
  "/friend/remove_black",
  RemoveBlackReq,
  nothing,
  {
    access: self("ownerUserID"),
    kind: "change",
    required: ["ownerUserID", "blackUserID"],
    words: ["Unblock a user"],
    codes: [1002],
  },
);

export const GetBlackList = method(
  "/friend/get_black_list",
  GetPaginationBlacksReq,
  GetPaginationBlacksResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List blocked users"],
    codes: [1002],
  },
);

export const GetSpecifiedBlacks = method(
  "/friend/get_specified_blacks",
  GetSpecifiedBlacksReq,
  GetSpecifiedBlacksResp,
  {
    access: self("ownerUserID"),
    kind: "read",
    required: ["userIDList"],
    words: ["Get blocked users by id"],
    codes: [1002],
  },
);
