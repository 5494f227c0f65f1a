import { errors } from "@parley/protocol/errors";
import {
  GroupCreateCountReq,
  GroupCreateCountResp,
} from "@parley/protocol/generated/group";
import {
  GetActiveGroupReq,
  GetActiveGroupResp,
  GetActiveUserReq,
  GetActiveUserResp,
} from "@parley/protocol/generated/msg";
import { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";
import {
  UserRegisterCountReq,
  UserRegisterCountResp,
} from "@parley/protocol/generated/user";

import { requireAdmin, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requirePage } from "../storage/page.ts";
import type { Statistics } from "./statistics.ts";

export interface StatisticsRoutesDeps {
  statistics: Statistics;
  /** Unknown ones are left out. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
}

export const statisticsRoutes = ({
  statistics,
  listUsers,
  listGroups,
}: StatisticsRoutesDeps): Route[] => [
  route("/statistics/user/register", UserRegisterCountReq, {
    required: ["start", "end"],
    check: checkSpan,
    response: UserRegisterCountResp,
    handle({ actor }, span) {
      requireAdmin(actor);
      return statistics.growth("users", span);
    },
  }),
  route("/statistics/group/create", GroupCreateCountReq, {
    required: ["start", "end"],
    check: checkSpan,
    response: GroupCreateCountResp,
    handle({ actor }, span) {
      requireAdmin(actor);
      return statistics.growth("groups", span);
    },
  }),
  route("/statistics/user/active", GetActiveUserReq, {
    response: GetActiveUserResp,
    async handle({ actor }, { start, end, ase, group, pagination }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      const { messages, active, days, ranking } = await statistics.users({
        start,
        end,
        ascending: ase,
        withGroups: group,
        page,
      });
      const users = byKey(
        await listUsers(ranking.map(({ id }) => id)),
        ({ userID }) => userID,
      );
      return {
        msgCount: messages,
        userCount: active,
        dateCount: days,
        users: ranking.map(({ id, count }) => ({
          user: users.get(id) ?? UserInfo.create({ userID: id, nickname: id }),
          count,
        })),
      };
    },
  }),
  route("/statistics/group/active", GetActiveGroupReq, {
    response: GetActiveGroupResp,
    async handle({ actor }, { start, end, ase, pagination }) {
      const page = requirePage(pagination);
      requireAdmin(actor);
      const { messages, active, days, ranking } = await statistics.groups({
        start,
        end,
        ascending: ase,
        page,
      });
      const groups = byKey(
        await listGroups(ranking.map(({ id }) => id)),
        ({ groupID }) => groupID,
      );
      return {
        msgCount: messages,
        groupCount: active,
        dateCount: days,
        groups: ranking.map(({ id, count }) => ({
          group:
            groups.get(id) ?? GroupInfo.create({ groupID: id, groupName: id }),
          count,
        })),
      };
    },
  }),
];

function checkSpan({ start, end }: { start: number; end: number }): void {
  if (start < 0 || start > end)
    throw errors.args("start and end are no span of time");
}

const byKey = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T> => new Map(items.map((item) => [keyOf(item), item]));
