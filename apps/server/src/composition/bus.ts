import { hostname } from "node:os";

import type { Kysely } from "kysely";

import type { Bus } from "../bus/bus.ts";
import type { Config } from "../config/schema.ts";
import { getDatabaseID } from "../storage/belonging.ts";
import type { Schema } from "../storage/schema.ts";
import type { Logger } from "../watching/logger.ts";

/** A node stays ready during a shorter loss of the bus. */
const bearableMs = 2_000;

/** Connects to the bus; undefined if no `busURL` is set. */
export async function openBus(
  { busURL: url, databaseWaitSeconds }: Config,
  db: Kysely<Schema>,
  logger: Logger,
): Promise<Bus | undefined> {
  if (url === "") return undefined;
  // Loaded on demand: without a cluster it would only slow the start.
  const { openNatsBus } = await import("../bus/nats.ts");
  return openNatsBus({
    url,
    cluster: await getDatabaseID(db),
    name: `${hostname()} ${process.pid}`,
    waitMs: databaseWaitSeconds * 1_000,
    waiting: (message) => logger.warn(message),
    troubles: {
      lost: (reason) =>
        logger.error(
          { reason },
          "the bus is lost or does not answer: this node is not ready until it is back",
        ),
      back: (afterMs) => logger.warn({ afterMs }, "the bus is back"),
      failed: (error, subject) =>
        logger.error({ err: error, subject }, "a message of the bus failed"),
    },
  });
}

/** Returns the reason why the bus makes /readyz fail; undefined if it does not. */
export function troubleOf(bus: Bus | undefined): string | undefined {
  const since = bus?.downSince() ?? 0;
  return since > 0 && Date.now() - since > bearableMs
    ? "the bus is away: see the log"
    : undefined;
}
