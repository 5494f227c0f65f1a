/**
 * Every hook by its name in the configuration, and the command that its
 * receiver sees: the last part of the path, and `callbackCommand`. The odd
 * ones are OpenIM's (docs/webhooks.md).
 */
export const webhookCommands = {
  beforeSendSingleMsg: "callbackBeforeSendSingleMsgCommand",
  beforeSendGroupMsg: "callbackBeforeSendGroupMsgCommand",
  beforeMsgModify: "callbackBeforeMsgModifyCommand",
  afterSendSingleMsg: "callbackAfterSendSingleMsgCommand",
  afterSendGroupMsg: "callbackAfterSendGroupMsgCommand",
  afterMsgSaveDB: "callbackAfterMsgSaveDBCommand",
  afterRevokeMsg: "callbackBeforeAfterMsgCommand",
  /** A revoked group message is told as afterRevokeMsg: this one never. */
  afterGroupMsgRevoke: "callbackAfterGroupMsgRevokeCommand",
  afterSingleMsgRead: "callbackAfterSingleMsgReadCommand",
  afterGroupMsgRead: "callbackAfterGroupMsgReadCommand",
  beforeOnlinePush: "callbackBeforeOnlinePushCommand",
  beforeGroupOnlinePush: "callbackBeforeGroupOnlinePushCommand",
  beforeOfflinePush: "callbackBeforeOfflinePushCommand",
  afterUserOnline: "callbackAfterUserOnlineCommand",
  afterUserOffline: "callbackAfterUserOfflineCommand",
  /** Never told, as with OpenIM; afterUserOffline says it. */
  afterUserKickOff: "callbackAfterUserKickOffCommand",
  beforeUserRegister: "callbackBeforeUserRegisterCommand",
  afterUserRegister: "callbackAfterUserRegisterCommand",
  beforeUpdateUserInfo: "callbackBeforeUpdateUserInfoCommand",
  afterUpdateUserInfo: "callbackAfterUpdateUserInfoCommand",
  beforeUpdateUserInfoEx: "callbackBeforeUpdateUserInfoExCommand",
  afterUpdateUserInfoEx: "callbackAfterUpdateUserInfoExCommand",
  beforeAddFriend: "callbackBeforeAddFriendCommand",
  afterAddFriend: "callbackAfterAddFriendCommand",
  beforeAddFriendAgree: "callbackBeforeAddFriendAgreeCommand",
  afterAddFriendAgree: "callbackAfterAddFriendAgreeCommand",
  afterDeleteFriend: "callbackAfterDeleteFriendCommand",
  beforeSetFriendRemark: "callbackBeforeSetFriendRemarkCommand",
  afterSetFriendRemark: "callbackAfterSetFriendRemarkCommand",
  beforeImportFriends: "callbackBeforeImportFriendsCommand",
  afterImportFriends: "callbackAfterImportFriendsCommand",
  beforeAddBlack: "callbackBeforeAddBlackCommand",
  afterRemoveBlack: "callbackAfterRemoveBlackCommand",
  beforeCreateGroup: "callbackBeforeCreateGroupCommand",
  afterCreateGroup: "callbackAfterCreateGroupCommand",
  beforeMemberJoinGroup: "callbackBeforeMembersJoinGroupCommand",
  beforeInviteUserToGroup: "callbackBeforeInviteJoinGroupCommand",
  beforeApplyJoinGroup: "callbackBeforeJoinGroupCommand",
  afterJoinGroup: "callbackAfterJoinGroupCommand",
  beforeSetGroupInfo: "callbackBeforeSetGroupInfoCommand",
  afterSetGroupInfo: "callbackAfterSetGroupInfoCommand",
  beforeSetGroupInfoEx: "callbackBeforeSetGroupInfoExCommand",
  afterSetGroupInfoEx: "callbackAfterSetGroupInfoExCommand",
  beforeSetGroupMemberInfo: "callbackBeforeSetGroupMemberInfoCommand",
  afterSetGroupMemberInfo: "callbackAfterSetGroupMemberInfoCommand",
  afterQuitGroup: "callbackAfterQuitGroupCommand",
  afterKickGroupMember: "callbackAfterKickGroupCommand",
  afterDismissGroup: "callbackAfterDisMissGroupCommand",
  afterTransferGroupOwner: "callbackAfterTransferGroupOwnerCommand",
  beforeCreateSingleChatConversations:
    "callbackBeforeCreateSingleChatConversationsCommand",
  afterCreateSingleChatConversations:
    "callbackAfterCreateSingleChatConversationsCommand",
  beforeCreateGroupChatConversations:
    "callbackBeforeCreateGroupChatConversationsCommand",
  afterCreateGroupChatConversations:
    "callbackAfterCreateGroupChatConversationsCommand",
} as const;

export type WebhookName = keyof typeof webhookCommands;
export type BeforeName = Extract<WebhookName, `before${string}`>;
export type AfterName = Extract<WebhookName, `after${string}`>;

/** One hook as a file says it; what is absent has its usual value. */
export interface WebhookEntry {
  enable?: boolean;
  /** Seconds; 0 or less, and more than 15, is 15. */
  timeout?: number;
  /** The request is allowed if a before-hook does not answer. */
  failedContinue?: boolean;
  /** Message hooks: only for these users or groups; empty: for all. */
  attentionIds?: string[];
  /** Message hooks: not for these content types. */
  deniedTypes?: number[];
  /** COMPAT: older files have it; it is not looked at. */
  allowedTypes?: number[];
}

export type WebhookEntries = Partial<Record<WebhookName, WebhookEntry>>;
