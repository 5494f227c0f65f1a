import { ContentType } from "@parley/protocol/content-types";
import { expect, test } from "bun:test";

import {
  defaultNotificationSettings,
  notificationSettings,
} from "./settings.ts";

test("a configuration changes what it names, and leaves the rest as OpenIM has it", () => {
  const settings = notificationSettings({
    groupCreated: { isSendMsg: false },
    friendInfoUpdated: { offlinePush: { enable: true, title: "News" } },
    groupMemberSetToAdmin: { isSendMsg: true },
  });
  const usual = defaultNotificationSettings.get(
    ContentType.GroupCreatedNotification,
  );
  expect(settings.get(ContentType.GroupCreatedNotification)).toEqual({
    ...usual!,
    isSendMsg: false,
  });
  for (const type of [
    ContentType.FriendInfoUpdatedNotification,
    ContentType.FriendsInfoUpdateNotification,
  ])
    expect(settings.get(type)).toMatchObject({
      isSendMsg: false,
      offlinePush: true,
      title: "News",
      desc: "friend info updated",
    });
  expect(
    settings.get(ContentType.GroupMemberSetToAdminNotification),
  ).toMatchObject({ isSendMsg: true, title: "" });
  expect(settings.get(ContentType.MemberQuitNotification)).toBe(
    defaultNotificationSettings.get(ContentType.MemberQuitNotification),
  );
});
