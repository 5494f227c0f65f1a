import { randomUUID } from "node:crypto";

import { createArrivals } from "../accounts/arrivals.ts";
import { createTries } from "../accounts/tries.ts";
import type { Config } from "../config/schema.ts";
import { openFollowUps } from "../follow-ups/follow-ups.ts";
import { readClientAddresses, warningOfProxy } from "../http/client-address.ts";
import { healthPages } from "../http/health.ts";
import { createIntake } from "../http/intake.ts";
import { createIMClient } from "../im-client/im-client.ts";
import { startJobs } from "../jobs/jobs.ts";
import { createKeyLock } from "../pace/key-lock.ts";
import { createRateLimiter } from "../pace/rate-limiter.ts";
import { createConfigManager } from "../remote-config/config-manager.ts";
import { chatConfigRoutes } from "../remote-config/routes.ts";
import { version } from "../version.ts";
import type { Logger } from "../watching/logger.ts";
import { createMetrics } from "../watching/metrics.ts";
import { startChatService } from "./chat-service.ts";
import type { ChatService } from "./chat-service.ts";
import { openData } from "./data.ts";

export interface AccountsServer {
  readonly chat: Pick<ChatService, "port" | "adminPort" | "agents">;
  /** Description of the database. */
  readonly storage: string;
  /** Takes nothing new, answers what was asked and commits it. */
  close(): Promise<void>;
}

/**
 * Accounts, their administration and bots as a process of their own, with
 * their own data, before an IM server somewhere else.
 */
export async function startAccountsServer(
  startConfig: Config,
  logger: Logger,
  restart: () => Promise<void>,
): Promise<AccountsServer> {
  const now = () => Date.now();
  const { engine, writer, caches, shedder, config, ...data } = await openData(
    startConfig,
    logger,
    "accounts",
  );
  const { read: db } = engine;
  const { transact } = writer;
  const metrics = createMetrics({ shed: shedder.refusals, version });
  const { imAddress } = config.accounts;
  const im = createIMClient({
    address: imAddress.replace(/\/+$/, ""),
    secret: config.secret,
    adminUserID: config.adminUserIDs[0] ?? "",
    send: (request) => fetch(request),
    now,
  });
  im.adminToken("start").catch((error: Error) =>
    logger.warn(
      { err: error },
      `the IM server at ${imAddress} issues no administrator's token (check accounts.imAddress, secret and adminUserIDs): nobody can register or sign in until it does`,
    ),
  );
  const addresses = readClientAddresses(config.rateLimiter.trustedProxies, () =>
    logger.warn(warningOfProxy),
  );
  const intake = createIntake({
    totalBytes: config.limits.totalBodyBytes,
    elapsed: () => performance.now(),
  });
  const followUps = await openFollowUps({ db, writer, logger, now });
  let isStopping = false;
  const self = randomUUID();
  const chat = await startChatService({
    config,
    db,
    caches,
    transact,
    arrivals: createArrivals(),
    tries: createTries(config.accounts.signIn.wrongPasswordsSeconds, now),
    inTurn: createKeyLock(),
    self,
    live: () => [self],
    im,
    followUps,
    configRoutes: chatConfigRoutes({
      config,
      version,
      manager: config.configManager
        ? createConfigManager({ db, transact, config, restart })
        : undefined,
    }),
    version,
    pages: healthPages({
      whyNotReady: () => (isStopping ? "stopping" : data.whyNotReady()),
      metrics,
      allowRemoteMetrics: config.metrics.allowRemote,
      isHere: addresses.isHere,
    }),
    serving: {
      ...addresses,
      intake,
      limiter: config.rateLimiter.enable
        ? createRateLimiter(config.rateLimiter, () => performance.now())
        : undefined,
      shedder,
      metrics,
    },
    logger,
    now,
  });
  void followUps.start();
  const jobs = startJobs({
    schedule: config.cron.executeTime,
    jobs: chat.jobs,
    leases: data.leases,
    transact,
    logger,
  });
  return {
    chat,
    storage: engine.description,
    async close() {
      isStopping = true;
      engine.losses?.stopping();
      intake.stop();
      await Promise.all([chat.close(), jobs.stop()]);
      await followUps.close();
      await writer.close();
      await engine.close();
    },
  };
}
