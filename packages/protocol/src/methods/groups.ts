import {
  BatchGetIncrementalGroupMemberReq,
  BatchGetIncrementalGroupMemberResp,
  CancelMuteGroupMemberReq,
  CancelMuteGroupReq,
  CreateGroupReq,
  CreateGroupResp,
  DismissGroupReq,
  GetFullGroupMemberUserIDsReq,
  GetFullGroupMemberUserIDsResp,
  GetFullJoinGroupIDsReq,
  GetFullJoinGroupIDsResp,
  GetGroupAbstractInfoReq,
  GetGroupAbstractInfoResp,
  GetGroupApplicationListReq,
  GetGroupApplicationListResp,
  GetGroupApplicationUnhandledCountReq,
  GetGroupApplicationUnhandledCountResp,
  GetGroupMemberListReq,
  GetGroupMemberListResp,
  GetGroupMemberUserIDsReq,
  GetGroupMemberUserIDsResp,
  GetGroupMembersInfoReq,
  GetGroupMembersInfoResp,
  GetGroupUsersReqApplicationListReq,
  GetGroupUsersReqApplicationListResp,
  GetGroupsInfoReq,
  GetGroupsInfoResp,
  GetGroupsReq,
  GetGroupsResp,
  GetIncrementalGroupMemberReq,
  GetIncrementalGroupMemberResp,
  GetIncrementalJoinGroupReq,
  GetIncrementalJoinGroupResp,
  GetJoinedGroupListReq,
  GetJoinedGroupListResp,
  GetSpecifiedUserGroupRequestInfoReq,
  GetSpecifiedUserGroupRequestInfoResp,
  GetUserReqApplicationListReq,
  GetUserReqApplicationListResp,
  GroupApplicationResponseReq,
  InviteUserToGroupReq,
  JoinGroupReq,
  KickGroupMemberReq,
  MuteGroupMemberReq,
  MuteGroupReq,
  QuitGroupReq,
  SetGroupInfoExReq,
  SetGroupInfoReq,
  SetGroupMemberInfoReq,
  TransferGroupOwnerReq,
} from "../generated/group.ts";
import {
  administrator,
  concerned,
  manager,
  member,
  method,
  nothing,
  owner,
  self,
  signedIn,
} from "../method.ts";

const sync =
  "Give versionID and version of the answer before; without them, or too far behind, `full` says to fetch the whole list.";

export const CreateGroup = method(
  "/group/create_group",
  CreateGroupReq,
  CreateGroupResp,
  {
    access: self("ownerUserID"),
    kind: "create",
    required: ["ownerUserID", "groupInfo", "groupInfo.groupType"],
    words: [
      "Create a group",
      "With its owner, admins and first members, each named once. groupInfo.groupType is 2.",
    ],
    codes: [1002, 1101, 1202],
  },
);

export const DismissGroup = method(
  "/group/dismiss_group",
  DismissGroupReq,
  nothing,
  {
    access: owner,
    kind: "change",
    required: ["groupID"],
    words: [
      "Dismiss a group",
      "Nobody can write any more; deleteMember also removes the members.",
    ],
    codes: [1002, 1004, 1204],
  },
);

export const SetGroupInfo = method(
  "/group/set_group_info",
  SetGroupInfoReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupInfoForSet", "groupInfoForSet.groupID"],
    words: [
      "Change a group",
      "Empty values change nothing. Newer clients use set_group_info_ex.",
    ],
    codes: [1002, 1004, 1204],
  },
);

export const SetGroupInfoEx = method(
  "/group/set_group_info_ex",
  SetGroupInfoExReq,
  nothing,
  {
    access: manager,
    kind: "change",
    words: [
      "Change a group, field by field",
      'null: no change; "" clears a field.',
    ],
    codes: [1002, 1004, 1204],
  },
);

export const JoinGroup = method("/group/join_group", JoinGroupReq, nothing, {
  access: self(),
  kind: "change",
  required: ["groupID", "joinSource"],
  words: [
    "Join a group, or request to join",
    "If the group needs approval, its owner and admins get a request.",
  ],
  codes: [1002, 1004, 1204],
});

export const GroupApplicationResponse = method(
  "/group/group_application_response",
  GroupApplicationResponseReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupID", "fromUserID"],
    words: ["Accept or refuse a request to join"],
    codes: [1002, 1004, 1206],
  },
);

export const InviteUserToGroup = method(
  "/group/invite_user_to_group",
  InviteUserToGroupReq,
  nothing,
  {
    access: member,
    kind: "change",
    required: ["groupID", "invitedUserIDs"],
    words: [
      "Invite users into a group",
      "If the group needs approval, its owner and admins get requests.",
    ],
    codes: [1002, 1004, 1204],
  },
);

export const KickGroup = method(
  "/group/kick_group",
  KickGroupMemberReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupID", "kickedUserIDs"],
    words: ["Remove members from a group"],
    codes: [1002, 1004, 1101],
  },
);

export const QuitGroup = method("/group/quit_group", QuitGroupReq, nothing, {
  access: self(),
  kind: "change",
  required: ["groupID"],
  words: ["Leave a group", "The owner cannot leave: transfer the group first."],
  codes: [1002, 1004],
});

export const TransferGroup = method(
  "/group/transfer_group",
  TransferGroupOwnerReq,
  nothing,
  {
    access: owner,
    kind: "change",
    required: ["groupID", "oldOwnerUserID", "newOwnerUserID"],
    words: ["Transfer a group to another owner"],
    codes: [1002, 1004, 1204],
  },
);

export const SetGroupMemberInfo = method(
  "/group/set_group_member_info",
  SetGroupMemberInfoReq,
  nothing,
  {
    access: concerned,
    kind: "change",
    required: ["members"],
    words: [
      "Change members",
      "Nicknames, pictures and roles in the group. null: no change.",
    ],
    codes: [1002],
  },
);

export const MuteGroupMember = method(
  "/group/mute_group_member",
  MuteGroupMemberReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupID", "userID", "mutedSeconds"],
    words: ["Mute a member"],
    codes: [1002, 1004],
  },
);

export const CancelMuteGroupMember = method(
  "/group/cancel_mute_group_member",
  CancelMuteGroupMemberReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupID", "userID"],
    words: ["Unmute a member"],
    codes: [1002, 1004],
  },
);

export const MuteGroup = method("/group/mute_group", MuteGroupReq, nothing, {
  access: manager,
  kind: "change",
  required: ["groupID"],
  words: ["Mute a group", "Only its owner and admins can write."],
  codes: [1002, 1004],
});

export const CancelMuteGroup = method(
  "/group/cancel_mute_group",
  CancelMuteGroupReq,
  nothing,
  {
    access: manager,
    kind: "change",
    required: ["groupID"],
    words: ["Unmute a group"],
    codes: [1002, 1004, 1204],
  },
);

export const GetGroupsInfo = method(
  "/group/get_groups_info",
  GetGroupsInfoReq,
  GetGroupsInfoResp,
  {
    access: signedIn,
    kind: "read",
    required: ["groupIDs"],
    words: [
      "Get groups by id",
      "Unknown ids are omitted; dismissed groups are included.",
    ],
  },
);

export const GetJoinedGroupList = method(
  "/group/get_joined_group_list",
  GetJoinedGroupListReq,
  GetJoinedGroupListResp,
  {
    access: self("fromUserID"),
    kind: "read",
    required: ["fromUserID"],
    words: ["List the groups a user is in", "By name."],
    codes: [1002],
  },
);

export const GetGroups = method(
  "/group/get_groups",
  GetGroupsReq,
  GetGroupsResp,
  {
    access: administrator,
    kind: "read",
    words: [
      "List or search groups",
      "By full id, or by part of the name; the newest first.",
    ],
  },
);

export const GetGroupAbstractInfo = method(
  "/group/get_group_abstract_info",
  GetGroupAbstractInfoReq,
  GetGroupAbstractInfoResp,
  {
    access: member,
    kind: "read",
    required: ["groupIDs"],
    words: ["Get groups' sizes and the hashes of their members"],
    codes: [1002, 1201],
  },
);

export const GetGroupMembersInfo = method(
  "/group/get_group_members_info",
  GetGroupMembersInfoReq,
  GetGroupMembersInfoResp,
  {
    access: member,
    kind: "read",
    required: ["groupID", "userIDs"],
    words: ["Get members by id", "Users who are not members are omitted."],
    codes: [1002],
  },
);

export const GetGroupMemberList = method(
  "/group/get_group_member_list",
  GetGroupMemberListReq,
  GetGroupMemberListResp,
  {
    access: member,
    kind: "read",
    required: ["groupID"],
    words: [
      "List or search members, page by page",
      "By role, then in order of joining; the keyword is part of the nickname.",
    ],
    codes: [1002],
  },
);

export const GetGroupMemberUserID = method(
  "/group/get_group_member_user_id",
  GetGroupMemberUserIDsReq,
  GetGroupMemberUserIDsResp,
  {
    access: member,
    kind: "read",
    required: ["groupID"],
    words: ["List the ids of all members"],
    codes: [1002],
  },
);

export const GetIncrementalJoinGroups = method(
  "/group/get_incremental_join_groups",
  GetIncrementalJoinGroupReq,
  GetIncrementalJoinGroupResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Catch up with changes among the user's groups", sync],
    codes: [1002],
  },
);

export const GetFullJoinGroupIDs = method(
  "/group/get_full_join_group_ids",
  GetFullJoinGroupIDsReq,
  GetFullJoinGroupIDsResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["Get the ids of all groups a user is in, if they differ"],
    codes: [1002],
  },
);

export const GetIncrementalGroupMembers = method(
  "/group/get_incremental_group_members",
  GetIncrementalGroupMemberReq,
  GetIncrementalGroupMemberResp,
  {
    access: member,
    kind: "read",
    words: ["Catch up with changes among a group's members", sync],
    codes: [1002, 1004, 1204],
  },
);

export const GetIncrementalGroupMembersBatch = method(
  "/group/get_incremental_group_members_batch",
  BatchGetIncrementalGroupMemberReq,
  BatchGetIncrementalGroupMemberResp,
  {
    access: member,
    kind: "read",
    words: [
      "Catch up with members of several groups",
      `${sync} Dismissed groups are left out.`,
    ],
    codes: [1002, 1004],
  },
);

export const GetFullGroupMemberUserIDs = method(
  "/group/get_full_group_member_user_ids",
  GetFullGroupMemberUserIDsReq,
  GetFullGroupMemberUserIDsResp,
  {
    access: member,
    kind: "read",
    required: ["groupID"],
    words: ["Get the ids of all members, if they differ"],
    codes: [1002],
  },
);

export const GetRecvGroupApplicationList = method(
  "/group/get_recv_group_applicationList",
  GetGroupApplicationListReq,
  GetGroupApplicationListResp,
  {
    access: self("fromUserID"),
    kind: "read",
    required: ["fromUserID"],
    words: [
      "List requests to join the user's groups",
      "For owners and admins: requests to the groups that they manage.",
    ],
    codes: [1002, 1201],
  },
);

export const GetUserReqGroupApplicationList = method(
  "/group/get_user_req_group_applicationList",
  GetUserReqApplicationListReq,
  GetUserReqApplicationListResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: ["List the user's own requests to join"],
    codes: [1002, 1004],
  },
);

export const GetGroupUsersReqApplicationList = method(
  "/group/get_group_users_req_application_list",
  GetGroupUsersReqApplicationListReq,
  GetGroupUsersReqApplicationListResp,
  {
    access: manager,
    kind: "read",
    required: ["groupID", "userIDs"],
    words: ["Get requests of the named users to join a group"],
    codes: [1002, 1201],
  },
);

export const GetSpecifiedUserGroupRequestInfo = method(
  "/group/get_specified_user_group_request_info",
  GetSpecifiedUserGroupRequestInfoReq,
  GetSpecifiedUserGroupRequestInfoResp,
  {
    access: concerned,
    kind: "read",
    words: ["Get one user's request to join a group"],
    codes: [1002],
  },
);

export const GetGroupApplicationUnhandledCount = method(
  "/group/get_group_application_unhandled_count",
  GetGroupApplicationUnhandledCountReq,
  GetGroupApplicationUnhandledCountResp,
  {
    access: self("userID"),
    kind: "read",
    words: ["Count unanswered requests to join"],
    codes: [1002],
  },
);
