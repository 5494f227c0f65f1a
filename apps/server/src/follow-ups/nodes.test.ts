import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createLogger } from "../watching/logger.ts";
import { openFollowUps } from "./follow-ups.ts";

/** Nodes over one database; `live` are alive. */
async function openNode(
  { db, writer }: TestStorage,
  self: string,
  live: string[],
  isHeld = false,
) {
  const done: string[] = [];
  const left: ((node: string) => void)[] = [];
  let look = (): void => undefined;
  const followUps = await openFollowUps({
    ...{ db, writer, now: Date.now, logger: createLogger("silent") },
    afterFailureMs: 1,
    cluster: {
      self,
      live: () =>
        live.map((id) => ({
          ...{ id, name: "", version: "", addresses: "", state: "" },
          ...{ sockets: 0, since: 0, heard: {} },
        })),
      onLeft: (listener) => void left.push(listener),
    },
  });
  const kind = followUps.define<string>("test", {
    ...{ workers: 1, maxAgeMs: 60_000, pausesMs: [1], isHeld },
    limits: { rows: 1_000, size: 1 << 20 },
    run(what) {
      done.push(what);
      look();
      return Promise.resolve();
    },
    dropped: () => undefined,
  });
  return {
    ...{ followUps, kind, done },
    ended: (node: string) => {
      for (const tell of left) tell(node);
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (done.length >= count) resolve();
        };
        look();
      }),
  };
}

forEachEngine("follow-ups of several nodes", (open) => {
  test("are each done by the node that wrote them", async () => {
    await using storage = await open();
    const live = ["one", "other"];
    const one = await openNode(storage, "one", live);
    const other = await openNode(storage, "other", live);
    await one.followUps.start();
    await other.followUps.start();
    for (let i = 0; i < 20; i++)
      await storage.transact((tx) => {
        (i % 2 === 0 ? one : other).kind.add(tx, `${i}`, { lane: "a" });
        return Promise.resolve();
      });
    await Promise.all([one.until(10), other.until(10)]);
    expect(one.done).toEqual(Array.from({ length: 10 }, (_, i) => `${2 * i}`));
    expect(other.done[0]).toBe("1");
    await one.followUps.close();
    await other.followUps.close();
  });

  test.each([false, true])(
    "were left undone when their node died (held: %p)",
    async (isHeld) => {
      await using storage = await open();
      const live = ["one", "other"];
      const one = await openNode(storage, "one", live, isHeld);
      const other = await openNode(storage, "other", live, isHeld);
      await other.followUps.start();
      // It is killed before it has done anything.
      await storage.transact((tx) => {
        for (const what of ["a", "b", "c"])
          one.kind.add(tx, what, { lane: "lane" });
        return Promise.resolve();
      });
      live.splice(0, 1);
      other.ended("one");
      await other.until(3);
      expect(other.done).toEqual(["a", "b", "c"]);
      await other.followUps.close();
      const rows = await storage.db
        .selectFrom("follow_ups")
        .selectAll()
        .execute();
      expect(rows).toEqual([]);
    },
  );
});
