import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Bus } from "../bus/bus.ts";
import type { Schema } from "../storage/schema.ts";
import { Disagreement } from "./agreement.ts";
import type { NodeInfo, Timing } from "./node-lease.ts";

/** Checks that the nodes of one database hear each other over the bus. */
export interface BusWatch {
  /** Returns why this node is apart from the others; undefined if it is not. */
  trouble(): string | undefined;
  close(): void;
}

export interface BusWatchDeps {
  self: string;
  bus: Bus;
  live(): readonly NodeInfo[];
  /** Called when this node begins to be apart. */
  apart(reason: string): void;
  everyMs: number;
}

/** A node is unheard after so many of this node's own turns; a paused node counts none. */
const mostTurns = 5;

/** Other nodes that do not serve have said why in their own state. */
const isServing = ({ state }: Pick<NodeInfo, "state">): boolean =>
  state === "ready";

const advice =
  "all nodes of a cluster need the same NATS: set PARLEY_BUS_URL to theirs";

/**
 * Nodes whose bus is another NATS live in the database, but miss each other's pushes and
 * sessions. The smaller part of the cluster is then not ready; of two equal parts, the one
 * without the oldest node.
 */
export function createBusWatch({
  self,
  bus,
  live,
  apart,
  everyMs,
}: BusWatchDeps): BusWatch {
  /** Turns since each node was heard. */
  const turns = new Map<string, number>();
  let isApart = false;

  const stops = [
    bus.subscribe("here", (data) =>
      turns.set(new TextDecoder().decode(data), 0),
    ),
    bus.serve(`here.${self}`, () => Promise.resolve(new Uint8Array())),
  ];
  bus.onUp(() => turns.clear());

  const isUnheard = (node: NodeInfo): boolean =>
    node.id !== self &&
    isServing(node) &&
    (turns.get(node.id) ?? 0) >= mostTurns;

  function trouble(): string | undefined {
    const nodes = live();
    const unheard = nodes.filter(isUnheard);
    const [oldest] = nodes;
    if (unheard.length === 0 || !oldest) return undefined;
    const heard = nodes.filter(
      (each) =>
        each.id === self || (isServing(each) && !unheard.includes(each)),
    );
    const isLarger =
      heard.length > unheard.length ||
      (heard.length === unheard.length && !unheard.includes(oldest));
    return isLarger
      ? undefined
      : `the bus does not carry a word between this node and ${listed(unheard)}: ${advice}`;
  }

  const timer = setInterval(() => {
    bus.publish("here", new TextEncoder().encode(self));
    const ids = new Set(live().map(({ id }) => id));
    for (const id of turns.keys()) if (!ids.has(id)) turns.delete(id);
    if (bus.isUp())
      for (const id of ids) turns.set(id, (turns.get(id) ?? 0) + 1);
    const reason = trouble();
    if (reason !== undefined && !isApart) apart(reason);
    isApart = reason !== undefined;
  }, everyMs);

  return {
    trouble,
    close() {
      clearInterval(timer);
      for (const stop of stops) stop();
    },
  };
}

const listed = (nodes: readonly { name: string }[]): string =>
  nodes.map(({ name }) => `the node ${name}`).join(", ");

interface Beating {
  id: string;
  name: string;
  state: string;
  beat: string;
}

/**
 * Throws Disagreement if nodes beat in the database, and none of them answers on the bus. A
 * node that was killed a moment ago does not beat.
 */
export async function requireAnswers(
  bus: Bus,
  db: Kysely<Schema>,
  { beatMs, deadMs }: Timing,
): Promise<void> {
  const list = async (): Promise<Beating[]> => {
    const { rows } = await sql<Beating>`
      select id, name, state, beat_at::text as beat from nodes
      where beat_at >= clock_timestamp() - ${deadMs} * interval '1 millisecond'
      order by since, id`.execute(db);
    return rows.filter((each) => isServing(each) || each.state === "starting");
  };
  const before = new Map((await list()).map(({ id, beat }) => [id, beat]));
  const answers = async ({ id }: { id: string }): Promise<boolean> =>
    bus.request(`here.${id}`, new Uint8Array(), beatMs).then(
      () => true,
      () => false,
    );
  const until = performance.now() + 1.5 * beatMs;
  for (;;) {
    const nodes = await list();
    if (nodes.length === 0) return;
    const answered = await Promise.all(nodes.map(answers));
    if (answered.includes(true)) return;
    const beating = nodes.filter(
      ({ id, beat }) => before.has(id) && before.get(id) !== beat,
    );
    if (beating.length > 0 && bus.isUp())
      throw new Disagreement(
        `the bus does not reach ${listed(beating)} of this cluster: ${advice}`,
      );
    if (performance.now() > until) return;
    await Bun.sleep(beatMs / 8);
  }
}
