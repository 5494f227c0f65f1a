/**
 * Types of messages' content, under OpenIM's names. Users send types below
 * 1000; the server sends 1000 to 5000.
 */
export const ContentType = {
  Text: 101,
  Picture: 102,
  Voice: 103,
  Video: 104,
  File: 105,
  AtText: 106,
  Merger: 107,
  Card: 108,
  Location: 109,
  Custom: 110,
  Revoke: 111,
  Typing: 113,
  Quote: 114,
  Face: 115,
  AdvancedText: 117,
  MarkdownText: 118,
  CustomNotTriggerConversation: 119,
  CustomOnlineOnly: 120,
  ReactionMessageModifier: 121,
  ReactionMessageDeleter: 122,
  StreamMessage: 143,
  Common: 200,
  GroupMsg: 201,
  SignalMsg: 202,
  CustomNotification: 203,
  FriendApplicationApprovedNotification: 1201,
  FriendApplicationRejectedNotification: 1202,
  FriendApplicationNotification: 1203,
  FriendAddedNotification: 1204,
  FriendDeletedNotification: 1205,
  FriendRemarkSetNotification: 1206,
  BlackAddedNotification: 1207,
  BlackDeletedNotification: 1208,
  FriendInfoUpdatedNotification: 1209,
  FriendsInfoUpdateNotification: 1210,
  ConversationChangeNotification: 1300,
  UserInfoUpdatedNotification: 1303,
  UserStatusChangeNotification: 1304,
  UserCommandAddNotification: 1305,
  UserCommandDeleteNotification: 1306,
  UserCommandUpdateNotification: 1307,
  UserSubscribeOnlineStatusNotification: 1308,
  OANotification: 1400,
  GroupCreatedNotification: 1501,
  GroupInfoSetNotification: 1502,
  JoinGroupApplicationNotification: 1503,
  MemberQuitNotification: 1504,
  GroupApplicationAcceptedNotification: 1505,
  GroupApplicationRejectedNotification: 1506,
  GroupOwnerTransferredNotification: 1507,
  MemberKickedNotification: 1508,
  MemberInvitedNotification: 1509,
  MemberEnterNotification: 1510,
  GroupDismissedNotification: 1511,
  GroupMemberMutedNotification: 1512,
  GroupMemberCancelMutedNotification: 1513,
  GroupMutedNotification: 1514,
  GroupCancelMutedNotification: 1515,
  GroupMemberInfoSetNotification: 1516,
  GroupMemberSetToAdminNotification: 1517,
  GroupMemberSetToOrdinaryUserNotification: 1518,
  GroupInfoSetAnnouncementNotification: 1519,
  GroupInfoSetNameNotification: 1520,
  SignalingNotification: 1601,
  RoomParticipantsConnectedNotification: 1602,
  RoomParticipantsDisconnectedNotification: 1603,
  StreamChangedNotification: 1604,
  CustomSignalNotification: 1605,
  SuperGroupUpdateNotification: 1651,
  MsgDeleteNotification: 1652,
  ConversationPrivateChatNotification: 1701,
  ConversationUnreadNotification: 1702,
  ClearConversationNotification: 1703,
  ConversationDeleteNotification: 1704,
  BusinessNotification: 2001,
  MsgRevokeNotification: 2101,
  DeleteMsgsNotification: 2102,
  HasReadReceipt: 2200,
  MsgPinned: 2400,
} as const;

export type ContentType = (typeof ContentType)[keyof typeof ContentType];

/** Only the server and administrators send these (docs/wire/messages.md#who-may-send). */
export function isNotificationType(contentType: number): boolean {
  return contentType >= 1000 && contentType <= 5000;
}

export const SessionType = {
  single: 1,
  /** Refused by the server; clients know the number. */
  writeGroup: 2,
  group: 3,
  /** Conversation with a notification account. */
  notification: 4,
} as const;

export const MsgFrom = { user: 100, system: 200 } as const;

export const MsgStatus = {
  sending: 1,
  sent: 2,
  failed: 3,
  deleted: 4,
  /** A client's own, never on the wire. */
  filtered: 5,
} as const;

/** Status in the answer of /msg/check_msg_is_send_success. */
export const SendMsgStatus = {
  notExist: 0,
  sending: 1,
  sent: 2,
  failed: 3,
} as const;

/** Keys of MsgData.options: absent means true (docs/wire/conversations.md#options). */
export const OptionKey = {
  history: "history",
  persistent: "persistent",
  offlinePush: "offlinePush",
  unreadCount: "unreadCount",
  conversationUpdate: "conversationUpdate",
  senderSync: "senderSync",
  notPrivate: "notPrivate",
  senderConversationUpdate: "senderConversationUpdate",
  senderNotificationPush: "senderNotificationPush",
  reactionFromCache: "reactionFromCache",
  isNotNotification: "isNotNotification",
  isSendMsg: "isSendMsg",
} as const;

export const RecvMsgOpt = {
  receive: 0,
  notReceive: 1,
  /** Received, but neither rings nor is pushed offline. */
  receiveNotNotify: 2,
} as const;

export const GroupAtType = {
  none: 0,
  atMe: 1,
  atAll: 2,
  atAllAtMe: 3,
  groupNotification: 4,
} as const;

/** Stands in atUserIDList for everyone of the group. */
export const atAllTag = "AtAllTag";

export const GroupStatus = {
  ok: 0,
  banned: 1,
  dismissed: 2,
  muted: 3,
} as const;

export const GroupType = { normal: 0, super: 1, working: 2 } as const;

export const RoleLevel = { owner: 100, admin: 60, member: 20 } as const;

export const JoinSource = {
  admin: 1,
  invitation: 2,
  search: 3,
  qrCode: 4,
} as const;

export const NeedVerification = {
  applyNeedInviteDirectly: 0,
  all: 1,
  directly: 2,
} as const;

/** lookMemberInfo and applyMemberFriend of a group. */
export const MemberPermission = { allowed: 0, notAllowed: 1 } as const;

/** handleResult of applications to groups and friends. */
export const HandleResult = { notHandled: 0, agreed: 1, refused: -1 } as const;

export const FriendAddSource = { import: 1, apply: 2 } as const;

/** appMangerLevel, OpenIM's spelling, of a user. */
export const AppManagerLevel = {
  ordinary: 0,
  appOrdinary: 1,
  appAdmin: 2,
  notificationAccount: 3,
  robot: 4,
} as const;

export const PullOrder = { asc: 0, desc: 1 } as const;

/** Says how a notice travels: not stored, stored, or stored and shown as a message. */
export const NotificationReliability = {
  unreliable: 1,
  reliableNoMsg: 2,
  reliableMsg: 3,
} as const;

export const TokenState = {
  normal: 0,
  invalid: 1,
  kicked: 2,
  expired: 3,
} as const;

export const OnlineStatus = { offline: 0, online: 1 } as const;
