/** Descriptions of fields per message: groups. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  "sdkws.GroupInfo": {
    groupID:
      "Id of the group; empty at its making: the server chooses ten digits.",
    status: "0 normal, 2 dismissed, 3 silenced.",
  },
  "sdkws.GroupInfoForSet": {
    groupName: "Empty: as before.",
    notification: "Empty: as before.",
    introduction: "Empty: as before.",
    faceURL: "Empty: as before.",
    ex: "null: as before.",
  },
  "group.SetGroupInfoReq": { groupInfoForSet: "Its id, and what changes." },
  "group.SetGroupInfoExReq": {
    groupName: "null: as before.",
    notification: "The announcement; empty removes it, null: as before.",
    introduction: "Empty removes it, null: as before.",
    faceURL: "Empty removes it, null: as before.",
    ex: "Empty removes it, null: as before.",
  },
  "group.CreateGroupReq": {
    ownerUserID: "Who owns it; a member by that.",
    adminUserIDs: "Its admins.",
    memberUserIDs: "Its other members.",
    groupInfo: "What it is called, and so on; groupType must be 2.",
  },
  "group.DismissGroupReq": {
    deleteMember: "Also forgets its members, without telling them.",
  },
  "group.JoinGroupReq": {
    reqMessage: "What is written with the request.",
    joinSource:
      "How it was found: 1 by an administrator, 2 invited, 3 by search, 4 by QR code.",
    inviterUserID: "Who joins, in spite of the name: the caller.",
  },
  "group.GroupApplicationResponseReq": {
    fromUserID: "Who asked to join.",
    handleResult: "1 accept, -1 refuse.",
  },
  "group.GetGroupApplicationListReq": {
    fromUserID: "Whose groups: an owner or admin.",
    groupIDs: "Only of these groups; empty: all that fromUserID manages.",
  },
  "group.GetUserReqApplicationListReq": {
    userID: "Who asked.",
    groupIDs: "Only of these groups; empty: all.",
  },
  "group.getGroupUsersReqApplicationListReq": { userIDs: "Who asked." },
  "group.GetGroupApplicationUnhandledCountReq": {
    userID: "Whose groups: an owner or admin.",
    time: "Only requests after this time; 0: all.",
  },
  "group.GetGroupApplicationUnhandledCountResp": {
    count: "How many wait for an answer.",
  },
  "sdkws.GroupRequest": {
    userInfo: "Who asked.",
    inviterUserID: "Id of the user who invited them; empty: they asked.",
  },
  "group.InviteUserToGroupReq": { invitedUserIDs: "Who is invited." },
  "group.KickGroupMemberReq": {
    kickedUserIDs: "Who has to leave; not the owner.",
  },
  "group.QuitGroupReq": { userID: "Who leaves; empty: the caller." },
  "group.TransferGroupOwnerReq": {
    oldOwnerUserID: "Who owns it now.",
    newOwnerUserID: "Who is to own it: a member.",
  },
  "group.SetGroupMemberInfoReq": {
    members: "Which members, of any groups, and what changes of each.",
  },
  "group.SetGroupMemberInfo": {
    nickname: "Their name in the group; null: as before.",
    faceURL: "Their picture in the group; null: as before.",
    roleLevel: "60 admin, 20 member; null: as before.",
    ex: "Free text of the application; null: as before.",
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
  "group.GetJoinedGroupListReq": { fromUserID: "Whose groups." },
  "group.GetGroupMemberListReq": {
    filter:
      "0 all, 1 owner, 2 admins, 3 members, 4 admins and members, 5 owner and admins; checked only: all are answered.",
    keyword: "A part of the nickname in the group; empty: all.",
  },
  "group.GetGroupMembersInfoReq": { userIDs: "Ids to look for." },
  "group.GetGroupMemberUserIDsResp": { userIDs: "Ids of all members." },
  "group.GetFullGroupMemberUserIDsResp": { userIDs: "Ids of all members." },
  "group.GetFullJoinGroupIDsResp": { groupIDs: "Ids of all their groups." },
  "sdkws.GroupMemberFullInfo": {
    nickname: "Their name in the group; the user's where there is none.",
    appMangerLevel: "Always 0.",
    operatorUserID: "Who let them in.",
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
    userID: "Not looked at.",
    reqList: "What is asked of each group.",
  },
  "group.BatchGetIncrementalGroupMemberResp": {
    respList: "By groupID: what get_incremental_group_members answers.",
  },
  "group.getIncrementalGroupMemberResp": {
    group: "The group, where it changed; null: it did not.",
    delete: "Ids of users who are no members any more.",
  },
  "group.GroupCreateCountResp": {
    total: "How many groups there are.",
    count: "By UTC day, like 2026-01-31: how many were made.",
  },
  "user.userRegisterCountResp": {
    total: "How many users there are.",
    count: "By UTC day, like 2026-01-31: how many registered.",
  },
};
