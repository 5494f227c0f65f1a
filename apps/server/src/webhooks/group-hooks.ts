import { groupChatID } from "@parley/protocol/conversation-ids";
import type { SetGroupMemberInfo } from "@parley/protocol/generated/group";
import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";

import type { GroupHooks, InitialMember } from "../groups/hooks.ts";
import { defineAnswer, membersGiven } from "./answer.ts";
import { createGroupInfoHooks } from "./group-info-hooks.ts";
import type { Webhooks } from "./webhooks.ts";

interface Created {
  groupID: string | null;
  groupName: string | null;
  notification: string | null;
  introduction: string | null;
  faceURL: string | null;
  ex: string | null;
  status: number | null;
  creatorUserID: string | null;
  groupType: number | null;
  needVerification: number | null;
  lookMemberInfo: number | null;
}

const createAnswer = defineAnswer<Created>("CreateGroup", {
  groupID: "string?",
  groupName: "string?",
  notification: "string?",
  introduction: "string?",
  faceURL: "string?",
  ex: "string?",
  status: "int32?",
  creatorUserID: "string?",
  groupType: "int32?",
  needVerification: "int32?",
  lookMemberInfo: "int32?",
});

/** ownerUserID and applyMemberFriend of an answer are not looked at. */
const createMembers = [
  "groupID",
  "groupName",
  "notification",
  "introduction",
  "faceURL",
  "ex",
  "status",
  "creatorUserID",
  "groupType",
  "needVerification",
  "lookMemberInfo",
] as const;

interface Entering {
  userID: string;
  nickname: string | null;
  faceURL: string | null;
  ex: string | null;
  roleLevel: number | null;
  muteEndTime: number | null;
}

defineAnswer<Entering>("EnteringMember", {
  userID: "string",
  nickname: "string?",
  faceURL: "string?",
  ex: "string?",
  roleLevel: "int32?",
  muteEndTime: "int64?",
});

const enterAnswer = defineAnswer<{ memberCallbackList: Entering[] }>(
  "MembersJoinGroup",
  { memberCallbackList: "webhook.EnteringMember[]" },
);

interface MemberNames {
  nickName: string | null;
  faceURL: string | null;
  ex: string | null;
  roleLevel: number | null;
}

const memberAnswer = defineAnswer<MemberNames>("SetGroupMemberInfo", {
  nickName: "string?",
  faceURL: "string?",
  ex: "string?",
  roleLevel: "int32?",
});

/** docs/webhooks.md. */
export function createGroupHooks(webhooks: Webhooks): GroupHooks {
  const beforeCreate = webhooks.before("beforeCreateGroup", createAnswer);
  const afterCreate = webhooks.after("afterCreateGroup");
  const beforeEnter = webhooks.before("beforeMemberJoinGroup", enterAnswer);
  const beforeInvite = webhooks.before("beforeInviteUserToGroup");
  const beforeApply = webhooks.before("beforeApplyJoinGroup");
  const afterJoin = webhooks.after("afterJoinGroup");
  const beforeMember = webhooks.before(
    "beforeSetGroupMemberInfo",
    memberAnswer,
  );
  const afterMember = webhooks.after("afterSetGroupMemberInfo");
  const afterQuit = webhooks.after("afterQuitGroup");
  const afterKick = webhooks.after("afterKickGroupMember");
  const afterDismiss = webhooks.after("afterDismissGroup");
  const afterTransfer = webhooks.after("afterTransferGroupOwner");
  return {
    ...createGroupInfoHooks(webhooks),
    beforeCreate:
      beforeCreate &&
      (async (operationID, group, members) =>
        membersGiven(
          await beforeCreate(operationID, {
            operationID,
            ...toGroupInfo(group),
            initMemberList: members.map(toInitial),
          }),
          createMembers,
        )),
    afterCreate:
      afterCreate &&
      ((tx, operationID, group, members) =>
        afterCreate(
          tx,
          operationID,
          { ...toGroupInfo(group), initMemberList: members.map(toInitial) },
          inOrderOf(group.groupID),
        )),
    beforeEnter:
      beforeEnter &&
      (async (operationID, group, members) => {
        const answer = await beforeEnter(operationID, {
          groupID: group.groupID,
          memberList: members.map(({ userID, ex }) => ({ userID, ex })),
          groupEx: group.ex,
        });
        return changedMembers(members, answer.memberCallbackList);
      }),
    beforeInvite:
      beforeInvite &&
      (async (operationID, { groupID, reason, invitedUserIDs }) => {
        const asked = { operationID, groupID, reason, invitedUserIDs };
        await beforeInvite(operationID, asked);
      }),
    beforeApply:
      beforeApply &&
      (async (operationID, group, { applicantID, reqMessage, ex }) => {
        await beforeApply(operationID, {
          groupID: group.groupID,
          groupType: String(group.groupType),
          applyID: applicantID,
          reqMessage,
          ex,
        });
      }),
    afterJoin:
      afterJoin &&
      ((tx, operationID, { groupID, reqMessage, joinSource, applicantID }) =>
        afterJoin(
          tx,
          operationID,
          {
            operationID,
            groupID,
            reqMessage,
            joinSource,
            inviterUserID: applicantID,
          },
          inOrderOf(groupID),
        )),
    beforeMemberInfo:
      beforeMember &&
      (async (operationID, entry) => {
        const answer = await beforeMember(operationID, toMemberNames(entry));
        return {
          ...entry,
          nickname: answer.nickName ?? entry.nickname,
          faceURL: answer.faceURL ?? entry.faceURL,
          ex: answer.ex ?? entry.ex,
          roleLevel: answer.roleLevel ?? entry.roleLevel,
        };
      }),
    afterMemberInfo:
      afterMember &&
      ((tx, operationID, entry) =>
        afterMember(
          tx,
          operationID,
          toMemberNames(entry),
          inOrderOf(entry.groupID),
        )),
    afterQuit:
      afterQuit &&
      ((tx, operationID, groupID, userID) =>
        afterQuit(tx, operationID, { groupID, userID }, inOrderOf(groupID))),
    afterKick:
      afterKick &&
      ((tx, operationID, { groupID, kickedUserIDs, reason }) =>
        afterKick(
          tx,
          operationID,
          { groupID, kickedUserIDs, reason },
          inOrderOf(groupID),
        )),
    afterDismiss:
      afterDismiss &&
      ((tx, operationID, group, memberIDs) =>
        afterDismiss(
          tx,
          operationID,
          {
            groupID: group.groupID,
            ownerID: group.ownerUserID,
            groupType: String(group.groupType),
            membersID: memberIDs,
          },
          inOrderOf(group.groupID),
        )),
    afterTransfer:
      afterTransfer &&
      ((tx, operationID, { groupID, oldOwnerUserID, newOwnerUserID }) =>
        afterTransfer(
          tx,
          operationID,
          { groupID, oldOwnerUserID, newOwnerUserID },
          inOrderOf(groupID),
        )),
  };
}

/** Events of a group share a lane with its messages, so they are sent in order. */
export const inOrderOf = (groupID: string): { lane: string } => ({
  lane: groupChatID(groupID),
});

/** Unknown ids are ignored, and so is who has none. */
function changedMembers(
  members: readonly GroupMemberFullInfo[],
  changes: readonly Entering[],
): GroupMemberFullInfo[] {
  const byID = new Map(changes.map((change) => [change.userID, change]));
  return members.map((member) => {
    const change = byID.get(member.userID);
    if (!change) return member;
    return {
      ...member,
      nickname: change.nickname ?? member.nickname,
      faceURL: change.faceURL ?? member.faceURL,
      ex: change.ex ?? member.ex,
      roleLevel: change.roleLevel ?? member.roleLevel,
      muteEndTime: change.muteEndTime ?? member.muteEndTime,
    };
  });
}

const toInitial = ({ userID, roleLevel }: InitialMember) => ({
  userID,
  roleLevel,
});

/** Picks the fields of the wire, in its order. */
const toGroupInfo = (group: GroupInfo) => ({
  groupID: group.groupID,
  groupName: group.groupName,
  notification: group.notification,
  introduction: group.introduction,
  faceURL: group.faceURL,
  ownerUserID: group.ownerUserID,
  createTime: group.createTime,
  memberCount: group.memberCount,
  ex: group.ex,
  status: group.status,
  creatorUserID: group.creatorUserID,
  groupType: group.groupType,
  needVerification: group.needVerification,
  lookMemberInfo: group.lookMemberInfo,
  applyMemberFriend: group.applyMemberFriend,
  notificationUpdateTime: group.notificationUpdateTime,
  notificationUserID: group.notificationUserID,
});

const toMemberNames = (entry: SetGroupMemberInfo) => ({
  groupID: entry.groupID,
  userID: entry.userID,
  nickName: entry.nickname,
  faceURL: entry.faceURL,
  roleLevel: entry.roleLevel,
  ex: entry.ex,
});
