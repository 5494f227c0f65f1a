import { expect, test } from "bun:test";

import { sql } from "kysely";

import { createLargeChanges } from "./large-changes.ts";
import type { LargeChangesDeps } from "./large-changes.ts";
import { forEachEngine } from "./test-engines.ts";
import type { TestStorage } from "./test-engines.ts";
import type { Transaction } from "./writer.ts";

/** Counts to `what`, one a part, in a row of its own. */
function counting(
  { db, transact }: TestStorage,
  more: Partial<LargeChangesDeps> & {
    before?: (count: number) => Promise<void> | void;
  } = {},
) {
  const failures: [string, number][] = [];
  const changes = createLargeChanges({
    db,
    transact,
    failed: (error, _kind, inMs) =>
      void failures.push([(error as Error).message, inMs]),
    pauseMs: 1,
    ...more,
  });
  async function count(tx: Transaction, name: string): Promise<void> {
    await tx.db
      .insertInto("meta")
      .values({ key: name, value: "1" })
      .onConflict((conflict) =>
        conflict.column("key").doUpdateSet(() => ({
          value: sql<string>`meta.value || ${"1"}`,
        })),
      )
      .execute();
  }
  const counter = changes.define<{ name: string; to: number }, number>(
    "counting",
    async (tx, { name, to }, at) => {
      await count(tx, name);
      await more.before?.(at);
      return at + 1 < to ? at + 1 : undefined;
    },
  );
  return {
    changes,
    counter,
    failures,
    async counted(name: string): Promise<number> {
      const row = await db
        .selectFrom("meta")
        .select("value")
        .where("key", "=", name)
        .executeTakeFirst();
      return row?.value.length ?? 0;
    },
    async left(): Promise<number> {
      return (await db.selectFrom("large_changes").select("id").execute())
        .length;
    },
  };
}

forEachEngine("a large change", (open) => {
  test("makes its first part with the transaction and the others after it", async () => {
    await using storage = await open();
    const { counter, counted, left } = counting(storage);
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 5 }, 0),
    );
    await finished();
    expect([await counted("a"), await left()]).toEqual([5, 0]);
    // One that is small enough is done at once.
    await storage.transact((tx) => counter.begin(tx, { name: "b", to: 1 }, 0));
    expect([await counted("b"), await left()]).toEqual([1, 0]);
  });

  test("never begins when its transaction is undone", async () => {
    await using storage = await open();
    const { counter, counted, left } = counting(storage);
    const undone = storage.transact(async (tx) => {
      await counter.begin(tx, { name: "a", to: 5 }, 0);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect([await counted("a"), await left()]).toEqual([0, 0]);
  });

  test("goes on at the next start where a stop cut it short", async () => {
    await using storage = await open();
    const stop = Promise.withResolvers<void>();
    const first = counting(storage, {
      before: (at) => {
        if (at === 2) stop.resolve();
      },
    });
    const { finished } = await storage.transact((tx) =>
      first.counter.begin(tx, { name: "a", to: 100 }, 0),
    );
    await stop.promise;
    await first.changes.close();
    await expect(finished()).rejects.toThrow("the server stops");
    const before = await first.counted("a");
    expect(before).toBeLessThan(100);
    const second = counting(storage);
    await second.changes.resume();
    expect([await second.counted("a"), await second.left()]).toEqual([100, 0]);
  });

  test("tries a part again that failed, and undoes what it did", async () => {
    await using storage = await open();
    let failing = 3;
    const { counter, counted, failures } = counting(storage, {
      before(at) {
        if (at === 1 && failing-- > 0) throw new Error("no");
      },
    });
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 3 }, 0),
    );
    await finished();
    expect(await counted("a")).toBe(3);
    expect(failures).toEqual([
      ["no", 1],
      ["no", 2],
      ["no", 4],
    ]);
  });

  test("one by one were all done at the end, and are done in the order they came", async () => {
    await using storage = await open();
    const { changes } = counting(storage, { pauseMs: 60_000 });
    const parts: string[] = [];
    const counter = changes.define<{ name: string }, number>(
      "one by one",
      (_tx, { name }, at) => {
        parts.push(name);
        if (name === "b") return Promise.reject(new Error("no"));
        return Promise.resolve(at < 3 ? at + 1 : undefined);
      },
      { isOneByOne: true },
    );
    const done: string[] = [];
    const all = ["a", "b", "c", "d"].map(async (name) => {
      const { finished } = await storage.transact((tx) =>
        counter.follow(tx, { name }, 1),
      );
      await finished();
      done.push(name);
    });
    await Promise.all([all[0], all[2], all[3]]);
    expect(done).toEqual(["a", "c", "d"]);
    // One that fails is tried again later, and holds up nobody.
    expect(parts.join("")).toBe("aaabcccddd");
    await changes.close();
    await expect(all[1]).rejects.toThrow("the server stops");
  });

  test("makes one part at a time, of all there are in turn", async () => {
    await using storage = await open();
    const { counter, changes, counted } = counting(storage);
    let open1 = 0;
    let most = 0;
    const watched = changes.define<null, number>(
      "watched",
      async (_tx, _, at) => {
        most = Math.max(most, ++open1);
        await storage.db.selectFrom("meta").select("key").execute();
        open1--;
        return at < 5 ? at + 1 : undefined;
      },
    );
    const begun = await Promise.all([
      ...Array.from({ length: 5 }, () =>
        storage.transact((tx) => watched.follow(tx, null, 0)),
      ),
      storage.transact((tx) => counter.follow(tx, { name: "a", to: 9 }, 0)),
    ]);
    await Promise.all([
      ...begun.map(({ finished }) => finished()),
      changes.transact(async () => {
        most = Math.max(most, open1 + 1);
      }),
    ]);
    expect(most).toBe(1);
    expect(await counted("a")).toBe(9);
  });
});
