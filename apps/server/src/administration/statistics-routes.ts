import {
  StatisticLoginUserCountReq,
  StatisticLoginUserCountResp,
  StatisticNewUserCountReq,
  StatisticNewUserCountResp,
} from "@parley/protocol/chat/managed-users";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { PeopleStatistics } from "./statistics.ts";

export const statisticsRoutes = (statistics: PeopleStatistics): Route[] => [
  route("/statistic/new_user_count", StatisticNewUserCountReq, {
    response: StatisticNewUserCountResp,
    handle: ({ operationID }, { start, end }) =>
      statistics.countNew(operationID, start, end),
  }),
  route("/statistic/login_user_count", StatisticLoginUserCountReq, {
    response: StatisticLoginUserCountResp,
    handle: (_call, { start, end }) => statistics.countLogins(start, end),
  }),
];
