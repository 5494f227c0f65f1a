import { statSync } from "node:fs";

import { expect, test } from "bun:test";

import { sql } from "kysely";

import { createLargeChanges } from "./large-changes.ts";
import type { LargeChangesDeps } from "./large-changes.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import type { Transaction } from "./writer.ts";

/** Counts to `what`, one a part, in a row of its own. */
function counting(
  { db, transact }: TestStorage,
  more: Partial<LargeChangesDeps> & {
    before?: (count: number) => Promise<void> | void;
  } = {},
) {
  const heard: string[] = [];
  const changes = createLargeChanges({
    db,
    transact,
    troubles: {
      failed: (error) => void heard.push(`failed: ${String(error)}`),
      recovered: () => void heard.push("recovered"),
      setAside: (error) => void heard.push(`set aside: ${String(error)}`),
    },
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
    heard,
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

/** By the log that a database writes before all else. */
async function bytesWritten({ engine }: TestStorage): Promise<number> {
  if (engine.kind === "postgres") {
    const { rows } = await sql<{ bytes: number }>`
      select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes
    `.execute(engine.read);
    return Number(rows[0]?.bytes);
  }
  return statSync(`${engine.description}-wal`).size;
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

  test("tries a part again that failed, undoes what it did, and tells so once", async () => {
    await using storage = await open();
    let failing = 3;
    const { counter, counted, heard } = counting(storage, {
      before(at) {
        if (at === 1 && failing-- > 0) throw new Error("no");
      },
    });
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 3 }, 0),
    );
    await finished();
    expect(await counted("a")).toBe(3);
    expect(heard).toEqual(["failed: Error: no", "recovered"]);
  });

  test("of which a part can never be made was tried for ever, and is set aside", async () => {
    await using storage = await open();
    const first = counting(storage, {
      before(at) {
        if (at === 2) throw new Error("never");
      },
      pauseMs: 0,
    });
    const { finished } = await storage.transact((tx) =>
      first.counter.begin(tx, { name: "a", to: 4 }, 0),
    );
    await expect(finished()).rejects.toThrow(
      "when the server starts: counting",
    );
    expect(first.heard).toEqual([
      "failed: Error: never",
      "set aside: Error: never",
    ]);
    expect(first.changes.setAside()).toBe(1);
    expect(
      await storage.db.selectFrom("large_change_places").selectAll().execute(),
    ).toEqual([{ change_id: 1, at: "2", problem: "Error: never" }]);
    // The next start goes on where it was, and it may be possible then.
    const second = counting(storage);
    await second.changes.resume();
    expect([await second.counted("a"), await second.left()]).toEqual([4, 0]);
    expect(second.changes.setAside()).toBe(0);
  });

  test("waits as long as there is no room on the disk", async () => {
    await using storage = await open();
    let failing = 15;
    const { counter, counted, heard } = counting(storage, {
      before(at) {
        if (at === 1 && failing-- > 0)
          throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
      // As many pauses as that would take hours otherwise.
      pauseMs: 0,
    });
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 3 }, 0),
    );
    await finished();
    expect(await counted("a")).toBe(3);
    expect(heard.at(-1)).toBe("recovered");
    expect(heard).toHaveLength(2);
  });

  test("that found no room kept a server from stopping, whose caller waited", async () => {
    await using storage = await open();
    const { promise: failed, resolve } = Promise.withResolvers<void>();
    const { changes, counter, left } = counting(storage, {
      before(at) {
        if (at === 0) return;
        resolve();
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
      pauseMs: 1_000_000,
    });
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 3 }, 0),
    );
    await failed;
    changes.stopping();
    await expect(finished()).rejects.toThrow("the server stops");
    expect(await left()).toBe(1);
    await changes.close();
  });

  test("of which all parts can be made is finished while a server stops", async () => {
    await using storage = await open();
    const { changes, counter, counted } = counting(storage);
    const { finished } = await storage.transact((tx) =>
      counter.begin(tx, { name: "a", to: 5 }, 0),
    );
    changes.stopping();
    await finished();
    expect(await counted("a")).toBe(5);
  });

  test("of an unknown kind kept those after it from going on, and is set aside alone", async () => {
    await using storage = await open();
    await storage.transact(async ({ db }) => {
      for (const kind of ["of a newer version", "counting"])
        await db
          .insertInto("large_changes")
          .values({ kind, what: JSON.stringify({ name: "a", to: 2 }), at: "0" })
          .execute();
    });
    const { changes, counted, heard } = counting(storage);
    await changes.resume();
    expect(await counted("a")).toBe(2);
    expect(heard).toEqual([
      "set aside: Error: no large change of the kind 'of a newer version' is known",
    ]);
    expect(changes.setAside()).toBe(1);
  });

  test("of 100,000 people wrote all of them anew with each part", async () => {
    await using storage = await open();
    const { changes } = counting(storage);
    const people = Array.from({ length: 100_000 }, (_, i) => `person-${i}`);
    const size = JSON.stringify(people).length;
    const parts = changes.define<{ people: string[] }, number>(
      "of many",
      (_tx, _what, at) => Promise.resolve(at < 20 ? at + 1 : undefined),
    );
    const { finished } = await storage.transact((tx) =>
      parts.follow(tx, { people }, 0),
    );
    const before = await bytesWritten(storage);
    await finished();
    expect((await bytesWritten(storage)) - before).toBeLessThan(size);
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
