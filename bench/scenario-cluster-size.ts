import { readResidentBytes } from "./process-usage.ts";
import { readFileSync } from "node:fs";

import { startBacking } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import { figure } from "./figures.ts";
import { newRunID } from "./message-id.ts";
import { signInToRest } from "./rest.ts";
import type { Scenario } from "./scenario.ts";
import { runGroup, runPairs } from "./scenario-cluster.ts";
import { wireOf } from "./wire.ts";

const groupSize = 20;

/** Measures the sizes that docs/scaling.md is computed from. */
export const clusterSize: Scenario = {
  name: "cluster-size",
  question: "What do connections and messages take, at their node and others?",
  encodings: ["json"],
  async run(context) {
    const { options, encoding } = context;
    const users = options.users ?? 10_000;
    const seconds = options.seconds ?? 4;
    const wire = wireOf(encoding);
    const runID = newRunID();
    await using backing = await startBacking(context);
    await using cluster = await backing.start(2);
    const before = await memoryOf(cluster);
    const rest = await signInToRest(cluster.nodes[0]!.api);
    const people = await registerPeople(rest, runID, users, wire);
    const cpuBefore = cluster.cpuSeconds();
    const crowd = await connectCrowd(people, {
      gateway: cluster.nodes[0]!.gateway,
      ...{ openSocket: context.openSocket, wire, runID },
      failed(error) {
        throw error;
      },
    });
    const cpuAfter = cluster.cpuSeconds();
    const after = await memoryOf(cluster);
    crowd.close();
    const signIn = (node: number): number =>
      (1e6 * (cpuAfter.nodes[node]! - cpuBefore.nodes[node]!)) / users;

    const size = await cluster.databaseSize();
    const pairs = await runPairs(context, cluster, {
      ...{ name: "pairs", users: 1_000, rate: 4_000, seconds },
      place: "first",
    });
    const { acked } = pairs.traffic.counts;
    const grown = await cluster.databaseSize();
    const group = await runGroup(context, cluster, {
      ...{ name: "group", members: groupSize, rate: 2_000, seconds },
      place: "first",
    });
    const groupMessages = group.messages / groupSize;
    return {
      settings: { encoding, users, seconds },
      figures: [
        figure(
          "a connection, PSS of its node",
          (after.nodes[0]! - before.nodes[0]!) / users,
          "bytes",
        ),
        figure(
          "the same, of another node",
          (after.nodes[1]! - before.nodes[1]!) / users,
          "bytes",
        ),
        figure(
          "the same, RSS of NATS",
          (after.bus - before.bus) / users,
          "bytes",
        ),
        figure("a connection's sign-in, CPU of its node", signIn(0), "µs"),
        figure("the same, of another node", signIn(1), "µs"),
        figure(
          "a message, tables and indexes",
          (grown.bytes - size.bytes) / acked,
          "bytes",
        ),
        figure(
          "a message, write-ahead log",
          (grown.logBytes - size.logBytes) / acked,
          "bytes",
        ),
        figure(
          "a pair's message, CPU of a node without them",
          (1e6 * pairs.took.nodes[1]!) / pairs.messages,
          "µs",
        ),
        figure(
          "a group's message, CPU of a node without members",
          (1e6 * group.took.nodes[1]!) / groupMessages,
          "µs",
        ),
      ],
    };
  },
};

async function memoryOf(cluster: Cluster) {
  for (const node of cluster.nodes) await node.collectGarbage();
  const status = readFileSync(`/proc/${cluster.busProcess}/status`, "latin1");
  return {
    nodes: cluster.nodes.map((node) => node.proportionalBytes()),
    bus: readResidentBytes(status),
  };
}
