import { hostname } from "node:os";

import type { Kysely } from "kysely";

import type { Bus } from "../bus/bus.ts";
import type { Config } from "../config/schema.ts";
import { getDatabaseID } from "../storage/belonging.ts";
import type { Schema } from "../storage/schema.ts";
import type { Logger } from "../watching/logger.ts";

/** A shorter break of the bus is nobody's concern. */
const bearableMs = 2_000;

/** What carries words to the other nodes; undefined: there are none. */
export async function openBus(
  { busURL: url, databaseWaitSeconds }: Config,
  db: Kysely<Schema>,
  logger: Logger,
): Promise<Bus | undefined> {
  if (url === "") return undefined;
  // Only who uses it pays for loading it at start.
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

/** For /readyz; undefined: it is there. */
export function troubleOf(bus: Bus | undefined): string | undefined {
  const since = bus?.downSince() ?? 0;
  return since > 0 && Date.now() - since > bearableMs
    ? "the bus is away: see the log"
    : undefined;
}
