import type { Kysely } from "kysely";

import type { AccountFeature } from "../accounts/feature.ts";
import type { Route } from "../http/route.ts";
import type { WebPage } from "../http/server.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import { createAddressRules } from "./address-rules.ts";
import { createAdministrators, requireSuper } from "./administrators.ts";
import { administratorRoutes } from "./administrators-routes.ts";
import { admissionRoutes } from "./admission-routes.ts";
import { createApplets } from "./applets.ts";
import {
  applicationAdministrationRoutes,
  applicationRoutes,
} from "./application-routes.ts";
import { createApplicationVersions } from "./application-versions.ts";
import { createAudit } from "./audit.ts";
import type { Audit } from "./audit.ts";
import { auditRoutes } from "./audit-routes.ts";
import { createBlocks } from "./blocks.ts";
import { createClientConfig } from "./client-config.ts";
import { createDefaults } from "./defaults.ts";
import { defaultsRoutes } from "./defaults-routes.ts";
import { ensureConfigured } from "./first-administrators.ts";
import type { FirstAdministrators } from "./first-administrators.ts";
import { createImports } from "./imports.ts";
import { importRoutes, templatePage } from "./imports-routes.ts";
import { createInvitations } from "./invitations.ts";
import { createPasswordReset } from "./password-reset.ts";
import { peopleRoutes } from "./people-routes.ts";
import type { RegistrationSwitch } from "./registration-switch.ts";
import { createPeopleStatistics } from "./statistics.ts";
import { statisticsRoutes } from "./statistics-routes.ts";
import { createPersonDeletion } from "./user-deletion.ts";
import { userDeletionRoutes } from "./user-deletion-routes.ts";

/** The administration: its routes, audit and jobs. */
export interface AdministrationFeature {
  routes: Route[];
  pages: WebPage[];
  /** Routes for applications at the accounts' port. */
  applicationRoutes: Route[];
  /** The audit of all routes. */
  audit: Audit;
  /** Resolves when the first administrators have been created. */
  ready: Promise<void>;
  close(): Promise<void>;
}

export interface AdministrationFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  people: AccountFeature;
  im: IMClient;
  registrationSwitch: RegistrationSwitch;
  firstAdministrators: Omit<FirstAdministrators, "userID">;
  /** Called for each person who is being deleted, at least twice. */
  departing(userID: string): Promise<void>;
  /** Runs work on the same key at one node of a cluster at a time. */
  inTurn: KeyLock;
  logger: Logger;
  now: () => number;
}

/** Interval of the check for unfinished deletions. */
const resumeMs = 60_000;

export function createAdministrationFeature({
  db,
  transact,
  people,
  im,
  registrationSwitch,
  firstAdministrators,
  departing,
  inTurn,
  logger,
  now,
}: AdministrationFeatureDeps): AdministrationFeature {
  const { passwords, tokens } = people;
  const { listPublic, listFull } = people.accounts;
  const isUser = async (userID: string) =>
    (await listPublic([userID])).length > 0;
  const failed = (error: unknown) =>
    logger.warn(
      { err: error },
      "administration: a call to the IM server failed",
    );
  // The password of a first one is hashed while the server starts.
  const ready = ensureConfigured(
    {
      db,
      transact,
      passwords,
      isUser,
      warn: (message) => logger.warn(message),
      now,
    },
    { ...firstAdministrators, userID: im.adminUserID },
  );
  ready.catch((error: unknown) =>
    logger.error(
      { err: error },
      "administration: creating the first administrators failed",
    ),
  );
  const administrators = createAdministrators({
    db,
    transact,
    passwords,
    tokens,
    ready,
    im,
    isUser,
    guess: people.guesses.guess,
    failed,
    now,
  });
  const applications = {
    applets: createApplets({ db, transact, now }),
    versions: createApplicationVersions({ db, transact, now }),
    clientConfig: createClientConfig({ db, transact }),
  };
  const audit = createAudit({ db, transact, now });
  const deletion = createPersonDeletion({
    db,
    transact,
    tokens,
    im,
    departing,
    inTurn,
    failed,
    now,
  });
  const resume = () => void deletion.resume().catch(failed);
  resume();
  const resuming = setInterval(resume, resumeMs);
  return {
    routes: [
      ...auditRoutes(audit, (userID) => requireSuper(db, userID)),
      ...userDeletionRoutes(deletion),
      ...administratorRoutes({ administrators, im }),
      ...admissionRoutes({
        invitations: createInvitations({ db, transact, listPublic, now }),
        addressRules: createAddressRules({ db, transact, listPublic, now }),
      }),
      ...applicationAdministrationRoutes(applications),
      ...peopleRoutes({
        blocks: createBlocks({
          db,
          transact,
          tokens,
          im,
          listFull,
          failed,
          now,
        }),
        resetPassword: createPasswordReset({
          transact,
          passwords,
          accounts: people.accounts,
          tokens,
          forceLogout: im.forceLogout,
          failed,
        }),
        registrationSwitch,
      }),
      ...importRoutes(
        createImports({ registration: people.registration, inTurn, now }),
      ),
      ...defaultsRoutes(
        createDefaults({
          db,
          transact,
          listPublic,
          findGroups: im.listGroups,
          now,
        }),
      ),
      ...statisticsRoutes(createPeopleStatistics(db, im)),
    ],
    pages: [templatePage()],
    applicationRoutes: applicationRoutes(applications),
    audit,
    ready,
    async close() {
      clearInterval(resuming);
      // A failure was logged when it happened.
      await ready.catch(() => undefined);
    },
  };
}
