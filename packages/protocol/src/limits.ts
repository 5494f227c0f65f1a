/**
 * How much a request may hold, by message and field: what OpenIM's contract
 * says, else far more than its clients send. Everything that a client sends is
 * held to it while it is read (allowance.ts), so a new field has a limit
 * without a line here.
 */

/** Fields and items of one request, whatever they are. */
export const maxValues = 200_000;

/** Items of a list or map that is not named below, as in OpenIM's contract. */
const usualItems = 1_000;

/** What is only looked up, what SDKs ask for at once after signing in, and mass messages. */
const manyItems = 10_000;

/** Lists that may be longer than others. */
const itemsOf: Readonly<Record<string, number>> = {
  "apistruct.BatchSendMsgReq.recvIDs": manyItems,
  "chat.UserImportJsonReq.users": manyItems,
  "openim.conversation.GetConversationsReq.conversationIDs": manyItems,
  "openim.conversation.GetSortedConversationListReq.conversationIDs": manyItems,
  "openim.group.BatchGetIncrementalGroupMemberReq.reqList": manyItems,
  "openim.group.GetGroupMembersInfoReq.userIDs": manyItems,
  "openim.group.GetGroupsInfoReq.groupIDs": manyItems,
  "openim.jssdk.GetConversationsReq.conversationIDs": manyItems,
  "openim.msg.ConversationSeqs.seqs": manyItems,
  "openim.msg.DeleteMsgPhysicalBySeqReq.seqs": manyItems,
  "openim.msg.DeleteMsgsReq.seqs": manyItems,
  "openim.msg.GetConversationsHasReadAndMaxSeqReq.conversationIDs": manyItems,
  "openim.msg.GetLastMessageReq.conversationIDs": manyItems,
  "openim.msg.GetSeqMessageReq.conversations": manyItems,
  "openim.msg.MarkConversationAsReadReq.seqs": manyItems,
  "openim.msg.MarkMsgsAsReadReq.seqs": manyItems,
  "openim.msggateway.GetUsersOnlineStatusReq.userIDs": manyItems,
  "openim.relation.GetSpecifiedBlacksReq.userIDList": manyItems,
  "openim.relation.getDesignatedFriendsReq.friendUserIDs": manyItems,
  "openim.sdkws.PullMessageBySeqsReq.seqRanges": manyItems,
  "openim.sdkws.SubUserOnlineStatus.subscribeUserID": manyItems,
  "openim.sdkws.SubUserOnlineStatus.unsubscribeUserID": manyItems,
  "openim.third.AuthSignReq.partNumbers": manyItems,
  "openim.third.CompleteMultipartUploadReq.parts": manyItems,
  "openim.user.accountCheckReq.checkUserIDs": manyItems,
  "openim.user.getDesignateUsersReq.userIDs": manyItems,
  "openim.user.getUserStatusReq.userIDs": manyItems,
  "openim.user.subscribeOrCancelUsersStatusReq.userIDs": manyItems,
  "openim.user.userRegisterReq.users": manyItems,
};

/** What a webhook's receiver answers may name everybody of a large group. */
const itemsOfAnswers: Readonly<Record<string, number>> = {
  "webhook.GroupOnlinePush.userIDList": 100_000,
  "webhook.OfflinePush.userIDList": 100_000,
  "webhook.UserRegister.users": manyItems,
};

/** So many may be in all the lists that a field makes in one request. */
export const maxItemsOf = (message: string, field: string): number =>
  itemsOf[`${message}.${field}`] ??
  itemsOfAnswers[`${message}.${field}`] ??
  usualItems;

/** `message.field` of every limit that has a line of its own. */
export const named: readonly string[] = Object.keys(itemsOf);
