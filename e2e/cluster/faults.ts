import type { Direction } from "@parley/server/testing/network/tcp-proxy.ts";

import type { Cluster, ClusterNode } from "./cluster.ts";
import type { Talk } from "./talking.ts";

export interface Scene {
  cluster: Cluster;
  talk: Talk;
  /** The node that it happens to. */
  node: number;
  /** How long what is away stays away. */
  seconds: number;
  /** Below 1, from the seed. */
  random(): number;
  /** Figures by name, in ms. */
  measured(name: string, ms: number): void;
}

/** Does harm amid the talk, and takes it back. */
export type Fault = (scene: Scene) => Promise<void>;

/** One node loses its way for a while, and finds it again. */
function losing(
  harm: (node: ClusterNode) => unknown,
  mend: (node: ClusterNode) => Promise<unknown> | void,
): Fault {
  return async ({ cluster, node, seconds }) => {
    const harmed = cluster.node(node);
    await harm(harmed);
    await Bun.sleep(seconds * 1_000);
    await mend(harmed);
  };
}

const silent = (way: "toBus" | "toDatabase", direction?: Direction): Fault =>
  losing(
    (node) => node[way].beSilent(direction),
    (node) => node[way].behave(),
  );

export const faults: Readonly<Record<string, Fault>> = {
  /** kill -9 of a node. */
  async kill({ cluster, talk, node, measured }) {
    const { server } = cluster.node(node);
    const its = talk.connectedTo(node);
    await server.kill();
    const began = performance.now();
    await talk.back(its);
    measured("clients of the killed node back", performance.now() - began);
    await talk.caughtUp();
    measured("and everybody caught up", performance.now() - began);
    await server.start();
  },
  async "stop-postgres"({ cluster: { postgres }, seconds }) {
    await postgres.end("SIGINT");
    await Bun.sleep(seconds * 1_000);
    await postgres.start();
  },
  async "kill-postgres"({ cluster: { postgres } }) {
    await postgres.end("SIGKILL");
    await postgres.start();
  },
  async "kill-nats"({ cluster: { nats }, seconds }) {
    await nats.kill();
    await Bun.sleep(seconds * 1_000);
    await nats.start();
  },
  "cut-bus": losing(
    ({ toBus }) => toBus.cut(),
    ({ toBus }) => toBus.behave(),
  ),
  "cut-postgres": losing(
    ({ toDatabase }) => toDatabase.cut(),
    ({ toDatabase }) => toDatabase.behave(),
  ),
  "cut-both": losing(
    ({ toBus, toDatabase }) => Promise.all([toBus.cut(), toDatabase.cut()]),
    ({ toBus, toDatabase }) =>
      Promise.all([toBus.behave(), toDatabase.behave()]),
  ),
  "silent-bus": silent("toBus"),
  "bus-hears-nothing": silent("toBus", "to server"),
  "bus-says-nothing": silent("toBus", "to client"),
  "silent-postgres": silent("toDatabase"),
  "postgres-hears-nothing": silent("toDatabase", "to server"),
  "postgres-says-nothing": silent("toDatabase", "to client"),
  pause: losing(
    (node) => node.pause(),
    (node) => node.resume(),
  ),
  /** Clocks are 2 s apart, and one jumps to and fro. */
  async clocks({ cluster, node, seconds, random }) {
    cluster.nodes.forEach(({ clock }, i) => clock.setAhead(i * 2_000));
    const { clock } = cluster.node(node);
    for (let i = 0; i < 4; i++) {
      clock.setAhead(Math.round((random() - 0.5) * 120_000));
      await Bun.sleep(seconds * 250);
    }
    for (const each of cluster.nodes) each.clock.setAhead(0);
  },
};

/** One fault from its first harm until everything is as if it had not been. */
export async function suffer(name: string, scene: Scene): Promise<void> {
  const { cluster, talk, measured } = scene;
  const fault = faults[name];
  if (!fault) throw new Error(`there is no fault ${name}`);
  await talk.more(20);
  await fault(scene);
  const mended = performance.now();
  await Promise.all(cluster.nodes.map((node) => node.ready()));
  measured("all nodes ready", performance.now() - mended);
  await talk.caughtUp();
  measured("all caught up", performance.now() - mended);
  await talk.more(20);
  await talk.verify((scene.node + 1) % cluster.nodes.length);
}
