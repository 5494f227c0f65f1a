import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { SendMsg } from "@parley/protocol/methods/messages";
import { startNats } from "@parley/server/testing/bus/nats-server.ts";

import { Admin } from "../client.ts";
import { startBacking, startCluster } from "./cluster.ts";
import type { Backing } from "./cluster.ts";

let backing: Backing;
beforeAll(async () => {
  backing = await startBacking();
});
afterAll(() => backing[Symbol.asyncDispose]());

describe("a node", () => {
  test("that lost the bus is not ready, and recovers by itself", async () => {
    await using cluster = await startCluster({ nodes: 1, backing });
    const node = cluster.node(0);
    expect(await node.whyNotReady()).toBe("");
    await node.toBus.cut();
    await node.notReady(/the bus is away/);
    await node.toBus.behave();
    await node.ready();
    node.toBus.beSilent();
    await node.notReady(/the bus is away/);
    await node.toBus.behave();
    await node.ready();
  });

  test("that was paused while it lost the bus goes on", async () => {
    await using cluster = await startCluster({ nodes: 1, backing });
    const node = cluster.node(0);
    node.pause();
    node.toBus.reset();
    node.resume();
    await node.ready();
    expect(node.server.logs()).not.toContain("uncaught");
  });

  test("has the clock that it is given", async () => {
    await using cluster = await startCluster({ nodes: 1, backing });
    const { server, clock } = cluster.node(0);
    const admin = await Admin.signIn(server.api);
    const [sendID, recvID] = await admin.users("ann", "bob");
    let said = 0;
    const sentAt = async (): Promise<number> => {
      const { sendTime } = await admin.post<{ sendTime: number }>(SendMsg, {
        ...{ sendID, recvID, sessionType: 1, contentType: 101 },
        ...{ senderPlatformID: 5, content: { content: `${said++}` } },
      });
      return sendTime;
    };
    expect(Math.abs((await sentAt()) - Date.now())).toBeLessThan(1_000_000);
    const hour = 3_600_000;
    clock.setAhead(hour);
    // The process notices the change of the file after a while.
    while ((await sentAt()) < Date.now() + hour / 2);
  });

  test("that was killed comes back with all that was acknowledged", async () => {
    await using cluster = await startCluster({ nodes: 1, backing });
    const { server } = cluster.node(0);
    const admin = await Admin.signIn(server.api);
    const [ann = ""] = await admin.users("ann");
    await server.kill();
    await server.start();
    expect(await admin.tokenOf(ann)).not.toBe("");
  });
});

test("what one node did the others know, and so does one that comes later", async () => {
  await using cluster = await startCluster({ nodes: 3, backing });
  const admins = await Promise.all(
    cluster.nodes.map(({ server }) => Admin.signIn(server.api)),
  );
  const [ann = ""] = (await admins[0]?.users("ann")) ?? [];
  await cluster.node(0).server.kill();
  for (const admin of admins.slice(1))
    expect(await admin.tokenOf(ann)).not.toBe("");
  const late = await cluster.addNode();
  const admin = await Admin.signIn(late.server.api);
  expect(await admin.tokenOf(ann)).not.toBe("");
  // The load balancer skips the dead node.
  const balanced = await Admin.signIn(cluster.api);
  for (let i = 0; i < 6; i++) expect(await balanced.tokenOf(ann)).not.toBe("");
});

describe("a start of a node says what to do about", () => {
  const startWith = (environment: Record<string, string>): Promise<string> =>
    startCluster({
      nodes: 1,
      backing,
      environment: { PARLEY_DATABASE_WAIT_SECONDS: "0", ...environment },
    }).then(
      async (cluster) => {
        await cluster[Symbol.asyncDispose]();
        return "it started";
      },
      (error: unknown) => (error as Error).message,
    );

  test("a bus that is not there", async () => {
    expect(await startWith({ PARLEY_BUS_URL: "nats://127.0.0.1:1" })).toContain(
      "parley: cannot start: no NATS server answers at nats://127.0.0.1:1 (ECONNREFUSED): start one, or set PARLEY_BUS_URL to where it is",
    );
  });

  test("a wrong password of the bus, which is in no line", async () => {
    await using own = await startNats(
      `authorization { user: node, password: "right" }`,
    );
    const said = await startWith({
      PARLEY_BUS_URL: `nats://node:hidden@127.0.0.1:${own.port}`,
      PARLEY_LOG_LEVEL: "trace",
    });
    expect(said).toContain("refuses this user or password");
    expect(said).not.toContain("hidden");
  });

  test("a bus without the other things that nodes share", async () => {
    expect(await startWith({ PARLEY_DATABASE_URL: "" })).toContain(
      "set PARLEY_DATABASE_URL, or take PARLEY_BUS_URL away",
    );
    expect(await startWith({ PARLEY_OBJECTS_STORE: "disk" })).toContain(
      "set objects.store to s3",
    );
  });
});
