/** Descriptions of fields per message: conversations and messages. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  // Conversations.
  "conversation.SetConversationsReq": {
    userIDs:
      "Ids of the owners; only the caller, unless an administrator asks.",
    conversation: "The conversation and the fields to change; null: no change.",
  },
  "conversation.ConversationReq": {
    conversationType: "1 direct chat, 3 group, 4 notification account; not 0.",
    userID: "The other user, if conversationType is 1 or 4.",
    groupID: "The group, if conversationType is 3.",
    minSeq: "The first seq that may be read; 0: from the beginning.",
    maxSeq: "The last seq that may be read; 0: all.",
  },
  "conversation.Conversation": {
    userID: "The other user; empty in groups.",
    groupID: "The group; empty in direct chats.",
    maxSeq: "The last seq that may be read, after leaving a group; 0: all.",
  },
  "conversation.GetConversationsReq": { conversationIDs: "Ids to look for." },
  "conversation.GetSortedConversationListReq": {
    conversationIDs: "Filter by these ids; empty: all.",
  },
  "conversation.GetSortedConversationListResp": {
    conversationTotal: "Number of conversations with a message.",
    unreadTotal: "Total number of unread messages.",
    conversationElems: "Pinned ones first, and then the newest.",
  },
  "conversation.ConversationElem": { msgInfo: "Its newest message." },
  "conversation.MsgInfo": {
    senderName: "The sender's nickname, or remark for a friend.",
    content: "The JSON of the content, as text.",
    LatestMsgRecvTime: "When it was sent, in milliseconds.",
  },
  "conversation.DeleteConversationsReq": {
    needDeleteTime:
      "Deletes conversations without a message for this number of days; 0: use conversationIDs.",
    conversationIDs:
      "Ids to delete; empty: use needDeleteTime. Exactly one of both.",
  },
  "conversation.UpdateConversationsByUserReq": {
    ex: "Free text for all conversations with the user; null: no change.",
  },
  "conversation.GetFullOwnerConversationIDsResp": {
    conversationIDs: "Ids of all conversations of the user.",
  },
  "conversation.GetNotNotifyConversationIDsResp": {
    conversationIDs: "Ids of the muted conversations.",
  },
  "conversation.GetPinnedConversationIDsResp": {
    conversationIDs: "Ids of the pinned conversations.",
  },
  "conversation.GetIncrementalConversationResp": {
    delete: "Ids of removed conversations.",
  },
  "jssdk.ConversationMsg": {
    lastMsg: "Its newest message; null: none.",
    user: "The other user; null in groups.",
    friend: "The user's friend entry for them; null: not a friend.",
    group: "The group; null in direct chats.",
  },
  "jssdk.GetConversationsReq": { ownerUserID: "Ignored: always the caller." },
  "jssdk.GetConversationsResp": {
    unreadCount: "Unread messages of the returned conversations.",
  },
  "jssdk.GetActiveConversationsReq": {
    ownerUserID: "Ignored: always the caller.",
    count: "Maximum number, from 1 to 500; other values mean 100.",
  },
  "jssdk.GetActiveConversationsResp": {
    unreadCount:
      "Unread messages of all active conversations, not only of the returned ones.",
    conversations: "The newest first.",
  },

  // Messages.
  "sdkws.MsgData": {
    content: "Base64 of the JSON for the contentType.",
    sendTime: "When it was sent.",
    createTime: "Time at which the client created it.",
    status: "1 sending, 2 sent, 3 failed, 4 deleted; 0 if sent by REST.",
  },
  "apistruct.SendMsgReq": {
    clientMsgID:
      "Not OpenIM's: yours, so that the same message sent again is stored once; empty: one is made.",
    content:
      "An object; its members depend on contentType, see docs/messages.md.",
    recvID: "Id of the receiver, if sessionType is 1 or 4.",
    groupID: "Id of the group, if sessionType is 3.",
    sendTime: "0: now.",
  },
  "apistruct.BatchSendMsgReq": {
    content:
      "An object; its members depend on contentType, see docs/messages.md.",
    groupID: "Id of the group, if sessionType is 3.",
    sendTime: "0: now.",
    isSendAll: "Send to all users; recvIDs is ignored.",
    recvIDs: "Ids of the receivers; each gets a message of its own.",
  },
  "apistruct.BatchSendMsgResp": {
    results: "One for each message that was sent.",
    failedUserIDs: "Ids of the users who got no message; null: none.",
  },
  "apistruct.SendSingleMsgReq": {
    sendID: "Id of the sender, if the key names a group.",
    content: "Markdown.",
  },
  "apistruct.SendBusinessNotificationReq": {
    key: "Type of the notification, defined by the application.",
    data: "Content of the notification, usually JSON.",
    sendUserID:
      "Id of the sender; the server does not check that the user exists.",
    recvUserID: "Id of the receiver; empty: a group.",
    recvGroupID: "Id of the group; empty: a user. Exactly one of both.",
    sendMsg: "Whether it is also shown in the chat.",
    reliabilityLevel:
      "1 or null: only online receivers get it; 2: it is stored.",
  },
  "msg.GetSendMsgStatusResp": { status: "0 unknown, 2 sent." },
  "sdkws.PullMessageBySeqsReq": {
    seqRanges: "Ranges of messages; one for each conversation.",
    order:
      "0 ascending, 1 descending; determines the end that `isEnd` reports.",
  },
  "sdkws.SeqRange": {
    begin: "First seq of the range.",
    end: "Last seq of the range.",
    num: "Maximum number of messages, the newest of the range; 0: none.",
  },
  "sdkws.PullMessageBySeqsResp": {
    msgs: "Messages by conversationID. Conversations of other people are omitted.",
    notificationMsgs: "Notices by conversationID.",
  },
  "sdkws.PullMsgs": {
    Msgs: "In order. A deleted message is returned as its seq with status 4.",
    isEnd: "true: no more messages in that direction.",
    endSeq: "Last seq of the answer in that direction.",
  },
  "msg.RevokeMsgReq": {
    userID: "Id of the revoking user: the sender, or an owner or admin.",
  },
  "msg.MarkMsgsAsReadReq": {
    seqs: "Seqs; the conversation counts as read up to the last one. Not 0, not empty.",
  },
  "msg.MarkConversationAsReadReq": {
    hasReadSeq: "The newest seq that was read; from 1.",
    seqs: "Seqs of single messages; may be empty.",
  },
  "msg.SetConversationHasReadSeqReq": {
    hasReadSeq: "The newest seq that was read; from 1 to the newest.",
    noNotification: "Ignored.",
  },
  "msg.GetConversationsHasReadAndMaxSeqReq": {
    conversationIDs: "Ids of conversations; empty: all of the user.",
    returnPinned: "Also return pinnedConversationIDs.",
  },
  "msg.GetConversationsHasReadAndMaxSeqResp": {
    seqs: "By conversationID: newest and read seq.",
    pinnedConversationIDs:
      "Ids of pinned conversations; null if not requested.",
  },
  "msg.Seqs": {
    maxSeq: "The newest seq; after leaving a group the last that may be read.",
  },
  "msg.DeleteMsgsReq": { seqs: "Seqs of the messages." },
  "msg.DeleteMsgPhysicalBySeqReq": { seqs: "Seqs of the messages." },
  "msg.DeleteMsgPhysicalReq": {
    conversationIDs: "Ids of the conversations.",
    timestamp: "Age in seconds; older messages are removed.",
  },
  "msg.DeleteSyncOpt": {
    IsSyncSelf: "Notify the user's other devices.",
    IsSyncOther: "Apply it for everybody and notify everybody.",
  },
  "msg.SearchMessageReq": {
    sendID: "Full id of the sender; empty: anybody.",
    recvID: "Full id of the receiver or group; empty: anybody.",
    contentType: "0: any.",
    sendTime: "A UTC day, like 2026-01-31; empty: any.",
    sessionType: "0: any.",
  },
  "msg.SearchMessageResp": {
    chatLogs: "The newest first.",
    chatLogsNum: "The total on all pages.",
  },
  "msg.SearchChatLog": {
    chatLog: "The message.",
    isRevoked: "Whether it was revoked; its content is the original one.",
  },
  "msg.ChatLog": {
    content: "The JSON of the content, as text.",
    recvNickname: "Nickname of the receiver; empty in groups.",
    senderFaceURL: "Address of the sender's picture; in groups the group's.",
    groupFaceURL: "Always empty: see senderFaceURL.",
    groupOwner: "Always empty.",
    status: "1 sending, 2 sent, 3 failed, 4 deleted; 0 if sent by REST.",
  },
  "msg.GetServerTimeResp": { serverTime: "Milliseconds since 1970." },
  "sdkws.OfflinePushInfo": {
    title: "Title of the push; empty: by contentType, like [TEXT].",
    desc: "Text of the push; empty: the title.",
    ex: "Data for the application.",
    iOSPushSound: "iOS sound; empty: the default of the settings.",
    iOSBadgeCount: "Whether the number on the iOS icon is incremented.",
    signalInfo: "Signalling data of calls, for the application.",
  },
  "msg.GetActiveUserReq": {
    group: "Messages in groups count, too.",
  },
  "msg.GetActiveUserResp": {
    userCount: "Number of users who sent a message.",
    users: "Users with their numbers of messages.",
  },
  "msg.ActiveUser": {
    user: "The sender; only the id if the user was deleted.",
    count: "Number of messages sent.",
  },
  "msg.GetActiveGroupResp": {
    groupCount: "Number of groups with a message.",
    groups: "Groups with their numbers of messages.",
  },
  "msg.ActiveGroup": {
    group: "The group; only the id if it no longer exists.",
    count: "Number of messages in the group.",
  },
};
