import type { Bus } from "../bus/bus.ts";
import type { Config } from "../config/schema.ts";
import type { Cluster } from "../nodes/cluster.ts";
import type { Caches } from "../storage/caches.ts";
import type { PostgresEngine } from "../storage/engine.ts";
import type { Writer } from "../storage/writer.ts";
import { version } from "../version.ts";
import type { Logger } from "../watching/logger.ts";

export interface JoinDeps {
  bus: Bus;
  engine: PostgresEngine;
  writer: Writer;
  caches: Caches;
  config: Config;
  logger: Logger;
}

/** Makes this process a node of the cluster that has this database. */
export async function joinCluster({
  config,
  logger,
  ...deps
}: JoinDeps): Promise<Cluster> {
  // Only who uses it pays for loading it at start.
  const { openCluster } = await import("../nodes/cluster.ts");
  return openCluster({
    ...deps,
    url: config.databaseURL,
    version,
    addresses: `${config.listen} ${config.apiPort} ${config.wsPort}`,
    troubles: {
      lost: (reason) =>
        logger.error(
          { reason },
          "this node does not hear the others: it refuses changes with 90002 when they take it for dead",
        ),
      back: () =>
        logger.warn("this node hears the others again, and forgot everything"),
      failed: (error) =>
        logger.error({ err: error }, "a notice of another node failed"),
    },
  });
}
