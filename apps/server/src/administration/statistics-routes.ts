import {
  StatisticLoginUserCount,
  StatisticNewUserCount,
} from "@parley/protocol/methods/chat/managed-users";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { PeopleStatistics } from "./statistics.ts";

export const statisticsRoutes = (statistics: PeopleStatistics): Route[] => [
  route(StatisticNewUserCount, {
    handle: ({ cause: { operationID } }, { start, end }) =>
      statistics.countNew(operationID, start, end),
  }),
  route(StatisticLoginUserCount, {
    handle: (_call, { start, end }) => statistics.countLogins(start, end),
  }),
];
