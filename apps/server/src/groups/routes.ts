import { errors } from "@parley/protocol/errors";
import type { SetGroupInfoExReq } from "@parley/protocol/generated/group";
import {
  CancelMuteGroup,
  CancelMuteGroupMember,
  CreateGroup,
  DismissGroup,
  GroupApplicationResponse,
  InviteUserToGroup,
  JoinGroup,
  KickGroup,
  MuteGroup,
  MuteGroupMember,
  QuitGroup,
  SetGroupInfo,
  SetGroupInfoEx,
  SetGroupMemberInfo,
  TransferGroup,
} from "@parley/protocol/methods/groups";

import { requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireJoinSource } from "./applications.ts";
import type { Applications } from "./applications.ts";
import type { Groups } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import type { ChangeGroupInfo } from "./info.ts";
import { requireEntries } from "./member-info.ts";
import type { MemberInfo } from "./member-info.ts";
import type { Members } from "./members.ts";
import type { Mutes } from "./mutes.ts";
import { requireAnswer, requireUserList } from "./rules.ts";

export interface GroupRoutesDeps {
  groups: Groups;
  setInfo: ChangeGroupInfo;
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
  route(CreateGroup, {
    async handle({ actor, operationID }, request) {
      const { ownerUserID, groupInfo, ...lists } = request;
      if (!groupInfo) throw errors.args("groupInfo is missing");
      const group = { ownerUserID, group: groupInfo, ...lists };
      return { groupInfo: await groups.create(actor, operationID, group) };
    },
  }),
  route(DismissGroup, {
    handle: ({ actor, operationID }, request) =>
      groups.dismiss(actor, operationID, request),
  }),
  route(SetGroupInfo, {
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
  route(SetGroupInfoEx, {
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
  route(JoinGroup, {
    check: ({ joinSource }) => requireJoinSource(joinSource),
    handle: ({ actor, operationID }, { inviterUserID, ...wanted }) =>
      applications.join(actor, operationID, {
        ...wanted,
        applicantID: inviterUserID,
      }),
  }),
  route(GroupApplicationResponse, {
    check: ({ handleResult }) => requireAnswer(handleResult),
    handle: ({ actor, operationID }, request) =>
      applications.respond(actor, operationID, request),
  }),
  route(InviteUserToGroup, {
    check: ({ invitedUserIDs }) =>
      requireUserList("invitedUserIDs", invitedUserIDs),
    handle: ({ actor, operationID }, request) =>
      members.invite(actor, operationID, request),
  }),
];

const memberRoutes = ({ members, memberInfo }: GroupRoutesDeps): Route[] => [
  route(KickGroup, {
    check: ({ kickedUserIDs }) =>
      requireUserList("kickedUserIDs", kickedUserIDs),
    async handle({ actor, operationID }, request) {
      if (request.kickedUserIDs.includes(actor.userID))
        throw errors.args("use quit_group to leave a group");
      await members.kick(actor, operationID, request);
    },
  }),
  route(QuitGroup, {
    async handle({ actor, operationID }, request) {
      const userID = request.userID || actor.userID;
      requireSelf(actor, userID);
      await members.quit(actor, operationID, request.groupID, userID);
    },
  }),
  route(TransferGroup, {
    check({ oldOwnerUserID, newOwnerUserID }) {
      if (oldOwnerUserID === newOwnerUserID)
        throw errors.args("the new owner is the old one");
    },
    handle: ({ actor, operationID }, request) =>
      members.transfer(actor, operationID, request),
  }),
  route(SetGroupMemberInfo, {
    check: (request) => requireEntries(request.members),
    handle: ({ actor, operationID }, request) =>
      memberInfo.set(actor, operationID, request.members),
  }),
];

const muteRoutes = ({ mutes }: GroupRoutesDeps): Route[] => [
  route(MuteGroupMember, {
    handle: ({ actor, operationID }, request) =>
      mutes.muteMember(actor, operationID, request),
  }),
  route(CancelMuteGroupMember, {
    handle: ({ actor, operationID }, request) =>
      mutes.unmuteMember(actor, operationID, request),
  }),
  route(MuteGroup, {
    handle: ({ actor, operationID }, { groupID }) =>
      mutes.muteGroup(actor, operationID, groupID),
  }),
  route(CancelMuteGroup, {
    handle: ({ actor, operationID }, { groupID }) =>
      mutes.unmuteGroup(actor, operationID, groupID),
  }),
];
