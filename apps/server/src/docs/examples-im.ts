import {
  ForceLogout,
  ForceLogoutAll,
  GetAdminToken,
  GetUserToken,
  ParseToken,
} from "@parley/protocol/methods/auth";
import {
  AccountCheck,
  AddNotificationAccount,
  DelUserClientConfig,
  GetAllUserIDs,
  GetSubscribeUsersStatus,
  GetUserClientConfig,
  GetUsers,
  GetUsersInfo,
  GetUsersOnlineStatus,
  GetUsersOnlineTokenDetail,
  GetUsersStatus,
  PageUserClientConfig,
  ProcessUserCommandAdd,
  ProcessUserCommandDelete,
  ProcessUserCommandGet,
  ProcessUserCommandGetAll,
  ProcessUserCommandUpdate,
  SearchNotificationAccount,
  SetGlobalMsgRecvOpt,
  SetUserClientConfig,
  SubscribeUsersStatus,
  UpdateNotificationAccount,
  UpdateUserInfo,
  UpdateUserInfoEx,
  UserRegister,
} from "@parley/protocol/methods/users";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  GetBlackList,
  GetDesignatedFriendApply,
  GetDesignatedFriends,
  GetFriendApplyList,
  GetFriendID,
  GetFriendList,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
  GetIncrementalFriends,
  GetSelfFriendApplyList,
  GetSelfUnhandledApplyCount,
  GetSpecifiedBlacks,
  GetSpecifiedFriendsInfo,
  ImportFriend,
  IsFriend,
  RemoveBlack,
  SetFriendRemark,
  UpdateFriends,
} from "@parley/protocol/methods/friends";
import {
  CancelMuteGroup,
  CancelMuteGroupMember,
  CreateGroup,
  DismissGroup,
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupAbstractInfo,
  GetGroupApplicationUnhandledCount,
  GetGroupMemberList,
  GetGroupMemberUserID,
  GetGroupMembersInfo,
  GetGroupUsersReqApplicationList,
  GetGroups,
  GetGroupsInfo,
  GetIncrementalGroupMembers,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  GetJoinedGroupList,
  GetRecvGroupApplicationList,
  GetSpecifiedUserGroupRequestInfo,
  GetUserReqGroupApplicationList,
  GroupApplicationResponse,
  InviteUserToGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfo,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";
import {
  BatchSendMsg,
  CheckMsgIsSendSuccess,
  ClearConversationMsg,
  DeleteMsgPhsicalBySeq,
  DeleteMsgPhysical,
  DeleteMsgs,
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
  GetServerTime,
  MarkConversationAsRead,
  MarkMsgsAsRead,
  PullMsgBySeq,
  RevokeMsg,
  SearchMsg,
  SendBusinessNotification,
  SendMsg,
  SendSimpleMsg,
  SetConversationHasReadSeq,
  UserClearAllMsg,
} from "@parley/protocol/methods/messages";
import {
  DeleteConversations,
  GetAllConversations,
  GetConversation,
  GetConversations,
  GetFullConversationIDs,
  GetIncrementalConversations,
  GetNotNotifyConversationIDs,
  GetOwnerConversation,
  GetPinnedConversationIDs,
  GetSortedConversationList,
  SetConversations,
  UpdateConversationsByUser,
} from "@parley/protocol/methods/conversations";
import {
  GetActiveJssdkConversations,
  GetJssdkConversations,
} from "@parley/protocol/methods/jssdk";
import {
  AccessURL,
  AuthSign,
  CompleteFormData,
  CompleteMultipartUpload,
  InitiateFormData,
  InitiateMultipartUpload,
  PartLimit,
  PartSize,
} from "@parley/protocol/methods/objects";
import {
  ExplainUnsent,
  FcmUpdateToken,
  GetWebPushKey,
  SetAppBadge,
} from "@parley/protocol/methods/push";
import {
  DeleteLogs,
  SearchLogs,
  UploadLogs,
} from "@parley/protocol/methods/client-logs";
import {
  CountCreatedGroups,
  CountRegisteredUsers,
  ListActiveGroups,
  ListActiveUsers,
} from "@parley/protocol/methods/statistics";
import {
  AddFavorite,
  GetFavorites,
  RemoveFavorite,
} from "@parley/protocol/methods/favorites";
import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";
import { imSettings } from "@parley/protocol/methods/settings";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const year = { start: 1_767_225_600_000, end: 1_830_297_600_000 };
const nothingYet = { versionID: "", version: 0 };
const annAndBob = "si_ann_bob";
const tea = "sg_tea";

/** Tells of Ann, Bob, Cleo and Dora, who do all that there is. */
export const imExamples: readonly Example[] = [
  {
    path: GetAdminToken.path,
    body: { userID: "imAdmin", secret: "openIM123" },
  },
  {
    path: UserRegister.path,
    body: {
      users: [
        { userID: "ann", nickname: "Ann", faceURL: "https://x.org/ann.png" },
        { userID: "bob", nickname: "Bob", faceURL: "" },
        { userID: "cleo", nickname: "Cleo", faceURL: "" },
        { userID: "dora", nickname: "Dora", faceURL: "" },
      ],
    },
  },
  { path: GetUserToken.path, body: { userID: "ann", platformID: 5 } },
  {
    path: ParseToken.path,
    body: { token: `{{${GetUserToken.path} token}}` },
  },

  // Users.
  {
    path: UpdateUserInfo.path,
    body: { userInfo: { userID: "bob", nickname: "Bobby", ex: "likes tea" } },
  },
  {
    path: UpdateUserInfoEx.path,
    body: { userInfo: { userID: "ann", nickname: "Ann Lee" } },
  },
  {
    path: SetGlobalMsgRecvOpt.path,
    body: { userID: "bob", globalRecvMsgOpt: 0 },
  },
  { path: GetUsersInfo.path, body: { userIDs: ["ann", "bob"] } },
  { path: GetAllUserIDs.path, body: { pagination: firstPage } },
  { path: AccountCheck.path, body: { checkUserIDs: ["ann", "nobody"] } },
  { path: GetUsers.path, body: { pagination: firstPage, nickName: "bob" } },
  { path: GetUsersOnlineStatus.path, body: { userIDs: ["ann", "bob"] } },
  { path: GetUsersOnlineTokenDetail.path, body: { userIDs: ["ann"] } },
  {
    path: GetUsersStatus.path,
    body: { userID: "ann", userIDs: ["bob"] },
  },
  {
    path: SubscribeUsersStatus.path,
    body: { userID: "ann", userIDs: ["bob"], genre: 1 },
  },
  { path: GetSubscribeUsersStatus.path, body: { userID: "ann" } },
  {
    path: ProcessUserCommandAdd.path,
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy tea" },
  },
  {
    path: ProcessUserCommandUpdate.path,
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy more tea" },
  },
  {
    path: ProcessUserCommandGet.path,
    body: { userID: "ann", type: 1 },
  },
  { path: ProcessUserCommandGetAll.path, body: { userID: "ann" } },
  {
    path: ProcessUserCommandDelete.path,
    body: { userID: "ann", type: 1, uuid: "note-1" },
  },
  {
    path: AddNotificationAccount.path,
    body: { userID: "news", nickName: "News", faceURL: "", appMangerLevel: 3 },
  },
  {
    path: UpdateNotificationAccount.path,
    body: { userID: "news", nickName: "The news", faceURL: "" },
  },
  {
    path: SearchNotificationAccount.path,
    body: { keyword: "news", pagination: firstPage },
  },
  {
    path: SetUserClientConfig.path,
    body: { userID: "ann", configs: { theme: "dark", language: "en" } },
  },
  { path: GetUserClientConfig.path, body: { userID: "ann" } },
  {
    path: PageUserClientConfig.path,
    body: { userID: "ann", key: "", pagination: firstPage },
  },
  {
    path: DelUserClientConfig.path,
    body: { userID: "ann", keys: ["language"] },
  },

  // Friends.
  {
    path: AddFriend.path,
    body: { fromUserID: "ann", toUserID: "bob", reqMsg: "Shall we?", ex: "" },
  },
  {
    path: GetSelfUnhandledApplyCount.path,
    body: { userID: "bob", time: 0 },
  },
  {
    path: GetFriendApplyList.path,
    body: { userID: "bob", pagination: firstPage, handleResults: [0] },
  },
  {
    path: GetSelfFriendApplyList.path,
    body: { userID: "ann", pagination: firstPage, handleResults: [] },
  },
  {
    path: GetDesignatedFriendApply.path,
    body: { fromUserID: "ann", toUserID: "bob" },
  },
  {
    path: AddFriendResponse.path,
    body: {
      fromUserID: "ann",
      toUserID: "bob",
      handleResult: 1,
      handleMsg: "Gladly",
    },
  },
  {
    path: ImportFriend.path,
    body: { ownerUserID: "ann", friendUserIDs: ["cleo"] },
  },
  {
    path: GetFriendList.path,
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: GetDesignatedFriends.path,
    body: { ownerUserID: "ann", friendUserIDs: ["bob"] },
  },
  { path: GetFriendID.path, body: { userID: "ann" } },
  {
    path: GetSpecifiedFriendsInfo.path,
    body: { ownerUserID: "ann", userIDList: ["bob"] },
  },
  { path: IsFriend.path, body: { userID1: "ann", userID2: "bob" } },
  {
    path: SetFriendRemark.path,
    body: { ownerUserID: "ann", friendUserID: "bob", remark: "My brother" },
  },
  {
    path: UpdateFriends.path,
    body: { ownerUserID: "ann", friendUserIDs: ["bob"], isPinned: true },
  },
  {
    path: GetIncrementalFriends.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: GetFullFriendUserIDs.path,
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: DeleteFriend.path,
    body: { ownerUserID: "ann", friendUserID: "cleo" },
  },
  {
    path: AddBlack.path,
    body: { ownerUserID: "ann", blackUserID: "dora", ex: "" },
  },
  {
    path: GetBlackList.path,
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: GetSpecifiedBlacks.path,
    body: { ownerUserID: "ann", userIDList: ["dora"] },
  },
  {
    path: GetIncrementalBlacks.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: RemoveBlack.path,
    body: { ownerUserID: "ann", blackUserID: "dora" },
  },

  // Groups.
  {
    path: CreateGroup.path,
    body: {
      ownerUserID: "ann",
      adminUserIDs: [],
      memberUserIDs: ["bob"],
      groupInfo: {
        groupID: "tea",
        groupName: "Tea at four",
        groupType: 2,
        introduction: "Every day but Sunday",
        faceURL: "",
        needVerification: 0,
      },
    },
  },
  {
    path: JoinGroup.path,
    body: {
      groupID: "tea",
      inviterUserID: "cleo",
      joinSource: 3,
      reqMessage: "I bring cake",
    },
  },
  {
    path: GetGroupApplicationUnhandledCount.path,
    body: { userID: "ann", time: 0 },
  },
  {
    path: GetRecvGroupApplicationList.path,
    body: { fromUserID: "ann", pagination: firstPage, handleResults: [0] },
  },
  {
    path: GetUserReqGroupApplicationList.path,
    body: { userID: "cleo", pagination: firstPage },
  },
  {
    path: GetGroupUsersReqApplicationList.path,
    body: { groupID: "tea", userIDs: ["cleo"] },
  },
  {
    path: GetSpecifiedUserGroupRequestInfo.path,
    body: { groupID: "tea", userID: "cleo" },
  },
  {
    path: GroupApplicationResponse.path,
    body: {
      groupID: "tea",
      fromUserID: "cleo",
      handleResult: 1,
      handledMsg: "Welcome",
    },
  },
  {
    path: InviteUserToGroup.path,
    body: { groupID: "tea", invitedUserIDs: ["dora"], reason: "More cake" },
  },
  {
    path: SetGroupInfo.path,
    body: {
      groupInfoForSet: { groupID: "tea", notification: "Closed on Sundays" },
    },
  },
  {
    path: SetGroupInfoEx.path,
    body: { groupID: "tea", groupName: "Tea at five", lookMemberInfo: 0 },
  },
  {
    path: SetGroupMemberInfo.path,
    body: {
      members: [
        { groupID: "tea", userID: "bob", nickname: "Baker", roleLevel: 60 },
      ],
    },
  },
  {
    path: MuteGroupMember.path,
    body: { groupID: "tea", userID: "dora", mutedSeconds: 3_600 },
  },
  {
    path: CancelMuteGroupMember.path,
    body: { groupID: "tea", userID: "dora" },
  },
  { path: MuteGroup.path, body: { groupID: "tea" } },
  { path: CancelMuteGroup.path, body: { groupID: "tea" } },
  { path: GetGroupsInfo.path, body: { groupIDs: ["tea"] } },
  {
    path: GetJoinedGroupList.path,
    body: { fromUserID: "ann", pagination: firstPage },
  },
  {
    path: GetGroups.path,
    body: { groupName: "tea", groupID: "", pagination: firstPage },
  },
  { path: GetGroupAbstractInfo.path, body: { groupIDs: ["tea"] } },
  {
    path: GetGroupMembersInfo.path,
    body: { groupID: "tea", userIDs: ["ann", "bob"] },
  },
  {
    path: GetGroupMemberList.path,
    body: { groupID: "tea", filter: 0, keyword: "", pagination: firstPage },
  },
  { path: GetGroupMemberUserID.path, body: { groupID: "tea" } },
  {
    path: GetIncrementalJoinGroups.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: GetFullJoinGroupIDs.path,
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: GetIncrementalGroupMembers.path,
    body: { groupID: "tea", ...nothingYet },
  },
  {
    path: GetIncrementalGroupMembersBatch.path,
    body: { userID: "ann", reqList: [{ groupID: "tea", ...nothingYet }] },
  },
  {
    path: GetFullGroupMemberUserIDs.path,
    body: { groupID: "tea", idHash: 0 },
  },
  {
    path: KickGroup.path,
    body: { groupID: "tea", kickedUserIDs: ["dora"], reason: "No cake" },
  },
  { path: QuitGroup.path, body: { groupID: "tea", userID: "cleo" } },

  // Messages.
  {
    path: SendMsg.path,
    body: {
      sendID: "ann",
      recvID: "bob",
      senderNickname: "Ann Lee",
      senderPlatformID: 5,
      sessionType: 1,
      contentType: 101,
      content: { content: "Tea?" },
    },
  },
  { path: CheckMsgIsSendSuccess.path, body: {} },
  {
    path: SendSimpleMsg.path,
    // {"sendID":"ann","recvID":"bob","groupID":""}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiJib2IiLCJncm91cElEIjoiIn0=",
    },
    body: { sendID: "bob", content: "**Yes!**" },
  },
  {
    path: BatchSendMsg.path,
    body: {
      sendID: "ann",
      recvIDs: ["bob", "cleo"],
      isSendAll: false,
      senderPlatformID: 5,
      sessionType: 1,
      contentType: 101,
      content: { content: "See you at five" },
    },
  },
  {
    path: SendBusinessNotification.path,
    body: {
      key: "order",
      data: '{"id":7,"state":"paid"}',
      sendUserID: "ann",
      recvUserID: "bob",
      sendMsg: false,
      reliabilityLevel: 2,
    },
  },
  { path: GetNewestSeq.path, body: { userID: "bob" } },
  {
    path: PullMsgBySeq.path,
    body: {
      userID: "bob",
      order: 0,
      seqRanges: [{ conversationID: annAndBob, begin: 1, end: 20, num: 20 }],
    },
  },
  {
    path: GetConversationsHasReadAndMaxSeq.path,
    body: { userID: "bob", conversationIDs: [annAndBob] },
  },
  {
    path: MarkMsgsAsRead.path,
    body: { userID: "bob", conversationID: annAndBob, seqs: [1] },
  },
  {
    path: MarkConversationAsRead.path,
    body: {
      userID: "bob",
      conversationID: annAndBob,
      hasReadSeq: 3,
      seqs: [3],
    },
  },
  {
    path: SetConversationHasReadSeq.path,
    body: { userID: "bob", conversationID: annAndBob, hasReadSeq: 3 },
  },
  {
    path: SearchMsg.path,
    body: { sendID: "ann", recvID: "bob", pagination: firstPage },
  },
  { path: GetServerTime.path, body: {} },
  {
    path: AddFavorite.path,
    body: { userID: "bob", conversationID: annAndBob, seq: 1 },
  },
  {
    path: GetFavorites.path,
    body: { userID: "bob", pagination: firstPage },
  },
  {
    path: RemoveFavorite.path,
    body: { userID: "bob", conversationID: annAndBob, seq: 1 },
  },
  {
    path: RevokeMsg.path,
    body: { userID: "ann", conversationID: annAndBob, seq: 1 },
  },

  // Conversations.
  {
    path: SetConversations.path,
    body: {
      userIDs: ["ann"],
      conversation: {
        conversationID: annAndBob,
        conversationType: 1,
        userID: "bob",
        isPinned: true,
      },
    },
  },
  { path: GetAllConversations.path, body: { ownerUserID: "ann" } },
  {
    path: GetConversation.path,
    body: { ownerUserID: "ann", conversationID: annAndBob },
  },
  {
    path: GetConversations.path,
    body: { ownerUserID: "ann", conversationIDs: [annAndBob, tea] },
  },
  {
    path: GetSortedConversationList.path,
    body: { userID: "ann", conversationIDs: [], pagination: firstPage },
  },
  {
    path: GetOwnerConversation.path,
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: GetFullConversationIDs.path,
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: GetIncrementalConversations.path,
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: GetNotNotifyConversationIDs.path,
    body: { userID: "ann" },
  },
  {
    path: GetPinnedConversationIDs.path,
    body: { userID: "ann" },
  },
  {
    path: UpdateConversationsByUser.path,
    body: { userID: "ann", ex: "folder:home" },
  },
  {
    path: GetJssdkConversations.path,
    body: { ownerUserID: "ann", conversationIDs: [annAndBob] },
  },
  {
    path: GetActiveJssdkConversations.path,
    body: { ownerUserID: "ann", count: 20 },
  },
  {
    path: DeleteConversations.path,
    body: { ownerUserID: "bob", conversationIDs: ["n_ann_bob"] },
  },
  {
    path: DeleteMsgs.path,
    body: {
      userID: "bob",
      conversationID: annAndBob,
      seqs: [2],
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: ClearConversationMsg.path,
    body: {
      userID: "bob",
      conversationIDs: [annAndBob],
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: UserClearAllMsg.path,
    body: {
      userID: "bob",
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: DeleteMsgPhsicalBySeq.path,
    body: { conversationID: annAndBob, seqs: [2] },
  },
  {
    path: DeleteMsgPhysical.path,
    body: { conversationIDs: [annAndBob], timestamp: 31_536_000 },
  },

  // Files: one in two parts, of which all but the last have partSize, and a form.
  { path: PartLimit.path, body: {} },
  { path: PartSize.path, body: { size: 5_242_885 } },
  {
    path: InitiateMultipartUpload.path,
    body: {
      // The MD5 of the MD5s of all parts, joined with commas.
      hash: "b949966abfaf7c17829898b339a642b7",
      size: 5_242_885,
      partSize: 5_242_880,
      maxParts: 1,
      cause: "msg-file",
      name: "ann/hello.txt",
      contentType: "text/plain",
    },
  },
  {
    path: AuthSign.path,
    body: {
      uploadID: `{{${InitiateMultipartUpload.path} upload.uploadID}}`,
      partNumbers: [2],
    },
  },
  {
    path: CompleteMultipartUpload.path,
    uploads: [
      {
        text: "a",
        times: 5_242_880,
        part: {
          sign: `{{${InitiateMultipartUpload.path} upload.sign}}`,
          number: 1,
        },
      },
      { text: "hello", part: { sign: `{{${AuthSign.path}}}`, number: 2 } },
    ],
    body: {
      uploadID: `{{${InitiateMultipartUpload.path} upload.uploadID}}`,
      parts: [
        "79b281060d337b9b2b84ccf390adcf74",
        "5d41402abc4b2a76b9719d911017c592",
      ],
      name: "ann/hello.txt",
      contentType: "text/plain",
      cause: "msg-file",
    },
  },
  { path: AccessURL.path, body: { name: "ann/hello.txt" } },
  {
    path: InitiateFormData.path,
    body: {
      name: "ann/form.txt",
      size: 5,
      contentType: "text/plain",
      group: "msg-file",
      millisecond: 600_000,
    },
  },
  {
    path: CompleteFormData.path,
    uploads: [
      {
        text: "hello",
        form: {
          url: `{{${InitiateFormData.path} url}}`,
          file: `{{${InitiateFormData.path} file}}`,
          fields: `{{${InitiateFormData.path} formData}}`,
        },
      },
    ],
    body: { id: `{{${InitiateFormData.path} id}}` },
  },

  // Clients and pushes.
  {
    path: FcmUpdateToken.path,
    body: { platformID: 2, fcmToken: "token-of-a-phone", account: "ann" },
  },
  {
    path: SetAppBadge.path,
    body: { userID: "ann", appUnreadCount: 3 },
  },
  {
    path: UploadLogs.path,
    body: {
      platform: 5,
      appFramework: "web",
      version: "1.0.0",
      fileURLs: [
        { filename: "today.log", URL: "https://x.org/logs/today.log" },
      ],
    },
  },
  {
    path: SearchLogs.path,
    body: {
      keyword: "",
      startTime: year.start,
      endTime: year.end,
      pagination: firstPage,
    },
  },
  {
    path: DeleteLogs.path,
    body: { logIDs: [`{{${SearchLogs.path} logsInfos.0.logID}}`] },
  },
  { path: GetWebPushKey.path, body: {} },
  {
    path: ExplainUnsent.path,
    body: { serverMsgID: `{{${SendMsg.path} serverMsgID}}`, userID: "bob" },
  },

  // Numbers.
  { path: CountRegisteredUsers.path, body: year },
  { path: CountCreatedGroups.path, body: year },
  { path: ListActiveUsers.path, body: { ...year, pagination: firstPage } },
  {
    path: ListActiveGroups.path,
    body: { ...year, pagination: firstPage },
  },

  // These routes end something.
  {
    path: TransferGroup.path,
    body: {
      groupID: "tea",
      oldOwnerUserID: "ann",
      newOwnerUserID: "bob",
    },
  },
  { path: DismissGroup.path, body: { groupID: "tea" } },
  { path: ForceLogout.path, body: { userID: "ann", platformID: 5 } },
  { path: ForceLogoutAll.path, body: { userID: "ann" } },
  {
    path: DeleteUser.path,
    body: { userID: "dora", deleteMessages: true },
  },
  { path: GetUserDeletion.path, body: { userID: "dora" } },
  { path: imSettings.GetConfigList.path, body: {} },
  { path: imSettings.GetConfig.path, body: { configName: "parley.yml" } },
  { path: imSettings.GetEnableConfigManager.path, body: {} },
  { path: imSettings.SetEnableConfigManager.path, body: { enable: false } },
  {
    path: imSettings.SetConfig.path,
    body: { configName: "parley.yml", data: '{"friendVerify": true}' },
  },
  { path: imSettings.ResetConfig.path, body: {} },
  { path: imSettings.Restart.path, body: {} },
];
