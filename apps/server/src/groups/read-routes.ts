import { errors } from "@parley/protocol/errors";
import type { GetIncrementalGroupMemberResp } from "@parley/protocol/generated/group";
import {
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupAbstractInfo,
  GetGroupApplicationUnhandledCount,
  GetGroupMemberList,
  GetGroupMemberUserID,
  GetGroupMembersInfo,
  GetGroupUsersReqApplicationList,
  GetGroups,
  GetGroupsInfo,
  GetIncrementalGroupMembers,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  GetJoinedGroupList,
  GetRecvGroupApplicationList,
  GetSpecifiedUserGroupRequestInfo,
  GetUserReqGroupApplicationList,
} from "@parley/protocol/methods/groups";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage } from "../storage/page.ts";
import type { Applications } from "./applications.ts";
import type { GroupReading } from "./reading.ts";
import { requireMemberFilter, requireUserList } from "./rules.ts";
import type { Speaking } from "./speaking.ts";
import type { GroupSync, MemberChanges } from "./sync.ts";

export interface GroupReadRoutesDeps {
  reading: GroupReading;
  sync: GroupSync;
  applications: Applications;
  rights: Pick<Speaking, "requireReader" | "requireManager">;
}

/** Routes that change nothing. */
export const groupReadRoutes = (deps: GroupReadRoutesDeps): Route[] => [
  ...listRoutes(deps),
  ...memberListRoutes(deps),
  ...syncRoutes(deps),
  ...applicationRoutes(deps),
];

const listRoutes = ({ reading, rights }: GroupReadRoutesDeps): Route[] => [
  route(GetGroupsInfo, {
    check({ groupIDs }) {
      if (groupIDs.length === 0) throw errors.args("groupIDs is empty");
    },
    async handle(_call, { groupIDs }) {
      return { groupInfos: await reading.list(groupIDs) };
    },
  }),
  route(GetJoinedGroupList, {
    check: checkPage,
    handle(_call, { fromUserID, pagination }) {
      const page = requirePage(pagination);
      return reading.joined(fromUserID, page);
    },
  }),
  route(GetGroups, {
    check: checkPage,
    handle(_call, { pagination, ...wanted }) {
      const page = requirePage(pagination);
      return reading.search(wanted, page);
    },
  }),
  route(GetGroupAbstractInfo, {
    check: ({ groupIDs }) => requireUserList("groupIDs", groupIDs),
    async handle({ cause: { actor } }, { groupIDs }) {
      for (const groupID of groupIDs)
        await rights.requireReader(actor, groupID);
      return { groupAbstractInfos: await reading.abstracts(groupIDs) };
    },
  }),
];

const memberListRoutes = ({
  reading,
  rights,
}: GroupReadRoutesDeps): Route[] => [
  route(GetGroupMembersInfo, {
    check({ userIDs }) {
      if (userIDs.length === 0) throw errors.args("userIDs is empty");
    },
    async handle({ cause: { actor } }, { groupID, userIDs }) {
      await rights.requireReader(actor, groupID);
      return { members: await reading.members(groupID, userIDs) };
    },
  }),
  route(GetGroupMemberList, {
    check: ({ filter }) => requireMemberFilter(filter),
    async handle({ cause: { actor } }, { groupID, pagination, keyword }) {
      const page = requirePage(pagination);
      await rights.requireReader(actor, groupID);
      return reading.pageMembers(groupID, page, keyword);
    },
  }),
  route(GetGroupMemberUserID, {
    async handle({ cause: { actor } }, { groupID }) {
      await rights.requireReader(actor, groupID);
      return { userIDs: await reading.memberIDs(groupID) };
    },
  }),
];

const syncRoutes = ({ sync }: GroupReadRoutesDeps): Route[] => [
  route(GetIncrementalJoinGroups, {
    async handle(_call, { userID, versionID, version }) {
      const known = { versionID, version };
      const { changes, ...lists } = await sync.joined(userID, known);
      return { ...changes, ...removed(changes), ...lists };
    },
  }),
  route(GetFullJoinGroupIDs, {
    handle(_call, { userID, idHash }) {
      return sync.fullJoinedIDs(userID, idHash);
    },
  }),
  route(GetIncrementalGroupMembers, {
    async handle({ cause: { actor } }, { groupID, versionID, version }) {
      const known = { versionID, version };
      return toMembers(await sync.members(actor, groupID, known));
    },
  }),
  route(GetIncrementalGroupMembersBatch, {
    async handle({ cause: { actor } }, { reqList }) {
      const found = await sync.membersOfMany(actor, reqList);
      return {
        respList: Object.fromEntries(
          [...found].map(([groupID, changes]) => [groupID, toMembers(changes)]),
        ),
      };
    },
  }),
  route(GetFullGroupMemberUserIDs, {
    handle: ({ cause: { actor } }, { groupID, idHash }) =>
      sync.fullMemberIDs(actor, groupID, idHash),
  }),
];

const removed = (changes: MemberChanges["changes"]) => ({
  delete: changes.full ? [] : changes.delete,
});

const toMembers = ({
  changes,
  ...lists
}: MemberChanges): GetIncrementalGroupMemberResp => ({
  version: changes.version,
  versionID: changes.versionID,
  full: changes.full,
  sortVersion: changes.sortVersion,
  ...removed(changes),
  ...lists,
});

const applicationRoutes = ({
  applications,
  rights,
}: GroupReadRoutesDeps): Route[] => [
  route(GetRecvGroupApplicationList, {
    check: checkPage,
    handle({ cause: { actor } }, { fromUserID, pagination, ...filter }) {
      const page = requirePage(pagination);
      return applications.received(actor, fromUserID, filter, page);
    },
  }),
  route(GetUserReqGroupApplicationList, {
    check: checkPage,
    handle(_call, { userID, pagination, ...filter }) {
      const page = requirePage(pagination);
      return applications.sent(userID, filter, page);
    },
  }),
  route(GetGroupUsersReqApplicationList, {
    async handle({ cause: { actor } }, { groupID, userIDs }) {
      if (!actor.isAdmin) await rights.requireManager(actor.userID, groupID);
      return applications.ofUsers(groupID, userIDs);
    },
  }),
  route(GetSpecifiedUserGroupRequestInfo, {
    async handle({ cause: { actor } }, { groupID, userID }) {
      if (!actor.isAdmin && actor.userID !== userID)
        await rights.requireManager(actor.userID, groupID);
      return applications.ofUsers(groupID, [userID]);
    },
  }),
  route(GetGroupApplicationUnhandledCount, {
    async handle(_call, { userID, time }) {
      return { count: await applications.countWaiting(userID, time) };
    },
  }),
];
