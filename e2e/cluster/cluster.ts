import path from "node:path";

import { startNats } from "@parley/server/testing/bus/nats-server.ts";
import type { NatsServer } from "@parley/server/testing/bus/nats-server.ts";
import { startBalancer } from "@parley/server/testing/network/balancer.ts";
import { startTCPProxy } from "@parley/server/testing/network/tcp-proxy.ts";
import type { TCPProxy } from "@parley/server/testing/network/tcp-proxy.ts";
import { startS3Stub } from "@parley/server/testing/objects/s3-stub.ts";
import type { S3Stub } from "@parley/server/testing/objects/s3-stub.ts";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { startProcess } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { openClock } from "./skewed-clock.ts";
import type { SkewedClock } from "./skewed-clock.ts";

/** PostgreSQL and NATS, which several clusters of a test can share. */
export interface Backing extends AsyncDisposable {
  readonly postgres: EmbeddedPostgres;
  readonly nats: NatsServer;
}

export interface ClusterOptions {
  /** Number of nodes; 3 by default. */
  nodes?: number;
  /** Further environment variables (PARLEY_…) of each node. */
  environment?: Record<string, string>;
  /** Path of the program's main file; this version's by default. */
  main?: string;
  /** Backing to share with other clusters of the test; starts its own by default. */
  backing?: Backing;
}

/** A process of the server, and the proxies between it and the backing. */
export interface ClusterNode {
  readonly name: string;
  readonly server: RunningServer;
  /** Proxies of this node only: breaking one leaves the other nodes alone. */
  readonly toDatabase: TCPProxy;
  readonly toBus: TCPProxy;
  readonly toStore: TCPProxy;
  /** The clock of this node only. */
  readonly clock: SkewedClock;
  /** Sends SIGSTOP: the process hangs, and its connections stay open. */
  pause(): void;
  /** Sends SIGCONT. */
  resume(): void;
  /** Resolves with the reason why /readyz fails; "" if it succeeds. */
  whyNotReady(): Promise<string>;
  /** `ready` resolves when /readyz succeeds, `notReady` when it fails for this reason. */
  ready(): Promise<void>;
  notReady(reason: RegExp): Promise<void>;
}

/** Several nodes over one PostgreSQL, one NATS and one S3 store. */
export interface Cluster extends Backing {
  readonly s3: S3Stub;
  readonly nodes: readonly ClusterNode[];
  /** The address of PostgreSQL without a proxy. */
  readonly databaseURL: string;
  /** Address of a load balancer of the REST API: each connection goes to the next node. */
  readonly api: string;
  node(index: number): ClusterNode;
  /** Starts one more node, by default with the program and settings of the others. */
  addNode(own?: {
    main?: string;
    environment?: Record<string, string>;
  }): Promise<ClusterNode>;
}

/** Starts PostgreSQL and NATS for one or more clusters. */
export async function startBacking(): Promise<Backing> {
  const postgres = await startPostgres();
  try {
    const nats = await startNats();
    return {
      postgres,
      nats,
      async [Symbol.asyncDispose]() {
        await nats[Symbol.asyncDispose]();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Resolves when all nodes are ready. */
export async function startCluster({
  nodes: count = 3,
  environment = {},
  main,
  backing,
}: ClusterOptions = {}): Promise<Cluster> {
  const shared = backing ?? (await startBacking());
  const { postgres, nats } = shared;
  // Each cluster needs its own store: in a shared one it could remove another's files.
  const s3 = startS3Stub();
  const nodes: ClusterNode[] = [];
  const stops = [async () => s3[Symbol.asyncDispose]()];

  async function stop(): Promise<void> {
    await Promise.all(
      nodes.map(async ({ server, resume }) => {
        resume();
        await server[Symbol.asyncDispose]();
      }),
    );
    for (const each of stops) await each();
    if (!backing) await shared[Symbol.asyncDispose]();
  }

  async function proxied(target: Parameters<typeof startTCPProxy>[0]) {
    const proxy = await startTCPProxy(target);
    stops.push(async () => proxy[Symbol.asyncDispose]());
    return proxy;
  }

  const balancer = await startBalancer(0, () =>
    nodes.map(({ server }) => Number(new URL(server.api).port)),
  );
  stops.push(() => balancer.close());
  const api = `http://127.0.0.1:${balancer.port}`;
  const databaseURL = await postgres.createDatabase();
  const addNode: Cluster["addNode"] = async (own = {}) => {
    const toDatabase = await proxied({ path: postgres.socket });
    const toBus = await proxied({ port: nats.port });
    const toStore = await proxied({ port: Number(new URL(s3.endpoint).port) });
    const { username, pathname } = new URL(databaseURL);
    const clock = openClock();
    const program = own.main ?? main;
    const server = await startProcess({
      preload: path.join(import.meta.dirname, "skewed-clock-preload.ts"),
      ...(program !== undefined && { main: program }),
      environment: {
        PARLEY_DATABASE_URL: `postgres://${username}@127.0.0.1:${toDatabase.port}${pathname}`,
        PARLEY_BUS_URL: `nats://127.0.0.1:${toBus.port}`,
        PARLEY_OBJECTS_STORE: "s3",
        PARLEY_OBJECTS_S3_ENDPOINT: `http://127.0.0.1:${toStore.port}`,
        // Links to files have the same address on all nodes.
        PARLEY_OBJECTS_EXTERNAL_ADDRESS: api,
        // Clients reach the store directly, also if the node's proxy is broken.
        PARLEY_OBJECTS_S3_EXTERNAL_ENDPOINT: s3.endpoint,
        PARLEY_OBJECTS_S3_ACCESS_KEY_ID: s3.credentials.accessKeyID,
        PARLEY_OBJECTS_S3_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
        ...clock.environment,
        ...environment,
        ...own.environment,
      },
    });
    stops.push(async () => clock[Symbol.dispose]());
    const node = nodeOf(`node ${nodes.length}`, server, {
      toDatabase,
      toBus,
      toStore,
      clock,
    });
    nodes.push(node);
    return node;
  };

  try {
    // The first node creates the tables.
    for (let i = 0; i < count; i++) await addNode();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    postgres,
    nats,
    s3,
    nodes,
    databaseURL,
    api,
    node(index) {
      const node = nodes[index];
      if (!node) throw new Error(`there is no node ${index}`);
      return node;
    },
    addNode,
    [Symbol.asyncDispose]: stop,
  };
}

function nodeOf(
  name: string,
  server: RunningServer,
  around: Pick<ClusterNode, "toDatabase" | "toBus" | "toStore" | "clock">,
): ClusterNode {
  async function whyNotReady(): Promise<string> {
    const response = await fetch(`${server.api}/readyz`);
    const text = await response.text();
    return response.ok ? "" : text;
  }

  /** Polls /readyz, as there is no event for a change of it. */
  async function until(isSo: (reason: string) => boolean): Promise<void> {
    while (!isSo(await whyNotReady())) await Bun.sleep(20);
  }

  return {
    name,
    server,
    ...around,
    pause: () => void server.process.kill("SIGSTOP"),
    resume: () => void server.process.kill("SIGCONT"),
    whyNotReady,
    ready: () => until((reason) => reason === ""),
    notReady: (wanted) => until((reason) => wanted.test(reason)),
  };
}
