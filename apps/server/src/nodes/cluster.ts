import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

import { errors } from "@parley/protocol/errors";

import type { Bus } from "../bus/bus.ts";
import type { Caches } from "../storage/caches.ts";
import { createChangeLocks } from "../storage/change-locks.ts";
import type { Now, PostgresEngine } from "../storage/engine.ts";
import type { Leases } from "../storage/leases.ts";
import type { Writer } from "../storage/writer.ts";
import type { AgreedMarks } from "./agreement.ts";
import { createBusWatch } from "./bus-watch.ts";
import type { DrainWish } from "./drain.ts";
import { createInvalidation, forgetChannel } from "./invalidation.ts";
import { createKeyLocks } from "./key-locks.ts";
import type { KeyLocks } from "./key-locks.ts";
import { createNodeLeases } from "./leases.ts";
import { openNodeLease, usual } from "./node-lease.ts";
import type { NodeInfo, Timing } from "./node-lease.ts";

/** This process as a node of a cluster. */
export interface Cluster {
  /** This node's id, unique for each start of a process. */
  readonly self: string;
  readonly bus: Bus;
  /** Leases of work that one node does at a time, and another continues if it dies. */
  readonly leases: Leases;
  /** Work on the same key runs on one node at a time. */
  readonly inTurn: KeyLocks["inTurn"];
  /** Live nodes, this one included, as of the last beat. */
  live(): readonly NodeInfo[];
  onJoined(listener: (node: string) => void): void;
  onLeft(listener: (node: string) => void): void;
  /** Returns the number of this node's last change. */
  lastChange(): number;
  /** Waits until this node has applied the invalidation of another node's change. */
  heardOf(node: string, change: number): Now<void>;
  /** Sets the function that gives state and sockets for this node's row. */
  describe(pulse: () => { state: string; sockets: number }): void;
  /** Calls the listener when operators ask this node to drain; null: not any more. */
  onDrain(listener: (wish: DrainWish | null) => void): void;
  /** Shows a changed state to the other nodes at once. */
  beatNow(): void;
  /** Returns why this node cannot serve clients now; undefined if it can. */
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
  /** Hashes of the settings that all nodes must have in common. */
  settings: AgreedMarks;
  /** The addresses on which it listens, to be shown to operators. */
  addresses: string;
  troubles: {
    lost(reason: string): void;
    back(): void;
    /** The bus connects this node to a minority of the nodes, or to none. */
    apart(reason: string): void;
    failed(error: unknown): void;
  };
  timing?: Partial<Timing>;
}

/**
 * Joins the cluster. From here on a change locks the users and groups that it is about in
 * the whole cluster, is answered after the other nodes have dropped the cache entries that
 * it made stale, and fails if the other nodes have declared this node dead.
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
  const drains: ((wish: DrainWish | null) => void)[] = [];
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
    wished(wish) {
      for (const tell of drains) tell(wish);
    },
    troubles,
    ...(timing && { timing }),
  });

  const busWatch = createBusWatch({
    ...{ self, bus, live: lease.live },
    apart: troubles.apart,
    everyMs: timing?.beatMs ?? usual.beatMs,
  });

  const refusal = () => {
    const reason = lease.trouble();
    return reason === undefined
      ? undefined
      : errors.database(`nothing was changed: ${reason}`);
  };

  const lockChanges = createChangeLocks(statements);
  /** Rejects if this node's row is gone, as the open batch sees it. */
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
    isAlive.catch(() => undefined); // beforeCommit awaits it
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
    onDrain: (listener) => void drains.push(listener),
    beatNow: lease.beatNow,
    describe(given) {
      pulse = given;
      lease.beatNow();
    },
    trouble: () => lease.trouble() ?? busWatch.trouble(),
    async close() {
      leases.close();
      busWatch.close();
      await keyLocks.close();
      invalidation.close();
      await lease.close();
    },
  };
}
