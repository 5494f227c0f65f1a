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
    async handle({ cause }, request) {
      const { ownerUserID, groupInfo, ...lists } = request;
      if (!groupInfo) throw errors.args("groupInfo is missing");
      const group = { ownerUserID, group: groupInfo, ...lists };
      return {
        groupInfo: await groups.create(cause, group),
      };
    },
  }),
  route(DismissGroup, {
    handle: ({ cause }, request) => groups.dismiss(cause, request),
  }),
  route(SetGroupInfo, {
    async handle({ cause }, { groupInfoForSet }) {
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
      await setInfo(cause, groupID, change, hooks?.info);
    },
  }),
  route(SetGroupInfoEx, {
    async handle({ cause }, { groupID, ...wanted }) {
      const { groupName, notification, introduction, faceURL } = wanted;
      const change = {
        // A blank name counts as none (docs/wire/deviations.md).
        ...(groupName?.trim() && { groupName }),
        ...(notification !== null && { notification: notification.trim() }),
        ...(introduction !== null && { introduction }),
        ...(faceURL !== null && { faceURL }),
        ...settingsOf(wanted),
      };
      await setInfo(cause, groupID, change, hooks?.infoEx);
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
    handle: ({ cause }, { inviterUserID, ...wanted }) =>
      applications.join(cause, {
        ...wanted,
        applicantID: inviterUserID,
      }),
  }),
  route(GroupApplicationResponse, {
    check: ({ handleResult }) => requireAnswer(handleResult),
    handle: ({ cause }, request) => applications.respond(cause, request),
  }),
  route(InviteUserToGroup, {
    check: ({ invitedUserIDs }) =>
      requireUserList("invitedUserIDs", invitedUserIDs),
    handle: ({ cause }, request) => members.invite(cause, request),
  }),
];

const memberRoutes = ({ members, memberInfo }: GroupRoutesDeps): Route[] => [
  route(KickGroup, {
    check: ({ kickedUserIDs }) =>
      requireUserList("kickedUserIDs", kickedUserIDs),
    async handle({ cause }, request) {
      if (request.kickedUserIDs.includes(cause.actor.userID))
        throw errors.args("use quit_group to leave a group");
      await members.kick(cause, request);
    },
  }),
  route(QuitGroup, {
    async handle({ cause }, request) {
      const { actor } = cause;
      const userID = request.userID || actor.userID;
      requireSelf(actor, userID);
      await members.quit(cause, request.groupID, userID);
    },
  }),
  route(TransferGroup, {
    check({ oldOwnerUserID, newOwnerUserID }) {
      if (oldOwnerUserID === newOwnerUserID)
        throw errors.args("the new owner is the old one");
    },
    handle: ({ cause }, request) => members.transfer(cause, request),
  }),
  route(SetGroupMemberInfo, {
    check: (request) => requireEntries(request.members),
    handle: ({ cause }, request) => memberInfo.set(cause, request.members),
  }),
];

const muteRoutes = ({ mutes }: GroupRoutesDeps): Route[] => [
  route(MuteGroupMember, {
    handle: ({ cause }, request) => mutes.muteMember(cause, request),
  }),
  route(CancelMuteGroupMember, {
    handle: ({ cause }, request) => mutes.unmuteMember(cause, request),
  }),
  route(MuteGroup, {
    handle: ({ cause }, { groupID }) => mutes.muteGroup(cause, groupID),
  }),
  route(CancelMuteGroup, {
    handle: ({ cause }, { groupID }) => mutes.unmuteGroup(cause, groupID),
  }),
];
