/** Descriptions of fields per message: conversations and messages. */
export const fields: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  // Conversations.
  "conversation.SetConversationsReq": {
    userIDs: "Whose lists; the caller's own, unless an administrator asks.",
    conversation: "Which one, and what changes: what is null stays.",
  },
  "conversation.ConversationReq": {
    conversationType: "1 two users, 3 group, 4 notification account; not 0.",
    userID: "The other user, where conversationType is 1 or 4.",
    groupID: "The group, where conversationType is 3.",
    minSeq: "The first seq that may be read; 0: from the beginning.",
    maxSeq: "The last seq that may be read; 0: all.",
  },
  "conversation.Conversation": {
    userID: "The other user; empty in groups.",
    groupID: "The group; empty between two.",
    maxSeq: "The last seq that may be read, after leaving a group; 0: all.",
  },
  "conversation.GetConversationsReq": { conversationIDs: "Ids to look for." },
  "conversation.GetSortedConversationListReq": {
    conversationIDs: "Only these; empty: all.",
  },
  "conversation.GetSortedConversationListResp": {
    conversationTotal: "How many have a message.",
    unreadTotal: "How many messages are unread in all.",
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
      "Those without a message for so many days; 0: those of conversationIDs.",
    conversationIDs: "These; empty: by needDeleteTime. One of both.",
  },
  "conversation.UpdateConversationsByUserReq": {
    ex: "Free text for all conversations of the user; null: as before.",
  },
  "conversation.GetFullOwnerConversationIDsResp": {
    conversationIDs: "All that the user has.",
  },
  "conversation.GetNotNotifyConversationIDsResp": {
    conversationIDs: "Those whose messages are received without push.",
  },
  "conversation.GetPinnedConversationIDsResp": {
    conversationIDs: "Those at the top.",
  },
  "conversation.GetIncrementalConversationResp": {
    delete: "Ids of conversations that are gone.",
  },
  "jssdk.ConversationMsg": {
    lastMsg: "Its newest message; null: none.",
    user: "The other user; null in groups.",
    friend: "What the user keeps of them as a friend; null: no friend.",
    group: "The group; null between two.",
  },
  "jssdk.GetConversationsReq": { ownerUserID: "Not looked at: the caller." },
  "jssdk.GetConversationsResp": { unreadCount: "Of those that are answered." },
  "jssdk.GetActiveConversationsReq": {
    ownerUserID: "Not looked at: the caller.",
    count: "At most so many, from 1 to 500; others count as 100.",
  },
  "jssdk.GetActiveConversationsResp": {
    unreadCount: "Of all active conversations, not only of those answered.",
    conversations: "The newest first.",
  },

  // Messages.
  "sdkws.MsgData": {
    content: "Base64 of the JSON that the contentType asks for.",
    sendTime: "When it was sent.",
    createTime: "When its client made it.",
    status: "1 being sent, 2 sent, 3 failed, 4 deleted; 0 by REST.",
  },
  "apistruct.SendMsgReq": {
    content:
      "An object; its members depend on contentType, see docs/messages.md.",
    recvID: "Where sessionType is 1 or 4: who gets it.",
    groupID: "Where sessionType is 3: the group that gets it.",
    sendTime: "0: now.",
  },
  "apistruct.BatchSendMsgReq": {
    content:
      "An object; its members depend on contentType, see docs/messages.md.",
    groupID: "Where sessionType is 3: the group that gets it.",
    sendTime: "0: now.",
    isSendAll: "To every user that there is; recvIDs is not looked at.",
    recvIDs: "Who gets it, each as a message of their own.",
  },
  "apistruct.BatchSendMsgResp": {
    results: "One for each message that was sent.",
    failedUserIDs: "Ids of those who got none; null: nobody.",
  },
  "apistruct.SendSingleMsgReq": {
    sendID: "Who speaks, where the key names a group.",
    content: "Markdown.",
  },
  "apistruct.SendBusinessNotificationReq": {
    key: "What it is, in the application's words.",
    data: "What it says, mostly JSON.",
    sendUserID: "From whom; nobody looks whether there is such a user.",
    recvUserID: "To this user; empty: to a group.",
    recvGroupID: "To this group; empty: to a user. One of both.",
    sendMsg: "Whether it stands in the chat, too.",
    reliabilityLevel:
      "1 or null: only who is online gets it; 2: it is stored, and read later.",
  },
  "msg.GetSendMsgStatusResp": { status: "0 unknown, 2 sent." },
  "sdkws.PullMessageBySeqsReq": {
    seqRanges: "Which messages; one range for each conversation.",
    order: "0 upwards, 1 downwards: which end `isEnd` means.",
  },
  "sdkws.SeqRange": {
    begin: "The first seq that is wanted.",
    end: "The last seq that is wanted.",
    num: "At most so many, the newest of them; 0: none.",
  },
  "sdkws.PullMessageBySeqsResp": {
    msgs: "By conversationID: its messages. Those of others are left out.",
    notificationMsgs: "The same of notices.",
  },
  "sdkws.PullMsgs": {
    Msgs: "In order. Where one is gone, its seq with status 4 stands there.",
    isEnd: "Whether there are no more in that direction.",
    endSeq: "Where it ends.",
  },
  "msg.RevokeMsgReq": { userID: "Who revokes: the sender, or a manager." },
  "msg.MarkMsgsAsReadReq": {
    seqs: "The last one is what is read up to; not 0, not empty.",
  },
  "msg.MarkConversationAsReadReq": {
    hasReadSeq: "Read up to this seq; from 1.",
    seqs: "Single messages besides; may be empty.",
  },
  "msg.SetConversationHasReadSeqReq": {
    hasReadSeq: "Read up to this seq; from 1 to the newest.",
    noNotification: "Not looked at.",
  },
  "msg.GetConversationsHasReadAndMaxSeqReq": {
    conversationIDs: "Of these; empty: of all that the user has.",
    returnPinned: "Answer pinnedConversationIDs, too.",
  },
  "msg.GetConversationsHasReadAndMaxSeqResp": {
    seqs: "By conversationID: newest and read seq.",
    pinnedConversationIDs: "Those at the top; null where not asked for.",
  },
  "msg.Seqs": {
    maxSeq: "The newest seq; after leaving a group the last that may be read.",
  },
  "msg.DeleteMsgsReq": { seqs: "Which messages." },
  "msg.DeleteMsgPhysicalBySeqReq": { seqs: "Which messages." },
  "msg.DeleteMsgPhysicalReq": {
    conversationIDs: "Of these conversations.",
    timestamp: "What is older than so many seconds goes.",
  },
  "msg.DeleteSyncOpt": {
    IsSyncSelf: "The user's own other devices are told.",
    IsSyncOther: "It is done for everybody, and everybody is told.",
  },
  "msg.SearchMessageReq": {
    sendID: "Who sent it, in full; empty: anybody.",
    recvID: "Who got it, or the group, in full; empty: anybody.",
    contentType: "0: any.",
    sendTime: "A UTC day, like 2026-01-31; empty: any.",
    sessionType: "0: any.",
  },
  "msg.SearchMessageResp": {
    chatLogs: "The newest first.",
    chatLogsNum: "How many there are on all pages.",
  },
  "msg.SearchChatLog": {
    chatLog: "The message.",
    isRevoked: "Whether it was revoked; its content is the original one.",
  },
  "msg.ChatLog": {
    content: "The JSON of the content, as text.",
    recvNickname: "Nickname of who got it; empty in groups.",
    senderFaceURL: "Address of the sender's picture; in groups the group's.",
    groupFaceURL: "Always empty: see senderFaceURL.",
    groupOwner: "Always empty.",
    status: "1 being sent, 2 sent, 3 failed, 4 deleted; 0 by REST.",
  },
  "msg.GetServerTimeResp": { serverTime: "Milliseconds since 1970." },
  "sdkws.OfflinePushInfo": {
    title: "What the push says first; empty: by contentType, like [TEXT].",
    desc: "What it says then; empty: the title.",
    ex: "What the application gets with it.",
    iOSPushSound: "iOS's sound; empty: that of the settings.",
    iOSBadgeCount: "Whether the number on iOS's icon counts up.",
    signalInfo: "Of calls, for the application.",
  },
  "msg.GetActiveUserReq": {
    group: "Messages in groups count, too.",
  },
  "msg.GetActiveUserResp": {
    userCount: "How many users sent one.",
    users: "Who sent how many.",
  },
  "msg.ActiveUser": {
    user: "The sender; of one who is gone the id alone.",
    count: "How many messages they sent.",
  },
  "msg.GetActiveGroupResp": {
    groupCount: "How many groups had one.",
    groups: "Which had how many.",
  },
  "msg.ActiveGroup": {
    group: "The group; of one that is gone the id alone.",
    count: "How many messages it had.",
  },
};
