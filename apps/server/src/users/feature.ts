import type { Kysely } from "kysely";

import type { Feature } from "../feature/feature.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { createClientConfig } from "./client-config.ts";
import { createUserCommands } from "./commands.ts";
import { userRoutes } from "./routes.ts";
import type { UserRoutesDeps } from "./routes.ts";

export interface UserFeatureDeps extends Omit<
  UserRoutesDeps,
  "commands" | "clientConfig"
> {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

/** Puts what is asked and changed about users together. */
export const createUserFeature = (deps: UserFeatureDeps): Feature => ({
  name: "users",
  routes: userRoutes({
    ...deps,
    commands: createUserCommands(deps),
    clientConfig: createClientConfig({ ...deps, getUser: deps.users.get }),
  }),
});
