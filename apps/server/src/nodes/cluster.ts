import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

import { errors } from "@parley/protocol/errors";

import type { Bus } from "../bus/bus.ts";
import type { Caches } from "../storage/caches.ts";
import { createChangeLocks } from "../storage/change-locks.ts";
import type { PostgresEngine } from "../storage/engine.ts";
import type { Leases } from "../storage/leases.ts";
import type { Writer } from "../storage/writer.ts";
import type { AgreedMarks } from "./agreement.ts";
import { createInvalidation, forgetChannel } from "./invalidation.ts";
import { createKeyLocks } from "./key-locks.ts";
import type { KeyLocks } from "./key-locks.ts";
import { createNodeLeases } from "./leases.ts";
import { openNodeLease } from "./node-lease.ts";
import type { NodeInfo, Timing } from "./node-lease.ts";

/** This process among the nodes of its cluster. */
export interface Cluster {
  /** This node's id, which no other process ever has. */
  readonly self: string;
  readonly bus: Bus;
  /** Work that runs once in the cluster, and goes on elsewhere when its node dies. */
  readonly leases: Leases;
  /** Work on the same key runs at one node at a time. */
  readonly inTurn: KeyLocks["inTurn"];
  /** Nodes that are alive, this one included, as last seen. */
  live(): readonly NodeInfo[];
  onJoined(listener: (node: string) => void): void;
  onLeft(listener: (node: string) => void): void;
  /** Number of this node's last change, and the wait for another's. */
  lastChange(): number;
  heardOf(node: string, change: number): Promise<void>;
  /** For the list of nodes. */
  describe(pulse: () => { state: string; sockets: number }): void;
  /** Why this node serves nobody at the moment; undefined: it does. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

export interface ClusterDeps {
  url: string;
  bus: Bus;
  engine: PostgresEngine;
  writer: Writer;
  caches: Caches;
  version: string;
  /** What has to be the same at all nodes. */
  settings: AgreedMarks;
  /** Where it listens, for people. */
  addresses: string;
  troubles: {
    lost(reason: string): void;
    back(): void;
    failed(error: unknown): void;
  };
  timing?: Partial<Timing>;
}

/**
 * Joins the cluster: from here on changes wait for those of other nodes about the same,
 * others forget what they make untrue before they are answered, and nothing is committed
 * by a node that the others took for dead.
 */
export async function openCluster({
  url,
  bus,
  engine,
  writer,
  caches,
  version,
  settings,
  addresses,
  troubles,
  timing,
}: ClusterDeps): Promise<Cluster> {
  const self = randomUUID().slice(0, 13);
  const { statements } = engine;
  const joined: ((node: string) => void)[] = [];
  const left: ((node: string) => void)[] = [];
  let known = new Set([self]);
  let pulse = () => ({ state: "starting", sockets: 0 });

  const invalidation = createInvalidation({
    ...{ self, bus, caches, statements },
    failed: troubles.failed,
  });

  function listed(nodes: readonly NodeInfo[]): void {
    invalidation.listed(nodes);
    const now = new Set(nodes.map(({ id }) => id));
    now.add(self);
    const [new_, gone] = [now.difference(known), known.difference(now)];
    known = now;
    for (const node of new_) for (const tell of joined) tell(node);
    for (const node of gone) for (const tell of left) tell(node);
  }

  const lease = await openNodeLease({
    url,
    self: {
      id: self,
      name: `${hostname()} ${process.pid}`,
      version,
      settings,
      addresses,
    },
    pulse: () => ({ ...pulse(), heard: invalidation.heard() }),
    channel: forgetChannel,
    notified: invalidation.hear,
    connected: invalidation.begin,
    listed,
    troubles,
    ...(timing && { timing }),
  });

  const refusal = () => {
    const reason = lease.trouble();
    return reason === undefined
      ? undefined
      : errors.database(`nothing was changed: ${reason}`);
  };

  const lockChanges = createChangeLocks(statements);
  /** Whether the others count this node as alive, as the open batch sees it. */
  let isAlive: Promise<void> = Promise.resolve();
  async function requireAlive(): Promise<void> {
    const rows = await statements.write(
      "alive",
      "select 1 as alive from nodes where id = $1 for key share",
      [self],
    );
    if (rows.length === 0)
      throw errors.database(
        "nothing was changed: the other nodes took this one for dead",
      );
  }
  writer.refuseWhile(refusal);
  writer.beforeWork(async (tx, about) => {
    isAlive = requireAlive();
    isAlive.catch(() => undefined); // who commits hears of it
    if (about.length === 0) return;
    await lockChanges(tx, about);
    await isAlive;
    await invalidation.catchUp(statements);
  });
  writer.beforeCommit(async (_tx, forgotten) => {
    await isAlive;
    if (forgotten.length > 0) await invalidation.tell(forgotten);
  });
  writer.answerWhen((forgotten) =>
    forgotten.length > 0
      ? invalidation.confirmed(invalidation.told())
      : undefined,
  );

  const onLeft = (listener: (node: string) => void): void =>
    void left.push(listener);
  const leases = createNodeLeases({
    ...{ self, db: engine.read, onLeft, failed: troubles.failed },
  });

  const keyLocks = createKeyLocks(url);

  return {
    self,
    bus,
    leases,
    inTurn: keyLocks.inTurn,
    live: lease.live,
    onJoined: (listener) => void joined.push(listener),
    onLeft,
    lastChange: invalidation.told,
    heardOf: invalidation.heardOf,
    describe: (given) => void (pulse = given),
    trouble: lease.trouble,
    async close() {
      leases.close();
      await keyLocks.close();
      invalidation.close();
      await lease.close();
    },
  };
}
