/** Descriptions of fields per message: tokens, users, friends. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  "auth.getAdminTokenReq": {
    secret: "The server's setting `secret`.",
    userID: "One of the setting `adminUserIDs`.",
  },
  "auth.getAdminTokenResp": {
    token: "The administrator's token, for the header `token`.",
    expireTimeSeconds: "Seconds for which the token is valid.",
  },
  "auth.getUserTokenReq": {
    userID: "Id of the user who signs in; not an administrator.",
    platformID:
      "Platform of the sign-in: 1 iOS, 2 Android, 3 Windows, 4 macOS, 5 web, 6 mini program, 7 Linux, 8 Android tablet, 9 iPad, 11 HarmonyOS.",
  },
  "auth.getUserTokenResp": {
    token: "The user's token, for the client.",
    expireTimeSeconds: "Seconds for which the token is valid.",
  },
  "auth.parseTokenReq": { token: "The token to check." },
  "auth.parseTokenResp": {
    userID: "Id of the token's user.",
    expireTimeSeconds: "Expiry time, in seconds since 1970.",
  },
  "auth.forceLogoutReq": { userID: "Id of the user to sign out." },
  "parley.auth.ForceLogoutAllReq": {
    userID: "Id of the user to sign out.",
  },

  // Users.
  "user.userRegisterReq": { users: "The new users." },
  "user.updateUserInfoReq": {
    userInfo: "The user's id and the fields to change; empty or 0: no change.",
  },
  "user.updateUserInfoExReq": {
    userInfo:
      "The user's id and the fields to change; absent or null: no change.",
  },
  "sdkws.UserInfo": {
    userID:
      "Id chosen by the application: letters, digits and underscores for a new user.",
    createTime: "Time of registration; ignored in requests.",
  },
  "user.getPaginationUsersReq": {
    userID: "A part of the id, in any case; empty: all.",
    nickName: "A part of the nickname, in any case; empty: all.",
  },
  "user.getAllUserIDResp": { userIDs: "Ids of the users on this page." },
  "user.getUserStatusReq": { userID: "Ignored." },
  "user.accountCheckReq": { checkUserIDs: "Ids to look for; each once." },
  "user.accountCheckResp": {
    results: "One for each id, in the order of the request.",
  },
  "user.accountCheckResp.singleUserStatus": {
    accountStatus: "1 the user exists, 0 it does not.",
  },
  "user.onlineStatus": { status: "1 online, 0 offline." },
  "user.getUserStatusResp": {
    statusList: "One for each id, in the order of the request.",
  },
  "user.getSubscribeUsersStatusResp": {
    statusList: "Always empty: sockets subscribe, with frame 2005.",
  },
  "user.subscribeOrCancelUsersStatusReq": {
    genre: "1 subscribe, 2 unsubscribe.",
  },
  "user.subscribeOrCancelUsersStatusResp": {
    statusList: "Always empty: sockets subscribe, with frame 2005.",
  },
  "msggateway.GetUsersOnlineStatusResp.SuccessResult": {
    status: "1 online, 0 offline.",
    detailPlatformStatus: "The user's connections; null: none.",
  },
  "msggateway.GetUsersOnlineStatusResp.SuccessDetail": {
    connID: "Always empty.",
    isBackground: "Whether the application said that it is in the background.",
    token: "The token of the connection.",
  },
  "msggateway.SingleDetail": {
    status: "Always 1: only online users are listed.",
    singlePlatformToken: "By platform.",
  },
  "msggateway.SinglePlatformToken": {
    total: "Number of connections.",
    token: "Their tokens.",
  },
  "user.processUserCommandAddReq": {
    type: "Type, chosen by the application; not 0.",
    uuid: "Id, chosen by the application; unique within its type.",
    value: "Value to store; null: none.",
    ex: "More data to store; null: none.",
  },
  "user.processUserCommandUpdateReq": {
    type: "Type of the entry.",
    uuid: "Id of the entry.",
    value: "New value; null: no change.",
    ex: "New additional data; null: no change.",
  },
  "user.processUserCommandDeleteReq": {
    type: "Type of the entry.",
    uuid: "Id of the entry.",
  },
  "user.processUserCommandGetReq": { type: "Type of the entries; not 0." },
  "user.processUserCommandGetResp": { CommandResp: "All entries of the type." },
  "user.processUserCommandGetAllResp": {
    CommandResp: "All entries of all types.",
  },
  "user.CommandInfoResp": {
    type: "Type of the entry.",
    uuid: "Id of the entry.",
    value: "The stored value.",
    createTime: "When it was added, in seconds since 1970.",
  },
  "user.AllCommandInfoResp": {
    type: "Type of the entry.",
    uuid: "Id of the entry.",
    value: "The stored value.",
    createTime: "When it was added, in seconds since 1970.",
  },
  "user.addNotificationAccountReq": {
    userID: "Id of the account; empty: the server chooses ten digits.",
    appMangerLevel: "3 notification account, 4 robot.",
  },
  "user.updateNotificationAccountInfoReq": {
    faceURL: "Empty: no change.",
    nickName: "Empty: no change.",
  },
  "user.searchNotificationAccountReq": {
    keyword: "An id, or else a nickname, in full; empty: all.",
    appManagerLevel: "Only those of this level; null: all.",
  },
  "user.searchNotificationAccountResp": {
    notificationAccounts: "The accounts.",
  },
  "user.getUserClientConfigReq": {
    userID: "Id of the user; empty: the configuration for everybody.",
  },
  "user.setUserClientConfigReq": {
    userID: "Id of the user; empty: the configuration for everybody.",
    configs: "Texts by name. Other names stay unchanged.",
  },
  "user.delUserClientConfigReq": {
    userID: "Id of the user; empty: the configuration for everybody.",
    keys: "Names to remove.",
  },
  "user.pageUserClientConfigReq": {
    userID: "Id of the user; empty: all users.",
    key: "Only this name; empty: all.",
  },
  "user.pageUserClientConfigResp": { configs: "One for each user and name." },
  "user.clientConfig": {
    userID: "Id of the user; empty: for everybody.",
    key: "Name of the entry.",
    value: "Text of the entry.",
  },
  "parley.user.DeleteUserReq": {
    userID: "Id of the deleted user.",
    deleteMessages:
      "Also delete the content of all messages that the user sent.",
  },
  "parley.user.UserDeletion": {
    userID: "Id of the deleted user.",
    deleteMessages: "Whether the user's messages are deleted, too.",
    state: "running, interrupted (send the request again to continue) or done.",
    part: "The part that is being removed now.",
    operatorUserID: "Id of the user who requested it.",
    startTime: "Start time.",
    endTime: "End time; 0: not done yet.",
    removed: "Number of removed entries by kind.",
  },

  // Friends.
  "relation.applyToAddFriendReq": {
    fromUserID: "Id of the user who sends the request.",
    toUserID: "Id of the user who receives the request.",
  },
  "relation.respondFriendApplyReq": {
    fromUserID: "Id of the applicant.",
    toUserID: "Id of the user who received the request and answers it.",
    handleResult: "1 accept, -1 refuse.",
  },
  "relation.getDesignatedFriendsApplyReq": {
    fromUserID: "Id of the applicant.",
    toUserID: "Id of the user who received the request.",
  },
  "sdkws.FriendRequest": {
    fromUserID: "Id of the applicant.",
    fromNickname: "Their nickname.",
    fromFaceURL: "Address of their picture.",
    toUserID: "Id of the user who received the request.",
    toNickname: "Their nickname.",
    toFaceURL: "Address of their picture.",
  },
  "relation.getSelfUnhandledApplyCountReq": {
    time: "Only requests after this time; 0: all.",
  },
  "relation.getSelfUnhandledApplyCountResp": {
    count: "Number of unanswered requests.",
  },
  "relation.isFriendReq": {
    userID1: "Id of one user.",
    userID2: "Id of the other.",
  },
  "relation.isFriendResp": {
    inUser1Friends: "Whether userID2 is a friend of userID1.",
    inUser2Friends: "Whether userID1 is a friend of userID2.",
  },
  "relation.setFriendRemarkReq": {
    remark: "The owner's own name for the friend; empty removes it.",
  },
  "relation.updateFriendsReq": {
    isPinned: "Whether they are pinned; null: no change.",
    remark: "The owner's own name for them; null: no change.",
    ex: "Free text of the application; null: no change.",
  },
  "relation.importFriendReq": {
    friendUserIDs: "Ids of the users who become friends without a request.",
  },
  "relation.getDesignatedFriendsReq": {
    friendUserIDs: "Ids to look for; each once.",
  },
  "relation.getSpecifiedFriendsInfoInfo": {
    userInfo: "The user.",
  },
  "relation.getFullFriendUserIDsResp": { userIDs: "Ids of all friends." },
  "sdkws.FriendInfo": {
    createTime:
      "When they became friends: in seconds, in get_specified_friends_info in milliseconds.",
    friendUser: "The friend; null in get_specified_friends_info.",
    operatorUserID: "Id of the user who sent the request or imported them.",
  },
  "relation.FriendInfoOnly": { createTime: "When they became friends." },
  "sdkws.BlackInfo": {
    createTime:
      "When it was made: in seconds, in get_specified_blacks and get_specified_friends_info in milliseconds.",
    blackUserInfo: "The blocked user; null: deleted.",
    addSource: "Always 0.",
  },
};
