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
    expireTimeSeconds: "For so many seconds it is good.",
  },
  "auth.getUserTokenReq": {
    userID: "Who signs in; no administrator.",
    platformID:
      "Where they sign in: 1 iOS, 2 Android, 3 Windows, 4 macOS, 5 web, 6 mini program, 7 Linux, 8 Android tablet, 9 iPad, 11 HarmonyOS.",
  },
  "auth.getUserTokenResp": {
    token: "The user's token, for the client.",
    expireTimeSeconds: "For so many seconds it is good.",
  },
  "auth.parseTokenReq": { token: "The token to look at." },
  "auth.parseTokenResp": {
    userID: "Whose token it is.",
    expireTimeSeconds: "Good until then, in seconds since 1970.",
  },
  "auth.forceLogoutReq": { userID: "Whose tokens and connections end." },
  "parley.auth.ForceLogoutAllReq": {
    userID: "Whose tokens and connections end.",
  },

  // Users.
  "user.userRegisterReq": { users: "The new users." },
  "user.updateUserInfoReq": {
    userInfo: "The user's id, and what changes: what is empty or 0 stays.",
  },
  "user.updateUserInfoExReq": {
    userInfo: "The user's id, and what changes: what is absent or null stays.",
  },
  "sdkws.UserInfo": {
    userID:
      "Of a new user: letters, digits and underscores, as the application chooses.",
    createTime: "When the user was made; not looked at in requests.",
  },
  "user.getPaginationUsersReq": {
    userID: "A part of the id, in any case; empty: all.",
    nickName: "A part of the nickname, in any case; empty: all.",
  },
  "user.getAllUserIDResp": { userIDs: "Ids of the users on this page." },
  "user.getUserStatusReq": { userID: "Not looked at." },
  "user.accountCheckReq": { checkUserIDs: "Ids to look for; each once." },
  "user.accountCheckResp": { results: "One for each, in their order." },
  "user.accountCheckResp.singleUserStatus": {
    accountStatus: "1 there is such a user, 0 there is none.",
  },
  "user.onlineStatus": { status: "1 online, 0 offline." },
  "user.getUserStatusResp": { statusList: "One for each, in their order." },
  "user.getSubscribeUsersStatusResp": {
    statusList: "Always empty: sockets subscribe, with frame 2005.",
  },
  "user.subscribeOrCancelUsersStatusReq": {
    genre: "1 subscribe, 2 end it.",
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
    token: "The token that it signed in with.",
  },
  "msggateway.SingleDetail": {
    status: "Always 1: only who is online is listed.",
    singlePlatformToken: "By platform.",
  },
  "msggateway.SinglePlatformToken": {
    total: "How many connections there are.",
    token: "Their tokens.",
  },
  "user.processUserCommandAddReq": {
    type: "A kind, as the application chooses; not 0.",
    uuid: "An id, as the application chooses: one of its kind.",
    value: "What is kept; null: nothing.",
    ex: "More that is kept; null: nothing.",
  },
  "user.processUserCommandUpdateReq": {
    type: "Its kind.",
    uuid: "Its id.",
    value: "What is kept from now on; null: as before.",
    ex: "More that is kept from now on; null: as before.",
  },
  "user.processUserCommandDeleteReq": { type: "Its kind.", uuid: "Its id." },
  "user.processUserCommandGetReq": { type: "Those of this kind; not 0." },
  "user.processUserCommandGetResp": { CommandResp: "All of the kind." },
  "user.processUserCommandGetAllResp": { CommandResp: "All of all kinds." },
  "user.CommandInfoResp": {
    type: "Its kind.",
    uuid: "Its id.",
    value: "What is kept.",
    createTime: "When it was added, in seconds since 1970.",
  },
  "user.AllCommandInfoResp": {
    type: "Its kind.",
    uuid: "Its id.",
    value: "What is kept.",
    createTime: "When it was added, in seconds since 1970.",
  },
  "user.addNotificationAccountReq": {
    userID: "Its id; empty: ten digits are chosen.",
    appMangerLevel: "3 notification account, 4 robot.",
  },
  "user.updateNotificationAccountInfoReq": {
    faceURL: "Empty: as before.",
    nickName: "Empty: as before.",
  },
  "user.searchNotificationAccountReq": {
    keyword: "An id, or else a nickname, in full; empty: all.",
    appManagerLevel: "Only those of this level; null: all.",
  },
  "user.searchNotificationAccountResp": {
    notificationAccounts: "The accounts.",
  },
  "user.getUserClientConfigReq": {
    userID: "Whose; empty: what is for everybody.",
  },
  "user.setUserClientConfigReq": {
    userID: "Whose; empty: what is for everybody.",
    configs: "By name: a text. Other names stay as they are.",
  },
  "user.delUserClientConfigReq": {
    userID: "Whose; empty: what is for everybody.",
    keys: "Names to remove.",
  },
  "user.pageUserClientConfigReq": {
    userID: "Whose; empty: everybody's.",
    key: "Only this name; empty: all.",
  },
  "user.pageUserClientConfigResp": { configs: "One for each user and name." },
  "user.clientConfig": {
    userID: "Whose; empty: it is for everybody.",
    key: "Its name.",
    value: "Its text.",
  },
  "parley.user.DeleteUserReq": {
    userID: "Who is deleted.",
    deleteMessages: "The content of everything they sent goes, too.",
  },
  "parley.user.UserDeletion": {
    userID: "Who is deleted.",
    deleteMessages: "Whether what they sent goes, too.",
    state: "running, interrupted (ask again to go on) or done.",
    part: "What is being removed, while it runs.",
    operatorUserID: "Who asked for it.",
    startTime: "When it began.",
    endTime: "When it was done; 0 until then.",
    removed: "How much of each kind went so far.",
  },
  "parley.user.Removed": {
    profiles: "Their own entry: 1.",
    tokens: "Tokens that were good.",
    friends: "Friends in their list.",
    friendOf: "Lists of friends of others.",
    friendRequests: "Requests from and to them.",
    blacks: "Users whom they blocked.",
    blockedBy: "Blacklists of others.",
    groupMemberships: "Groups that they were in.",
    groupsHandedOver: "Groups that have another owner now.",
    groupsDismissed: "Groups in which nobody else was.",
    groupRequests: "Requests to join.",
    messages: "Messages whose content went, where that was wanted.",
    messageCounts: "Numbers of messages by day, for statistics.",
    conversations: "Entries of their list of conversations.",
    readPositions: "Of groups.",
    readMarks: "Messages marked as read, or deleted for themselves.",
    objects: "Names of files that they uploaded.",
    files: "Contents that nobody else had under another name.",
    uploads: "Begun, whether they were completed or not.",
    userCommands: "What process_user_command_add kept.",
    clientConfigs: "What set_user_client_config kept.",
    pushTokens: "Of phones and browsers.",
    pushBadges: "Numbers on icons.",
    clientLogs: "Log files of their clients.",
    versionLogs: "Of incremental sync.",
  },

  // Friends.
  "relation.applyToAddFriendReq": {
    fromUserID: "Who asks.",
    toUserID: "Who is asked.",
  },
  "relation.respondFriendApplyReq": {
    fromUserID: "Who asked.",
    toUserID: "Who was asked, and now answers.",
    handleResult: "1 accept, -1 refuse.",
  },
  "relation.getDesignatedFriendsApplyReq": {
    fromUserID: "Who asked.",
    toUserID: "Who was asked.",
  },
  "sdkws.FriendRequest": {
    fromUserID: "Who asked.",
    fromNickname: "Their nickname.",
    fromFaceURL: "Address of their picture.",
    toUserID: "Who was asked.",
    toNickname: "Their nickname.",
    toFaceURL: "Address of their picture.",
  },
  "relation.getSelfUnhandledApplyCountReq": {
    time: "Only requests after this time; 0: all.",
  },
  "relation.getSelfUnhandledApplyCountResp": {
    count: "How many wait for an answer.",
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
    isPinned: "Whether they stand at the top; null: as before.",
    remark: "The owner's own name for them; null: as before.",
    ex: "Free text of the application; null: as before.",
  },
  "relation.importFriendReq": {
    friendUserIDs: "Who become friends, without being asked.",
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
    operatorUserID: "Who asked, or imported them.",
  },
  "relation.FriendInfoOnly": { createTime: "When they became friends." },
  "sdkws.BlackInfo": {
    createTime:
      "When it was made: in seconds, in get_specified_blacks and get_specified_friends_info in milliseconds.",
    blackUserInfo: "Who is blocked; null: gone.",
    addSource: "Always 0.",
  },
};
