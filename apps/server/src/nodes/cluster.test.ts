import { afterAll, describe, expect, test } from "bun:test";

import { openNodes } from "../../testing/nodes/open-nodes.ts";
import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { Disagreement } from "./agreement.ts";
import { requireAnswers } from "./bus-watch.ts";
import { listNodes, renderNodes } from "./commands.ts";
import type { TestNode } from "../../testing/nodes/open-nodes.ts";
import type { Transaction } from "../storage/writer.ts";
import { stopPostgres } from "../../testing/storage/engines.ts";

afterAll(stopPostgres);

const write = (tx: Transaction, key: string, value: string) =>
  tx.db
    .insertInto("meta")
    .values({ key, value })
    .onConflict((row) => row.column("key").doUpdateSet({ value }))
    .execute();

const put = ({ storage, known }: TestNode, key: string, value: string) =>
  storage.transact(async (tx) => {
    await write(tx, key, value);
    tx.forget(known, key);
  });

const deadNode = {
  ...{ id: "dead", name: "host 1", version: "1.0.0", addresses: "here" },
  ...{ state: "ready", sockets: 1, since: 1, beat_at: new Date() },
};

describe("nodes of a cluster", () => {
  test("have forgotten what a change made untrue when it is answered", async () => {
    await using database = await openNodes();
    const one = await database.open();
    const other = await database.open();
    for (let i = 0; i < 50; i++) {
      await put(one, "a", `${i}`);
      expect(other.known.peek("a")).toBeUndefined();
      expect(await other.known.get("a")).toBe(`${i}`);
    }
  });

  test("forget more keys than one notice holds", async () => {
    await using database = await openNodes();
    const one = await database.open();
    const other = await database.open();
    const keys = Array.from({ length: 1_500 }, (_, i) => `key ${i} \0 ${i}`);
    for (const key of keys) other.known.put(key, "old");
    await one.storage.transact((tx) => {
      tx.forget(one.known, keys);
      return Promise.resolve();
    });
    expect([...other.known.keys()]).toEqual([]);
  });

  test("answer changes when the bus loses, doubles and delays everything", async () => {
    await using database = await openNodes({ beatMs: 50 });
    const one = await database.open();
    const other = await database.open();
    database.network.loseWhere(() => true);
    await put(one, "a", "lost");
    expect(await other.known.get("a")).toBe("lost");
    database.network.loseWhere(() => false);
    database.network.doubleWhere(() => true);
    await put(one, "a", "doubled");
    expect(await other.known.get("a")).toBe("doubled");
  });

  test("make changes one after the other, with what those before said in memory", async () => {
    await using database = await openNodes();
    const nodes = [await database.open(), await database.open()];
    const count = (node: TestNode) =>
      node.storage.transact(async (tx) => {
        // A stale cache would make two nodes write the same number.
        const next = String(Number(await node.known.get("n")) + 1);
        await tx.db
          .insertInto("meta")
          .values({ key: "n", value: next })
          .onConflict((row) => row.column("key").doUpdateSet({ value: next }))
          .execute();
        tx.forget(node.known, "n");
      });
    for (let i = 0; i < 40; i++) await Promise.all(nodes.map(count));
    expect(await nodes[0]!.known.get("n")).toBe("80");
  });

  test("that share no key do not wait for each other", async () => {
    await using database = await openNodes();
    const one = await database.open();
    const other = await database.open();
    const done: string[] = [];
    const inside = Promise.withResolvers<void>();
    const first = one.storage.writer.transact(
      async () => {
        await inside.promise;
        done.push("a");
      },
      { about: ["user:a"] },
    );
    await other.storage.writer.transact(
      () => Promise.resolve(void done.push("b")),
      { about: ["user:b"] },
    );
    const third = other.storage.writer.transact(
      () => Promise.resolve(void done.push("a again")),
      { about: ["user:a", "user:b"] },
    );
    const all = other.storage.writer.transact(() =>
      Promise.resolve(void done.push("all")),
    );
    inside.resolve();
    await Promise.all([first, third, all]);
    expect(done.slice(0, 3)).toEqual(["b", "a", "a again"]);
  });

  test("wait for one that is silent only until it is dead, which then commits nothing", async () => {
    await using database = await openNodes({ beatMs: 50 });
    const one = await database.open();
    const other = await database.open();
    while (one.cluster.live().length < 2) await Bun.sleep(5);
    const left = new Promise((resolve) => one.cluster.onLeft(resolve));
    // As when its process hangs: it sends no beats and receives nothing.
    await other.cluster.close();
    expect(await left).toBe(other.cluster.self);
    await put(one, "a", "1");
    expect(await put(other, "a", "2").catch(String)).toMatch(
      /90002|nothing was changed/i,
    );
    expect(await one.known.get("a")).toBe("1");
  });

  test("are listed with what they say of themselves", async () => {
    await using database = await openNodes({ beatMs: 50 });
    const one = await database.open();
    const other = await database.open();
    other.cluster.describe(() => ({ state: "ready", sockets: 7 }));
    const seen = () =>
      one.cluster.live().find(({ id }) => id === other.cluster.self);
    while (seen()?.sockets !== 7) await Bun.sleep(5);
    const shown = { version: "1.0.0", addresses: "here", sockets: 7 };
    expect(seen()).toMatchObject({ ...shown, state: "ready" });
    const listed = await listNodes(one.storage.db);
    expect(listed.map(({ id }) => id)).toEqual(
      one.cluster.live().map(({ id }) => id),
    );
    expect(listed.at(-1)).toMatchObject({ ...shown, state: "ready" });
    const [head, ...rows] = renderNodes(listed).split("\n");
    expect(head).toMatch(
      /^ID +NAME +VERSION +ADDRESSES +SOCKETS +SINCE +STATE$/,
    );
    expect(rows.at(-1)).toMatch(
      /^\S+ +\S+ \d+ +1\.0\.0 +here +7 +\d{4}-.*Z +ready$/,
    );
  });

  test("do not wait for good for one that is paused amid a change", async () => {
    await using database = await openNodes();
    const one = await database.open();
    const other = await database.open();
    const begun = Promise.withResolvers<void>();
    const resumed = Promise.withResolvers<void>();
    const paused = one.storage.transact(async (tx) => {
      await write(tx, "a", "paused");
      begun.resolve();
      await resumed.promise;
    });
    await begun.promise;
    await put(other, "a", "went on");
    resumed.resolve();
    expect(await paused.catch(String)).toMatch(/nothing was changed/);
    expect(await one.known.get("a")).toBe("went on");
  });

  test("that started at once with different secrets did not see each other's, and both ran", async () => {
    await using database = await openNodes();
    for (let round = 0; round < 5; round++) {
      const started = await Promise.allSettled(
        ["ours", "theirs"].map((secret) =>
          database.open({ settings: { secret } }),
        ),
      );
      const refused = started.filter(({ status }) => status === "rejected");
      expect(refused).toEqual([
        { status: "rejected", reason: expect.any(Disagreement) as unknown },
      ]);
      for (const each of started)
        if (each.status === "fulfilled") await each.value.close();
    }
  });
});

describe("a node with another NATS than the others", () => {
  const beatMs = 50;
  const timing = { beatMs, deadMs: 8_000, fencedMs: 6_000 };
  const isReady = { state: "ready", sockets: 0 };

  test("is not ready, and those that hear each other are", async () => {
    await using database = await openNodes({ beatMs });
    const elsewhere = createMemoryNetwork();
    // The oldest, so that age does not decide between one node and two.
    const odd = await database.open({ bus: elsewhere.open() });
    const others = [await database.open(), await database.open()];
    for (const { cluster } of [odd, ...others])
      cluster.describe(() => ({
        ...isReady,
        state: cluster.trouble() ?? "ready",
      }));
    while (odd.cluster.trouble() === undefined) await Bun.sleep(5);
    expect(odd.cluster.trouble()).toContain("set PARLEY_BUS_URL to theirs");
    for (const { cluster } of others) expect(cluster.trouble()).toBeUndefined();
    for (const { close } of others) await close();
    // Alone it has nobody to be apart from.
    while (odd.cluster.trouble() !== undefined) await Bun.sleep(5);
  });

  test("of two, the younger is not ready", async () => {
    await using database = await openNodes({ beatMs });
    const one = await database.open();
    const other = await database.open({ bus: createMemoryNetwork().open() });
    for (const { cluster } of [one, other])
      cluster.describe(() => ({
        ...isReady,
        state: cluster.trouble() ?? "ready",
      }));
    while (other.cluster.trouble() === undefined) await Bun.sleep(5);
    expect(one.cluster.trouble()).toBeUndefined();
  });

  test("is told at its start", async () => {
    await using database = await openNodes({ beatMs });
    const one = await database.open();
    one.cluster.describe(() => isReady);
    const { db } = one.storage;
    const state = (): string | undefined => one.cluster.live()[0]?.state;
    while (state() !== "ready") await Bun.sleep(5);
    await requireAnswers(database.network.open(), db, timing);
    const other = createMemoryNetwork().open();
    let told: Error | undefined;
    // On a slow machine a beat is late, and the node counts as dead.
    while (told === undefined)
      try {
        await requireAnswers(other, db, timing);
      } catch (error) {
        told = error as Error;
      }
    expect(told).toBeInstanceOf(Disagreement);
    expect(told.message).toMatch(/the bus does not reach the node \S+ \d+ of/);
    // One that was killed does not answer either, and keeps nobody from starting.
    await one.cluster.close();
    await db.insertInto("nodes").values(deadNode).execute();
    await requireAnswers(database.network.open(), db, timing);
  });
});
