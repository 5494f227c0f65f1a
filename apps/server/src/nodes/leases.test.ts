import { afterAll, describe, expect, test } from "bun:test";

import { openNodes } from "../../testing/nodes/open-nodes.ts";
import type { TestNode } from "../../testing/nodes/open-nodes.ts";
import { stopPostgres } from "../../testing/storage/engines.ts";
import { startJobs } from "../jobs/jobs.ts";
import { createLargeChanges } from "../storage/large-changes.ts";
import { createLogger } from "../watching/logger.ts";

afterAll(stopPostgres);

const take = ({ cluster, storage }: TestNode, name: string) =>
  storage.transact((tx) => cluster.leases.take(tx, name));

/** Resolves with the name of the first lease of a dead node that a node is told. */
const leftTo = ({ cluster }: TestNode, prefix: string): Promise<string> =>
  new Promise((resolve) => cluster.leases.onLeft(prefix, resolve));

/** From here on the node sends no beats and receives nothing. */
const stopBeating = ({ cluster }: TestNode) => cluster.close();

describe("work that runs once in a cluster", () => {
  test("is held by one node, and taken by another once that is gone", async () => {
    await using nodes = await openNodes({ beatMs: 50 });
    const [one, other] = [await nodes.open(), await nodes.open()];
    expect(await take(one, "work a")).toBeDefined();
    expect(await take(other, "work a")).toBeUndefined();
    expect(await take(one, "work a")).toBeUndefined();
    expect(await other.cluster.leases.isTaken("work a")).toBe(true);
    const inherit = () =>
      other.storage.transact((tx) =>
        other.cluster.leases.inherit(tx, "work a"),
      );
    expect(await inherit()).toBeUndefined();
    const left = leftTo(other, "work ");
    await stopBeating(one);
    expect(await left).toBe("work a");
    expect(await other.cluster.leases.isTaken("work a")).toBe(false);
    const lease = await inherit();
    await other.storage.transact(async (tx) => {
      await lease?.require(tx);
      await lease?.release(tx);
    });
    expect(await inherit()).toBeUndefined();
    expect(await take(other, "work a")).toBeDefined();
  });

  test("of a node that was taken for dead and is back is the other's", async () => {
    await using nodes = await openNodes({ beatMs: 50 });
    const [one, other] = [await nodes.open(), await nodes.open()];
    const lease = await take(one, "work");
    // Other nodes delete the row of a silent node.
    await other.storage.transact(async (tx) => {
      await tx.db
        .deleteFrom("nodes")
        .where("id", "=", one.cluster.self)
        .execute();
      expect(await other.cluster.leases.take(tx, "work")).toBeDefined();
    });
    const required = () =>
      one.storage.transact(async (tx) => lease?.require(tx)).catch(String);
    let error = await required();
    while (String(error).includes("dead") || String(error).includes("hear")) {
      await Bun.sleep(5);
      error = await required();
    }
    expect(error).toMatch(/another node goes on/);
  });

  test("by the clock ran at every node", async () => {
    await using nodes = await openNodes({ beatMs: 50 });
    const ran: string[] = [];
    const open = async (name: string) => {
      const node = await nodes.open();
      const jobs = startJobs({
        ...{ schedule: "", leases: node.cluster.leases },
        transact: node.storage.transact,
        logger: createLogger("silent"),
        jobs: [
          {
            name: "job",
            run: () => {
              ran.push(name);
              return Promise.resolve(0);
            },
          },
        ],
      });
      return { node, jobs };
    };
    const [one, other] = [await open("one"), await open("other")];
    // Their clocks differ: one node is done when the job is due on the other.
    await one.jobs.due();
    await other.jobs.due();
    await one.jobs.due();
    await other.jobs.due();
    expect(ran).toEqual(["one", "one"]);
  });

  test("by the clock is done by another when its node dies amid it", async () => {
    await using nodes = await openNodes({ beatMs: 50 });
    const { promise: again, resolve } = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const open = async (run: () => Promise<number>) => {
      const node = await nodes.open();
      const jobs = startJobs({
        ...{ schedule: "", leases: node.cluster.leases },
        transact: node.storage.transact,
        logger: createLogger("silent"),
        jobs: [{ name: "job", run }],
      });
      return { node, jobs };
    };
    const one = await open(() => {
      started.resolve();
      return new Promise(() => undefined);
    });
    const other = await open(() => {
      resolve("again");
      return Promise.resolve(0);
    });
    void one.jobs.due();
    await started.promise;
    await stopBeating(one.node);
    expect(await again).toBe("again");
    await other.jobs.stop();
  });

  test("in parts goes on at another node from where it stood, once", async () => {
    await using nodes = await openNodes({ beatMs: 50 });
    const made: string[] = [];
    const failed: string[] = [];
    const stuck = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const open = async (name: string) => {
      const node = await nodes.open();
      const { db, transact } = node.storage;
      const changes = createLargeChanges({
        ...{ db, transact, leases: node.cluster.leases },
        troubles: {
          failed: (error) => void failed.push(`${name}: ${String(error)}`),
          recovered: () => undefined,
          setAside: (error) => done.reject(error),
        },
        pauseMs: 1,
      });
      const counting = changes.define<null, number>(
        "counting",
        async (tx, _what, at) => {
          if (name === "one" && at === 2) {
            stuck.resolve();
            throw new Error("it hangs");
          }
          tx.afterDurable(() => {
            made.push(`${at} by ${name}`);
            if (at === 4) done.resolve();
          });
          return at < 4 ? at + 1 : undefined;
        },
      );
      return { node, changes, counting };
    };
    const [one, other] = [await open("one"), await open("other")];
    const begun = await one.node.storage.transact((tx) =>
      one.counting.begin(tx, null, 0),
    );
    begun.finished().catch(() => undefined);
    await stuck.promise;
    // Looking for leases of dead nodes finds none of live ones.
    await other.changes.resume();
    expect(made).toEqual(["0 by one", "1 by one"]);
    await stopBeating(one.node);
    await done.promise;
    expect(made.slice(2)).toEqual(["2 by other", "3 by other", "4 by other"]);
    await other.changes.settled();
    const { db } = other.node.storage;
    expect(await db.selectFrom("leases").selectAll().execute()).toEqual([]);
    expect(await db.selectFrom("large_changes").selectAll().execute()).toEqual(
      [],
    );
    await one.changes.close();
  });
});
