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
    words: ["Get friends by id", "Users who are not friends are omitted."],
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
      "Get a user's relations to others",
      "Returns for each id the profile and the friend and block entries, if any.",
    ],
    codes: [1002],
  },
);

export const IsFriend = method("/friend/is_friend", IsFriendReq, IsFriendResp, {
  access: self(),
  kind: "read",
  required: ["userID1", "userID2"],
  words: ["Check whether two users are friends", "Returns both directions."],
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
    words: ["Set the remark of a friend"],
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
      "Change friends in the user's list",
      "Pin, remark and free text; null: no change.",
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
      "Remove a friend from the user's list",
      "The other user's list does not change.",
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
    words: ["Add friends without requests"],
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
    words: ["Send a friend request"],
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
      "Accept or refuse a friend request",
      "toUserID received the request; if accepted, both are in each other's lists.",
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
    words: ["List received friend requests", "The newest first."],
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
    words: ["List sent friend requests", "The newest first."],
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
      "Get the friend requests between two users",
      "In both directions; the caller must be one of the two.",
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
    words: ["Count unanswered friend requests"],
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
