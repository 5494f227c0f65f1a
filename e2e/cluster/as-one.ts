import { startBalancer } from "@parley/server/testing/network/balancer.ts";
import type { Balancer } from "@parley/server/testing/network/balancer.ts";

import type { RunningServer, ServerOptions } from "../server.ts";
import { startCluster } from "./cluster.ts";

/**
 * Starts a cluster that looks like one server to a test: each request, and each
 * connection, gets to another node than the one before.
 */
export async function startAsOne(
  nodes: number,
  { environment = {} }: Pick<ServerOptions, "environment">,
): Promise<RunningServer> {
  dialEachTime();
  const cluster = await startCluster({ nodes, environment });
  const balancers: Balancer[] = [];
  const inTurn = async (
    of: "api" | "ws" | "chat" | "chatAdmin" | "agents",
  ): Promise<string> => {
    const balancer = await startBalancer(0, () =>
      cluster.nodes.map(({ server }) => Number(new URL(server[of]).port)),
    );
    balancers.push(balancer);
    return `${of === "ws" ? "ws" : "http"}://127.0.0.1:${balancer.port}`;
  };
  const all = cluster.nodes.map(({ server }) => server);
  const first = cluster.node(0).server;
  return {
    api: await inTurn("api"),
    ws: await inTurn("ws"),
    chat: await inTurn("chat"),
    chatAdmin: await inTurn("chatAdmin"),
    agents: await inTurn("agents"),
    dataFolder: first.dataFolder,
    get process() {
      return first.process;
    },
    logs: () => all.map((each) => each.logs()).join(""),
    async stop() {
      const codes = await Promise.all(all.map((each) => each.stop()));
      return codes.find((code) => code !== 0) ?? 0;
    },
    async kill() {
      await Promise.all(all.map((each) => each.kill()));
    },
    async start() {
      await Promise.all(all.map((each) => each.start()));
    },
    async [Symbol.asyncDispose]() {
      for (const balancer of balancers) await balancer.close();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

let isDialing = false;

/** A connection that is kept would take all requests to one node. */
function dialEachTime(): void {
  if (isDialing) return;
  isDialing = true;
  const { fetch } = globalThis;
  globalThis.fetch = Object.assign(
    (input: Parameters<typeof fetch>[0], init?: BunFetchRequestInit) =>
      fetch(input, { ...init, keepalive: false }),
    fetch,
  );
}
