import { afterAll, beforeAll, expect, test } from "bun:test";
import path from "node:path";

import { Admin, Client } from "../client.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster, ClusterNode } from "./cluster.ts";
import { restartInTurn } from "./rolling.ts";

const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({
    environment: { PARLEY_DRAIN_DELAY_SECONDS: "1" },
  });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const isOpen = (output: string): boolean => output.includes(" sockets go to ");

/** Runs a command of the program; `begun` resolves when the node has been asked. */
function run(...args: string[]) {
  const child = Bun.spawn([process.execPath, main, ...args], {
    env: { ...process.env, PARLEY_DATABASE_URL: cluster.databaseURL },
    ...{ stdout: "pipe", stderr: "pipe" },
  });
  let output = "";
  const begun = Promise.withResolvers<void>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      output += decoder.decode(chunk);
      if (isOpen(output)) begun.resolve();
    }
  })();
  const ended = (async () => {
    const said = await new Response(child.stderr).text();
    await reading;
    begun.resolve();
    return { code: await child.exited, output: output + said };
  })();
  return { begun: begun.promise, ended };
}

const pidOf = ({ server }: ClusterNode): string => String(server.process.pid);

/** Resolves when the other node has told that the user is online. */
async function sees(watcher: Client, userID: string): Promise<void> {
  while ((await watcher.watch(userID)).length === 0);
  watcher.presence.length = 0;
}

test("a node that was drained sends its clients away and takes them back with undrain", async () => {
  const [first, second] = [cluster.node(0), cluster.node(1)];
  const admin = await Admin.signIn(first.server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  await using watcher = await Client.connect(
    second.server.ws,
    bob,
    await admin.tokenOf(bob),
  );
  const token = await admin.tokenOf(ann);
  const client = await Client.connect(first.server.ws, ann, token);
  await sees(watcher, ann);

  const drain = run("drain", pidOf(first), "--rate", "5");
  expect(await client.closed()).toBe(1012);
  expect(await first.whyNotReady()).toMatch(/^drain/);
  expect((await fetch(`${first.server.api}/healthz`)).status).toBe(200);
  const query = new URLSearchParams({
    ...{ sendID: ann, token, platformID: "5", operationID: "o" },
    ...{ isBackground: "false", isMsgResp: "true" },
  });
  const refused = await fetch(
    `${first.server.ws.replace("ws", "http")}/?${query}`,
  );
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  // Between the two nodes she counts as online.
  expect(await watcher.watch(ann)).toEqual([5]);
  await using again = await Client.connect(second.server.ws, ann, token);
  const { code, output } = await drain.ended;
  expect(output).toMatch(/is drained after \d+ s; 0 sockets are left/);
  expect(code).toBe(0);
  expect((await run("nodes").ended).output).toMatch(/ 0 .* drained\n/);
  await again.say(bob, "after all");
  await watcher.until(() => watcher.heard().includes("after all"));
  expect(watcher.presence).toEqual([]);

  expect((await run("undrain", pidOf(first)).ended).output).toContain(
    "takes clients again",
  );
  await first.ready();
  await using back = await Client.connect(first.server.ws, ann, token);
  expect(await back.newestSeqs()).not.toEqual({});
});

test("one who does not come back is offline a few seconds after the drain", async () => {
  const [first, second] = [cluster.node(0), cluster.node(1)];
  const admin = await Admin.signIn(first.server.api);
  const [ann = "", bob = ""] = await admin.users("ann", "bob");
  await using watcher = await Client.connect(
    second.server.ws,
    bob,
    await admin.tokenOf(bob),
  );
  const client = await Client.connect(
    first.server.ws,
    ann,
    await admin.tokenOf(ann),
  );
  await sees(watcher, ann);
  const drain = run("drain", pidOf(first));
  expect(await client.closed()).toBe(1012);
  await watcher.until(() => watcher.presence.length > 0);
  expect(watcher.presence).toMatchObject([
    { userID: ann, onlinePlatformIDs: [] },
  ]);
  await drain.ended;
  await run("undrain", pidOf(first)).ended;
  await first.ready();
});

test("a drain says why it cannot be", async () => {
  const [first, second, third] = cluster.nodes;
  if (!first || !second || !third) throw new Error("there are no three nodes");
  const fault = async (...args: string[]) => {
    const { code, output } = await run(...args).ended;
    expect(code).not.toBe(0);
    return output;
  };
  expect(await fault("drain", "nobody")).toMatch(
    /there is no node 'nobody'; the nodes are: \S+ \(\S+ \d+\), /,
  );
  expect(await fault("drain")).toMatch(
    /3 nodes are on this machine; name one by its id/,
  );
  for (const share of ["0", "1.5", "half", ""])
    expect(await fault("drain", pidOf(first), `--share=${share}`)).toContain(
      "--share is a number above 0 and at most 1",
    );
  expect(await fault("drain", pidOf(first), "--rate", "0.5")).toContain(
    "--rate is a whole number from 1 on",
  );
  for (const node of [first, second])
    expect((await run("drain", pidOf(node)).ended).code).toBe(0);
  expect(await fault("drain", pidOf(third))).toMatch(
    /is the last one that takes clients, and they could go nowhere/,
  );
  for (const node of [first, second]) {
    await run("undrain", pidOf(node)).ended;
    await node.ready();
  }
  expect((await run("undrain", pidOf(first)).ended).output).toContain(
    "was not drained",
  );
});

test("a rolling restart loses, doubles and reorders nothing, and nobody seems offline", async () => {
  const { faults, moved, sent } = await restartInTurn(cluster, {
    ...{ sockets: 30, perSecond: 40 },
  });
  expect(faults).toEqual([]);
  expect(moved).toBeGreaterThanOrEqual(30);
  expect(sent).toBeGreaterThan(0);
});
