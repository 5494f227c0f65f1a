import { errors } from "@parley/protocol/errors";
import {
  CancelMuteGroupMemberReq,
  CancelMuteGroupReq,
  CreateGroupReq,
  CreateGroupResp,
  DismissGroupReq,
  GroupApplicationResponseReq,
  InviteUserToGroupReq,
  JoinGroupReq,
  KickGroupMemberReq,
  MuteGroupMemberReq,
  MuteGroupReq,
  QuitGroupReq,
  SetGroupInfoExReq,
  SetGroupInfoReq,
  SetGroupMemberInfoReq,
  TransferGroupOwnerReq,
} from "@parley/protocol/generated/group";

import { requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireJoinSource } from "./applications.ts";
import type { Applications } from "./applications.ts";
import type { Groups } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import type { SetGroupInfo } from "./info.ts";
import { requireEntries } from "./member-info.ts";
import type { MemberInfo } from "./member-info.ts";
import type { Members } from "./members.ts";
import type { Mutes } from "./mutes.ts";
import { requireAnswer, requireUserList } from "./rules.ts";

export interface GroupRoutesDeps {
  groups: Groups;
  setInfo: SetGroupInfo;
  members: Members;
  applications: Applications;
  mutes: Mutes;
  memberInfo: MemberInfo;
  hooks?: GroupHooks;
}

/** Routes that change something; those that read are in read-routes.ts. */
export const groupRoutes = (deps: GroupRoutesDeps): Route[] => [
  ...lifeRoutes(deps),
  ...joinRoutes(deps),
  ...memberRoutes(deps),
  ...muteRoutes(deps),
];

const lifeRoutes = ({ groups, setInfo, hooks }: GroupRoutesDeps): Route[] => [
  route("/group/create_group", CreateGroupReq, {
    required: ["ownerUserID", "groupInfo", "groupInfo.groupType"],
    response: CreateGroupResp,
    async handle({ actor, operationID }, request) {
      const { ownerUserID, groupInfo, ...lists } = request;
      requireSelf(actor, ownerUserID);
      if (!groupInfo) throw errors.args("groupInfo is missing");
      const group = { ownerUserID, group: groupInfo, ...lists };
      return { groupInfo: await groups.create(actor, operationID, group) };
    },
  }),
  route("/group/dismiss_group", DismissGroupReq, {
    required: ["groupID"],
    handle: ({ actor, operationID }, request) =>
      groups.dismiss(actor, operationID, request),
  }),
  route("/group/set_group_info", SetGroupInfoReq, {
    required: ["groupInfoForSet", "groupInfoForSet.groupID"],
    async handle({ actor, operationID }, { groupInfoForSet }) {
      if (!groupInfoForSet) throw errors.args("groupInfoForSet is missing");
      const { groupID, ...wanted } = groupInfoForSet;
      const { groupName, notification, introduction, faceURL } = wanted;
      const change = {
        ...(groupName !== "" && { groupName }),
        ...(notification !== "" && { notification }),
        ...(introduction !== "" && { introduction }),
        ...(faceURL !== "" && { faceURL }),
        ...settingsOf(wanted),
      };
      await setInfo(actor, operationID, groupID, change, hooks?.info);
    },
  }),
  route("/group/set_group_info_ex", SetGroupInfoExReq, {
    async handle({ actor, operationID }, { groupID, ...wanted }) {
      const { groupName, notification, introduction, faceURL } = wanted;
      const change = {
        // A blank name counts as none (docs/wire/deviations.md).
        ...(groupName?.trim() && { groupName }),
        ...(notification !== null && { notification: notification.trim() }),
        ...(introduction !== null && { introduction }),
        ...(faceURL !== null && { faceURL }),
        ...settingsOf(wanted),
      };
      await setInfo(actor, operationID, groupID, change, hooks?.infoEx);
    },
  }),
];

const settingsOf = ({
  ex,
  needVerification,
  lookMemberInfo,
  applyMemberFriend,
}: Pick<
  SetGroupInfoExReq,
  "ex" | "needVerification" | "lookMemberInfo" | "applyMemberFriend"
>) => ({
  ...(ex !== null && { ex }),
  ...(needVerification !== null && { needVerification }),
  ...(lookMemberInfo !== null && { lookMemberInfo }),
  ...(applyMemberFriend !== null && { applyMemberFriend }),
});

const joinRoutes = ({ applications, members }: GroupRoutesDeps): Route[] => [
  route("/group/join_group", JoinGroupReq, {
    required: ["groupID", "joinSource"],
    check: ({ joinSource }) => requireJoinSource(joinSource),
    handle: ({ actor, operationID }, { inviterUserID, ...wanted }) =>
      applications.join(actor, operationID, {
        ...wanted,
        applicantID: inviterUserID,
      }),
  }),
  route("/group/group_application_response", GroupApplicationResponseReq, {
    required: ["groupID", "fromUserID"],
    check: ({ handleResult }) => requireAnswer(handleResult),
    handle: ({ actor, operationID }, request) =>
      applications.respond(actor, operationID, request),
  }),
  route("/group/invite_user_to_group", InviteUserToGroupReq, {
    required: ["groupID", "invitedUserIDs"],
    check: ({ invitedUserIDs }) =>
      requireUserList("invitedUserIDs", invitedUserIDs),
    handle: ({ actor, operationID }, request) =>
      members.invite(actor, operationID, request),
  }),
];

const memberRoutes = ({ members, memberInfo }: GroupRoutesDeps): Route[] => [
  route("/group/kick_group", KickGroupMemberReq, {
    required: ["groupID", "kickedUserIDs"],
    check: ({ kickedUserIDs }) =>
      requireUserList("kickedUserIDs", kickedUserIDs),
    async handle({ actor, operationID }, request) {
      if (request.kickedUserIDs.includes(actor.userID))
        throw errors.args("who leaves uses quit_group");
      await members.kick(actor, operationID, request);
    },
  }),
  route("/group/quit_group", QuitGroupReq, {
    required: ["groupID"],
    async handle({ actor, operationID }, request) {
      const userID = request.userID || actor.userID;
      requireSelf(actor, userID);
      await members.quit(actor, operationID, request.groupID, userID);
    },
  }),
  route("/group/transfer_group", TransferGroupOwnerReq, {
    required: ["groupID", "oldOwnerUserID", "newOwnerUserID"],
    check({ oldOwnerUserID, newOwnerUserID }) {
      if (oldOwnerUserID === newOwnerUserID)
        throw errors.args("the new owner is the old one");
    },
    handle: ({ actor, operationID }, request) =>
      members.transfer(actor, operationID, request),
  }),
  route("/group/set_group_member_info", SetGroupMemberInfoReq, {
    required: ["members"],
    check: (request) => requireEntries(request.members),
    handle: ({ actor, operationID }, request) =>
      memberInfo.set(actor, operationID, request.members),
  }),
];

const muteRoutes = ({ mutes }: GroupRoutesDeps): Route[] => [
  route("/group/mute_group_member", MuteGroupMemberReq, {
    required: ["groupID", "userID", "mutedSeconds"],
    handle: ({ actor, operationID }, request) =>
      mutes.muteMember(actor, operationID, request),
  }),
  route("/group/cancel_mute_group_member", CancelMuteGroupMemberReq, {
    required: ["groupID", "userID"],
    handle: ({ actor, operationID }, request) =>
      mutes.unmuteMember(actor, operationID, request),
  }),
  route("/group/mute_group", MuteGroupReq, {
    required: ["groupID"],
    handle: ({ actor, operationID }, { groupID }) =>
      mutes.muteGroup(actor, operationID, groupID),
  }),
  route("/group/cancel_mute_group", CancelMuteGroupReq, {
    required: ["groupID"],
    handle: ({ actor, operationID }, { groupID }) =>
      mutes.unmuteGroup(actor, operationID, groupID),
  }),
];
