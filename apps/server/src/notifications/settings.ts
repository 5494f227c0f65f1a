import { ContentType } from "@parley/protocol/content-types";

import { notificationTypes } from "../config/notification-names.ts";
import type {
  NotificationEntries,
  NotificationName,
} from "../config/notification-names.ts";

/**
 * Settings of a type of notice: storage and push
 * (docs/wire/notifications.md#how-a-notice-travels).
 */
export interface NotificationSetting {
  /** The notice is also stored as a visible message, which counts as unread. */
  isSendMsg: boolean;
  /** Receivers who cannot be reached get an offline push. */
  offlinePush: boolean;
  title: string;
  desc: string;
  ext: string;
}

const named = (name: string): Partial<NotificationSetting> => ({
  title: `${name} title`,
  desc: `${name} desc`,
  ext: `${name} ext`,
});

const saying = (text: string): Partial<NotificationSetting> => ({
  title: text,
  desc: text,
  ext: text,
});

const setting = (
  text: Partial<NotificationSetting>,
  switches: Partial<NotificationSetting> = {},
): NotificationSetting => ({
  isSendMsg: false,
  offlinePush: false,
  title: "",
  desc: "",
  ext: "",
  ...text,
  ...switches,
});

const visible = { isSendMsg: true };
const pushed = { offlinePush: true };

/** OpenIM's defaults. Other types go to online users only. */
export const defaultNotificationSettings: ReadonlyMap<
  number,
  NotificationSetting
> = new Map([
  [
    ContentType.FriendApplicationApprovedNotification,
    setting(saying("Someone applies to add your friend application"), {
      ...visible,
      ...pushed,
    }),
  ],
  [
    ContentType.FriendApplicationRejectedNotification,
    setting(saying("Someone rejected your friend application"), pushed),
  ],
  [
    ContentType.FriendApplicationNotification,
    setting(saying("Somebody applies to add you as a friend"), pushed),
  ],
  [
    ContentType.FriendAddedNotification,
    setting(saying("We have become friends")),
  ],
  [ContentType.FriendDeletedNotification, setting(saying("deleted a friend"))],
  [
    ContentType.FriendRemarkSetNotification,
    setting(saying("Your friend's profile has been changed")),
  ],
  [ContentType.BlackAddedNotification, setting(saying("blocked a user"))],
  [
    ContentType.BlackDeletedNotification,
    setting(saying("Remove a blocked user")),
  ],
  [
    ContentType.FriendInfoUpdatedNotification,
    setting(saying("friend info updated")),
  ],
  [
    ContentType.FriendsInfoUpdateNotification,
    setting(saying("friend info updated")),
  ],
  [
    ContentType.ConversationChangeNotification,
    setting(saying("conversation changed")),
  ],
  [
    ContentType.UserInfoUpdatedNotification,
    setting(saying("userInfo updated")),
  ],
  [
    ContentType.UserStatusChangeNotification,
    setting(saying("user status changed")),
  ],
  [
    ContentType.ConversationPrivateChatNotification,
    setting(saying("burn after reading"), visible),
  ],
  [
    ContentType.GroupCreatedNotification,
    setting(named("create group"), visible),
  ],
  [ContentType.GroupInfoSetNotification, setting(named("groupInfoSet"))],
  [
    ContentType.JoinGroupApplicationNotification,
    setting(named("joinGroupApplication"), pushed),
  ],
  [ContentType.MemberQuitNotification, setting(named("memberQuit"), visible)],
  [
    ContentType.GroupApplicationAcceptedNotification,
    setting(named("groupApplicationAccepted"), pushed),
  ],
  [
    ContentType.GroupApplicationRejectedNotification,
    setting(named("groupApplicationRejected"), pushed),
  ],
  [
    ContentType.GroupOwnerTransferredNotification,
    setting(named("groupOwnerTransferred"), visible),
  ],
  [
    ContentType.MemberKickedNotification,
    setting(named("memberKicked"), visible),
  ],
  [
    ContentType.MemberInvitedNotification,
    setting(named("memberInvited"), visible),
  ],
  [ContentType.MemberEnterNotification, setting(named("memberEnter"), visible)],
  [
    ContentType.GroupDismissedNotification,
    setting(named("groupDismissed"), visible),
  ],
  [
    ContentType.GroupMemberMutedNotification,
    setting(named("groupMemberMuted"), visible),
  ],
  [
    ContentType.GroupMemberCancelMutedNotification,
    setting(named("groupMemberCancelMuted"), visible),
  ],
  [ContentType.GroupMutedNotification, setting(named("groupMuted"), visible)],
  [
    ContentType.GroupCancelMutedNotification,
    setting(named("groupCancelMuted"), visible),
  ],
  [
    ContentType.GroupMemberInfoSetNotification,
    setting(named("groupMemberInfoSet")),
  ],
  [
    ContentType.GroupInfoSetAnnouncementNotification,
    setting(named("groupInfoSetAnnouncement"), visible),
  ],
  [
    ContentType.GroupInfoSetNameNotification,
    setting(named("groupInfoSetName"), visible),
  ],
]);

/** The usual ones, with what a configuration says otherwise. */
export function notificationSettings(
  entries: NotificationEntries,
): ReadonlyMap<number, NotificationSetting> {
  const settings = new Map(defaultNotificationSettings);
  for (const [name, { isSendMsg, offlinePush = {} }] of Object.entries(entries))
    for (const type of notificationTypes[name as NotificationName]) {
      const usual = settings.get(type) ?? setting({});
      const { enable, title, desc, ext } = offlinePush;
      settings.set(type, {
        isSendMsg: isSendMsg ?? usual.isSendMsg,
        offlinePush: enable ?? usual.offlinePush,
        title: title ?? usual.title,
        desc: desc ?? usual.desc,
        ext: ext ?? usual.ext,
      });
    }
  return settings;
}
