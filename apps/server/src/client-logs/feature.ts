import type { Feature } from "../feature/feature.ts";
import { outdatedJob } from "../jobs/outdated.ts";
import { createClientLogs } from "./client-logs.ts";
import type { ClientLogsDeps } from "./client-logs.ts";
import { clientLogRoutes } from "./routes.ts";

export interface ClientLogFeatureDeps extends ClientLogsDeps {
  /** Days that objects of these causes are kept; 0 keeps them for good. */
  outdated: { days: number; causes: readonly string[] };
}

/** Purpose of uploaded client logs. */
const cause = "sdklog";

/** Puts the logs that apps upload together. */
export function createClientLogFeature(deps: ClientLogFeatureDeps): Feature {
  const clientLogs = createClientLogs(deps);
  const { days, causes } = deps.outdated;
  return {
    name: "client-logs",
    routes: clientLogRoutes(clientLogs),
    jobs: [
      // A row without its file is of no use to anybody.
      outdatedJob({
        name: "outdated client logs",
        days: causes.includes(cause) ? days : 0,
        remove: clientLogs.removeOld,
        now: deps.now,
      }),
    ],
  };
}
