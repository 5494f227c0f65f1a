import { randomInt } from "node:crypto";

import type { Kysely } from "kysely";

import type { Arrivals } from "../accounts/arrivals.ts";
import type { Tries } from "../accounts/tries.ts";
import { createAccountFeature } from "../accounts/feature.ts";
import { administratorsOnly, createIdentify } from "../accounts/tokens.ts";
import { createAdmission } from "../administration/admission.ts";
import { createAdministrationFeature } from "../administration/feature.ts";
import {
  listDefaultFriends,
  listDefaultGroups,
} from "../administration/people-store.ts";
import { createRegistrationSwitch } from "../administration/registration-switch.ts";
import { findAdministrators } from "../administration/store.ts";
import { openAgentFeature } from "../agents/feature.ts";
import type { AgentFeature, AgentFeatureDeps } from "../agents/feature.ts";
import { accountsSecret } from "../config/accounts-settings.ts";
import { listenersOf, openAddressOf } from "../config/listening.ts";
import type { Listener } from "../config/listening.ts";
import type { Config } from "../config/schema.ts";
import { docsPages } from "../docs/pages.ts";
import type { APIName } from "../docs/words.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import { bind } from "../http/binding.ts";
import type { Route } from "../http/route.ts";
import { serveAPI } from "../http/server.ts";
import type { APIDeps, WebPage } from "../http/server.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import type { Caches } from "../storage/caches.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Job } from "../jobs/jobs.ts";
import type { Logger } from "../watching/logger.ts";

/**
 * OpenIM's "chat service": accounts on one port, their administration on
 * another, bots on a third. It uses only the REST API of the IM server.
 */
export interface ChatService {
  readonly port: number;
  readonly adminPort: number;
  /** undefined: bots are off. */
  readonly agents:
    | ({ readonly port: number } & Pick<
        AgentFeature,
        "listener" | "forgetUser"
      >)
    | undefined;
  /** Run every night. */
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

export interface ChatServiceDeps {
  config: Config;
  db: Kysely<Schema>;
  caches: Caches;
  transact: Transact;
  arrivals: Arrivals;
  tries: Tries;
  /** Runs work on the same key at one node of a cluster at a time. */
  inTurn: KeyLock;
  /** Id of this process, new at each start. */
  self: string;
  /** All processes that have the database and are alive. */
  live(): readonly string[];
  im: IMClient;
  followUps: Pick<FollowUps, "define">;
  /** For administrators. */
  configRoutes: Route[];
  version: string;
  /**
   * Pages about this process (health, metrics), if it is a process of its own.
   */
  pages?: readonly WebPage[];
  /** Set if the IM server is in this process. */
  sayTyping?: AgentFeatureDeps["sayTyping"];
  /** Dependencies shared with the IM server's port. */
  serving: Pick<
    APIDeps,
    | "addressOf"
    | "isHere"
    | "neighborhoodOf"
    | "intake"
    | "limiter"
    | "shedder"
    | "asks"
    | "metrics"
  >;
  logger: Logger;
  now: () => number;
}

export async function startChatService(
  deps: ChatServiceDeps,
): Promise<ChatService> {
  const { config, db, caches, transact, im, serving, logger, now } = deps;
  const settings = config.accounts;
  const registrationSwitch = createRegistrationSwitch({
    db,
    transact,
    isAllowedAtFirst: settings.allowRegister,
  });
  const people = createAccountFeature({
    db,
    transact,
    arrivals: deps.arrivals,
    tries: deps.tries,
    settings,
    secret: accountsSecret(settings, config.secret),
    im,
    isLoopback: openAddressOf(config) === undefined,
    admission: createAdmission(db),
    isRegisterAllowed: registrationSwitch.isAllowed,
    findReserved: async (db, userIDs) =>
      (await findAdministrators(db, userIDs)).map(({ user_id }) => user_id),
    listDefaultFriends: () => listDefaultFriends(db),
    listDefaultGroups: () => listDefaultGroups(db),
    neighborhoodOf: serving.neighborhoodOf,
    fetch: (url, init) => fetch(url, init),
    logger,
    now,
  });
  const agents = config.agents.enable
    ? await openAgentFeature({
        db,
        caches,
        transact,
        settings: config.agents,
        followUps: deps.followUps,
        self: deps.self,
        live: deps.live,
        im,
        sayTyping: deps.sayTyping,
        fetch,
        metrics: serving.metrics,
        randomDigits: () => String(randomInt(10 ** 9, 10 ** 10)),
        logger,
        now,
      })
    : undefined;
  const administration = createAdministrationFeature({
    db,
    transact,
    people,
    im,
    registrationSwitch,
    firstAdministrators: {
      accounts: settings.chatAdmin,
      password: settings.chatAdminPassword,
      isExposed: openAddressOf(config) !== undefined,
    },
    departing: async (userID) => agents?.forgetUser(userID),
    inTurn: deps.inTurn,
    logger,
    now,
  });
  const accountsRoutes = [
    ...people.routes,
    ...administration.applicationRoutes,
  ];
  const identify = createIdentify(people.tokens, accountsRoutes);
  const administrationRoutes = administration.audit.record([
    ...administration.routes,
    ...deps.configRoutes,
  ]);
  const listeners = listenersOf(config);
  const serve = (
    address: Listener,
    portSetting: string,
    port: number,
    parts: APIDeps,
  ) => {
    const hostname = listeners.get(address) ?? config.listen;
    const place = { hostname, port, portSetting, addressSetting: address };
    const { bodyBytes } = config.limits;
    return bind(place, () =>
      serveAPI({ hostname, port, maxBodyBytes: bodyBytes }, parts),
    );
  };
  const pagesOf = (api: APIName, routes: readonly Route[]) => [
    ...(deps.pages ?? []),
    ...(config.docs.enable
      ? docsPages({ api, routes: () => routes, version: deps.version })
      : []),
  ];
  const accounts = serve("accounts.listen", "accounts.port", settings.port, {
    ...serving,
    routes: accountsRoutes,
    pages: [...pagesOf("accounts", accountsRoutes), ...people.pages],
    identify,
    logger,
  });
  const admin = serve(
    "accounts.adminListen",
    "accounts.adminPort",
    settings.adminPort,
    {
      ...serving,
      routes: administrationRoutes,
      pages: [
        ...administration.pages,
        ...pagesOf("administration", administrationRoutes),
      ],
      identify: administratorsOnly(
        createIdentify(people.tokens, administrationRoutes),
      ),
      logger,
    },
  );
  const agentRoutes = agents && [
    ...administration.audit.record(agents.administrationRoutes),
    ...agents.routes,
  ];
  const bots =
    agentRoutes &&
    serve("agents.listen", "agents.port", config.agents.port, {
      ...serving,
      routes: agentRoutes,
      pages: pagesOf("agents", agentRoutes),
      identify: createIdentify(people.tokens, agentRoutes),
      logger,
    });
  return {
    port: accounts.port,
    adminPort: admin.port,
    agents: agents && bots && { ...agents, port: bots.port },
    jobs: [
      {
        name: "expired codes and tokens of accounts",
        run: people.removeExpired,
      },
      ...(agents?.jobs ?? []),
    ],
    async close() {
      await agents?.close();
      await Promise.all([accounts.close(), admin.close(), bots?.close()]);
      await administration.close();
    },
  };
}
