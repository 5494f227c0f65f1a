import { randomUUID } from "node:crypto";

import { createArrivals, createSharedArrivals } from "../accounts/arrivals.ts";
import { createSharedTries } from "../accounts/shared-tries.ts";
import { createTries } from "../accounts/tries.ts";
import { listenersOf, openAddressOf } from "../config/listening.ts";
import type { Config } from "../config/schema.ts";
import { docsPages } from "../docs/pages.ts";
import { openFollowUps } from "../follow-ups/follow-ups.ts";
import { listen } from "../gateway/gateway.ts";
import { bind } from "../http/binding.ts";
import type { Place } from "../http/binding.ts";
import {
  ownProcess,
  readClientAddresses,
  warningOfProxy,
} from "../http/client-address.ts";
import { healthPages } from "../http/health.ts";
import { createIntake } from "../http/intake.ts";
import { prometheusPages } from "../http/prometheus.ts";
import { serveAPI } from "../http/server.ts";
import { createIMClient } from "../im-client/im-client.ts";
import { startJobs } from "../jobs/jobs.ts";
import { createKeyLock } from "../pace/key-lock.ts";
import { createRateLimiter } from "../pace/rate-limiter.ts";
import { createConfigManager } from "../remote-config/config-manager.ts";
import { chatConfigRoutes, configRoutes } from "../remote-config/routes.ts";
import { version } from "../version.ts";
import type { Logger } from "../watching/logger.ts";
import { problemOfOpenFiles } from "../watching/open-files.ts";
import { startChatService } from "./chat-service.ts";
import {
  framesAsChanges,
  identifyAsChange,
  routesAsChanges,
} from "./change-reads.ts";
import type { ChatService } from "./chat-service.ts";
import { openData } from "./data.ts";
import { openMessagingCore } from "./messaging-core.ts";

export interface ParleyServer {
  readonly apiPort: number;
  readonly wsPort: number;
  /** The accounts' service; undefined if accounts are off or run elsewhere. */
  readonly chat: Pick<ChatService, "port" | "adminPort" | "agents"> | undefined;
  /** Description of the database. */
  readonly storage: string;
  /**
   * Sends clients to the other nodes of the cluster, and returns when they are there, or the
   * signal aborts. Alone, it returns at once.
   */
  leave(signal: AbortSignal): Promise<void>;
  /**
   * Takes nothing new, answers what was asked, commits what was accepted and
   * closes the sockets.
   */
  close(): Promise<void>;
}

/** Builds everything, from the bottom to the top, and starts it. */
export async function startServer(
  startConfig: Config,
  logger: Logger,
  restart: () => Promise<void>,
): Promise<ParleyServer> {
  const now = () => Date.now();
  /** Monotonic clock, for durations. */
  const elapsed = () => performance.now();
  const { engine, writer, caches, shedder, config, ...data } = await openData(
    startConfig,
    logger,
  );
  const tooFewFiles = problemOfOpenFiles(config.limits.connections);
  if (tooFewFiles !== undefined && openAddressOf(config) !== undefined)
    logger.warn(tooFewFiles);
  const db = engine.read;
  const { transact } = writer;
  const followUps = await openFollowUps({
    ...{ db, writer, logger, now },
    cluster: data.cluster,
  });

  const configuration = {
    config,
    version,
    manager: config.configManager
      ? createConfigManager({ db, transact, config, restart })
      : undefined,
  };
  const core = await openMessagingCore({
    config,
    engine,
    caches,
    writer,
    shedder,
    configRoutes: configRoutes(configuration),
    followUps,
    cluster: data.cluster,
    leases: data.leases,
    logger,
    now,
  });
  const { metrics } = core;

  const addresses = readClientAddresses(config.rateLimiter.trustedProxies, () =>
    logger.warn(warningOfProxy),
  );
  const limiter = config.rateLimiter.enable
    ? createRateLimiter(config.rateLimiter, elapsed)
    : undefined;
  const intake = createIntake({
    totalBytes: config.limits.totalBodyBytes,
    elapsed,
  });
  const listeners = listenersOf(config);
  const placeOf = (name: "api" | "ws", port: number): Place => ({
    hostname: listeners.get(`${name}Listen`) ?? config.listen,
    port,
    portSetting: `${name}Port`,
    addressSetting: `${name}Listen`,
  });
  const wsPlace = placeOf("ws", config.wsPort);
  const gateway = bind(wsPlace, () =>
    listen(
      {
        hostname: wsPlace.hostname,
        port: wsPlace.port,
        maxConnections: config.limits.connections,
        maxPerAddress: config.limits.connectionsPerAddress,
        maxFrameBytes: config.limits.frameBytes,
        maxQueuedBytes: config.limits.queueBytes,
        maxQueuedBytesOfAll: config.limits.totalQueueBytes,
      },
      {
        ...core.gateway,
        handlers: framesAsChanges(engine, core.gateway.handlers),
        limiter,
        addresses,
        shedder,
        admits: (userID) =>
          !limiter || core.auth.isAdmin(userID) || limiter.admitsUser(userID),
        logger,
        elapsed,
      },
    ),
  );
  shedder.watch(gateway.waitingMs);

  const { cluster } = data;
  const drain =
    cluster &&
    (await import("../nodes/drain.ts")).createDrain({
      ...{ cluster, gateway, settings: config.drain },
      count: core.gateway.sessions.count,
      allReturned: core.allReturned,
      tell: (state, sockets) =>
        logger.info(
          { sockets },
          state === "began"
            ? "draining: clients are sent to other nodes"
            : state === "done"
              ? "drained"
              : "clients are taken again",
        ),
      failed: (error) => logger.error({ err: error }, "draining failed"),
    });

  let isStopping = false;
  const apiPlace = placeOf("api", config.apiPort);
  const api = bind(apiPlace, () =>
    serveAPI(
      {
        hostname: apiPlace.hostname,
        port: apiPlace.port,
        maxBodyBytes: config.limits.bodyBytes,
      },
      {
        routes: routesAsChanges(engine, core.routes),
        pages: [
          ...healthPages({
            whyNotReady: () =>
              isStopping ? "stopping" : (drain?.state() ?? data.whyNotReady()),
            metrics,
            allowRemoteMetrics: config.metrics.allowRemote,
            isHere: addresses.isHere,
          }),
          ...prometheusPages(config.metrics),
          ...(config.docs.enable
            ? docsPages({ api: "im", routes: () => core.routes, version })
            : []),
          ...core.pages,
        ],
        identify: identifyAsChange(engine, core.routes, core.auth.identify),
        ...addresses,
        intake,
        limiter,
        shedder,
        asks: core.asks,
        metrics,
        logger,
      },
    ),
  );

  const self = data.cluster?.self ?? randomUUID();
  const chat = config.accounts.enable
    ? await startChatService({
        config,
        db,
        caches,
        transact,
        arrivals: data.cluster
          ? createSharedArrivals(data.cluster.self, transact)
          : createArrivals(),
        tries: data.cluster
          ? createSharedTries({
              self: data.cluster.self,
              transact,
              seconds: config.accounts.signIn.wrongPasswordsSeconds,
              now,
            })
          : createTries(config.accounts.signIn.wrongPasswordsSeconds, now),
        self,
        live: () => data.cluster?.live().map(({ id }) => id) ?? [self],
        inTurn: data.cluster?.inTurn ?? createKeyLock(),
        im: createIMClient({
          address: `http://127.0.0.1:${api.port}`,
          secret: config.secret,
          adminUserID: config.adminUserIDs[0] ?? "",
          // No socket in between.
          send: (request) => api.answer(request, ownProcess),
          now,
        }),
        followUps,
        configRoutes: chatConfigRoutes(configuration),
        version,
        sayTyping: core.sayTyping,
        serving: {
          ...addresses,
          intake,
          limiter,
          shedder,
          asks: core.asks,
          metrics,
        },
        logger,
        now,
      })
    : undefined;

  if (chat?.agents) {
    core.listen(chat.agents.listener);
    core.onDeparture(chat.agents.forgetUser);
  }

  data.cluster?.describe(() => ({
    state: isStopping
      ? "stopping"
      : (drain?.state() ?? data.whyNotReady() ?? "ready"),
    sockets: core.gateway.sessions.count(),
  }));
  core.resume();
  void followUps.start();
  const jobs = startJobs({
    schedule: config.cron.executeTime,
    jobs: [...core.jobs, ...(chat?.jobs ?? [])],
    leases: data.leases,
    transact,
    logger,
  });
  return {
    apiPort: api.port,
    wsPort: gateway.port,
    chat,
    storage: engine.description,
    leave: (signal) => drain?.leave(signal) ?? Promise.resolve(),
    async close() {
      isStopping = true;
      engine.losses?.stopping();
      intake.stop();
      core.stopping();
      await chat?.close();
      await Promise.all([
        gateway.close(drain?.isServedElsewhere()),
        api.close(),
        jobs.stop(),
      ]);
      await core.finish();
      await followUps.close();
      await writer.close();
      await data.cluster?.close();
      await data.cluster?.bus.close();
      await engine.close();
    },
  };
}
