import type { Bus } from "../../src/bus/bus.ts";
import type { AgreedMarks } from "../../src/nodes/agreement.ts";
import type { Cache } from "../../src/storage/caches.ts";
import type { PostgresEngine } from "../../src/storage/engine.ts";
import { openCluster } from "../../src/nodes/cluster.ts";
import type { Cluster } from "../../src/nodes/cluster.ts";
import type { Timing } from "../../src/nodes/node-lease.ts";
import { createMemoryNetwork } from "../bus/memory-bus.ts";
import type { MemoryNetwork } from "../bus/memory-bus.ts";
import { openSharedDatabase } from "../storage/engines.ts";
import type { TestStorage } from "../storage/engines.ts";

/** One process of several, as far as they are nodes of a cluster. */
export interface TestNode {
  cluster: Cluster;
  storage: TestStorage;
  /** Values of `meta` in memory. */
  known: Cache<string>;
  close(): Promise<void>;
}

/** A database and a bus for nodes, in one process. */
export async function openNodes(timing?: Partial<Timing>) {
  const database = await openSharedDatabase();
  const network: MemoryNetwork = createMemoryNetwork();
  const nodes: TestNode[] = [];
  return {
    network,
    databaseURL: database.databaseURL,
    async open({
      bus = network.open(),
      settings = {},
    }: { bus?: Bus; settings?: AgreedMarks } = {}): Promise<TestNode> {
      const storage = await database.open();
      const { engine, writer, caches, db } = storage;
      const known = caches.open<string>({
        name: "known",
        size: 1_000,
        async load(key) {
          const row = await db
            .selectFrom("meta")
            .select("value")
            .where("key", "=", key)
            .executeTakeFirst();
          return row?.value ?? "";
        },
      });
      const cluster = await openCluster({
        url: database.databaseURL,
        bus,
        ...{ engine: engine as PostgresEngine, writer, caches },
        ...{ version: "1.0.0", addresses: "here", settings },
        troubles: {
          lost: () => undefined,
          back: () => undefined,
          apart: () => undefined,
          failed(error) {
            throw error;
          },
        },
        ...(timing && { timing }),
      }).catch(async (error: unknown) => {
        await storage[Symbol.asyncDispose]();
        throw error;
      });
      let closing: Promise<void> | undefined;
      async function close(): Promise<void> {
        await cluster.close();
        await storage[Symbol.asyncDispose]();
      }
      const node = {
        ...{ cluster, storage, known },
        close: () => (closing ??= close()),
      };
      nodes.push(node);
      return node;
    },
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.close();
    },
  };
}
