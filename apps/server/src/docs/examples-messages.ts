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
  AddFavorite,
  GetFavorites,
  RemoveFavorite,
} from "@parley/protocol/methods/favorites";

import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const nothingYet = { versionID: "", version: 0 };
const annAndBob = "si_ann_bob";
const tea = "sg_tea";

/** Ann, her friends and their backend send messages and keep conversations. */
export const messageExamples: readonly Example[] = [
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
];
