import type { Feature } from "../feature/feature.ts";
import { statisticsRoutes } from "./routes.ts";
import type { StatisticsRoutesDeps } from "./routes.ts";
import { createStatistics } from "./statistics.ts";
import type { StatisticsDeps } from "./statistics.ts";

/** Puts the figures for administrators together. */
export const createStatisticsFeature = (
  deps: StatisticsDeps & Omit<StatisticsRoutesDeps, "statistics">,
): Feature => ({
  name: "statistics",
  routes: statisticsRoutes({ ...deps, statistics: createStatistics(deps) }),
});
