import { errors } from "@parley/protocol/errors";
import {
  BatchGetIncrementalGroupMemberReq,
  BatchGetIncrementalGroupMemberResp,
  GetFullGroupMemberUserIDsReq,
  GetFullGroupMemberUserIDsResp,
  GetFullJoinGroupIDsReq,
  GetFullJoinGroupIDsResp,
  GetGroupAbstractInfoReq,
  GetGroupAbstractInfoResp,
  GetGroupApplicationListReq,
  GetGroupApplicationListResp,
  GetGroupApplicationUnhandledCountReq,
  GetGroupApplicationUnhandledCountResp,
  GetGroupMemberListReq,
  GetGroupMemberListResp,
  GetGroupMembersInfoReq,
  GetGroupMembersInfoResp,
  GetGroupMemberUserIDsReq,
  GetGroupMemberUserIDsResp,
  GetGroupsInfoReq,
  GetGroupsInfoResp,
  GetGroupsReq,
  GetGroupsResp,
  GetGroupUsersReqApplicationListReq,
  GetGroupUsersReqApplicationListResp,
  GetIncrementalGroupMemberReq,
  GetIncrementalGroupMemberResp,
  GetIncrementalJoinGroupReq,
  GetIncrementalJoinGroupResp,
  GetJoinedGroupListReq,
  GetJoinedGroupListResp,
  GetSpecifiedUserGroupRequestInfoReq,
  GetSpecifiedUserGroupRequestInfoResp,
  GetUserReqApplicationListReq,
  GetUserReqApplicationListResp,
} from "@parley/protocol/generated/group";

import { requireAdmin, requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requirePage } from "../storage/page.ts";
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
  route("/group/get_groups_info", GetGroupsInfoReq, {
    required: ["groupIDs"],
    check({ groupIDs }) {
      if (groupIDs.length === 0) throw errors.args("groupIDs is empty");
    },
    response: GetGroupsInfoResp,
    async handle(_call, { groupIDs }) {
      return { groupInfos: await reading.list(groupIDs) };
    },
  }),
  route("/group/get_joined_group_list", GetJoinedGroupListReq, {
    required: ["fromUserID"],
    response: GetJoinedGroupListResp,
    handle({ actor }, { fromUserID, pagination }) {
      const page = requirePage(pagination);
      requireSelf(actor, fromUserID);
      return reading.joined(fromUserID, page);
    },
  }),
  route("/group/get_groups", GetGroupsReq, {
    response: GetGroupsResp,
    handle({ actor }, { pagination, ...wanted }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      return reading.search(wanted, page);
    },
  }),
  route("/group/get_group_abstract_info", GetGroupAbstractInfoReq, {
    required: ["groupIDs"],
    check: ({ groupIDs }) => requireUserList("groupIDs", groupIDs),
    response: GetGroupAbstractInfoResp,
    async handle({ actor }, { groupIDs }) {
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
  route("/group/get_group_members_info", GetGroupMembersInfoReq, {
    required: ["groupID", "userIDs"],
    check({ userIDs }) {
      if (userIDs.length === 0) throw errors.args("userIDs is empty");
    },
    response: GetGroupMembersInfoResp,
    async handle({ actor }, { groupID, userIDs }) {
      await rights.requireReader(actor, groupID);
      return { members: await reading.members(groupID, userIDs) };
    },
  }),
  route("/group/get_group_member_list", GetGroupMemberListReq, {
    required: ["groupID"],
    check: ({ filter }) => requireMemberFilter(filter),
    response: GetGroupMemberListResp,
    async handle({ actor }, { groupID, pagination, keyword }) {
      const page = requirePage(pagination);
      await rights.requireReader(actor, groupID);
      return reading.pageMembers(groupID, page, keyword);
    },
  }),
  route("/group/get_group_member_user_id", GetGroupMemberUserIDsReq, {
    required: ["groupID"],
    response: GetGroupMemberUserIDsResp,
    async handle({ actor }, { groupID }) {
      await rights.requireReader(actor, groupID);
      return { userIDs: await reading.memberIDs(groupID) };
    },
  }),
];

const syncRoutes = ({ sync }: GroupReadRoutesDeps): Route[] => [
  route("/group/get_incremental_join_groups", GetIncrementalJoinGroupReq, {
    response: GetIncrementalJoinGroupResp,
    async handle({ actor }, { userID, versionID, version }) {
      requireSelf(actor, userID);
      const known = { versionID, version };
      const { changes, ...lists } = await sync.joined(userID, known);
      return { ...changes, ...removed(changes), ...lists };
    },
  }),
  route("/group/get_full_join_group_ids", GetFullJoinGroupIDsReq, {
    required: ["userID"],
    response: GetFullJoinGroupIDsResp,
    handle({ actor }, { userID, idHash }) {
      requireSelf(actor, userID);
      return sync.fullJoinedIDs(userID, idHash);
    },
  }),
  route("/group/get_incremental_group_members", GetIncrementalGroupMemberReq, {
    response: GetIncrementalGroupMemberResp,
    async handle({ actor }, { groupID, versionID, version }) {
      const known = { versionID, version };
      return toMembers(await sync.members(actor, groupID, known));
    },
  }),
  route(
    "/group/get_incremental_group_members_batch",
    BatchGetIncrementalGroupMemberReq,
    {
      response: BatchGetIncrementalGroupMemberResp,
      async handle({ actor }, { reqList }) {
        const found = await sync.membersOfMany(actor, reqList);
        return {
          respList: Object.fromEntries(
            [...found].map(([groupID, changes]) => [
              groupID,
              toMembers(changes),
            ]),
          ),
        };
      },
    },
  ),
  route("/group/get_full_group_member_user_ids", GetFullGroupMemberUserIDsReq, {
    required: ["groupID"],
    response: GetFullGroupMemberUserIDsResp,
    handle: ({ actor }, { groupID, idHash }) =>
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
  route("/group/get_recv_group_applicationList", GetGroupApplicationListReq, {
    required: ["fromUserID"],
    response: GetGroupApplicationListResp,
    handle({ actor }, { fromUserID, pagination, ...filter }) {
      const page = requirePage(pagination);
      requireSelf(actor, fromUserID);
      return applications.received(actor, fromUserID, filter, page);
    },
  }),
  route(
    "/group/get_user_req_group_applicationList",
    GetUserReqApplicationListReq,
    {
      required: ["userID"],
      response: GetUserReqApplicationListResp,
      handle({ actor }, { userID, pagination, ...filter }) {
        const page = requirePage(pagination);
        requireSelf(actor, userID);
        return applications.sent(userID, filter, page);
      },
    },
  ),
  route(
    "/group/get_group_users_req_application_list",
    GetGroupUsersReqApplicationListReq,
    {
      required: ["groupID", "userIDs"],
      response: GetGroupUsersReqApplicationListResp,
      async handle({ actor }, { groupID, userIDs }) {
        if (!actor.isAdmin) await rights.requireManager(actor.userID, groupID);
        return applications.ofUsers(groupID, userIDs);
      },
    },
  ),
  route(
    "/group/get_specified_user_group_request_info",
    GetSpecifiedUserGroupRequestInfoReq,
    {
      response: GetSpecifiedUserGroupRequestInfoResp,
      async handle({ actor }, { groupID, userID }) {
        if (!actor.isAdmin && actor.userID !== userID)
          await rights.requireManager(actor.userID, groupID);
        return applications.ofUsers(groupID, [userID]);
      },
    },
  ),
  route(
    "/group/get_group_application_unhandled_count",
    GetGroupApplicationUnhandledCountReq,
    {
      response: GetGroupApplicationUnhandledCountResp,
      async handle({ actor }, { userID, time }) {
        requireSelf(actor, userID);
        return { count: await applications.countWaiting(userID, time) };
      },
    },
  ),
];
