import type { Kysely } from "kysely";

import type { AccountFeature } from "../accounts/feature.ts";
import type { Route } from "../http/route.ts";
import type { IMServer } from "../im-server.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { createAdministrators } from "./administrators.ts";
import { administratorRoutes } from "./routes.ts";

/** What administrators do. */
export interface AdministrationFeature {
  routes: Route[];
}

export interface AdministrationFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  people: AccountFeature;
  im: IMServer;
}

export function createAdministrationFeature({
  db,
  people,
  im,
}: AdministrationFeatureDeps): AdministrationFeature {
  const { passwords, tokens } = people;
  const administrators = createAdministrators({ db, passwords, tokens });
  return {
    routes: [...administratorRoutes({ administrators, im })],
  };
}
