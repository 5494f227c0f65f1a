import { ContentType } from "@parley/protocol/content-types";
import {
  BlackAddedTips,
  BlackDeletedTips,
  FriendApplicationApprovedTips,
  FriendApplicationRejectedTips,
  FriendApplicationTips,
  FriendDeletedTips,
  FriendInfoChangedTips,
  FriendsInfoUpdateTips,
  UserInfoUpdatedTips,
} from "@parley/protocol/generated/sdkws";
import type { FriendRequest } from "@parley/protocol/generated/sdkws";

import type { Notice } from "../notifications/notify.ts";

// COMPAT: friendVersion 0 and friendVersionID "" everywhere: OpenIM's clients
// then ask for what is new (docs/wire/notifications.md#friends).

/** Somebody asks to become a friend. */
export const renderApplied = (request: FriendRequest): Notice => ({
  contentType: ContentType.FriendApplicationNotification,
  sendID: request.fromUserID,
  recvID: request.toUserID,
  detail: FriendApplicationTips.toJSON({
    fromToUserID: partiesOf(request),
    request,
  }),
});

/** Two are friends now; it is also the first message of their chat. */
export const renderApproved = (request: FriendRequest): Notice => ({
  contentType: ContentType.FriendApplicationApprovedNotification,
  sendID: request.toUserID,
  recvID: request.fromUserID,
  detail: FriendApplicationApprovedTips.toJSON({
    fromToUserID: partiesOf(request),
    handleMsg: request.handleMsg,
    request,
  }),
});

/** The same without anybody having asked. */
export const renderImported = (ownerID: string, friendID: string): Notice => ({
  contentType: ContentType.FriendApplicationApprovedNotification,
  sendID: friendID,
  recvID: ownerID,
  detail: FriendApplicationApprovedTips.toJSON({
    fromToUserID: { fromUserID: ownerID, toUserID: friendID },
  }),
});

export const renderRefused = (request: FriendRequest): Notice => ({
  contentType: ContentType.FriendApplicationRejectedNotification,
  sendID: request.toUserID,
  recvID: request.fromUserID,
  detail: FriendApplicationRejectedTips.toJSON({
    fromToUserID: partiesOf(request),
    handleMsg: request.handleMsg,
    request,
  }),
});

/** The owner's devices drop the friend; the friend's own do nothing. */
export const renderFriendDeleted = (
  ownerID: string,
  friendID: string,
): Notice => ({
  contentType: ContentType.FriendDeletedNotification,
  sendID: ownerID,
  recvID: friendID,
  detail: FriendDeletedTips.toJSON({
    fromToUserID: { fromUserID: ownerID, toUserID: friendID },
  }),
});

export const renderRemarkSet = (ownerID: string, friendID: string): Notice => ({
  contentType: ContentType.FriendRemarkSetNotification,
  sendID: ownerID,
  recvID: friendID,
  detail: FriendInfoChangedTips.toJSON({
    fromToUserID: { fromUserID: ownerID, toUserID: friendID },
  }),
});

/** Remarks, pins or extras of the owner's list changed. */
export const renderFriendsUpdated = (
  ownerID: string,
  friendIDs: string[],
): Notice => ({
  contentType: ContentType.FriendsInfoUpdateNotification,
  sendID: ownerID,
  recvID: ownerID,
  detail: FriendsInfoUpdateTips.toJSON({
    fromToUserID: { fromUserID: "", toUserID: ownerID },
    friendIDs,
  }),
});

/** A friend has another name or face; `sendID` is who changed it. */
export const renderFriendProfileChanged = (
  sendID: string,
  recvID: string,
  userID: string,
): Notice => ({
  contentType: ContentType.FriendInfoUpdatedNotification,
  sendID,
  recvID,
  detail: UserInfoUpdatedTips.toJSON({ userID }),
});

export const renderBlocked = (ownerID: string, blackID: string): Notice => ({
  contentType: ContentType.BlackAddedNotification,
  sendID: ownerID,
  recvID: blackID,
  detail: BlackAddedTips.toJSON({
    fromToUserID: { fromUserID: ownerID, toUserID: blackID },
  }),
});

export const renderUnblocked = (ownerID: string, blackID: string): Notice => ({
  contentType: ContentType.BlackDeletedNotification,
  sendID: ownerID,
  recvID: blackID,
  detail: BlackDeletedTips.toJSON({
    fromToUserID: { fromUserID: ownerID, toUserID: blackID },
  }),
});

const partiesOf = ({ fromUserID, toUserID }: FriendRequest) => ({
  fromUserID,
  toUserID,
});
