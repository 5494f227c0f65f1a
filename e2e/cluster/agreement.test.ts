import { expect, test } from "bun:test";
import path from "node:path";

import { startNats } from "@parley/server/testing/bus/nats-server.ts";

import { startCluster } from "./cluster.ts";

const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");

test("a node with another secret or NATS, or of another version, refuses to start beside the others", async () => {
  await using cluster = await startCluster({ nodes: 1 });
  const start = (environment: Record<string, string>) =>
    cluster.addNode({ environment }).then(
      () => "started",
      (error: Error) => error.message,
    );
  await using elsewhere = await startNats();
  const reasons = await Promise.all([
    start({ PARLEY_SECRET: "another secret of ours" }),
    start({ PARLEY_VERSION: "9.4.0" }),
    start({ PARLEY_BUS_URL: `nats://127.0.0.1:${elsewhere.port}` }),
  ]);
  expect(reasons[0]).toMatch(
    /secret, accounts\.chatSecret are not what the node \S+ \d+ of this cluster has: give all nodes the same settings/,
  );
  expect(reasons[0]).not.toContain("another secret of ours");
  expect(reasons[1]).toMatch(
    /this is Parley 9\.4\.0, and the node \S+ \d+ of this cluster is .*: nodes may differ by one minor version/,
  );
  expect(reasons[2]).toMatch(
    /the bus does not reach the node \S+ \d+ of this cluster: .*set PARLEY_BUS_URL to theirs/,
  );

  // The first node keeps serving, and the list shows it.
  await cluster.node(0).ready();
  const listing = Bun.spawn([process.execPath, main, "nodes", "--json"], {
    env: { ...process.env, PARLEY_DATABASE_URL: cluster.databaseURL },
    stdout: "pipe",
  });
  const nodes: unknown = JSON.parse(await new Response(listing.stdout).text());
  expect(nodes).toEqual([
    expect.objectContaining({
      name: expect.stringMatching(/^\S+ \d+$/) as string,
      sockets: 0,
    }),
  ]);
});
