import { startBacking, startCluster } from "../cluster/cluster.ts";
import type { Backing, Cluster } from "../cluster/cluster.ts";
import { settingsOf, tellsHooks } from "./configurations.ts";
import { readDisputes, settle } from "./expectations.ts";
import { startHookReceiver } from "./hooks.ts";
import type { HookReceiver } from "./hooks.ts";
import { createReplayer } from "./replay.ts";
import type { Order, Replayer } from "./replay.ts";
import { describeFailures } from "./report.ts";
import { oneByOne } from "./schedule.ts";
import type { Scheduled } from "./schedule.ts";
import { createServers } from "./servers.ts";
import { defaultTarget } from "./target.ts";
import type { Target } from "./target.ts";

export interface OnClusters {
  /** Describes how the answers differ, one line each. */
  failures(scheduled: Scheduled, order: Order): Promise<string[]>;
  close(): Promise<void>;
}

interface Running {
  readonly cluster: Cluster;
  readonly hooks: HookReceiver | undefined;
  readonly replay: Replayer;
}

/**
 * Replays recordings on clusters, each request and each connection of one on
 * another node than the one before. At most so many clusters run at once.
 */
export function createOnClusters({
  nodes,
  most,
}: {
  nodes: number;
  most: number;
}): OnClusters {
  const disputes = readDisputes();
  let backing: Promise<Backing> | undefined;
  const servers = createServers<Running>({
    most,
    async start(name) {
      const [configuration = ""] = name.split(" ");
      return start(configuration, nodes, await (backing ??= startBacking()));
    },
    async stop({ cluster, hooks }) {
      await cluster[Symbol.asyncDispose]();
      await hooks?.[Symbol.asyncDispose]();
    },
  });
  return {
    async failures({ scenario, server }, order) {
      const { running, release } = await servers.take(server);
      try {
        const verdict = await running.replay(scenario, order);
        const failures = describeFailures(settle(verdict, disputes));
        return failures.length === 0
          ? []
          : [...failures, ...whatNodesSay(running.cluster)];
      } finally {
        release();
      }
    },
    async close() {
      await servers.close();
      await (await backing)?.[Symbol.asyncDispose]();
    },
  };
}

async function start(
  configuration: string,
  nodes: number,
  backing: Backing,
): Promise<Running> {
  const hooks = tellsHooks(configuration)
    ? await startHookReceiver()
    : undefined;
  const settings = settingsOf(configuration, hooks?.port);
  if (!settings) throw new Error(`no node can be ${configuration}`);
  const cluster = await startCluster({
    nodes,
    backing,
    environment: { PARLEY_LOG_LEVEL: "warn", ...settings },
  });
  const [first, ...others] = cluster.nodes.map(
    ({ server: { api, ws, chat, chatAdmin } }): Target => ({
      ...{ ...defaultTarget, api, ws, chat, chatAdmin, hooks },
    }),
  );
  if (!first) throw new Error("a cluster has nodes");
  // One for both orders, so that no two scenarios have the same names.
  const replay = createReplayer(first, ...others);
  return { cluster, hooks, replay: hooks ? oneByOne(replay) : replay };
}

/** Nodes that are gone, and the last errors of each. */
function whatNodesSay({ nodes }: Cluster): string[] {
  return nodes.flatMap(({ name, server: { process, logs } }) => {
    const { exitCode, signalCode } = process;
    const isGone = exitCode !== null || signalCode !== null;
    const errors = logs()
      .split("\n")
      .filter((line) => /"level":"(error|fatal)"/.test(line))
      .slice(-3);
    return [
      ...(isGone ? [`${name} is gone: ${signalCode ?? exitCode}`] : []),
      ...errors.map((line) => `    ${name}: ${line.slice(0, 600)}`),
    ];
  });
}
