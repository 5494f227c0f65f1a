import { ContentType, RoleLevel } from "@parley/protocol/content-types";
import {
  GroupApplicationAcceptedTips,
  GroupCancelMutedTips,
  GroupCreatedTips,
  GroupDismissedTips,
  GroupInfoSetAnnouncementTips,
  GroupInfoSetNameTips,
  GroupInfoSetTips,
  GroupMemberCancelMutedTips,
  GroupMemberInfoSetTips,
  GroupMemberMutedTips,
  GroupMutedTips,
  GroupOwnerTransferredTips,
  JoinGroupApplicationTips,
  MemberEnterTips,
  MemberInvitedTips,
  MemberKickedTips,
  MemberQuitTips,
} from "@parley/protocol/generated/sdkws";
import type {
  GroupInfo,
  GroupMemberFullInfo,
  GroupRequest,
  PublicUserInfo,
} from "@parley/protocol/generated/sdkws";

import type { Notice } from "../notifications/notify.ts";
import type { Version } from "../storage/versions.ts";

type Member = GroupMemberFullInfo;

/** Fields of every notice about a group: its state after the change. */
export interface Changed {
  group: GroupInfo;
  /** The caller; the notice is sent in this name. */
  opUser: Member;
  /** Version of the members' log that this change made. */
  version: Version;
}

/** Clients apply a notice that follows on theirs, and else ask. */
const versioned = ({ version, versionID }: Version) => ({
  groupMemberVersion: version,
  groupMemberVersionID: versionID,
});

const toGroup = (
  { groupID }: GroupInfo,
  sendID: string,
  contentType: number,
  detail: string,
): Notice => ({ contentType, sendID, groupID, detail });

/** Overrides the visible copy if the request says so. */
export const withCopy = (
  notice: Notice,
  sendMessage: boolean | null | undefined,
): Notice =>
  sendMessage === null || sendMessage === undefined
    ? notice
    : { ...notice, isSendMsg: sendMessage };

export const renderGroupCreated = (
  { group, opUser, version }: Changed,
  members: readonly Member[],
  owner: Member,
): Notice => {
  // COMPAT: OpenIM's list stops at whoever acts (docs/wire/notifications.md#groups).
  const last = members.findIndex(({ userID }) => userID === opUser.userID);
  return toGroup(
    group,
    opUser.userID,
    ContentType.GroupCreatedNotification,
    GroupCreatedTips.toJSON({
      group,
      opUser,
      memberList: last < 0 ? [...members] : members.slice(0, last + 1),
      operationTime: group.createTime,
      groupOwnerUser: owner,
      ...versioned(version),
    }),
  );
};

export const renderGroupDismissed = (
  group: GroupInfo,
  opUser: Member,
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupDismissedNotification,
    GroupDismissedTips.toJSON({ group, opUser }),
  );

/** Clients show the sender's name of 1502 and 1519. */
const signed = (
  notice: Notice,
  { nickname, faceURL }: Pick<PublicUserInfo, "nickname" | "faceURL">,
): Notice => ({ ...notice, senderNickname: nickname, senderFaceURL: faceURL });

export const renderGroupInfoSet = (
  { group, opUser, version }: Changed,
  sender: PublicUserInfo,
): Notice =>
  signed(
    toGroup(
      group,
      opUser.userID,
      ContentType.GroupInfoSetNotification,
      GroupInfoSetTips.toJSON({ group, opUser, ...versioned(version) }),
    ),
    sender,
  );

export const renderAnnouncementSet = (
  { group, opUser, version }: Changed,
  sender: PublicUserInfo,
): Notice =>
  signed(
    toGroup(
      group,
      opUser.userID,
      ContentType.GroupInfoSetAnnouncementNotification,
      GroupInfoSetAnnouncementTips.toJSON({
        group,
        opUser,
        ...versioned(version),
      }),
    ),
    sender,
  );

export const renderGroupNameSet = ({
  group,
  opUser,
  version,
}: Changed): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupInfoSetNameNotification,
    GroupInfoSetNameTips.toJSON({ group, opUser, ...versioned(version) }),
  );

export const renderMembersInvited = (
  { group, opUser, version }: Changed,
  invited: Member[],
  inviterUser: Member,
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.MemberInvitedNotification,
    MemberInvitedTips.toJSON({
      group,
      opUser,
      invitedUserList: invited,
      inviterUser,
      ...versioned(version),
    }),
  );

/** `sendID` acted: the entrant, or who accepted the application. */
export const renderMemberEntered = (
  sendID: string,
  group: GroupInfo,
  entrantUser: Member,
  operationTime: number,
  version: Version,
): Notice =>
  toGroup(
    group,
    sendID,
    ContentType.MemberEnterNotification,
    MemberEnterTips.toJSON({
      group,
      entrantUser,
      operationTime,
      ...versioned(version),
    }),
  );

export const renderMemberQuit = (
  sendID: string,
  group: GroupInfo,
  quitUser: Member,
  version: Version,
): Notice =>
  toGroup(
    group,
    sendID,
    ContentType.MemberQuitNotification,
    MemberQuitTips.toJSON({ group, quitUser, ...versioned(version) }),
  );

export const renderMembersKicked = (
  { group, opUser, version }: Changed,
  kicked: Member[],
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.MemberKickedNotification,
    MemberKickedTips.toJSON({
      group,
      opUser,
      kickedUserList: kicked,
      ...versioned(version),
    }),
  );

export const renderOwnerTransferred = (
  { group, opUser, version }: Changed,
  newGroupOwner: Member,
  oldGroupOwnerInfo: Member,
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupOwnerTransferredNotification,
    GroupOwnerTransferredTips.toJSON({
      group,
      opUser,
      newGroupOwner,
      oldGroupOwnerInfo,
      ...versioned(version),
    }),
  );

export const renderMemberMuted = (
  { group, opUser, version }: Changed,
  mutedUser: Member,
  mutedSeconds: number,
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupMemberMutedNotification,
    GroupMemberMutedTips.toJSON({
      group,
      opUser,
      mutedUser,
      mutedSeconds,
      ...versioned(version),
    }),
  );

export const renderMemberUnmuted = (
  { group, opUser, version }: Changed,
  mutedUser: Member,
): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupMemberCancelMutedNotification,
    GroupMemberCancelMutedTips.toJSON({
      group,
      opUser,
      mutedUser,
      ...versioned(version),
    }),
  );

export const renderGroupMuted = ({ group, opUser, version }: Changed): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupMutedNotification,
    GroupMutedTips.toJSON({ group, opUser, ...versioned(version) }),
  );

export const renderGroupUnmuted = ({
  group,
  opUser,
  version,
}: Changed): Notice =>
  toGroup(
    group,
    opUser.userID,
    ContentType.GroupCancelMutedNotification,
    GroupCancelMutedTips.toJSON({ group, opUser, ...versioned(version) }),
  );

/** One notice each for the names and for the role (docs/wire/notifications.md#groups). */
export function renderMemberInfoSet(
  { group, opUser, version }: Changed,
  changedUser: Member,
  what: { isNamed: boolean; roleLevel: number | undefined },
): Notice[] {
  const detail = GroupMemberInfoSetTips.toJSON({
    group,
    opUser,
    changedUser,
    groupSortVersion: what.roleLevel === undefined ? 0 : version.version,
    ...versioned(version),
  });
  const notice = (contentType: number) =>
    toGroup(group, opUser.userID, contentType, detail);
  const notices: Notice[] = [];
  if (what.isNamed)
    notices.push(notice(ContentType.GroupMemberInfoSetNotification));
  if (what.roleLevel !== undefined)
    notices.push(
      notice(
        what.roleLevel === RoleLevel.admin
          ? ContentType.GroupMemberSetToAdminNotification
          : ContentType.GroupMemberSetToOrdinaryUserNotification,
      ),
    );
  return notices;
}

/** Clients tell events apart by `uuid`: many may come of one application. */
export interface GroupApplication {
  group: GroupInfo;
  request: GroupRequest;
  uuid: string;
}

export const renderJoinApplication = (
  recvID: string,
  applicant: PublicUserInfo,
  { group, request, uuid }: GroupApplication,
): Notice => ({
  contentType: ContentType.JoinGroupApplicationNotification,
  sendID: applicant.userID,
  recvID,
  detail: JoinGroupApplicationTips.toJSON({
    group,
    applicant,
    reqMsg: request.reqMsg,
    uuid,
    request,
  }),
});

/** Accepted or refused; the two look the same but for their number. */
export const renderApplicationHandled = (
  recvID: string,
  opUser: Member,
  { group, request, uuid }: GroupApplication,
  isAccepted: boolean,
): Notice => ({
  contentType: isAccepted
    ? ContentType.GroupApplicationAcceptedNotification
    : ContentType.GroupApplicationRejectedNotification,
  sendID: opUser.userID,
  recvID,
  detail: GroupApplicationAcceptedTips.toJSON({
    group,
    opUser,
    handleMsg: request.handleMsg,
    receiverAs: recvID === request.userInfo?.userID ? 0 : 1,
    uuid,
    request,
  }),
});
