import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startNats } from "@parley/server/testing/bus/nats-server.ts";
import { startS3Stub } from "@parley/server/testing/objects/s3-stub.ts";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { watchDatabase } from "./database-usage.ts";
import { cpuSecondsOf, ownCPUSeconds } from "./process-usage.ts";
import type { Context } from "./scenario.ts";
import type { ServerProcess } from "./server-process.ts";

/** CPU seconds so far of everything that takes part in a message. */
export interface ComponentSeconds {
  nodes: number[];
  database: number;
  bus: number;
  generator: number;
}

/** Equal nodes over what they share; or one without a bus. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly ServerProcess[];
  cpuSeconds(): ComponentSeconds;
  /** Bytes of its tables and indexes, and of all that was written ahead so far. */
  databaseSize(): Promise<{ bytes: number; logBytes: number }>;
  /** NATS. */
  readonly busProcess: number;
}

export interface ClusterBacking extends AsyncDisposable {
  /** Starts so many nodes over an empty database; 0: one process without a bus. */
  start(nodes: number): Promise<Cluster>;
}

/**
 * Starts a PostgreSQL that waits for its disk, a NATS, and a store for objects.
 * They run on the core of the load, so that nodes have theirs to themselves.
 */
export async function startBacking(context: Context): Promise<ClusterBacking> {
  await using left = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "parley-bench-pg-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  left.defer(() => {
    process.off("exit", remove);
    remove();
  });
  const postgres = left.use(await startPostgres({ folder }));
  const nats = left.use(await startNats());
  const s3 = left.use(startS3Stub());
  const inCluster = {
    PARLEY_BUS_URL: nats.url,
    PARLEY_OBJECTS_STORE: "s3",
    PARLEY_OBJECTS_S3_ENDPOINT: s3.endpoint,
    PARLEY_OBJECTS_S3_ACCESS_KEY_ID: s3.credentials.accessKeyID,
    PARLEY_OBJECTS_S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  };
  const all = left.move();

  return {
    async start(count) {
      const database = await postgres.createDatabase();
      await using own = new AsyncDisposableStack();
      const nodes: ServerProcess[] = [];
      for (let i = 0; i < Math.max(1, count); i++)
        nodes.push(
          own.use(
            await context.startServer({
              database,
              ...(count > 0 && { environment: inCluster }),
            }),
          ),
        );
      const databaseSeconds = await watchDatabase(database);
      const started = own.move();
      return {
        nodes,
        cpuSeconds: () => ({
          nodes: nodes.map((node) => node.cpuSeconds()),
          database: databaseSeconds(),
          bus: cpuSecondsOf(nats.process.pid!),
          generator: ownCPUSeconds(),
        }),
        busProcess: nats.process.pid!,
        async databaseSize() {
          const name = new URL(database).pathname.slice(1);
          const [row] = await postgres.run(
            `select pg_database_size('${name}')::float8 as bytes, (pg_current_wal_lsn() - '0/0')::float8 as log_bytes`,
          );
          return {
            bytes: Number(row?.bytes),
            logBytes: Number(row?.log_bytes),
          };
        },
        async [Symbol.asyncDispose]() {
          await started.disposeAsync();
          await postgres.dropDatabase(database);
        },
      };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** What each took from one look to the other. */
export function secondsBetween(
  before: ComponentSeconds,
  after: ComponentSeconds,
): ComponentSeconds {
  return {
    nodes: after.nodes.map((seconds, i) => seconds - (before.nodes[i] ?? 0)),
    database: after.database - before.database,
    bus: after.bus - before.bus,
    generator: after.generator - before.generator,
  };
}
