import type { Kysely } from "kysely";

import type { AccountFeature } from "../accounts/feature.ts";
import type { Route } from "../http/route.ts";
import type { IMServer } from "../im-server.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { createAddressRules } from "./address-rules.ts";
import { createAdministrators } from "./administrators.ts";
import { admissionRoutes } from "./admission-routes.ts";
import { createApplets } from "./applets.ts";
import {
  applicationAdministrationRoutes,
  applicationRoutes,
} from "./application-routes.ts";
import { createApplicationVersions } from "./application-versions.ts";
import { createClientConfig } from "./client-config.ts";
import { createInvitations } from "./invitations.ts";
import { administratorRoutes } from "./routes.ts";

/** What administrators do. */
export interface AdministrationFeature {
  routes: Route[];
  /** What applications ask for at the accounts' port. */
  applicationRoutes: Route[];
}

export interface AdministrationFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  people: AccountFeature;
  im: IMServer;
  now: () => number;
}

export function createAdministrationFeature({
  db,
  transact,
  people,
  im,
  now,
}: AdministrationFeatureDeps): AdministrationFeature {
  const { passwords, tokens } = people;
  const { listPublic } = people.accounts;
  const administrators = createAdministrators({ db, passwords, tokens });
  const applications = {
    applets: createApplets({ db, transact, now }),
    versions: createApplicationVersions({ db, transact, now }),
    clientConfig: createClientConfig({ db, transact }),
  };
  return {
    routes: [
      ...administratorRoutes({ administrators, im }),
      ...admissionRoutes({
        invitations: createInvitations({ db, transact, listPublic, now }),
        addressRules: createAddressRules({ db, transact, listPublic, now }),
      }),
      ...applicationAdministrationRoutes(applications),
    ],
    applicationRoutes: applicationRoutes(applications),
  };
}
