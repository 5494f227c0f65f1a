import type { Kysely } from "kysely";

import type { Bus } from "../bus/bus.ts";
import type { Config } from "../config/schema.ts";
import { getDatabaseID } from "../storage/belonging.ts";
import { accountsSecret } from "../config/accounts-settings.ts";
import type { AgreedMarks } from "../nodes/agreement.ts";
import type { Cluster } from "../nodes/cluster.ts";
import type { Caches } from "../storage/caches.ts";
import type { PostgresEngine } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
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

/** Settings that must be equal on all nodes: secrets, administrators, the object store. */
function commonOf({ secret, adminUserIDs, accounts, objects }: Config) {
  const { store, s3 } = objects;
  return {
    secret,
    adminUserIDs,
    "accounts.enable": accounts.enable,
    "accounts.chatSecret": accountsSecret(accounts, secret),
    "objects.store": store,
    "objects.s3.bucket": s3.bucket,
  };
}

/** Throws Disagreement if a live node has other settings, or a version too far from this one. */
export async function requireFit(
  config: Config,
  db: Kysely<Schema>,
): Promise<void> {
  const { listTerms, requireAgreement } = await import("../nodes/agreement.ts");
  const { usual } = await import("../nodes/node-lease.ts");
  // A node that was killed a moment ago still counts as live, so wait until it does not.
  for (let triesLeft = usual.deadMs / againMs + 2; ; triesLeft--) {
    const others = await listTerms(db, usual.deadMs);
    if (others.length === 0) return;
    const settings = await marksIn(db, config);
    try {
      requireAgreement({ version, settings }, others);
      return;
    } catch (error) {
      if (triesLeft <= 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

const againMs = 500;

async function marksIn(
  db: Kysely<Schema>,
  config: Config,
): Promise<AgreedMarks> {
  // Loaded on demand: without a cluster it would only slow the start.
  const { marksOf } = await import("../nodes/agreement.ts");
  return marksOf(commonOf(config), await getDatabaseID(db));
}

/** Makes this process a node of the cluster that shares this database. */
export async function joinCluster({
  config,
  logger,
  ...deps
}: JoinDeps): Promise<Cluster> {
  // Loaded on demand: without a cluster it would only slow the start.
  const { openCluster } = await import("../nodes/cluster.ts");
  const { requireAnswers } = await import("../nodes/bus-watch.ts");
  const { usual } = await import("../nodes/node-lease.ts");
  await requireAnswers(deps.bus, deps.engine.write, usual);
  return openCluster({
    ...deps,
    url: config.databaseURL,
    version,
    settings: await marksIn(deps.engine.write, config),
    addresses: `${config.listen} ${config.apiPort} ${config.wsPort}`,
    troubles: {
      lost: (reason) =>
        logger.error(
          { reason },
          "this node does not hear the others: it refuses changes with 90002 when they take it for dead",
        ),
      back: () =>
        logger.warn("this node hears the others again, and forgot everything"),
      apart: (reason) =>
        logger.error({ reason }, "this node is not ready until it hears them"),
      failed: (error) =>
        logger.error({ err: error }, "a notice of another node failed"),
    },
  });
}
