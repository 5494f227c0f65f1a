/** Descriptions of fields per message: groups. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  "sdkws.GroupInfo": {
    groupID:
      "Id of the group; empty when creating: the server chooses ten digits.",
    status: "0 normal, 2 dismissed, 3 muted.",
  },
  "sdkws.GroupInfoForSet": {
    groupName: "Empty: no change.",
    notification: "Empty: no change.",
    introduction: "Empty: no change.",
    faceURL: "Empty: no change.",
    ex: "null: no change.",
  },
  "group.SetGroupInfoReq": {
    groupInfoForSet: "The group's id and the fields to change.",
  },
  "group.SetGroupInfoExReq": {
    groupName: "null: no change.",
    notification: "The announcement; empty removes it, null: no change.",
    introduction: "Empty removes it, null: no change.",
    faceURL: "Empty removes it, null: no change.",
    ex: "Empty removes it, null: no change.",
  },
  "group.CreateGroupReq": {
    ownerUserID: "Id of the owner, who becomes a member.",
    adminUserIDs: "Its admins.",
    memberUserIDs: "Its other members.",
    groupInfo: "Name and other data of the group; groupType must be 2.",
  },
  "group.DismissGroupReq": {
    deleteMember: "Also removes the members, without notifying them.",
  },
  "group.JoinGroupReq": {
    reqMessage: "Text to send with the request.",
    joinSource:
      "How the user found the group: 1 by an administrator, 2 invited, 3 by search, 4 by QR code.",
    inviterUserID:
      "In spite of its name, the id of the joining user: the caller.",
  },
  "group.GroupApplicationResponseReq": {
    fromUserID: "Id of the applicant.",
    handleResult: "1 accept, -1 refuse.",
  },
  "group.GetGroupApplicationListReq": {
    fromUserID: "Id of the owner or admin whose groups are meant.",
    groupIDs: "Only of these groups; empty: all that fromUserID manages.",
  },
  "group.GetUserReqApplicationListReq": {
    userID: "Id of the applicant.",
    groupIDs: "Only of these groups; empty: all.",
  },
  "group.getGroupUsersReqApplicationListReq": {
    userIDs: "Id of the applicant.",
  },
  "group.GetGroupApplicationUnhandledCountReq": {
    userID: "Id of the owner or admin whose groups are meant.",
    time: "Only requests after this time; 0: all.",
  },
  "group.GetGroupApplicationUnhandledCountResp": {
    count: "Number of unanswered requests.",
  },
  "sdkws.GroupRequest": {
    userInfo: "Id of the applicant.",
    inviterUserID: "Id of the inviting user; empty: the user applied.",
  },
  "group.InviteUserToGroupReq": { invitedUserIDs: "Ids of the invited users." },
  "group.KickGroupMemberReq": {
    kickedUserIDs: "Ids of the members to remove; not the owner.",
  },
  "group.QuitGroupReq": {
    userID: "Id of the leaving user; empty: the caller.",
  },
  "group.TransferGroupOwnerReq": {
    oldOwnerUserID: "Id of the current owner.",
    newOwnerUserID: "Id of the new owner, who must be a member.",
  },
  "group.SetGroupMemberInfoReq": {
    members: "Members of any groups, each with the fields to change.",
  },
  "group.SetGroupMemberInfo": {
    nickname: "Nickname in the group; null: no change.",
    faceURL: "Picture in the group; null: no change.",
    roleLevel: "60 admin, 20 member; null: no change.",
    ex: "Free text of the application; null: no change.",
  },
  "group.GetGroupsReq": {
    groupID: "The id, in full; empty: by name.",
    groupName: "A part of the name, in any case; empty: all.",
  },
  "group.GetGroupsResp": { groups: "The groups, with their owners." },
  "group.CMSGroup": {
    groupOwnerUserName: "Nickname of the owner.",
    groupOwnerUserID: "Id of the owner.",
  },
  "group.GetJoinedGroupListReq": {
    fromUserID: "Id of the user whose groups are listed.",
  },
  "group.GetGroupMemberListReq": {
    filter:
      "0 all, 1 owner, 2 admins, 3 members, 4 admins and members, 5 owner and admins; checked, but without effect: all are returned.",
    keyword: "A part of the nickname in the group; empty: all.",
  },
  "group.GetGroupMembersInfoReq": { userIDs: "Ids to look for." },
  "group.GetGroupMemberUserIDsResp": { userIDs: "Ids of all members." },
  "group.GetFullGroupMemberUserIDsResp": { userIDs: "Ids of all members." },
  "group.GetFullJoinGroupIDsResp": { groupIDs: "Ids of all their groups." },
  "sdkws.GroupMemberFullInfo": {
    nickname: "Nickname in the group; without one, the user's nickname.",
    appMangerLevel: "Always 0.",
    operatorUserID: "Id of the user who admitted them.",
    joinSource:
      "1 by an administrator, 2 invited, 3 by search, 4 by QR code, 0 unknown.",
  },
  "group.GetGroupAbstractInfoResp": {
    groupAbstractInfos: "One for each group.",
  },
  "group.GroupAbstractInfo": {
    groupMemberNumber: "How many members it has.",
    groupMemberListHash: "Changes when the members do; it may be above 2^53.",
  },
  "group.BatchGetIncrementalGroupMemberReq": {
    userID: "Ignored.",
    reqList: "One request for each group.",
  },
  "group.BatchGetIncrementalGroupMemberResp": {
    respList: "By groupID: an answer of get_incremental_group_members.",
  },
  "group.getIncrementalGroupMemberResp": {
    group: "The group if it changed; null: unchanged.",
    delete: "Ids of users who are no longer members.",
  },
  "group.GroupCreateCountResp": {
    total: "Total number of groups.",
    count: "Number of created groups by UTC day, like 2026-01-31.",
  },
  "user.userRegisterCountResp": {
    total: "Total number of users.",
    count: "Number of registrations by UTC day, like 2026-01-31.",
  },
};
