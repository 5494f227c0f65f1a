import { exitCodes } from "../command-line/exit-codes.ts";
import { ConfigError } from "../config/check.ts";
import type { Config } from "../config/schema.ts";
import {
  createLoadShedder,
  noLoadShedder,
  overloaded,
} from "../pace/load-shedder.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import { withStoredSettings } from "../remote-config/config-manager.ts";
import { WrongDatabase } from "../storage/belonging.ts";
import { createCaches } from "../storage/caches.ts";
import type { Caches } from "../storage/caches.ts";
import type { Engine } from "../storage/engine.ts";
import { allLeases } from "../storage/leases.ts";
import type { Leases } from "../storage/leases.ts";
import { openStorage } from "../storage/open.ts";
import { createWriter } from "../storage/writer.ts";
import type { Writer } from "../storage/writer.ts";
import { Disagreement } from "../nodes/agreement.ts";
import type { Cluster } from "../nodes/cluster.ts";
import { openBus, troubleOf } from "./bus.ts";
import { joinCluster, requireFit } from "./cluster.ts";
import { migrations } from "./migrations.ts";
import { announce } from "../watching/logger.ts";
import type { Logger } from "../watching/logger.ts";

/** Database, settings and writer, which every process needs. */
export interface Data {
  engine: Engine;
  writer: Writer;
  caches: Caches;
  shedder: LoadShedder;
  /** Undefined: this process is alone. */
  cluster: Cluster | undefined;
  leases: Leases;
  /** Settings, including those changed over REST. */
  config: Config;
  /** Returns the reason for which /readyz fails; undefined: the data is ready. */
  whyNotReady(): string | undefined;
}

/** Opens the database and what keeps watch over it. */
export async function openData(
  startConfig: Config,
  logger: Logger,
  owner: "server" | "accounts" = "server",
): Promise<Data> {
  const isNode = owner === "server" && startConfig.busURL !== "";
  const engine = await openStorage({
    owner,
    dataFolder: startConfig.data,
    databaseURL: startConfig.databaseURL,
    isShared: isNode,
    ...(isNode && { requireFit: (db) => requireFit(startConfig, db) }),
    migrations,
    warn: (message) => logger.warn(message),
    waitMs: startConfig.databaseWaitSeconds * 1_000,
    troubles: {
      lost: (reason) =>
        logger.error(
          { reason },
          "the database is lost or does not answer: changes are refused with 90002 until it is back",
        ),
      back: (afterMs) =>
        logger.warn(
          { afterMs: Math.round(afterMs) },
          "the database is back and has every acknowledged change: changes are written again",
        ),
      foreign(error) {
        logger.fatal(
          { err: error },
          "stopping: after the connection was lost, the database lacks acknowledged changes or is a different one, so the state in memory may be wrong",
        );
        process.exit(exitCodes.foreignDatabase);
      },
    },
    damaged: ({ advice, cause }) =>
      logger.fatal(
        { err: cause },
        `${advice}; until then changes are refused with 90002`,
      ),
    migrated(names) {
      // Scripts and tests ask for no word at all.
      if (logger.level !== "silent")
        announce(logger, { migrations: names }, "migrated");
    },
  }).catch(explained);
  await engine.losses?.takePossession();
  const config = await withStoredSettings(startConfig, engine.read, (message) =>
    logger.warn(message),
  );
  logger.level = config.log.level;
  const bus =
    owner === "server" ? await openBus(config, engine.read, logger) : undefined;
  const writer = createWriter(
    engine,
    {
      broken(error) {
        logger.fatal(
          { err: error },
          "stopping: the disk failed to sync, and going on could lose data",
        );
        process.exit(exitCodes.diskFailed);
      },
      refusing: (error) =>
        logger.error(
          { err: error },
          "the database cannot be written: changes are refused with 90002 until it can",
        ),
      recovered: () => logger.warn("changes are written again"),
    }, // A node does not rest: whoever it writes to at another one waits for both.
    { restsBetweenBatches: engine.kind === "postgres" && !isNode },
  );
  const shedder = config.loadShedding.enable
    ? createLoadShedder({
        began: (waitedMs) =>
          logger.warn(
            { waitedMs: Math.round(waitedMs) },
            "overloaded: requests are refused until the waiting time falls",
          ),
        elapsed: () => performance.now(),
      })
    : noLoadShedder;
  shedder.watch(writer.waitingMs, (ms) => writer.refuseOlder(ms, overloaded));
  const caches = createCaches();
  const cluster =
    bus && engine.kind === "postgres"
      ? await joinCluster({
          bus,
          engine,
          writer,
          caches,
          config,
          logger,
        }).catch(explained)
      : undefined;
  return {
    engine,
    writer,
    caches,
    shedder,
    cluster,
    leases: cluster?.leases ?? allLeases,
    config,
    whyNotReady: () =>
      engine.damage()?.detail ??
      engine.losses?.trouble() ??
      (writer.isRefusing()
        ? "nothing can be written: see the log"
        : (troubleOf(bus) ?? cluster?.trouble())),
  };
}

/** What the settings can mend is an error of theirs. */
function explained(error: unknown): never {
  if (error instanceof WrongDatabase || error instanceof Disagreement)
    throw new ConfigError(error.message);
  throw error;
}
