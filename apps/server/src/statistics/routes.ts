import { errors } from "@parley/protocol/errors";
import { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";
import {
  CountCreatedGroups,
  CountRegisteredUsers,
  ListActiveGroups,
  ListActiveUsers,
} from "@parley/protocol/methods/statistics";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage } from "../storage/page.ts";
import type { Statistics } from "./statistics.ts";

export interface StatisticsRoutesDeps {
  statistics: Statistics;
  /** Leaves out unknown users. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
}

export const statisticsRoutes = ({
  statistics,
  listUsers,
  listGroups,
}: StatisticsRoutesDeps): Route[] => [
  route(CountRegisteredUsers, {
    check: checkSpan,
    handle(_call, span) {
      return statistics.growth("users", span);
    },
  }),
  route(CountCreatedGroups, {
    check: checkSpan,
    handle(_call, span) {
      return statistics.growth("groups", span);
    },
  }),
  route(ListActiveUsers, {
    check: checkPage,
    async handle(_call, { start, end, ase, group, pagination }) {
      const page = requirePage(pagination);
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
  route(ListActiveGroups, {
    check: checkPage,
    async handle(_call, { start, end, ase, pagination }) {
      const page = requirePage(pagination);
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
  if (start < 0 || start > end) throw errors.args("end must be after start");
}

const byKey = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T> => new Map(items.map((item) => [keyOf(item), item]));
