import {
  ClearConversationsMsgReq,
  DeleteMsgPhysicalBySeqReq,
  DeleteMsgPhysicalReq,
  DeleteMsgsReq,
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  GetSendMsgStatusReq,
  GetSendMsgStatusResp,
  GetServerTimeReq,
  GetServerTimeResp,
  MarkConversationAsReadReq,
  MarkMsgsAsReadReq,
  RevokeMsgReq,
  SearchMessageReq,
  SearchMessageResp,
  SetConversationHasReadSeqReq,
  UserClearAllMsgReq,
} from "../generated/msg.ts";
import {
  GetMaxSeqReq,
  GetMaxSeqResp,
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
} from "../generated/sdkws.ts";
import {
  BatchSendMsgReq,
  BatchSendMsgResp,
  SendBusinessNotificationReq,
  SendMsgReq,
  SendMsgResp,
  SendSingleMsgReq,
} from "../rest-types.ts";
import {
  administrator,
  messageBodyBytes,
  method,
  nothing,
  self,
  signedIn,
} from "../method.ts";

const syncOptions =
  "By itself only for this user; deleteSyncOpt.IsSyncSelf tells the user's other devices, IsSyncOther deletes for everybody.";

/** What a message only carries. */
const opaqueOfMessages = [
  "content",
  "ex",
  "offlinePushInfo",
  "senderFaceURL",
  "senderNickname",
];

export const GetNewestSeq = method(
  "/msg/newest_seq",
  GetMaxSeqReq,
  GetMaxSeqResp,
  {
    access: self("userID"),
    kind: "read",
    words: [
      "Get the newest seq of every conversation",
      "What a client compares with what it has.",
    ],
    codes: [1002],
  },
);

export const PullMsgBySeq = method(
  "/msg/pull_msg_by_seq",
  PullMessageBySeqsReq,
  PullMessageBySeqsResp,
  {
    access: self("userID"),
    kind: "read",
    words: [
      "Fetch messages by seq",
      "Ranges of several conversations at once, chat and notifications apart.",
    ],
    codes: [1002],
  },
);

export const GetConversationsHasReadAndMaxSeq = method(
  "/msg/get_conversations_has_read_and_max_seq",
  GetConversationsHasReadAndMaxSeqReq,
  GetConversationsHasReadAndMaxSeqResp,
  {
    access: self("userID"),
    kind: "read",
    required: ["userID"],
    words: [
      "Get how far conversations go and were read",
      "Without ids for all of the user's conversations: what unread counts are made of.",
    ],
    codes: [1002],
  },
);

export const RevokeMsg = method("/msg/revoke_msg", RevokeMsgReq, nothing, {
  access: self("userID"),
  kind: "change",
  required: ["userID", "conversationID"],
  words: [
    "Revoke a message",
    "For everybody. The sender may, in groups also those of higher rank than the sender's.",
  ],
  codes: [1002, 1004, 1404],
});

export const MarkMsgsAsRead = method(
  "/msg/mark_msgs_as_read",
  MarkMsgsAsReadReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "conversationID", "seqs"],
    words: ["Mark single messages as read"],
    codes: [1002, 1004],
  },
);

export const MarkConversationAsRead = method(
  "/msg/mark_conversation_as_read",
  MarkConversationAsReadReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "conversationID"],
    words: ["Mark a conversation as read up to a seq"],
    codes: [1002, 1004],
  },
);

export const SetConversationHasReadSeq = method(
  "/msg/set_conversation_has_read_seq",
  SetConversationHasReadSeqReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "conversationID"],
    words: [
      "Set how far a conversation was read",
      "Only upwards, and nobody but the user's own devices is told.",
    ],
    codes: [1002],
  },
);

export const ClearConversationMsg = method(
  "/msg/clear_conversation_msg",
  ClearConversationsMsgReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID", "conversationIDs"],
    words: ["Empty conversations", syncOptions],
    codes: [1002],
  },
);

export const UserClearAllMsg = method(
  "/msg/user_clear_all_msg",
  UserClearAllMsgReq,
  nothing,
  {
    access: self("userID"),
    kind: "change",
    required: ["userID"],
    words: ["Empty all conversations of a user", syncOptions],
    codes: [1002],
  },
);

export const DeleteMsgs = method("/msg/delete_msgs", DeleteMsgsReq, nothing, {
  access: self("userID"),
  kind: "change",
  required: ["userID", "conversationID", "seqs"],
  words: ["Delete messages", syncOptions],
  codes: [1002, 1004],
});

export const DeleteMsgPhsicalBySeq = method(
  "/msg/delete_msg_phsical_by_seq",
  DeleteMsgPhysicalBySeqReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Take the content out of messages for everybody",
      "The seqs stay, as empty places. The path is spelled as OpenIM spells it.",
    ],
    codes: [1002],
  },
);

export const DeleteMsgPhysical = method(
  "/msg/delete_msg_physical",
  DeleteMsgPhysicalReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    required: ["conversationIDs"],
    words: ["Remove messages of conversations before a time"],
    codes: [1002],
  },
);

export const SearchMsg = method(
  "/msg/search_msg",
  SearchMessageReq,
  SearchMessageResp,
  {
    access: administrator,
    kind: "read",
    required: ["pagination"],
    words: [
      "Search everybody's messages",
      "By sender, receiver, type and day, the newest first.",
    ],
    codes: [1002],
  },
);

export const GetServerTime = method(
  "/msg/get_server_time",
  GetServerTimeReq,
  GetServerTimeResp,
  { access: signedIn, kind: "read", words: ["Get the server's time"] },
);

export const SendMsg = method("/msg/send_msg", SendMsgReq, SendMsgResp, {
  access: administrator,
  kind: "send",
  required: ["sendID", "content", "contentType", "sessionType"],
  opaque: opaqueOfMessages,
  bodyBytes: messageBodyBytes,
  bindStatus: 400,
  words: [
    "Send a message in a user's name",
    "To recvID (sessionType 1 or 4) or to groupID (sessionType 3). The answer comes when the message is durable.",
  ],
  codes: [1002, 1004, 1101, 1203, 1204, 1302, 1303, 1402, 1403],
});

export const BatchSendMsg = method(
  "/msg/batch_send_msg",
  BatchSendMsgReq,
  BatchSendMsgResp,
  {
    access: administrator,
    kind: "send",
    required: ["sendID", "content", "contentType", "sessionType", "recvIDs"],
    opaque: opaqueOfMessages,
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    words: [
      "Send a message to many users",
      "To recvIDs, or with isSendAll to everybody; who could not get it is named.",
    ],
    codes: [1002, 1101],
  },
);

export const SendSimpleMsg = method(
  "/msg/send_simple_msg",
  SendSingleMsgReq,
  SendMsgResp,
  {
    access: self(),
    kind: "send",
    required: ["content"],
    opaque: opaqueOfMessages,
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    words: [
      "Answer the message that a webhook told of",
      "As text, into the conversation that the webhook's key names.",
    ],
    codes: [1002, 1004, 1101, 1203, 1204, 1302, 1303, 1402, 1403],
    query: { key: "From the webhook's request." },
  },
);

export const SendBusinessNotification = method(
  "/msg/send_business_notification",
  SendBusinessNotificationReq,
  SendMsgResp,
  {
    access: administrator,
    kind: "send",
    required: ["sendUserID"],
    opaque: ["key", "data"],
    bodyBytes: messageBodyBytes,
    bindStatus: 400,
    words: [
      "Send a notification of the application",
      "To one user or one group: a key and data that the application's clients understand.",
    ],
    codes: [1002, 1004, 1101, 1203, 1204, 1302, 1303, 1402, 1403],
  },
);

export const CheckMsgIsSendSuccess = method(
  "/msg/check_msg_is_send_success",
  GetSendMsgStatusReq,
  GetSendMsgStatusResp,
  {
    access: signedIn,
    kind: "read",
    words: [
      "Ask whether an earlier request sent its message",
      "Give that request's operationID as the header. status 1 is yes.",
    ],
  },
);
