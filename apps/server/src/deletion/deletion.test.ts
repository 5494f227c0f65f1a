import { afterAll, expect, test } from "bun:test";

import type { Cause } from "../http/actor.ts";
import { createCaches } from "../storage/caches.ts";
import { openNodes } from "../../testing/nodes/open-nodes.ts";
import { forEachEngine, stopPostgres } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createDeletion, openDeparting } from "./deletion.ts";
import type { Deletion, DeletionDeps } from "./deletion.ts";

const byAdmin: Cause = {
  actor: { userID: "imAdmin", platformID: 10, isAdmin: true },
  operationID: "op",
};

const open = async (
  { db, caches, transact }: TestStorage,
  more: Partial<DeletionDeps>,
): Promise<Deletion & AsyncDisposable> => {
  const deletion = createDeletion({
    db,
    transact,
    departing: await openDeparting(db, caches),
    parts: {},
    isAdmin: () => false,
    isRegistered: () => Promise.resolve(true),
    dropTokens: () => Promise.resolve(0),
    endSessions: () => undefined,
    removeProfile: () => Promise.resolve(true),
    failed: () => undefined,
    pauseMs: 1,
    now: () => 1_700_000_000_000,
    ...more,
  });
  return { ...deletion, [Symbol.asyncDispose]: deletion.close };
};

const annWith = (withMessages: boolean) => ({ userID: "ann", withMessages });

forEachEngine("a deletion", (openStorage) => {
  test("of which a part failed went on with the next request or start only", async () => {
    await using storage = await openStorage();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const pauses: number[] = [];
    let tries = 0;
    await using deletion = await open(storage, {
      parts: {
        async friends() {
          if (++tries < 4) throw new Error("the disk is full");
          await Promise.resolve();
        },
      },
      removeProfile(tx) {
        tx.afterCommit(resolve);
        return Promise.resolve(true);
      },
      failed: (_error, _userID, inMs) => pauses.push(inMs),
    });
    const first = deletion.delete(byAdmin, annWith(false));
    expect(await first.catch((error: Error) => error.message)).toBe(
      "the disk is full",
    );
    await gone;
    expect(pauses).toEqual([1, 2, 4]);
    expect((await deletion.get("ann")).state).toBe("done");
  });

  test("asked for again just as it ended was left undone", async () => {
    await using storage = await openStorage();
    const departing = await openDeparting(storage.db, createCaches());
    const { promise: queued, resolve: go } = Promise.withResolvers<void>();
    let again: Promise<unknown> | undefined;
    let sessionsEnded = 0;
    let waiting = 0;
    await using deletion = await open(storage, {
      departing,
      parts: {
        // The writer waits until its end and the next beginning are queued.
        async last() {
          if (again) return;
          const { promise: begun, resolve } = Promise.withResolvers<void>();
          void storage.transact(async () => {
            resolve();
            await queued;
          });
          await begun;
        },
      },
      endSessions() {
        if (++sessionsEnded === 2)
          again = deletion.delete(byAdmin, annWith(true));
      },
      transact(work) {
        const done = storage.transact(work);
        if (again && ++waiting === 2) go();
        return done;
      },
    });
    await deletion.delete(byAdmin, annWith(false));
    await again;
    const { state, deleteMessages } = await deletion.get("ann");
    expect({ state, deleteMessages }).toEqual({
      state: "done",
      deleteMessages: true,
    });
    expect(departing.size()).toBe(0);
  });
});

afterAll(stopPostgres);

test("a deletion was left undone when its node died, or made at two nodes at once", async () => {
  await using nodes = await openNodes({ beatMs: 50 });
  const [one, other] = [await nodes.open(), await nodes.open()];
  const made: string[] = [];
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const openAt = ({ cluster, storage }: typeof one, name: string) =>
    open(storage, {
      leases: cluster.leases,
      patienceMs: 1,
      parts: {
        async friends() {
          made.push(name);
          if (name === "one") begun.resolve();
          if (name === "one") await new Promise(() => undefined);
        },
      },
      removeProfile(tx) {
        tx.afterDurable(gone.resolve);
        return Promise.resolve(true);
      },
    });
  const [here, there] = [
    await openAt(one, "one"),
    await openAt(other, "other"),
  ];
  await here.delete(byAdmin, annWith(false));
  await begun.promise;
  await there.resume();
  expect((await there.delete(byAdmin, annWith(false))).state).toBe("running");
  expect(made).toEqual(["one"]);
  // It neither beats nor commits from here on.
  await one.cluster.close();
  await gone.promise;
  expect(made).toEqual(["one", "other"]);
  expect((await there.get("ann")).state).toBe("done");
  expect(
    await other.storage.db.selectFrom("leases").selectAll().execute(),
  ).toEqual([]);
  await there.close();
});
