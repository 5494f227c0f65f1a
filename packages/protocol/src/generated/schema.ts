// Made from proto/openim/*.proto by scripts/generate.ts; do not edit.

/** Every message by its full name; the grammar is in descriptor.ts. */
export const schema: Readonly<Record<string, string>> = {
  "openim.auth.getAdminTokenReq": "secret:1:string userID:3:string",
  "openim.auth.getAdminTokenResp": "token:2:string expireTimeSeconds:3:int64",
  "openim.auth.forceLogoutReq": "platformID:1:int32 userID:2:string",
  "openim.auth.forceLogoutResp": "",
  "openim.auth.parseTokenReq": "token:1:string",
  "openim.auth.parseTokenResp":
    "userID:1:string platformID:2:int32 expireTimeSeconds:4:int64",
  "openim.auth.getUserTokenReq": "platformID:1:int32 userID:2:string",
  "openim.auth.getUserTokenResp": "token:1:string expireTimeSeconds:2:int64",
  "openim.auth.invalidateTokenReq":
    "preservedToken:1:string userID:2:string platformID:3:int32",
  "openim.auth.invalidateTokenResp": "",
  "openim.auth.kickTokensReq": "tokens:1:string[]",
  "openim.auth.kickTokensResp": "",
  "openim.auth.GetExistingTokenReq": "userID:1:string platformID:2:int32",
  "openim.auth.getExistingTokenResp": "tokenStates:1:int32{}",
  "openim.conversation.Conversation":
    "ownerUserID:1:string conversationID:2:string recvMsgOpt:3:int32 conversationType:4:int32 userID:5:string groupID:6:string isPinned:7:bool attachedInfo:8:string isPrivateChat:9:bool groupAtType:10:int32 ex:11:string burnDuration:12:int32 minSeq:13:int64 maxSeq:14:int64 msgDestructTime:15:int64 latestMsgDestructTime:16:int64 isMsgDestruct:17:bool",
  "openim.conversation.ConversationReq":
    "conversationID:1:string conversationType:2:int32 userID:3:string groupID:4:string recvMsgOpt:5:int32?wrapped isPinned:6:bool?wrapped attachedInfo:7:string?wrapped isPrivateChat:8:bool?wrapped ex:9:string?wrapped burnDuration:10:int32?wrapped minSeq:11:int64?wrapped maxSeq:12:int64?wrapped groupAtType:13:int32?wrapped msgDestructTime:14:int64?wrapped isMsgDestruct:15:bool?wrapped",
  "openim.conversation.SetConversationReq":
    "conversation:1:openim.conversation.Conversation",
  "openim.conversation.SetConversationResp": "",
  "openim.conversation.GetConversationReq":
    "conversationID:1:string ownerUserID:2:string",
  "openim.conversation.GetConversationResp":
    "conversation:2:openim.conversation.Conversation",
  "openim.conversation.GetSortedConversationListReq":
    "userID:1:string conversationIDs:2:string[] pagination:3:openim.sdkws.RequestPagination",
  "openim.conversation.GetSortedConversationListResp":
    "conversationTotal:1:int64 unreadTotal:2:int64 conversationElems:3:openim.conversation.ConversationElem[]",
  "openim.conversation.ConversationElem":
    "conversationID:1:string recvMsgOpt:2:int32 unreadCount:3:int64 IsPinned:4:bool msgInfo:5:openim.conversation.MsgInfo",
  "openim.conversation.MsgInfo":
    "serverMsgID:1:string clientMsgID:2:string sessionType:3:int32 sendID:4:string recvID:5:string senderName:6:string faceURL:7:string groupID:8:string groupName:9:string groupFaceURL:10:string groupType:11:int32 groupMemberCount:12:uint32 LatestMsgRecvTime:13:int64 msgFrom:14:int32 contentType:15:int32 content:16:string ex:17:string",
  "openim.conversation.GetConversationsReq":
    "ownerUserID:1:string conversationIDs:2:string[]",
  "openim.conversation.GetConversationsResp":
    "conversations:2:openim.conversation.Conversation[]",
  "openim.conversation.GetAllConversationsReq": "ownerUserID:1:string",
  "openim.conversation.GetAllConversationsResp":
    "conversations:2:openim.conversation.Conversation[]",
  "openim.conversation.GetRecvMsgNotNotifyUserIDsReq": "groupID:1:string",
  "openim.conversation.GetRecvMsgNotNotifyUserIDsResp": "userIDs:1:string[]",
  "openim.conversation.CreateSingleChatConversationsReq":
    "recvID:1:string sendID:2:string conversationID:3:string conversationType:4:int32",
  "openim.conversation.CreateSingleChatConversationsResp": "",
  "openim.conversation.CreateGroupChatConversationsReq":
    "userIDs:1:string[] groupID:2:string",
  "openim.conversation.CreateGroupChatConversationsResp": "",
  "openim.conversation.SetConversationMaxSeqReq":
    "conversationID:1:string ownerUserID:2:string[] maxSeq:3:int64",
  "openim.conversation.SetConversationMaxSeqResp": "",
  "openim.conversation.SetConversationMinSeqReq":
    "conversationID:1:string ownerUserID:2:string[] minSeq:3:int64",
  "openim.conversation.SetConversationMinSeqResp": "",
  "openim.conversation.GetConversationIDsReq": "userID:1:string",
  "openim.conversation.GetConversationIDsResp": "conversationIDs:1:string[]",
  "openim.conversation.SetConversationsReq":
    "userIDs:1:string[] conversation:2:openim.conversation.ConversationReq",
  "openim.conversation.SetConversationsResp": "",
  "openim.conversation.GetUserConversationIDsHashReq": "ownerUserID:1:string",
  "openim.conversation.GetUserConversationIDsHashResp": "hash:1:hash",
  "openim.conversation.GetConversationsByConversationIDReq":
    "conversationIDs:1:string[]",
  "openim.conversation.GetConversationsByConversationIDResp":
    "conversations:1:openim.conversation.Conversation[]",
  "openim.conversation.GetConversationOfflinePushUserIDsReq":
    "conversationID:1:string userIDs:2:string[]",
  "openim.conversation.GetConversationOfflinePushUserIDsResp":
    "userIDs:1:string[]",
  "openim.conversation.GetConversationNotReceiveMessageUserIDsReq":
    "conversationID:1:string",
  "openim.conversation.GetConversationNotReceiveMessageUserIDsResp":
    "userIDs:1:string[]",
  "openim.conversation.UpdateConversationReq":
    "conversationID:1:string userIDs:2:string[] recvMsgOpt:3:int32?wrapped isPinned:4:bool?wrapped attachedInfo:5:string?wrapped isPrivateChat:6:bool?wrapped ex:7:string?wrapped burnDuration:8:int32?wrapped minSeq:9:int64?wrapped maxSeq:10:int64?wrapped groupAtType:11:int32?wrapped msgDestructTime:12:int64?wrapped isMsgDestruct:13:bool?wrapped latestMsgDestructTime:14:int64?wrapped",
  "openim.conversation.UpdateConversationResp": "",
  "openim.conversation.GetFullOwnerConversationIDsReq":
    "idHash:1:hash userID:2:string",
  "openim.conversation.GetFullOwnerConversationIDsResp":
    "version:1:uint64 versionID:2:string equal:3:bool conversationIDs:4:string[]",
  "openim.conversation.GetIncrementalConversationReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.conversation.GetIncrementalConversationResp":
    "version:1:uint64 versionID:2:string full:3:bool delete:4:string[] insert:5:openim.conversation.Conversation[] update:6:openim.conversation.Conversation[]",
  "openim.conversation.GetOwnerConversationReq":
    "userID:1:string pagination:2:openim.sdkws.RequestPagination",
  "openim.conversation.GetOwnerConversationResp":
    "total:1:int64 conversations:2:openim.conversation.Conversation[]",
  "openim.conversation.GetConversationsNeedClearMsgReq": "",
  "openim.conversation.GetConversationsNeedClearMsgResp":
    "conversations:1:openim.conversation.Conversation[]",
  "openim.conversation.GetNotNotifyConversationIDsReq": "userID:1:string",
  "openim.conversation.GetNotNotifyConversationIDsResp":
    "conversationIDs:1:string[]",
  "openim.conversation.GetPinnedConversationIDsReq": "userID:1:string",
  "openim.conversation.GetPinnedConversationIDsResp":
    "conversationIDs:1:string[]",
  "openim.conversation.ClearUserConversationMsgReq":
    "timestamp:1:int64 limit:2:int32",
  "openim.conversation.ClearUserConversationMsgResp": "count:1:int32",
  "openim.conversation.UpdateConversationsByUserReq":
    "userID:1:string ex:2:string?wrapped",
  "openim.conversation.UpdateConversationsByUserResp": "",
  "openim.conversation.DeleteConversationsReq":
    "ownerUserID:1:string needDeleteTime:2:int64 conversationIDs:3:string[]",
  "openim.conversation.DeleteConversationsResp": "",
  "openim.group.CreateGroupReq":
    "memberUserIDs:1:string[] groupInfo:2:openim.sdkws.GroupInfo adminUserIDs:3:string[] ownerUserID:4:string sendMessage:5:bool?",
  "openim.group.CreateGroupResp": "groupInfo:1:openim.sdkws.GroupInfo",
  "openim.group.GetGroupsInfoReq": "groupIDs:1:string[]",
  "openim.group.GetGroupsInfoResp": "groupInfos:1:openim.sdkws.GroupInfo[]",
  "openim.group.SetGroupInfoReq":
    "groupInfoForSet:1:openim.sdkws.GroupInfoForSet",
  "openim.group.SetGroupInfoResp": "",
  "openim.group.SetGroupInfoExReq":
    "groupID:1:string groupName:2:string?wrapped notification:3:string?wrapped introduction:4:string?wrapped faceURL:5:string?wrapped ex:6:string?wrapped needVerification:7:int32?wrapped lookMemberInfo:8:int32?wrapped applyMemberFriend:9:int32?wrapped",
  "openim.group.SetGroupInfoExResp": "",
  "openim.group.GetGroupApplicationListReq":
    "pagination:1:openim.sdkws.RequestPagination fromUserID:2:string groupIDs:3:string[] handleResults:4:int32[]",
  "openim.group.GetGroupApplicationListResp":
    "total:1:uint32 groupRequests:2:openim.sdkws.GroupRequest[]",
  "openim.group.GetGroupApplicationUnhandledCountReq":
    "userID:1:string time:2:int64",
  "openim.group.GetGroupApplicationUnhandledCountResp": "count:1:int64",
  "openim.group.GetUserReqApplicationListReq":
    "pagination:1:openim.sdkws.RequestPagination userID:2:string groupIDs:3:string[] handleResults:4:int32[]",
  "openim.group.GetUserReqApplicationListResp":
    "total:1:uint32 groupRequests:2:openim.sdkws.GroupRequest[]",
  "openim.group.GetSpecifiedUserGroupRequestInfoReq":
    "groupID:1:string userID:2:string",
  "openim.group.GetSpecifiedUserGroupRequestInfoResp":
    "total:1:uint32 groupRequests:2:openim.sdkws.GroupRequest[]",
  "openim.group.TransferGroupOwnerReq":
    "groupID:1:string oldOwnerUserID:2:string newOwnerUserID:3:string",
  "openim.group.TransferGroupOwnerResp": "",
  "openim.group.JoinGroupReq":
    "groupID:1:string reqMessage:2:string joinSource:3:int32 inviterUserID:4:string ex:5:string",
  "openim.group.JoinGroupResp": "",
  "openim.group.GroupApplicationResponseReq":
    "groupID:1:string fromUserID:2:string handledMsg:3:string handleResult:4:int32",
  "openim.group.GroupApplicationResponseResp": "",
  "openim.group.QuitGroupReq": "groupID:1:string userID:2:string",
  "openim.group.QuitGroupResp": "",
  "openim.group.GetGroupMemberListReq":
    "pagination:1:openim.sdkws.RequestPagination groupID:2:string filter:3:int32 keyword:4:string",
  "openim.group.GetGroupMemberListResp":
    "total:1:uint32 members:2:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.GetGroupMembersInfoReq": "groupID:1:string userIDs:2:string[]",
  "openim.group.GetGroupMembersInfoResp":
    "members:1:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.KickGroupMemberReq":
    "groupID:1:string kickedUserIDs:2:string[] reason:3:string sendMessage:4:bool?",
  "openim.group.KickGroupMemberResp": "",
  "openim.group.GetJoinedGroupListReq":
    "pagination:1:openim.sdkws.RequestPagination fromUserID:2:string",
  "openim.group.GetJoinedGroupListResp":
    "total:1:uint32 groups:2:openim.sdkws.GroupInfo[]",
  "openim.group.InviteUserToGroupReq":
    "groupID:1:string reason:2:string invitedUserIDs:3:string[] sendMessage:4:bool?",
  "openim.group.InviteUserToGroupResp": "",
  "openim.group.GetGroupAllMemberReq":
    "pagination:1:openim.sdkws.RequestPagination groupID:2:string",
  "openim.group.GetGroupAllMemberResp":
    "members:1:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.CMSGroup":
    "groupInfo:1:openim.sdkws.GroupInfo groupOwnerUserName:2:string groupOwnerUserID:3:string",
  "openim.group.GetGroupsReq":
    "pagination:1:openim.sdkws.RequestPagination groupName:2:string groupID:3:string",
  "openim.group.GetGroupsResp":
    "total:1:uint32 groups:2:openim.group.CMSGroup[]",
  "openim.group.GetGroupMemberReq": "groupID:1:string",
  "openim.group.GetGroupMembersCMSReq":
    "pagination:1:openim.sdkws.RequestPagination groupID:2:string userName:3:string",
  "openim.group.GetGroupMembersCMSResp":
    "total:1:uint32 members:2:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.DismissGroupReq":
    "groupID:1:string deleteMember:2:bool sendMessage:3:bool?",
  "openim.group.DismissGroupResp": "",
  "openim.group.MuteGroupMemberReq":
    "groupID:1:string userID:2:string mutedSeconds:3:uint32",
  "openim.group.MuteGroupMemberResp": "",
  "openim.group.CancelMuteGroupMemberReq": "groupID:1:string userID:2:string",
  "openim.group.CancelMuteGroupMemberResp": "",
  "openim.group.MuteGroupReq": "groupID:1:string",
  "openim.group.MuteGroupResp": "",
  "openim.group.CancelMuteGroupReq": "groupID:1:string",
  "openim.group.CancelMuteGroupResp": "",
  "openim.group.SetGroupMemberInfo":
    "groupID:1:string userID:2:string nickname:3:string?wrapped faceURL:4:string?wrapped roleLevel:5:int32?wrapped ex:6:string?wrapped",
  "openim.group.SetGroupMemberInfoReq":
    "members:1:openim.group.SetGroupMemberInfo[]",
  "openim.group.SetGroupMemberInfoResp": "",
  "openim.group.GetGroupAbstractInfoReq": "groupIDs:1:string[]",
  "openim.group.GroupAbstractInfo":
    "groupID:1:string groupMemberNumber:2:uint32 groupMemberListHash:3:hash",
  "openim.group.GetGroupAbstractInfoResp":
    "groupAbstractInfos:1:openim.group.GroupAbstractInfo[]",
  "openim.group.GetUserInGroupMembersReq":
    "userID:1:string groupIDs:2:string[]",
  "openim.group.GetUserInGroupMembersResp":
    "members:1:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.GetGroupMemberUserIDsReq": "groupID:1:string",
  "openim.group.GetGroupMemberUserIDsResp": "userIDs:1:string[]",
  "openim.group.GetGroupMemberRoleLevelReq":
    "groupID:1:string roleLevels:2:int32[]",
  "openim.group.GetGroupMemberRoleLevelResp":
    "members:1:openim.sdkws.GroupMemberFullInfo[]",
  "openim.group.GetGroupInfoCacheReq": "groupID:1:string",
  "openim.group.GetGroupInfoCacheResp": "groupInfo:1:openim.sdkws.GroupInfo",
  "openim.group.GetGroupMemberCacheReq":
    "groupID:1:string groupMemberID:2:string",
  "openim.group.GetGroupMemberCacheResp":
    "member:1:openim.sdkws.GroupMemberFullInfo",
  "openim.group.GroupCreateCountReq": "start:1:int64 end:2:int64",
  "openim.group.GroupCreateCountResp":
    "total:1:int64 before:2:int64 count:3:int64{}",
  "openim.group.getGroupUsersReqApplicationListReq":
    "groupID:1:string userIDs:2:string[]",
  "openim.group.getGroupUsersReqApplicationListResp":
    "total:1:int64 groupRequests:2:openim.sdkws.GroupRequest[]",
  "openim.group.notificationUserInfoUpdateReq":
    "userID:1:string oldUserInfo:2:openim.sdkws.UserInfo newUserInfo:3:openim.sdkws.UserInfo",
  "openim.group.notificationUserInfoUpdateResp": "",
  "openim.group.getIncrementalGroupMemberReq":
    "groupID:1:string versionID:2:string version:3:uint64",
  "openim.group.getIncrementalGroupMemberResp":
    "version:1:uint64 versionID:2:string full:3:bool delete:4:string[] insert:5:openim.sdkws.GroupMemberFullInfo[] update:6:openim.sdkws.GroupMemberFullInfo[] group:7:openim.sdkws.GroupInfo sortVersion:8:uint64",
  "openim.group.getIncrementalJoinGroupReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.group.getIncrementalJoinGroupResp":
    "version:1:uint64 versionID:2:string full:3:bool delete:4:string[] insert:5:openim.sdkws.GroupInfo[] update:6:openim.sdkws.GroupInfo[] sortVersion:7:uint64",
  "openim.group.GetFullGroupMemberUserIDsReq": "idHash:1:hash groupID:2:string",
  "openim.group.GetFullGroupMemberUserIDsResp":
    "version:1:uint64 versionID:2:string equal:3:bool userIDs:4:string[]",
  "openim.group.GetFullJoinGroupIDsReq": "idHash:1:hash userID:2:string",
  "openim.group.GetFullJoinGroupIDsResp":
    "version:1:uint64 versionID:2:string equal:3:bool groupIDs:4:string[]",
  "openim.group.BatchGetIncrementalGroupMemberReq":
    "userID:1:string reqList:2:openim.group.getIncrementalGroupMemberReq[]",
  "openim.group.BatchGetIncrementalGroupMemberResp":
    "respList:1:openim.group.getIncrementalGroupMemberResp{}",
  "openim.jssdk.ConversationMsg":
    "conversation:1:openim.conversation.Conversation lastMsg:2:openim.sdkws.MsgData user:3:openim.sdkws.UserInfo friend:4:openim.relation.FriendInfoOnly group:5:openim.sdkws.GroupInfo maxSeq:6:int64 readSeq:7:int64",
  "openim.jssdk.GetActiveConversationsReq":
    "ownerUserID:1:string count:2:int64",
  "openim.jssdk.GetActiveConversationsResp":
    "unreadCount:1:int64 conversations:2:openim.jssdk.ConversationMsg[]",
  "openim.jssdk.GetConversationsReq":
    "ownerUserID:1:string conversationIDs:2:string[]",
  "openim.jssdk.GetConversationsResp":
    "unreadCount:1:int64 conversations:2:openim.jssdk.ConversationMsg[]",
  "openim.msg.MsgDataToMQ": "token:1:string msgData:2:openim.sdkws.MsgData",
  "openim.msg.MsgDataToDB": "msgData:1:openim.sdkws.MsgData",
  "openim.msg.PushMsgDataToMQ":
    "msgData:1:openim.sdkws.MsgData conversationID:2:string",
  "openim.msg.MsgDataToMongoByMQ":
    "lastSeq:1:int64 conversationID:2:string msgData:3:openim.sdkws.MsgData[]",
  "openim.msg.GetMaxAndMinSeqReq": "UserID:1:string",
  "openim.msg.GetMaxAndMinSeqResp": "MaxSeq:1:int64 MinSeq:2:int64",
  "openim.msg.SendMsgReq": "msgData:3:openim.sdkws.MsgData",
  "openim.msg.SendMsgResp":
    "serverMsgID:1:string clientMsgID:2:string sendTime:3:int64 modify:4:openim.sdkws.MsgData",
  "openim.msg.SendSimpleMsgReq": "msgData:3:openim.sdkws.MsgData",
  "openim.msg.SendSimpleMsgResp":
    "serverMsgID:1:string clientMsgID:2:string sendTime:3:int64 modify:4:openim.sdkws.MsgData",
  "openim.msg.SetSendMsgStatusReq": "status:1:int32",
  "openim.msg.SetSendMsgStatusResp": "",
  "openim.msg.GetSendMsgStatusReq": "",
  "openim.msg.GetSendMsgStatusResp": "status:1:int32",
  "openim.msg.MsgDataToModifyByMQ":
    "messages:1:openim.sdkws.MsgData[] conversationID:2:string",
  "openim.msg.DelMsgsReq": "",
  "openim.msg.DelMsgsResp": "",
  "openim.msg.RevokeMsgReq":
    "conversationID:1:string seq:2:int64 userID:3:string",
  "openim.msg.RevokeMsgResp": "",
  "openim.msg.MarkMsgsAsReadReq":
    "conversationID:1:string seqs:2:int64[] userID:3:string",
  "openim.msg.MarkMsgsAsReadResp": "",
  "openim.msg.MarkConversationAsReadReq":
    "conversationID:1:string userID:2:string hasReadSeq:3:int64 seqs:4:int64[]",
  "openim.msg.MarkConversationAsReadResp": "",
  "openim.msg.SetConversationHasReadSeqReq":
    "conversationID:1:string userID:2:string hasReadSeq:3:int64 noNotification:4:bool",
  "openim.msg.SetConversationHasReadSeqResp": "",
  "openim.msg.DeleteSyncOpt": "IsSyncSelf:3:bool IsSyncOther:4:bool",
  "openim.msg.ClearConversationsMsgReq":
    "conversationIDs:1:string[] userID:2:string deleteSyncOpt:3:openim.msg.DeleteSyncOpt",
  "openim.msg.ClearConversationsMsgResp": "",
  "openim.msg.UserClearAllMsgReq":
    "userID:1:string deleteSyncOpt:3:openim.msg.DeleteSyncOpt",
  "openim.msg.UserClearAllMsgResp": "",
  "openim.msg.DeleteMsgsReq":
    "conversationID:1:string seqs:2:int64[] userID:3:string deleteSyncOpt:4:openim.msg.DeleteSyncOpt",
  "openim.msg.DeleteMsgsResp": "",
  "openim.msg.DeleteMsgPhysicalReq":
    "conversationIDs:1:string[] timestamp:2:int64",
  "openim.msg.DeleteMsgPhysicalResp": "",
  "openim.msg.DeleteMsgPhysicalBySeqReq":
    "conversationID:1:string seqs:2:int64[]",
  "openim.msg.DeleteMsgPhysicalBySeqResp": "",
  "openim.msg.GetMaxSeqsReq": "conversationIDs:1:string[]",
  "openim.msg.GetHasReadSeqsReq": "userID:1:string conversationIDs:2:string[]",
  "openim.msg.SeqsInfoResp": "maxSeqs:1:int64{}",
  "openim.msg.GetMsgByConversationIDsReq":
    "conversationIDs:1:string[] maxSeqs:2:int64{}",
  "openim.msg.GetMsgByConversationIDsResp": "msgDatas:1:openim.sdkws.MsgData{}",
  "openim.msg.GetConversationMaxSeqReq": "conversationID:1:string",
  "openim.msg.GetConversationMaxSeqResp": "maxSeq:1:int64",
  "openim.msg.GetConversationsHasReadAndMaxSeqReq":
    "userID:1:string conversationIDs:2:string[] returnPinned:3:bool",
  "openim.msg.Seqs": "maxSeq:1:int64 hasReadSeq:2:int64 maxSeqTime:3:int64",
  "openim.msg.GetConversationsHasReadAndMaxSeqResp":
    "seqs:1:openim.msg.Seqs{} pinnedConversationIDs:2:string[]",
  "openim.msg.GetActiveUserReq":
    "start:1:int64 end:2:int64 ase:3:bool group:4:bool pagination:5:openim.sdkws.RequestPagination",
  "openim.msg.ActiveUser": "user:1:openim.sdkws.UserInfo count:2:int64",
  "openim.msg.GetActiveUserResp":
    "msgCount:1:int64 userCount:2:int64 dateCount:3:int64{} users:4:openim.msg.ActiveUser[]",
  "openim.msg.GetActiveGroupReq":
    "start:1:int64 end:2:int64 ase:3:bool pagination:4:openim.sdkws.RequestPagination",
  "openim.msg.ActiveGroup": "group:1:openim.sdkws.GroupInfo count:2:int64",
  "openim.msg.GetActiveGroupResp":
    "msgCount:1:int64 groupCount:2:int64 dateCount:3:int64{} groups:4:openim.msg.ActiveGroup[]",
  "openim.msg.SearchMessageReq":
    "sendID:1:string recvID:2:string contentType:3:int32 sendTime:4:string sessionType:5:int32 pagination:6:openim.sdkws.RequestPagination",
  "openim.msg.SearchChatLog": "chatLog:1:openim.msg.ChatLog isRevoked:2:bool",
  "openim.msg.SearchedMsgData":
    "msgData:1:openim.sdkws.MsgData isRevoked:2:bool",
  "openim.msg.SearchMessageResp":
    "chatLogs:1:openim.msg.SearchChatLog[] chatLogsNum:2:int32",
  "openim.msg.ChatLog":
    "serverMsgID:1:string clientMsgID:2:string sendID:3:string recvID:4:string groupID:5:string recvNickname:6:string senderPlatformID:7:int32 senderNickname:8:string senderFaceURL:9:string groupName:10:string sessionType:11:int32 msgFrom:12:int32 contentType:13:int32 content:14:string status:15:int32 sendTime:16:int64 createTime:17:int64 ex:18:string groupFaceURL:19:string groupMemberCount:20:uint32 seq:21:int64 groupOwner:22:string groupType:23:int32",
  "openim.msg.batchSendMessageReq":
    "recvIDList:1:string[] msgData:2:openim.sdkws.MsgData",
  "openim.msg.batchSendMessageResp": "",
  "openim.msg.GetServerTimeReq": "",
  "openim.msg.GetServerTimeResp": "serverTime:1:int64",
  "openim.msg.ClearMsgReq":
    "conversations:1:openim.conversation.Conversation[]",
  "openim.msg.ClearMsgResp": "",
  "openim.msg.DestructMsgsReq": "timestamp:1:int64 limit:2:int32",
  "openim.msg.DestructMsgsResp": "count:1:int32",
  "openim.msg.SetUserConversationsMinSeqReq":
    "userIDs:1:string[] conversationID:2:string seq:3:int64",
  "openim.msg.SetUserConversationsMinSeqResp": "",
  "openim.msg.ConversationSeqs": "conversationID:2:string seqs:3:int64[]",
  "openim.msg.GetSeqMessageReq":
    "userID:1:string conversations:2:openim.msg.ConversationSeqs[] order:3:int32",
  "openim.msg.GetSeqMessageResp":
    "msgs:1:openim.sdkws.PullMsgs{} notificationMsgs:2:openim.sdkws.PullMsgs{}",
  "openim.msg.GetActiveConversationReq":
    "conversationIDs:1:string[] limit:2:int64",
  "openim.msg.ActiveConversation":
    "conversationID:1:string lastTime:2:int64 maxSeq:3:int64",
  "openim.msg.GetActiveConversationResp":
    "conversations:1:openim.msg.ActiveConversation[]",
  "openim.msg.SetUserConversationMaxSeqReq":
    "conversationID:1:string ownerUserID:2:string[] maxSeq:3:int64",
  "openim.msg.SetUserConversationMaxSeqResp": "",
  "openim.msg.SetUserConversationMinSeqReq":
    "conversationID:1:string ownerUserID:2:string[] minSeq:3:int64",
  "openim.msg.SetUserConversationMinSeqResp": "",
  "openim.msg.GetLastMessageSeqByTimeReq":
    "conversationID:1:string time:2:int64",
  "openim.msg.GetLastMessageSeqByTimeResp": "seq:1:int64",
  "openim.msg.GetLastMessageReq": "userID:1:string conversationIDs:2:string[]",
  "openim.msg.GetLastMessageResp": "msgs:1:openim.sdkws.MsgData{}",
  "openim.msggateway.OnlinePushMsgReq":
    "msgData:1:openim.sdkws.MsgData pushToUserID:2:string",
  "openim.msggateway.OnlinePushMsgResp":
    "resp:1:openim.msggateway.SingleMsgToUserPlatform[]",
  "openim.msggateway.SingleMsgToUserResults":
    "userID:1:string resp:2:openim.msggateway.SingleMsgToUserPlatform[] onlinePush:3:bool",
  "openim.msggateway.OnlineBatchPushOneMsgReq":
    "msgData:1:openim.sdkws.MsgData pushToUserIDs:2:string[]",
  "openim.msggateway.OnlineBatchPushOneMsgResp":
    "singlePushResult:1:openim.msggateway.SingleMsgToUserResults[]",
  "openim.msggateway.SingleMsgToUserPlatform":
    "ResultCode:1:int64 RecvID:2:string RecvPlatFormID:3:int32",
  "openim.msggateway.GetUsersOnlineStatusReq": "userIDs:1:string[]",
  "openim.msggateway.GetUsersOnlineStatusResp.SuccessDetail":
    "platformID:1:int32 connID:2:string isBackground:3:bool token:4:string",
  "openim.msggateway.GetUsersOnlineStatusResp.FailedDetail": "userID:1:string",
  "openim.msggateway.GetUsersOnlineStatusResp.SuccessResult":
    "userID:1:string status:2:int32 detailPlatformStatus:3:openim.msggateway.GetUsersOnlineStatusResp.SuccessDetail[]",
  "openim.msggateway.GetUsersOnlineStatusResp":
    "successResult:1:openim.msggateway.GetUsersOnlineStatusResp.SuccessResult[] failedResult:2:openim.msggateway.GetUsersOnlineStatusResp.FailedDetail[]",
  "openim.msggateway.SingleDetail":
    "userID:1:string status:2:int32 singlePlatformToken:3:openim.msggateway.SinglePlatformToken[]",
  "openim.msggateway.SinglePlatformToken":
    "platformID:1:int32 total:2:int32 token:3:string[]",
  "openim.msggateway.KickUserOfflineReq":
    "platformID:1:int32 kickUserIDList:2:string[]",
  "openim.msggateway.KickUserOfflineResp": "",
  "openim.msggateway.MultiTerminalLoginCheckReq":
    "userID:1:string platformID:2:int32 token:3:string",
  "openim.msggateway.MultiTerminalLoginCheckResp": "",
  "openim.protobuf.ErrorInfo":
    "path:1:string line:2:uint32 name:3:string cause:4:string warp:5:string[]",
  "openim.protobuf.DoubleValue": "value:1:double",
  "openim.protobuf.FloatValue": "value:1:float",
  "openim.protobuf.Int64Value": "value:1:int64",
  "openim.protobuf.UInt64Value": "value:1:uint64",
  "openim.protobuf.Int32Value": "value:1:int32",
  "openim.protobuf.UInt32Value": "value:1:uint32",
  "openim.protobuf.BoolValue": "value:1:bool",
  "openim.protobuf.StringValue": "value:1:string",
  "openim.protobuf.BytesValue": "value:1:bytes",
  "openim.push.PushMsgReq":
    "msgData:1:openim.sdkws.MsgData conversationID:2:string userIDs:3:string[]",
  "openim.push.PushMsgResp": "",
  "openim.push.DelUserPushTokenReq": "userID:1:string platformID:2:int32",
  "openim.push.DelUserPushTokenResp": "",
  "openim.relation.getPaginationFriendsReq":
    "pagination:1:openim.sdkws.RequestPagination userID:2:string",
  "openim.relation.getPaginationFriendsResp":
    "friendsInfo:1:openim.sdkws.FriendInfo[] total:2:int32",
  "openim.relation.applyToAddFriendReq":
    "fromUserID:1:string toUserID:2:string reqMsg:3:string ex:4:string",
  "openim.relation.applyToAddFriendResp": "",
  "openim.relation.friendInfo":
    "ownerUserID:1:string friendUserID:2:string friendNickname:3:string friendFaceURL:4:string remark:5:string createTime:6:int64 addSource:7:int32 operatorUserID:8:string ex:9:string isPinned:10:bool",
  "openim.relation.importFriendReq":
    "ownerUserID:1:string friendUserIDs:2:string[]",
  "openim.relation.importFriendResp": "",
  "openim.relation.getPaginationFriendsApplyToReq":
    "userID:1:string pagination:2:openim.sdkws.RequestPagination handleResults:3:int32[]",
  "openim.relation.getPaginationFriendsApplyToResp":
    "FriendRequests:1:openim.sdkws.FriendRequest[] total:2:int32",
  "openim.relation.getDesignatedFriendsApplyReq":
    "fromUserID:1:string toUserID:2:string",
  "openim.relation.getDesignatedFriendsApplyResp":
    "friendRequests:1:openim.sdkws.FriendRequest[]",
  "openim.relation.getSelfUnhandledApplyCountReq":
    "userID:1:string time:2:int64",
  "openim.relation.getSelfUnhandledApplyCountResp": "count:1:int64",
  "openim.relation.getIncrementalFriendsApplyToReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.relation.getIncrementalFriendsApplyToResp":
    "version:1:uint64 versionID:2:string full:3:bool deleteUserIds:4:string[] changes:5:openim.sdkws.FriendRequest[]",
  "openim.relation.getIncrementalFriendsApplyFromReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.relation.getIncrementalFriendsApplyFromResp":
    "version:1:uint64 versionID:2:string full:3:bool deleteUserIds:4:string[] changes:5:openim.sdkws.FriendRequest[]",
  "openim.relation.getDesignatedFriendsReq":
    "ownerUserID:1:string friendUserIDs:2:string[]",
  "openim.relation.getDesignatedFriendsResp":
    "friendsInfo:1:openim.sdkws.FriendInfo[]",
  "openim.relation.addBlackReq":
    "ownerUserID:1:string blackUserID:2:string ex:3:string",
  "openim.relation.addBlackResp": "",
  "openim.relation.removeBlackReq": "ownerUserID:1:string blackUserID:2:string",
  "openim.relation.removeBlackResp": "",
  "openim.relation.getPaginationBlacksReq":
    "userID:1:string pagination:2:openim.sdkws.RequestPagination",
  "openim.relation.getPaginationBlacksResp":
    "blacks:1:openim.sdkws.BlackInfo[] total:2:int32",
  "openim.relation.isFriendReq": "userID1:1:string userID2:2:string",
  "openim.relation.isFriendResp": "inUser1Friends:1:bool inUser2Friends:2:bool",
  "openim.relation.isBlackReq": "userID1:1:string userID2:2:string",
  "openim.relation.isBlackResp": "inUser1Blacks:1:bool inUser2Blacks:2:bool",
  "openim.relation.deleteFriendReq":
    "ownerUserID:1:string friendUserID:2:string",
  "openim.relation.deleteFriendResp": "",
  "openim.relation.respondFriendApplyReq":
    "fromUserID:1:string toUserID:2:string handleResult:3:int32 handleMsg:4:string",
  "openim.relation.respondFriendApplyResp": "",
  "openim.relation.updateFriendsReq":
    "ownerUserID:1:string friendUserIDs:2:string[] isPinned:3:bool?wrapped remark:4:string?wrapped ex:5:string?wrapped",
  "openim.relation.updateFriendsResp": "",
  "openim.relation.setFriendRemarkReq":
    "ownerUserID:1:string friendUserID:2:string remark:3:string",
  "openim.relation.setFriendRemarkResp": "",
  "openim.relation.getPaginationFriendsApplyFromReq":
    "userID:1:string pagination:2:openim.sdkws.RequestPagination handleResults:3:int32[]",
  "openim.relation.getPaginationFriendsApplyFromResp":
    "friendRequests:1:openim.sdkws.FriendRequest[] total:2:int32",
  "openim.relation.getFriendIDsReq": "userID:1:string",
  "openim.relation.getFriendIDsResp": "friendIDs:1:string[]",
  "openim.relation.getSpecifiedFriendsInfoReq":
    "ownerUserID:1:string userIDList:2:string[]",
  "openim.relation.getSpecifiedFriendsInfoInfo":
    "userInfo:1:openim.sdkws.UserInfo friendInfo:2:openim.sdkws.FriendInfo blackInfo:3:openim.sdkws.BlackInfo",
  "openim.relation.getSpecifiedFriendsInfoResp":
    "infos:1:openim.relation.getSpecifiedFriendsInfoInfo[]",
  "openim.relation.getIncrementalFriendsReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.relation.getIncrementalFriendsResp":
    "version:1:uint64 versionID:2:string full:3:bool delete:4:string[] insert:5:openim.sdkws.FriendInfo[] update:6:openim.sdkws.FriendInfo[] sortVersion:7:uint64",
  "openim.relation.getIncrementalBlacksReq":
    "userID:1:string versionID:2:string version:3:uint64",
  "openim.relation.getIncrementalBlacksResp":
    "version:1:uint64 versionID:2:string full:3:bool delete:4:string[] insert:5:openim.sdkws.BlackInfo[] update:6:openim.sdkws.BlackInfo[]",
  "openim.relation.GetSpecifiedBlacksReq":
    "ownerUserID:1:string userIDList:2:string[]",
  "openim.relation.GetSpecifiedBlacksResp":
    "blacks:1:openim.sdkws.BlackInfo[] total:2:int32",
  "openim.relation.getFullFriendUserIDsReq": "idHash:1:hash userID:2:string",
  "openim.relation.getFullFriendUserIDsResp":
    "version:1:uint64 versionID:2:string equal:3:bool userIDs:4:string[]",
  "openim.relation.notificationUserInfoUpdateReq":
    "userID:1:string oldUserInfo:2:openim.sdkws.UserInfo newUserInfo:3:openim.sdkws.UserInfo",
  "openim.relation.notificationUserInfoUpdateResp": "",
  "openim.relation.FriendInfoOnly":
    "ownerUserID:1:string friendUserID:2:string remark:3:string createTime:4:int64 addSource:5:int32 operatorUserID:6:string ex:7:string isPinned:8:bool",
  "openim.relation.getFriendInfoReq":
    "ownerUserID:1:string friendUserIDs:2:string[]",
  "openim.relation.getFriendInfoResp":
    "friendInfos:1:openim.relation.FriendInfoOnly[]",
  "openim.sdkws.GroupInfo":
    "groupID:1:string groupName:2:string notification:3:string introduction:4:string faceURL:5:string ownerUserID:6:string createTime:7:int64 memberCount:8:uint32 ex:9:string status:10:int32 creatorUserID:11:string groupType:12:int32 needVerification:13:int32 lookMemberInfo:14:int32 applyMemberFriend:15:int32 notificationUpdateTime:16:int64 notificationUserID:17:string",
  "openim.sdkws.GroupInfoForSet":
    "groupID:1:string groupName:2:string notification:3:string introduction:4:string faceURL:5:string ex:6:string?wrapped needVerification:7:int32?wrapped lookMemberInfo:8:int32?wrapped applyMemberFriend:9:int32?wrapped",
  "openim.sdkws.GroupMemberFullInfo":
    "groupID:1:string userID:2:string roleLevel:3:int32 joinTime:4:int64 nickname:5:string faceURL:6:string appMangerLevel:7:int32 joinSource:8:int32 operatorUserID:9:string ex:10:string muteEndTime:11:int64 inviterUserID:12:string",
  "openim.sdkws.PublicUserInfo":
    "userID:1:string nickname:2:string faceURL:3:string ex:4:string",
  "openim.sdkws.UserInfo":
    "userID:1:string nickname:2:string faceURL:3:string ex:4:string createTime:5:int64 appMangerLevel:6:int32 globalRecvMsgOpt:7:int32",
  "openim.sdkws.UserInfoWithEx":
    "userID:1:string nickname:2:string?wrapped faceURL:3:string?wrapped ex:4:string?wrapped globalRecvMsgOpt:7:int32?wrapped",
  "openim.sdkws.FriendInfo":
    "ownerUserID:1:string remark:2:string createTime:3:int64 friendUser:4:openim.sdkws.UserInfo addSource:5:int32 operatorUserID:6:string ex:7:string isPinned:8:bool",
  "openim.sdkws.BlackInfo":
    "ownerUserID:1:string createTime:2:int64 blackUserInfo:3:openim.sdkws.PublicUserInfo addSource:4:int32 operatorUserID:5:string ex:6:string",
  "openim.sdkws.GroupRequest":
    "userInfo:1:openim.sdkws.PublicUserInfo groupInfo:2:openim.sdkws.GroupInfo handleResult:3:int32 reqMsg:4:string handleMsg:5:string reqTime:6:int64 handleUserID:7:string handleTime:8:int64 ex:9:string joinSource:10:int32 inviterUserID:11:string",
  "openim.sdkws.FriendRequest":
    "fromUserID:1:string fromNickname:2:string fromFaceURL:3:string toUserID:4:string toNickname:5:string toFaceURL:6:string handleResult:7:int32 reqMsg:8:string createTime:9:int64 handlerUserID:10:string handleMsg:11:string handleTime:12:int64 ex:13:string",
  "openim.sdkws.PullMessageBySeqsReq":
    "userID:1:string seqRanges:2:openim.sdkws.SeqRange[] order:3:int32",
  "openim.sdkws.SeqRange":
    "conversationID:1:string begin:2:int64 end:3:int64 num:4:int64",
  "openim.sdkws.PullMsgs":
    "Msgs:1:openim.sdkws.MsgData[] isEnd:2:bool endSeq:3:int64",
  "openim.sdkws.PullMessageBySeqsResp":
    "msgs:1:openim.sdkws.PullMsgs{} notificationMsgs:2:openim.sdkws.PullMsgs{}",
  "openim.sdkws.GetMaxSeqReq": "userID:1:string",
  "openim.sdkws.GetMaxSeqResp": "maxSeqs:1:int64{} minSeqs:2:int64{}",
  "openim.sdkws.UserSendMsgResp":
    "serverMsgID:1:string clientMsgID:2:string sendTime:3:int64",
  "openim.sdkws.MsgData":
    "sendID:1:string recvID:2:string groupID:3:string clientMsgID:4:string serverMsgID:5:string senderPlatformID:6:int32 senderNickname:7:string senderFaceURL:8:string sessionType:9:int32 msgFrom:10:int32 contentType:11:int32 content:12:bytes seq:14:int64 sendTime:15:int64 createTime:16:int64 status:17:int32 isRead:18:bool options:19:bool{} offlinePushInfo:20:openim.sdkws.OfflinePushInfo atUserIDList:21:string[] attachedInfo:22:string ex:23:string",
  "openim.sdkws.PushMessages":
    "msgs:1:openim.sdkws.PullMsgs{} notificationMsgs:2:openim.sdkws.PullMsgs{}",
  "openim.sdkws.OfflinePushInfo":
    "title:1:string desc:2:string ex:3:string iOSPushSound:4:string iOSBadgeCount:5:bool signalInfo:6:string",
  "openim.sdkws.TipsComm":
    "detail:1:bytes defaultTips:2:string jsonDetail:3:string",
  "openim.sdkws.GroupCreatedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo memberList:3:openim.sdkws.GroupMemberFullInfo[] operationTime:4:int64 groupOwnerUser:5:openim.sdkws.GroupMemberFullInfo groupMemberVersion:6:uint64 groupMemberVersionID:7:string",
  "openim.sdkws.GroupInfoSetTips":
    "opUser:1:openim.sdkws.GroupMemberFullInfo muteTime:2:int64 group:3:openim.sdkws.GroupInfo groupMemberVersion:4:uint64 groupMemberVersionID:5:string",
  "openim.sdkws.GroupInfoSetNameTips":
    "opUser:1:openim.sdkws.GroupMemberFullInfo group:2:openim.sdkws.GroupInfo groupMemberVersion:3:uint64 groupMemberVersionID:4:string",
  "openim.sdkws.GroupInfoSetAnnouncementTips":
    "opUser:1:openim.sdkws.GroupMemberFullInfo group:2:openim.sdkws.GroupInfo groupMemberVersion:3:uint64 groupMemberVersionID:4:string",
  "openim.sdkws.JoinGroupApplicationTips":
    "group:1:openim.sdkws.GroupInfo applicant:2:openim.sdkws.PublicUserInfo reqMsg:3:string uuid:4:string request:5:openim.sdkws.GroupRequest",
  "openim.sdkws.MemberQuitTips":
    "group:1:openim.sdkws.GroupInfo quitUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 groupMemberVersion:4:uint64 groupMemberVersionID:5:string",
  "openim.sdkws.GroupApplicationAcceptedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo handleMsg:4:string receiverAs:5:int32 uuid:6:string request:7:openim.sdkws.GroupRequest",
  "openim.sdkws.GroupApplicationRejectedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo handleMsg:4:string receiverAs:5:int32 uuid:6:string request:7:openim.sdkws.GroupRequest",
  "openim.sdkws.GroupOwnerTransferredTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo newGroupOwner:3:openim.sdkws.GroupMemberFullInfo oldGroupOwner:4:string operationTime:5:int64 oldGroupOwnerInfo:6:openim.sdkws.GroupMemberFullInfo groupMemberVersion:7:uint64 groupMemberVersionID:8:string",
  "openim.sdkws.MemberKickedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo kickedUserList:3:openim.sdkws.GroupMemberFullInfo[] operationTime:4:int64 groupMemberVersion:5:uint64 groupMemberVersionID:6:string",
  "openim.sdkws.MemberInvitedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo invitedUserList:3:openim.sdkws.GroupMemberFullInfo[] operationTime:4:int64 groupMemberVersion:5:uint64 groupMemberVersionID:6:string inviterUser:7:openim.sdkws.GroupMemberFullInfo",
  "openim.sdkws.MemberEnterTips":
    "group:1:openim.sdkws.GroupInfo entrantUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 groupMemberVersion:5:uint64 groupMemberVersionID:6:string",
  "openim.sdkws.GroupDismissedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64",
  "openim.sdkws.GroupMemberMutedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 mutedUser:4:openim.sdkws.GroupMemberFullInfo mutedSeconds:5:uint32 groupMemberVersion:6:uint64 groupMemberVersionID:7:string",
  "openim.sdkws.GroupMemberCancelMutedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 mutedUser:4:openim.sdkws.GroupMemberFullInfo groupMemberVersion:5:uint64 groupMemberVersionID:6:string",
  "openim.sdkws.GroupMutedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 groupMemberVersion:4:uint64 groupMemberVersionID:5:string",
  "openim.sdkws.GroupCancelMutedTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 groupMemberVersion:4:uint64 groupMemberVersionID:5:string",
  "openim.sdkws.GroupMemberInfoSetTips":
    "group:1:openim.sdkws.GroupInfo opUser:2:openim.sdkws.GroupMemberFullInfo operationTime:3:int64 changedUser:4:openim.sdkws.GroupMemberFullInfo groupMemberVersion:5:uint64 groupMemberVersionID:6:string groupSortVersion:7:uint64",
  "openim.sdkws.FriendApplication":
    "addTime:1:int64 addSource:2:string addWording:3:string",
  "openim.sdkws.FromToUserID": "fromUserID:1:string toUserID:2:string",
  "openim.sdkws.FriendApplicationTips":
    "fromToUserID:1:openim.sdkws.FromToUserID request:2:openim.sdkws.FriendRequest",
  "openim.sdkws.FriendApplicationApprovedTips":
    "fromToUserID:1:openim.sdkws.FromToUserID handleMsg:2:string friendVersion:3:uint64 friendVersionID:4:string request:5:openim.sdkws.FriendRequest",
  "openim.sdkws.FriendApplicationRejectedTips":
    "fromToUserID:1:openim.sdkws.FromToUserID handleMsg:2:string request:3:openim.sdkws.FriendRequest",
  "openim.sdkws.FriendAddedTips":
    "friend:1:openim.sdkws.FriendInfo operationTime:2:int64 opUser:3:openim.sdkws.PublicUserInfo friendVersion:4:uint64 friendVersionID:5:string",
  "openim.sdkws.FriendDeletedTips":
    "fromToUserID:1:openim.sdkws.FromToUserID friendVersion:2:uint64 friendVersionID:3:string",
  "openim.sdkws.BlackAddedTips": "fromToUserID:1:openim.sdkws.FromToUserID",
  "openim.sdkws.BlackDeletedTips": "fromToUserID:1:openim.sdkws.FromToUserID",
  "openim.sdkws.FriendInfoChangedTips":
    "fromToUserID:1:openim.sdkws.FromToUserID friendVersion:2:uint64 friendVersionID:3:string friendSortVersion:4:uint64",
  "openim.sdkws.UserInfoUpdatedTips": "userID:1:string",
  "openim.sdkws.UserStatusChangeTips":
    "fromUserID:1:string toUserID:2:string status:3:int32 platformID:4:int32",
  "openim.sdkws.UserCommandAddTips": "fromUserID:1:string toUserID:2:string",
  "openim.sdkws.UserCommandUpdateTips": "fromUserID:1:string toUserID:2:string",
  "openim.sdkws.UserCommandDeleteTips": "fromUserID:1:string toUserID:2:string",
  "openim.sdkws.ConversationUpdateTips":
    "userID:1:string conversationIDList:2:string[]",
  "openim.sdkws.ConversationSetPrivateTips":
    "recvID:1:string sendID:2:string isPrivate:3:bool conversationID:4:string",
  "openim.sdkws.ConversationHasReadTips":
    "userID:1:string conversationID:2:string hasReadSeq:3:int64 unreadCountTime:4:int64",
  "openim.sdkws.NotificationElem": "detail:1:string",
  "openim.sdkws.seqs": "seqs:1:int64[]",
  "openim.sdkws.DeleteMessageTips":
    "opUserID:1:string userID:2:string seqs:3:int64[]",
  "openim.sdkws.RevokeMsgTips":
    "revokerUserID:1:string clientMsgID:2:string revokeTime:3:int64 sesstionType:5:int32 seq:6:int64 conversationID:7:string isAdminRevoke:8:bool",
  "openim.sdkws.MessageRevokedContent":
    "revokerID:1:string revokerRole:2:int32 clientMsgID:3:string revokerNickname:4:string revokeTime:5:int64 sourceMessageSendTime:6:int64 sourceMessageSendID:7:string sourceMessageSenderNickname:8:string sessionType:10:int32 seq:11:int64 ex:12:string",
  "openim.sdkws.ClearConversationTips":
    "userID:1:string conversationIDs:2:string[]",
  "openim.sdkws.DeleteMsgsTips":
    "userID:1:string conversationID:2:string seqs:3:int64[]",
  "openim.sdkws.MarkAsReadTips":
    "markAsReadUserID:1:string conversationID:2:string seqs:3:int64[] hasReadSeq:4:int64",
  "openim.sdkws.SetAppBackgroundStatusReq":
    "userID:1:string isBackground:2:bool",
  "openim.sdkws.SetAppBackgroundStatusResp": "",
  "openim.sdkws.ProcessUserCommand":
    "userID:1:string type:2:int32 createTime:3:int64 uuid:4:string value:5:string",
  "openim.sdkws.RequestPagination": "pageNumber:1:int32 showNumber:2:int32",
  "openim.sdkws.FriendsInfoUpdateTips":
    "fromToUserID:1:openim.sdkws.FromToUserID friendIDs:2:string[] friendVersion:3:uint64 friendVersionID:4:string",
  "openim.sdkws.SubUserOnlineStatusElem":
    "userID:1:string onlinePlatformIDs:2:int32[]",
  "openim.sdkws.SubUserOnlineStatusTips":
    "subscribers:1:openim.sdkws.SubUserOnlineStatusElem[]",
  "openim.sdkws.SubUserOnlineStatus":
    "subscribeUserID:1:string[] unsubscribeUserID:2:string[]",
  "openim.sdkws.StreamMsgTips":
    "conversationID:1:string clientMsgID:2:string startIndex:3:int64 packets:4:string[] end:5:bool",
  "openim.sdkws.ConversationDeleteTips":
    "userID:1:string conversationIDs:2:string[]",
  "openim.third.KeyValues": "key:1:string values:2:string[]",
  "openim.third.SignPart":
    "partNumber:1:int32 url:2:string query:3:openim.third.KeyValues[] header:4:openim.third.KeyValues[]",
  "openim.third.AuthSignParts":
    "url:1:string query:2:openim.third.KeyValues[] header:3:openim.third.KeyValues[] parts:4:openim.third.SignPart[]",
  "openim.third.PartLimitReq": "",
  "openim.third.PartLimitResp":
    "minPartSize:1:int64 maxPartSize:2:int64 maxNumSize:3:int32",
  "openim.third.PartSizeReq": "size:1:int64",
  "openim.third.PartSizeResp": "size:2:int64",
  "openim.third.InitiateMultipartUploadReq":
    "hash:1:string size:2:int64 partSize:3:int64 maxParts:4:int32 cause:5:string name:6:string contentType:7:string urlPrefix:8:string",
  "openim.third.UploadInfo":
    "uploadID:1:string partSize:2:int64 sign:3:openim.third.AuthSignParts expireTime:4:int64",
  "openim.third.InitiateMultipartUploadResp":
    "url:1:string upload:2:openim.third.UploadInfo",
  "openim.third.AuthSignReq": "uploadID:1:string partNumbers:2:int32[]",
  "openim.third.AuthSignResp":
    "url:1:string query:2:openim.third.KeyValues[] header:3:openim.third.KeyValues[] parts:4:openim.third.SignPart[]",
  "openim.third.CompleteMultipartUploadReq":
    "uploadID:1:string parts:2:string[] name:3:string contentType:4:string cause:5:string urlPrefix:6:string",
  "openim.third.CompleteMultipartUploadResp": "url:1:string",
  "openim.third.AccessURLReq": "name:1:string query:2:string{}",
  "openim.third.AccessURLResp": "url:1:string expireTime:2:int64",
  "openim.third.InitiateFormDataReq":
    "name:1:string size:2:int64 contentType:3:string group:4:string millisecond:5:int64 absolute:6:bool",
  "openim.third.InitiateFormDataResp":
    "id:1:string url:2:string file:3:string header:4:openim.third.KeyValues[] formData:5:string{} expires:6:int64 successCodes:7:int32[]",
  "openim.third.CompleteFormDataReq": "id:1:string urlPrefix:2:string",
  "openim.third.CompleteFormDataResp": "url:1:string",
  "openim.third.DeleteOutdatedDataReq":
    "expireTime:1:int64 objectGroup:2:string[] limit:3:int32",
  "openim.third.DeleteOutdatedDataResp": "count:1:int32",
  "openim.third.FcmUpdateTokenReq":
    "platformID:1:int32 fcmToken:2:string account:3:string expireTime:4:int64",
  "openim.third.FcmUpdateTokenResp": "",
  "openim.third.SetAppBadgeReq": "userID:1:string appUnreadCount:2:int32",
  "openim.third.SetAppBadgeResp": "",
  "openim.third.fileURL": "filename:1:string URL:2:string",
  "openim.third.UploadLogsReq":
    "platform:1:int32 fileURLs:2:openim.third.fileURL[] appFramework:3:string version:5:string ex:4:string",
  "openim.third.UploadLogsResp": "",
  "openim.third.DeleteLogsReq": "logIDs:1:string[]",
  "openim.third.DeleteLogsResp": "",
  "openim.third.SearchLogsReq":
    "keyword:1:string startTime:2:int64 endTime:3:int64 pagination:4:openim.sdkws.RequestPagination",
  "openim.third.LogInfo":
    "userID:1:string platform:2:string url:3:string createTime:4:int64 nickname:5:string logID:6:string filename:7:string systemType:8:string ex:9:string version:10:string",
  "openim.third.SearchLogsResp":
    "logsInfos:1:openim.third.LogInfo[] total:2:uint32",
  "openim.user.getAllUserIDReq": "pagination:1:openim.sdkws.RequestPagination",
  "openim.user.getAllUserIDResp": "total:1:int32 userIDs:2:string[]",
  "openim.user.accountCheckReq": "checkUserIDs:1:string[]",
  "openim.user.accountCheckResp.singleUserStatus":
    "userID:1:string accountStatus:2:int32",
  "openim.user.accountCheckResp":
    "results:1:openim.user.accountCheckResp.singleUserStatus[]",
  "openim.user.getDesignateUsersReq": "userIDs:1:string[]",
  "openim.user.getDesignateUsersResp": "usersInfo:1:openim.sdkws.UserInfo[]",
  "openim.user.updateUserInfoReq": "userInfo:1:openim.sdkws.UserInfo",
  "openim.user.updateUserInfoResp": "",
  "openim.user.updateUserInfoExReq": "userInfo:1:openim.sdkws.UserInfoWithEx",
  "openim.user.updateUserInfoExResp": "",
  "openim.user.setGlobalRecvMessageOptReq":
    "userID:1:string globalRecvMsgOpt:3:int32",
  "openim.user.setGlobalRecvMessageOptResp": "",
  "openim.user.setConversationReq":
    "conversation:1:openim.conversation.Conversation notificationType:2:int32 operationID:3:string",
  "openim.user.setConversationResp": "",
  "openim.user.setRecvMsgOptReq":
    "ownerUserID:1:string conversationID:2:string recvMsgOpt:3:int32 notificationType:4:int32 operationID:5:string",
  "openim.user.setRecvMsgOptResp": "",
  "openim.user.getConversationReq":
    "conversationID:1:string ownerUserID:2:string operationID:3:string",
  "openim.user.getConversationResp":
    "conversation:2:openim.conversation.Conversation",
  "openim.user.getConversationsReq":
    "ownerUserID:1:string conversationIDs:2:string[] operationID:3:string",
  "openim.user.getConversationsResp":
    "conversations:2:openim.conversation.Conversation[]",
  "openim.user.getAllConversationsReq":
    "ownerUserID:1:string operationID:2:string",
  "openim.user.getAllConversationsResp":
    "conversations:2:openim.conversation.Conversation[]",
  "openim.user.batchSetConversationsReq":
    "conversations:1:openim.conversation.Conversation[] OwnerUserID:2:string notificationType:3:int32 OperationID:4:string",
  "openim.user.batchSetConversationsResp":
    "Success:2:string[] Failed:3:string[]",
  "openim.user.getPaginationUsersReq":
    "pagination:2:openim.sdkws.RequestPagination userID:3:string nickName:4:string",
  "openim.user.getPaginationUsersResp":
    "total:1:int32 users:2:openim.sdkws.UserInfo[]",
  "openim.user.userRegisterReq": "users:1:openim.sdkws.UserInfo[]",
  "openim.user.userRegisterResp": "",
  "openim.user.getGlobalRecvMessageOptReq": "userID:1:string",
  "openim.user.getGlobalRecvMessageOptResp": "globalRecvMsgOpt:1:int32",
  "openim.user.userRegisterCountReq": "start:1:int64 end:2:int64",
  "openim.user.userRegisterCountResp":
    "total:1:int64 before:2:int64 count:3:int64{}",
  "openim.user.subscribeOrCancelUsersStatusReq":
    "userID:1:string userIDs:2:string[] genre:3:int32",
  "openim.user.subscribeOrCancelUsersStatusResp":
    "statusList:1:openim.user.onlineStatus[]",
  "openim.user.getSubscribeUsersStatusReq": "userID:1:string",
  "openim.user.getSubscribeUsersStatusResp":
    "statusList:1:openim.user.onlineStatus[]",
  "openim.user.onlineStatus":
    "userID:1:string status:2:int32 platformIDs:3:int32[]",
  "openim.user.getUserStatusReq": "userID:1:string userIDs:2:string[]",
  "openim.user.getUserStatusResp": "statusList:1:openim.user.onlineStatus[]",
  "openim.user.setUserStatusReq":
    "userID:1:string status:2:int32 platformID:3:int32 connID:4:string isBackground:5:bool",
  "openim.user.setUserStatusResp": "",
  "openim.user.userOnlineStatus":
    "userID:1:string connID:2:string online:3:int32[] offline:4:int32[]",
  "openim.user.setUserOnlineStatusReq":
    "status:1:openim.user.userOnlineStatus[]",
  "openim.user.setUserOnlineStatusResp": "",
  "openim.user.processUserCommandAddReq":
    "userID:1:string type:2:int32 uuid:3:string value:4:string?wrapped ex:5:string?wrapped",
  "openim.user.processUserCommandAddResp": "",
  "openim.user.processUserCommandDeleteReq":
    "userID:1:string type:2:int32 uuid:3:string",
  "openim.user.processUserCommandDeleteResp": "",
  "openim.user.processUserCommandUpdateReq":
    "userID:1:string type:2:int32 uuid:3:string value:4:string?wrapped ex:5:string?wrapped",
  "openim.user.processUserCommandUpdateResp": "",
  "openim.user.processUserCommandGetReq": "userID:1:string type:2:int32",
  "openim.user.CommandInfoResp":
    "type:1:int32 createTime:2:int64 uuid:3:string value:4:string ex:5:string",
  "openim.user.processUserCommandGetResp":
    "CommandResp:1:openim.user.CommandInfoResp[]",
  "openim.user.processUserCommandGetAllReq": "userID:1:string",
  "openim.user.AllCommandInfoResp":
    "type:1:int32 createTime:2:int64 uuid:3:string value:4:string ex:5:string",
  "openim.user.processUserCommandGetAllResp":
    "CommandResp:1:openim.user.AllCommandInfoResp[]",
  "openim.user.addNotificationAccountReq":
    "userID:1:string nickName:2:string faceURL:3:string appMangerLevel:4:int32",
  "openim.user.addNotificationAccountResp":
    "userID:1:string faceURL:2:string nickName:3:string appMangerLevel:4:int32",
  "openim.user.updateNotificationAccountInfoReq":
    "userID:1:string faceURL:2:string nickName:3:string",
  "openim.user.updateNotificationAccountInfoResp": "",
  "openim.user.searchNotificationAccountReq":
    "keyword:1:string appManagerLevel:2:int32? pagination:3:openim.sdkws.RequestPagination",
  "openim.user.notificationAccountInfo":
    "userID:1:string faceURL:2:string nickName:3:string appMangerLevel:4:int32",
  "openim.user.searchNotificationAccountResp":
    "total:1:int64 notificationAccounts:2:openim.user.notificationAccountInfo[]",
  "openim.user.getNotificationAccountReq": "userID:1:string",
  "openim.user.getNotificationAccountResp":
    "account:1:openim.user.notificationAccountInfo",
  "openim.user.sortQueryReq": "asc:1:bool userIDName:2:string{}",
  "openim.user.sortQueryResp": "users:2:openim.sdkws.UserInfo[]",
  "openim.user.getAllOnlineUsersReq": "cursor:1:uint64",
  "openim.user.getAllOnlineUsersResp":
    "StatusList:1:openim.user.onlineStatus[] nextCursor:2:uint64",
  "openim.user.getUserClientConfigReq": "userID:1:string",
  "openim.user.getUserClientConfigResp": "configs:2:string{}",
  "openim.user.setUserClientConfigReq": "userID:1:string configs:2:string{}",
  "openim.user.setUserClientConfigResp": "",
  "openim.user.delUserClientConfigReq": "userID:1:string keys:2:string[]",
  "openim.user.delUserClientConfigResp": "",
  "openim.user.pageUserClientConfigReq":
    "userID:1:string key:2:string pagination:3:openim.sdkws.RequestPagination",
  "openim.user.pageUserClientConfigResp":
    "total:1:int64 configs:2:openim.user.clientConfig[]",
  "openim.user.clientConfig": "key:1:string userID:2:string value:3:string",
};
