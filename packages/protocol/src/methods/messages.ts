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

/** Fields that the server passes on without reading. */
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
      "Clients compare them with their own seqs.",
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
      "Ranges of several conversations at once; messages and notices are returned separately.",
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
      "Get the newest and read seqs of conversations",
      "Without ids: all conversations of the user. Clients compute unread counts from them.",
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
    "For everybody. Allowed for the sender and, in groups, for members of a higher role than the sender.",
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
      "Set the read seq of a conversation",
      "It can only increase; only the user's own devices are notified.",
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
    words: ["Clear conversations", syncOptions],
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
    words: ["Clear all conversations of a user", syncOptions],
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
      "Delete the content of messages for everybody",
      "The seqs stay, with empty messages. The spelling of the path is OpenIM's.",
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
    "To recvID (sessionType 1 or 4) or to groupID (sessionType 3). Answers after the message is durable.",
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
      "To recvIDs, or with isSendAll to everybody; the answer names users who could not get it.",
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
      "Reply to a message reported by a webhook",
      "Sends text to the conversation that the webhook's key names.",
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
      "Check whether an earlier request sent its message",
      "Send the operationID of that request as the header. status 1 means yes.",
    ],
  },
);
