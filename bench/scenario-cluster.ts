import { startBacking } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { secondsBetween } from "./cluster.ts";
import type { ComponentSeconds } from "./cluster.ts";
import { ConversationCheck } from "./conversation-check.ts";
import { connectCrowd, registerPeople } from "./crowd.ts";
import type { Crowd, CrowdOptions, Person } from "./crowd.ts";
import { atMost, figure, percentiles } from "./figures.ts";
import type { Figure } from "./figures.ts";
import { startRateLoad, startWindowLoad } from "./load.ts";
import { newRunID } from "./message-id.ts";
import { messageTemplate } from "./message-template.ts";
import { addPair } from "./pairs.ts";
import { signInToRest } from "./rest.ts";
import { warmUpSeconds } from "./scenario.ts";
import type { Context, Scenario } from "./scenario.ts";
import { Sender, Traffic } from "./traffic.ts";
import type { Room } from "./traffic.ts";
import { wireOf } from "./wire.ts";

/** CPU and traffic of a number of nodes for the messages of one stage. */
interface Stage {
  name: string;
  messages: number;
  seconds: number;
  took: ComponentSeconds;
  traffic: Traffic;
}

const stageSeconds = 3;

/** Clusters that run at the same time, by their numbers of nodes. */
const capacityStages: Readonly<Record<string, readonly number[]>> = {
  "no bus": [0],
  "1 node": [1],
  "2 nodes": [2],
  // Two processes on one core slow each other down, of one cluster or not.
  "1 node and another apart": [1, 1],
};

/** A node's share of the load is the same, however many there are. */
export const clusterCapacity: Scenario = {
  name: "cluster-capacity",
  question:
    "What does the bus cost one node, and how much does a second node add?",
  encodings: ["json"],
  async run(context) {
    const { options, encoding } = context;
    const users = options.users ?? 1_000;
    const window = options.window ?? 2;
    const seconds = options.seconds ?? stageSeconds;
    await using backing = await startBacking(context);
    const stages: Stage[] = [];
    const names = Object.keys(capacityStages);
    // In both orders, for a machine that becomes slower meanwhile.
    for (const name of [...names, ...names.toReversed()]) {
      await using left = new AsyncDisposableStack();
      const clusters: Cluster[] = [];
      for (const nodes of capacityStages[name]!)
        clusters.push(left.use(await backing.start(nodes)));
      const ran = await Promise.all(
        clusters.map((cluster) => {
          const { length: nodes } = cluster.nodes;
          return runPairs(context, cluster, {
            ...{ name, users: users * nodes, window, seconds },
            ...(options.rate !== undefined && { rate: options.rate * nodes }),
          });
        }),
      );
      stages.push(...(ran.length === 1 ? ran : ran.map(ofNodesAlone)));
    }
    const costOf = (wanted: string): number =>
      perMessage(stages.filter(({ name }) => name === wanted));
    const one = costOf("1 node");
    const apart = costOf("1 node and another apart");
    const two = costOf("2 nodes");
    return {
      settings: { encoding, "users a node": users, window, seconds },
      figures: [
        figure(
          "with the bus / without",
          one / costOf("no bus"),
          "",
          atMost(1.3),
        ),
        // Cores give 1 / cost: two at the cost of both, less one at that of one.
        figure("second node adds, of the first", (2 * apart) / two - 1, "", {
          least: 0.85,
        }),
        ...describe(stages),
      ],
    };
  },
};

export const clusterPush: Scenario = {
  name: "cluster-push",
  question: "How long is a message on its way from one node to another?",
  encodings: ["json"],
  async run(context) {
    const { options, encoding } = context;
    const users = options.users ?? 2_000;
    const rate = options.rate ?? 1_000;
    const seconds = options.seconds ?? 8;
    await using backing = await startBacking(context);
    await using cluster = await backing.start(2);
    const name = nodeCount(2);
    const stage = await runPairs(context, cluster, {
      ...{ name, users, rate, seconds },
      place: "across",
    });
    const times = percentiles("send → delivered", stage.traffic.deliveryTimes, {
      p50: atMost(3),
      p99: atMost(25),
    });
    return {
      settings: { encoding, users, rate, seconds },
      figures: [
        ...times,
        ...percentiles("send → ack", stage.traffic.ackTimes),
        ...describe([stage]),
      ],
    };
  },
};

export const clusterGroup: Scenario = {
  name: "cluster-group",
  question: "What does a group of 1,000 cost that is spread over three nodes?",
  encodings: ["json"],
  async run(context) {
    const { options, encoding } = context;
    const members = options.users ?? 1_000;
    const rate = options.rate ?? 200;
    const seconds = options.seconds ?? stageSeconds;
    await using backing = await startBacking(context);
    const stages: Stage[] = [];
    for (const nodes of [1, 3, 3, 1]) {
      await using cluster = await backing.start(nodes);
      const name = nodeCount(nodes);
      stages.push(
        await runGroup(context, cluster, { name, members, rate, seconds }),
      );
    }
    const [one, three] = [1, 3].map((nodes) =>
      perMessage(stages.filter(({ name }) => name === nodeCount(nodes))),
    );
    return {
      settings: { encoding, members, senders: groupSenders, rate, seconds },
      figures: [
        figure("three nodes / one", three! / one!, "", atMost(1.5)),
        ...describe(stages),
      ],
    };
  },
};

const nodeCount = (nodes: number): string =>
  nodes === 1 ? "1 node" : `${nodes} nodes`;

/** Leaves out shared services, whose cost cannot be divided among nodes. */
const ofNodesAlone = (stage: Stage): Stage => ({
  ...stage,
  took: { ...stage.took, database: NaN, bus: NaN, generator: NaN },
});

/** Nodes to which users connect; `together`: both of a pair to one, `across`: to two. */
export type Place = "anywhere" | "together" | "across" | "first";

interface PairLoad {
  name: string;
  users: number;
  seconds: number;
  /** Closed loop, or else open: messages a second. */
  window?: number;
  rate?: number;
  place?: Place;
}

export async function runPairs(
  { openSocket, encoding }: Context,
  cluster: Cluster,
  { name, users, seconds, window = 1, rate, place = "anywhere" }: PairLoad,
): Promise<Stage> {
  const wire = wireOf(encoding);
  const runID = newRunID();
  const rest = await signInToRest(cluster.nodes[0]!.api);
  const people = await registerPeople(rest, runID, users, wire);
  const traffic = new Traffic(runID);
  const { length: nodes } = cluster.nodes;
  const crowd = await connectAcross(
    cluster,
    people,
    (i) => {
      const pair = Math.floor(i / 2);
      if (place === "first") return 0;
      if (i % 2 === 0 || place === "together") return pair % nodes;
      return place === "across"
        ? (pair + 1) % nodes
        : Math.floor(pair / nodes) % nodes;
    },
    {
      ...{ openSocket, wire, runID },
      failed: (error) => traffic.fail(error),
    },
  );
  for (let i = 0; i + 1 < users; i += 2)
    addPair(traffic, crowd.clients.slice(i, i + 2), (pair) =>
      messageTemplate({ wire, runID, groupID: "", ...pair }),
    );
  // First messages of conversations are another question.
  for (const sender of traffic.senders) traffic.send(sender, performance.now());
  await traffic.finish();
  const load =
    rate === undefined
      ? startWindowLoad(traffic, window)
      : startRateLoad(traffic, rate);
  const stage = await measureStage(name, cluster, traffic, seconds);
  load.stop();
  await traffic.finish();
  crowd.close();
  return stage;
}

const groupSenders = 10;

interface GroupLoad {
  name: string;
  members: number;
  rate: number;
  seconds: number;
  place?: Place;
}

export async function runGroup(
  { openSocket, encoding }: Context,
  cluster: Cluster,
  { name, members, rate, seconds, place = "anywhere" }: GroupLoad,
): Promise<Stage> {
  const wire = wireOf(encoding);
  const runID = newRunID();
  const rest = await signInToRest(cluster.nodes[0]!.api);
  const people = await registerPeople(rest, runID, members, wire);
  const [owner, ...others] = people.map(({ userID }) => userID);
  const groupID = (await rest.createGroup(owner!, others)) ?? "";
  const traffic = new Traffic(runID);
  const { length: nodes } = cluster.nodes;
  const crowd = await connectAcross(
    cluster,
    people,
    (i) => (place === "first" ? 0 : i % nodes),
    {
      ...{ openSocket, wire, runID },
      isGroup: true,
      failed: (error) => traffic.fail(error),
    },
  );
  const conversationID = `sg_${groupID}`;
  const counts = { members, senders: groupSenders };
  const room: Room = {
    conversationID,
    check: new ConversationCheck(conversationID, counts, 1),
    memberCount: members,
    countsOwnCopies: true,
  };
  crowd.clients.forEach((client, member) => traffic.join(client, room, member));
  crowd.clients.slice(0, groupSenders).forEach((client, index) => {
    const sendID = client.userID;
    const sender = traffic.nextSender;
    traffic.addSender(
      new Sender({
        ...{ client, room, index },
        member: index,
        template: messageTemplate({
          ...{ wire, runID, sender, sendID, recvID: "", groupID },
        }),
      }),
    );
  });
  // The same number of messages shares a write to each socket, however many nodes.
  const load = startRateLoad(traffic, rate);
  const stage = await measureStage(name, cluster, traffic, seconds);
  load.stop();
  await traffic.finish();
  crowd.close();
  return stage;
}

async function connectAcross(
  cluster: Cluster,
  people: readonly Person[],
  nodeOf: (index: number) => number,
  options: Omit<CrowdOptions, "gateway">,
): Promise<Crowd> {
  const crowds: Crowd[] = [];
  for (const [node, { gateway }] of cluster.nodes.entries())
    crowds.push(
      await connectCrowd(
        people.filter((_, i) => nodeOf(i) === node),
        { ...options, gateway },
      ),
    );
  const taken = crowds.map(() => 0);
  return {
    clients: people.map((_, i) => {
      const node = nodeOf(i);
      return crowds[node]!.clients[taken[node]!++]!;
    }),
    close: () => crowds.forEach((each) => each.close()),
  };
}

async function measureStage(
  name: string,
  cluster: Cluster,
  traffic: Traffic,
  seconds: number,
): Promise<Stage> {
  await Promise.race([Bun.sleep(warmUpSeconds * 1000), traffic.failure]);
  const began = performance.now();
  const before = cluster.cpuSeconds();
  const { delivered } = traffic.counts;
  traffic.setMeasuring(true);
  await Promise.race([Bun.sleep(seconds * 1000), traffic.failure]);
  traffic.setMeasuring(false);
  return {
    name,
    messages: traffic.counts.delivered - delivered,
    seconds: (performance.now() - began) / 1000,
    took: secondsBetween(before, cluster.cpuSeconds()),
    traffic,
  };
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0);

/** CPU µs of the nodes together for one delivered message. */
function perMessage(stages: readonly Stage[]): number {
  return (
    (1e6 * sum(stages.map(({ took }) => sum(took.nodes)))) /
    sum(stages.map(({ messages }) => messages))
  );
}

/** CPU by component, of all stages with the same name. */
function describe(all: readonly Stage[]): Figure[] {
  const named = Map.groupBy(all, ({ name }) => name);
  return [...named].flatMap(([name, stages]) => {
    const messages = sum(stages.map((each) => each.messages));
    const micros = (of: (took: ComponentSeconds) => number) =>
      (1e6 * sum(stages.map(({ took }) => of(took)))) / messages;
    const { nodes } = stages[0]!.took;
    const seconds = sum(stages.map((each) => each.seconds));
    return [
      ...nodes.map((_, i) =>
        figure(
          `${name}: CPU µs a message, node ${i + 1}`,
          micros(({ nodes }) => nodes[i]!),
          "µs",
        ),
      ),
      figure(
        `${name}: PostgreSQL`,
        micros(({ database }) => database),
        "µs",
      ),
      figure(
        `${name}: NATS`,
        micros(({ bus }) => bus),
        "µs",
      ),
      figure(
        `${name}: generator`,
        micros(({ generator }) => generator),
        "µs",
      ),
      figure(`${name}: delivered`, messages / seconds, "/s"),
    ].filter(({ value }) => !Number.isNaN(value));
  });
}
