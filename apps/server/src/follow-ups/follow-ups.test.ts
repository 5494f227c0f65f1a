import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createLogger } from "../watching/logger.ts";
import { openFollowUps } from "./follow-ups.ts";
import type { FollowUpKind, Of } from "./follow-ups.ts";
import { GiveUp, ReceiverAway } from "./outcome.ts";
import type { About, KindOptions } from "./queue.ts";

type Run = KindOptions<string>["run"];

/** One process's follow-ups of a kind; what it is told, in order. */
async function processOver(
  storage: TestStorage,
  run: Run = () => Promise.resolve(),
  how: Partial<KindOptions<string>> = {},
  now: () => number = Date.now,
) {
  const done: string[] = [];
  const ids: string[] = [];
  const dropped: [string, string | undefined][] = [];
  const waiters: { isTrue: () => boolean; resolve: () => void }[] = [];
  const look = (): void => {
    for (const each of waiters) if (each.isTrue()) each.resolve();
  };
  const followUps = await openFollowUps({
    db: storage.db,
    writer: storage.writer,
    logger: createLogger("silent"),
    now,
    afterFailureMs: 1,
  });
  const kind = followUps.define<string>("test", {
    workers: 4,
    maxAgeMs: 60_000,
    pausesMs: [1, 1],
    limits: { rows: 1_000, size: 1 << 20 },
    async run(what, about) {
      const running = run(what, about);
      look();
      await running;
      done.push(what);
      ids.push(about.id);
      look();
    },
    dropped(reason, what) {
      dropped.push([reason, what]);
      look();
    },
    ...how,
  });
  return {
    followUps,
    kind,
    done,
    ids,
    dropped,
    until: (isTrue: () => boolean) =>
      new Promise<void>((resolve) => {
        waiters.push({ isTrue, resolve });
        look();
      }),
    /** Stops at once: finished work is written, and running work is not. */
    end: () => followUps.close(0),
  };
}

const add = (
  storage: TestStorage,
  kind: FollowUpKind<string>,
  whats: readonly string[],
  of: Of = {},
) =>
  storage.transact(async (tx) => whats.map((what) => kind.add(tx, what, of)));

const rowsOf = (storage: TestStorage) =>
  storage.db.selectFrom("follow_ups").selectAll().orderBy("id").execute();

const never = () => new Promise<void>(() => undefined);

forEachEngine("follow-ups", (open) => {
  test("are done once the change is durable, and their rows go", async () => {
    await using storage = await open();
    const { followUps, kind, done, until, end } = await processOver(storage);
    await followUps.start();
    await add(storage, kind, ["a", "b"]);
    await until(() => done.length === 2);
    await end();
    expect(done.toSorted()).toEqual(["a", "b"]);
    expect(await rowsOf(storage)).toEqual([]);
    expect(kind.waiting()).toBe(0);
  });

  test("of a change that is undone are not done", async () => {
    await using storage = await open();
    const { followUps, kind, done, until, end } = await processOver(storage);
    await followUps.start();
    const refused = storage.transact(async (tx) => {
      kind.add(tx, "never");
      throw new Error("refused");
    });
    expect(refused).rejects.toThrow("refused");
    await add(storage, kind, ["a"]);
    await until(() => done.length === 1);
    await end();
    expect(done).toEqual(["a"]);
    expect(kind.waiting()).toBe(0);
  });

  test("were lost by whoever was killed before they were done", async () => {
    await using storage = await open();
    const first: string[] = [];
    const killed = await processOver(storage, (_what, { id }) => {
      first.push(id);
      return never();
    });
    await killed.followUps.start();
    await add(storage, killed.kind, ["a", "b", "c"], { lane: "x" });
    await killed.until(() => first.length === 1);
    const next = await processOver(storage);
    await next.followUps.start();
    await next.until(() => next.done.length === 3);
    await next.end();
    expect(next.done).toEqual(["a", "b", "c"]);
    // The one that was under way has the same id again.
    expect(next.ids[0]).toBe(first[0] ?? "");
    expect(new Set(next.ids).size).toBe(3);
    expect(await rowsOf(storage)).toEqual([]);
  });

  test("of one lane keep their order while one of them fails, and hold up nobody", async () => {
    await using storage = await open();
    let failures = 2;
    const { followUps, kind, done, until, end } = await processOver(
      storage,
      async (what) => {
        if (what === "x1" && failures-- > 0) throw new Error("not yet");
      },
      { pausesMs: [20, 20] },
    );
    await followUps.start();
    await add(storage, kind, ["x1", "x2", "x3"], { lane: "x" });
    await add(storage, kind, ["y1"], { lane: "y" });
    await until(() => done.length === 4);
    await end();
    expect(done).toEqual(["y1", "x1", "x2", "x3"]);
  });

  test("are tried so often, and then dropped with the reason", async () => {
    await using storage = await open();
    let tries = 0;
    const { followUps, kind, dropped, until, end } = await processOver(
      storage,
      (what) => {
        tries++;
        return Promise.reject(
          what === "off" ? new GiveUp("off", "it is off") : new Error("no"),
        );
      },
    );
    await followUps.start();
    await add(storage, kind, ["a", "off"], { lane: "x" });
    await until(() => dropped.length === 2);
    await end();
    expect(dropped).toEqual([
      ["failed", "a"],
      ["off", "off"],
    ]);
    expect(tries).toBe(4);
    expect(await rowsOf(storage)).toEqual([]);
  });

  test("go on counting tries after the process ended", async () => {
    await using storage = await open();
    const seen: number[] = [];
    const run: Run = (_what, { tries }) => {
      seen.push(tries);
      return Promise.reject(new Error("no"));
    };
    const killed = await processOver(storage, run, { pausesMs: [0, 60_000] });
    await killed.followUps.start();
    await add(storage, killed.kind, ["a"]);
    while ((await rowsOf(storage))[0]?.tries !== 2) await Bun.sleep(1);
    const next = await processOver(storage, run, { pausesMs: [0, 1] });
    await next.followUps.start();
    await next.until(() => next.dropped.length === 1);
    await next.end();
    expect(seen).toEqual([0, 1, 2]);
  });

  test("wait while nobody is there, and no try is counted", async () => {
    await using storage = await open();
    let isThere = false;
    const seen = new Set<number>();
    const { followUps, kind, done, dropped, until, end } = await processOver(
      storage,
      (_what, { tries }: About<string>) => {
        seen.add(tries);
        return isThere ? Promise.resolve() : Promise.reject(new ReceiverAway());
      },
    );
    await followUps.start();
    await add(storage, kind, ["a", "b", "c"], { lane: "x" });
    await add(storage, kind, ["d"]);
    while (seen.size === 0) await Bun.sleep(1);
    isThere = true;
    await until(() => done.length === 4);
    await end();
    expect(done.filter((each) => each !== "d")).toEqual(["a", "b", "c"]);
    expect([dropped, [...seen]]).toEqual([[], [0]]);
  });

  test("one that makes its receiver go away stopped all others", async () => {
    await using storage = await open();
    const { followUps, kind, done, dropped, until, end } = await processOver(
      storage,
      (what) =>
        what === "poison"
          ? Promise.reject(new ReceiverAway())
          : Promise.resolve(),
    );
    await followUps.start();
    await add(storage, kind, ["poison", "a", "b"], { lane: "x" });
    await add(storage, kind, ["c"]);
    await add(storage, kind, ["d"]);
    await until(() => done.length === 4);
    await end();
    expect(dropped).toEqual([["failed", "poison"]]);
    expect(done.slice(-2)).toEqual(["a", "b"]);
  });

  test("find room for others where one lane has hundreds, which keep their order", async () => {
    await using storage = await open();
    const { promise: opened, resolve: let1 } = Promise.withResolvers<void>();
    const { followUps, kind, done, until, end } = await processOver(
      storage,
      (what) => (what === "0" ? opened : Promise.resolve()),
    );
    await followUps.start();
    const many = Array.from({ length: 900 }, (_, i) => String(i));
    await add(storage, kind, many.slice(0, 700), { lane: "x" });
    await add(storage, kind, ["other"], { lane: "y" });
    await until(() => done.length === 1);
    expect(done).toEqual(["other"]);
    const rest = add(storage, kind, many.slice(700), { lane: "x" });
    let1();
    await rest;
    await until(() => done.length === 901);
    await end();
    expect(done.slice(1)).toEqual(many);
    expect(await rowsOf(storage)).toEqual([]);
  });

  test("that find no room are dropped, and say so", async () => {
    await using storage = await open();
    const { followUps, kind, dropped, end } = await processOver(
      storage,
      never,
      { limits: { rows: 3, size: 20 } },
    );
    await followUps.start();
    await add(storage, kind, ["a", "b"]);
    await add(storage, kind, ["long, long, long", "c", "d"]);
    expect(kind.waiting()).toBe(3);
    expect(dropped).toEqual([
      ["overload", "long, long, long"],
      ["overload", "d"],
    ]);
    await end();
  });

  test("that are of no use any more are dropped unseen", async () => {
    await using storage = await open();
    let time = 1_000_000;
    const killed = await processOver(storage, never, {}, () => time);
    await add(storage, killed.kind, ["old"]);
    time += 60_001;
    await add(storage, killed.kind, ["new"]);
    const next = await processOver(storage, undefined, {}, () => time);
    await next.followUps.start();
    await next.until(() => next.done.length + next.dropped.length === 2);
    await next.end();
    expect([next.done, next.dropped]).toEqual([["new"], [["tooOld", "old"]]]);
  });

  test("of a feature that is off by now are removed at the start", async () => {
    await using storage = await open();
    const killed = await processOver(storage, never);
    await add(storage, killed.kind, ["a", "b"]);
    const next = await openFollowUps({
      db: storage.db,
      writer: storage.writer,
      logger: createLogger("silent"),
      now: Date.now,
    });
    await next.start();
    expect(await rowsOf(storage)).toEqual([]);
    expect(await storage.db.selectFrom("leases").selectAll().execute()).toEqual(
      [],
    );
  });

  test("of a user who is deleted are void", async () => {
    await using storage = await open();
    const killed = await processOver(storage, never);
    await add(storage, killed.kind, ["of ann"], { userID: "ann" });
    await add(storage, killed.kind, ["of bob"], { userID: "bob" });
    await killed.followUps.removeOf("ann", storage.transact);
    expect(killed.kind.waiting()).toBe(1);
    expect((await rowsOf(storage)).map(({ what }) => what)).toEqual([
      '"of bob"',
    ]);
  });

  test("of a deleted user that were done were counted off twice", async () => {
    await using storage = await open();
    const { followUps, kind, done, until, end } = await processOver(storage);
    await followUps.start();
    await add(storage, kind, ["of ann"], { userID: "ann" });
    await until(() => done.length === 1);
    await followUps.removeOf("ann", storage.transact);
    expect(kind.waiting()).toBe(0);
    await end();
    expect(kind.waiting()).toBe(0);
  });

  test("of a deleted user that were held were done once they were handed over", async () => {
    await using storage = await open();
    const { followUps, kind, done, until, end } = await processOver(
      storage,
      undefined,
      { isHeld: true, workers: 1 },
    );
    await followUps.start();
    const [ann] = await add(storage, kind, ["ann"], { userID: "ann" });
    const [bob] = await add(storage, kind, ["bob"], { userID: "bob" });
    if (!ann || !bob) throw new Error("there is room");
    await followUps.removeOf("ann", storage.transact);
    await kind.handOver(ann, "of ann", 0);
    await kind.handOver(bob, "of bob", 0);
    await until(() => done.includes("of bob"));
    await end();
    expect([done, kind.waiting()]).toEqual([["of bob"], 0]);
  });

  test("the removal of a deleted user's made a commit for every thousand ids that are gone", async () => {
    await using storage = await open();
    const killed = await processOver(storage, never);
    await add(storage, killed.kind, ["old"], { userID: "ann" });
    await storage.transact(async (tx) => {
      await tx.db
        .insertInto("follow_ups")
        .values({
          ...{ id: 1_000_000, kind: "test", lane: "", user_id: "ann" },
          ...{ what: '"new"', size: 5, created_at: 0, tries: 0, due_at: 0 },
        })
        .execute();
    });
    const next = await processOver(storage, never);
    let commits = 0;
    await next.followUps.removeOf("ann", (work) => {
      commits++;
      return storage.transact(work);
    });
    expect(await rowsOf(storage)).toEqual([]);
    expect(commits).toBe(1);
  });

  test("wait while the receiver goes away again and again, and no one is dropped", async () => {
    await using storage = await open();
    const tried = new Set<string>();
    let isBack = false;
    let tries = 0;
    const { followUps, kind, done, dropped, until, end } = await processOver(
      storage,
      (what) => {
        if (isBack || what === "c") return Promise.resolve();
        tried.add(what);
        if (done.includes("c") && ++tries === 3) isBack = true;
        return Promise.reject(new ReceiverAway());
      },
      { pausesMs: [1] },
    );
    await followUps.start();
    await add(storage, kind, ["a", "b"]);
    while (tried.size < 2) await Bun.sleep(1);
    await add(storage, kind, ["c"]);
    await until(() => done.length + dropped.length === 3);
    await end();
    expect(dropped).toEqual([]);
  });

  test("were left until the next start when the database refused the first change", async () => {
    await using storage = await open();
    const held = { isHeld: true };
    const killed = await processOver(storage, undefined, held);
    await add(storage, killed.kind, ["left"]);
    let refusals = 2;
    const next = await processOver(
      {
        ...storage,
        writer: {
          ...storage.writer,
          transact: (work) =>
            refusals-- > 0
              ? Promise.reject(new Error("the database is away"))
              : storage.transact(work),
        },
      },
      undefined,
      held,
    );
    await next.followUps.start();
    await next.until(() => next.done.length === 1);
    await next.end();
    expect(next.done).toEqual(["left"]);
  });

  test("a process that another one took over from finishes nothing", async () => {
    await using storage = await open();
    const { promise: over, resolve: finish } = Promise.withResolvers<void>();
    const former = await processOver(storage, () => over);
    await former.followUps.start();
    await add(storage, former.kind, ["a"]);
    const next = await processOver(storage, never);
    await next.followUps.start();
    finish();
    await former.until(() => former.done.length === 1);
    await former.end();
    expect(await rowsOf(storage)).toHaveLength(1);
    await next.end();
  });

  test("that are held go when it is said that they are done; else the next process does them", async () => {
    await using storage = await open();
    const held = { isHeld: true };
    const killed = await processOver(storage, undefined, held);
    await killed.followUps.start();
    const [a, , c] = await add(storage, killed.kind, ["a", "b", "c"]);
    if (!a || !c) throw new Error("there is room");
    killed.kind.done(a);
    await killed.kind.handOver(c, "c again", 0);
    await killed.until(() => killed.done.length === 1);
    expect(killed.done).toEqual(["c again"]);
    await killed.end();
    expect((await rowsOf(storage)).map(({ what }) => what)).toEqual(['"b"']);
    const next = await processOver(storage, undefined, held);
    await next.followUps.start();
    await next.until(() => next.done.length === 1);
    await next.end();
    expect(next.done).toEqual(["b"]);
  });

  test("what was said to be kept is kept for the next process", async () => {
    await using storage = await open();
    const saved = Promise.withResolvers<void>();
    const killed = await processOver(storage, async (_what, { save }) => {
      await save("begun");
      saved.resolve();
      await never();
    });
    await killed.followUps.start();
    await add(storage, killed.kind, ["new"]);
    await saved.promise;
    const next = await processOver(storage);
    await next.followUps.start();
    await next.until(() => next.done.length === 1);
    await next.end();
    expect(next.done).toEqual(["begun"]);
  });
});
