import { maxSentBytes } from "./frame-size.ts";

/**
 * Limits of requests, by message and field: from OpenIM's contract, else far
 * above what its clients send. Every request is checked while it is parsed
 * (allowance.ts), so a new field has a limit without a line here.
 */

/** Fields and items of one request, whatever they are. */
export const maxValues = 200_000;

/** Items of a list or map that is not named below, as in OpenIM's contract. */
export const usualItems = 1_000;

/** Limit for lookups, SDKs' sync after signing in, and mass messages. */
const manyItems = 10_000;

/** Lists that may be longer than others. */
const itemsOf: Readonly<Record<string, number>> = {
  "apistruct.BatchSendMsgReq.recvIDs": manyItems,
  "chat.UserFindFullReq.userIDs": manyItems,
  "chat.UserFindPublicReq.userIDs": manyItems,
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

/** Limits of webhooks' answers, which may name all members of a large group. */
const itemsOfAnswers: Readonly<Record<string, number>> = {
  "webhook.GroupOnlinePush.userIDList": 100_000,
  "webhook.OfflinePush.userIDList": 100_000,
  "webhook.UserRegister.users": manyItems,
};

/** Maximum length of texts by the field's name; the first match applies. */
const lengthsByName: readonly (readonly [RegExp, number])[] = [
  // Two ids and what is between them.
  [/^conversationIDs?$/, 512],
  [/^content$/, maxSentBytes],
  [
    /^(ex|attachedInfo|notification|introduction|value|signalInfo|desc|text|prompts)$/,
    65_536,
  ],
  [/^(faceURL|senderFaceURL|url|URL|icon|urlPrefix)$/, 2_048],
  [/^uploadID$/, 2_048],
  [/^deviceID$/, 256],
  [/^verifyCode$/, 64],
  [
    /(^i|I)ds?$|ID[12]?$|IDs$|IDList$|^(codes|invitationCode|hash|md5|parts)$/,
    128,
  ],
  [
    /^(remark|reqMsg|reqMessage|handleMsg|handledMsg|reason|title|filename|chars|secret)$/,
    1_024,
  ],
  [/^(token|fcmToken|errMsg|errDlt)$/, 4_096],
];

/** Maximum length of other texts: names, accounts, codes, search words. */
const usualLength = 256;

/** Texts that may be longer or shorter than their names say. */
const lengthOf: Readonly<Record<string, number>> = {
  "apistruct.SendBusinessNotificationReq.data": 131_072,
  "apistruct.SendBusinessNotificationReq.key": 1_024,
  "apistruct.SetConfigReq.data": 1_000_000,
  "chat.AgentCallbackReq.content": 250_000,
  "chat.AgentInfo.key": 4_096,
  "chat.AgentUpdateReq.key": 4_096,
  "chat.ClientConfigSetReq.config": 65_536,
  "openim.third.AccessURLReq.name": 1_024,
  "openim.third.AccessURLReq.query": 2_048,
  "openim.third.CompleteFormDataReq.id": 4_096,
  "openim.third.CompleteMultipartUploadReq.name": 1_024,
  "openim.third.InitiateFormDataReq.name": 1_024,
  "openim.third.InitiateMultipartUploadReq.name": 1_024,
  "openim.user.setUserClientConfigReq.configs": 65_536,
};

/**
 * Returns the maximum number of items in all lists of a field in one request.
 */
export const maxItemsOf = (message: string, field: string): number =>
  itemsOf[`${message}.${field}`] ??
  itemsOfAnswers[`${message}.${field}`] ??
  usualItems;

/**
 * Returns the maximum length of a text, of each text in a list and of each
 * value in a map.
 */
export const maxLengthOf = (message: string, field: string): number =>
  lengthOf[`${message}.${field}`] ??
  lengthsByName.find(([name]) => name.test(field))?.[1] ??
  usualLength;

/** Maximum length of an operationID, in headers and envelopes. */
export const maxOperationIDLength = 1_024;

/** Characters of a key of a map. */
export const maxKeyLength = 256;

/** Range of times in ms: the year 1 (Go's zero time) to the end of 9999. */
const calendar = [-62_135_596_800_000, 253_402_300_799_999] as const;

/** Spans of time in days, seconds or milliseconds: no date leaves the calendar by one. */
const spans = [-10_000_000_000, 10_000_000_000] as const;

const isTime = /Time$|^(time|birth)$/;
const isSpan =
  /^(expireTime|millisecond|msgDestructTime|needDeleteTime|timestamp)$/;
/**
 * Range of bounds in queries, which are not stored: clients may send the
 * largest number for "no end".
 */
const asked = [-9_000_000_000_000_000_000, 9_000_000_000_000_000_000] as const;
/** Bounds of statistics' time spans, and of seqs in `SeqRange`. */
const isAsked = /^(start|end)$/;

/** The least and the most that a 64-bit number may be: more is not exact here. */
export function rangeOf(
  message: string,
  field: string,
  isUnsigned: boolean,
): readonly [number, number] {
  if (isUnsigned) return [0, Number.MAX_SAFE_INTEGER];
  if (isSpan.test(field)) return spans;
  if (isTime.test(field)) return calendar;
  if (isAsked.test(field) && message !== "openim.sdkws.SeqRange") return asked;
  return [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
}

/** `message.field` of every limit that has a line of its own. */
export const named: readonly string[] = [
  ...Object.keys(itemsOf),
  ...Object.keys(lengthOf),
];
