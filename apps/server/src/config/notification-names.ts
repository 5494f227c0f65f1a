import { ContentType } from "@parley/protocol/content-types";

/** The blocks of OpenIM's notification.yml, and what they are about. */
export const notificationTypes = {
  groupCreated: [ContentType.GroupCreatedNotification],
  groupInfoSet: [ContentType.GroupInfoSetNotification],
  joinGroupApplication: [ContentType.JoinGroupApplicationNotification],
  memberQuit: [ContentType.MemberQuitNotification],
  groupApplicationAccepted: [ContentType.GroupApplicationAcceptedNotification],
  groupApplicationRejected: [ContentType.GroupApplicationRejectedNotification],
  groupOwnerTransferred: [ContentType.GroupOwnerTransferredNotification],
  memberKicked: [ContentType.MemberKickedNotification],
  memberInvited: [ContentType.MemberInvitedNotification],
  memberEnter: [ContentType.MemberEnterNotification],
  groupDismissed: [ContentType.GroupDismissedNotification],
  groupMuted: [ContentType.GroupMutedNotification],
  groupCancelMuted: [ContentType.GroupCancelMutedNotification],
  groupMemberMuted: [ContentType.GroupMemberMutedNotification],
  groupMemberCancelMuted: [ContentType.GroupMemberCancelMutedNotification],
  groupMemberInfoSet: [ContentType.GroupMemberInfoSetNotification],
  groupMemberSetToAdmin: [ContentType.GroupMemberSetToAdminNotification],
  groupMemberSetToOrdinaryUser: [
    ContentType.GroupMemberSetToOrdinaryUserNotification,
  ],
  groupInfoSetAnnouncement: [ContentType.GroupInfoSetAnnouncementNotification],
  groupInfoSetName: [ContentType.GroupInfoSetNameNotification],
  friendApplicationAdded: [ContentType.FriendApplicationNotification],
  friendApplicationApproved: [
    ContentType.FriendApplicationApprovedNotification,
  ],
  friendApplicationRejected: [
    ContentType.FriendApplicationRejectedNotification,
  ],
  friendAdded: [ContentType.FriendAddedNotification],
  friendDeleted: [ContentType.FriendDeletedNotification],
  friendRemarkSet: [ContentType.FriendRemarkSetNotification],
  blackAdded: [ContentType.BlackAddedNotification],
  blackDeleted: [ContentType.BlackDeletedNotification],
  friendInfoUpdated: [
    ContentType.FriendInfoUpdatedNotification,
    ContentType.FriendsInfoUpdateNotification,
  ],
  userInfoUpdated: [ContentType.UserInfoUpdatedNotification],
  userStatusChanged: [ContentType.UserStatusChangeNotification],
  conversationChanged: [ContentType.ConversationChangeNotification],
  conversationSetPrivate: [ContentType.ConversationPrivateChatNotification],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type NotificationName = keyof typeof notificationTypes;

/** One block as a file says it; what is absent has its usual value. */
export interface NotificationEntry {
  /** The notice is also stored as a visible message, which counts as unread. */
  isSendMsg?: boolean;
  offlinePush?: {
    /** Receivers who cannot be reached get an offline push. */
    enable?: boolean;
    title?: string;
    desc?: string;
    ext?: string;
  };
}

export type NotificationEntries = Partial<
  Record<NotificationName, NotificationEntry>
>;
