import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import {
  accept,
  admin,
  apply,
  openFriends,
} from "../../testing/friends/friends.ts";

const none = { versionID: "", version: 0 };

forEachEngine("a change of friends that fails", (open) => {
  const changes: [string, (opened: Opened) => Promise<unknown>][] = [
    ["import", ({ befriend }) => befriend("ann", "dan")],
    ["remark", ({ friends }) => friends.setRemark("op", "ann", "bob", "B")],
    [
      "update",
      ({ friends }) => friends.update("op", "ann", ["bob"], { isPinned: true }),
    ],
    ["deletion", ({ friends }) => friends.delete("op", "ann", "bob")],
    [
      "answer",
      ({ applications }) =>
        applications.answer(
          { actor: admin, operationID: "op" },
          accept("cat", "ann"),
        ),
    ],
    [
      "application",
      ({ applications }) => applications.apply("op", apply("dan", "ann")),
    ],
    [
      "block",
      ({ blacks }) =>
        blacks.add(
          { actor: admin, operationID: "op" },
          {
            ownerUserID: "ann",
            blackUserID: "bob",
            ex: "",
          },
        ),
    ],
  ];

  test.each(changes)(
    "%s: leaves neither rows nor versions nor a wrong memory",
    async (_case, change) => {
      await using storage = await open();
      const opened = openFriends(storage);
      await opened.befriend("ann", "bob");
      await opened.applications.apply("op", apply("cat", "ann"));
      const before = await everythingOf(storage);
      const remembered = await memoryOf(opened);

      opened.failToNotify(new Error("no way to tell anybody"));
      await expect(change(opened)).rejects.toThrow("no way to tell anybody");

      expect(await everythingOf(storage)).toEqual(before);
      expect(await memoryOf(opened)).toEqual(remembered);
    },
  );
});

forEachEngine("sync of friends", (open) => {
  test("one operation is one version more, however many friends it changes", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    const version = async () =>
      (await friends.incremental("ann", none)).changes.version;
    await befriend("ann", "bob", "cat", "dan");
    expect(await version()).toBe(1);
    await friends.update("op", "ann", ["bob", "cat"], { isPinned: true });
    expect(await version()).toBe(2);
    await friends.setRemark("op", "ann", "bob", "B");
    expect(await version()).toBe(3);
    await friends.delete("op", "ann", "dan");
    expect(await version()).toBe(4);
  });

  test("a pin shows as a change of order, and never as a friend", async () => {
    await using storage = await open();
    const { friends, befriend } = openFriends(storage);
    await befriend("ann", "bob", "cat");
    const { changes: known } = await friends.incremental("ann", none);
    await friends.update("op", "ann", ["cat"], { isPinned: true, ex: "x" });

    const { changes, update } = await friends.incremental("ann", known);
    expect(changes).toEqual({
      versionID: known.versionID,
      version: 2,
      full: false,
      sortVersion: 2,
      delete: [],
      insert: [],
      update: ["cat"],
    });
    expect(update.map(({ friendUser }) => friendUser?.userID)).toEqual(["cat"]);
  });

  test("a pin counts as one of 200 changes too many", async () => {
    await using storage = await open();
    const many = Array.from({ length: 200 }, (_, i) => `u${i}`);
    const { friends, befriend } = openFriends(storage, ["ann", "bob", ...many]);
    await befriend("ann", "bob");
    const { changes: known } = await friends.incremental("ann", none);
    await befriend("ann", ...many);
    const since = () => friends.incremental("ann", known);
    expect((await since()).changes.full).toBe(false);

    await friends.update("op", "ann", ["u7"], { isPinned: true });

    expect((await since()).changes.full).toBe(true);
  });

  test("agrees with itself after each of 150 operations", async () => {
    await using storage = await open();
    const userIDs = ["ann", "bob", "cat", "dan", "eve"];
    const opened = openFriends(storage, userIDs);
    const { friends, applications, blacks, befriend } = opened;
    const followers = await Promise.all(
      userIDs.flatMap((userID) => [
        opened.followFriends(userID),
        opened.followBlacks(userID),
      ]),
    );
    const random = randomFrom(7);
    const operations: ((a: string, b: string) => Promise<unknown>)[] = [
      (a, b) => befriend(a, b),
      (a) => befriend(a, ...userIDs.filter((userID) => userID !== a)),
      (a, b) => friends.delete("op", a, b),
      (a, b) => friends.setRemark("op", a, b, `r${random(100)}`),
      (a, b) => friends.update("op", a, [b], { isPinned: random(2) === 0 }),
      (a) => friends.update("op", a, userIDs, { ex: `x${random(100)}` }),
      (a) => opened.rename(a, `n${random(100)}`),
      (a, b) => applications.apply("op", apply(a, b)),
      (a, b) =>
        applications.answer({ actor: admin, operationID: "op" }, accept(a, b)),
      (a, b) => blacks.remove("op", a, b),
      (a, b) =>
        blacks.add(
          { actor: admin, operationID: "op" },
          { ownerUserID: a, blackUserID: b, ex: "" },
        ),
    ];

    for (let i = 0; i < 150; i++) {
      const [a = "", b = ""] = [random(5), random(5)].map((n) => userIDs[n]);
      // Refusals leave things as they are, and that must agree, too.
      await operations[random(operations.length)]?.(a, b).catch(codeOf);
      for (const follower of followers) await follower.agrees();
      expect(await friends.hasFriend(a, b)).toBe(
        (await friends.listIDs(a)).includes(b),
      );
      expect(await blacks.isBlocked(a, b)).toBe(
        (await blacks.list(a, [b])).length === 1,
      );
    }
  });
});

type Opened = ReturnType<typeof openFriends>;

async function everythingOf({ db }: TestStorage): Promise<unknown[]> {
  const tables = [
    "friends",
    "friend_requests",
    "blacks",
    "versions",
    "version_entries",
  ] as const;
  return Promise.all(
    tables.map((table) => db.selectFrom(table).selectAll().execute()),
  );
}

async function memoryOf({ friends, blacks }: Opened): Promise<unknown> {
  const others = ["bob", "cat", "dan"];
  return Promise.all(
    others.map(async (other) => [
      await friends.hasFriend("ann", other),
      await friends.hasFriend(other, "ann"),
      await blacks.isBlocked("ann", other),
    ]),
  );
}

/** Throws what is not a refusal. */
function codeOf(error: unknown): number {
  if (error instanceof Error && "code" in error) return Number(error.code);
  throw error;
}

/** The same numbers each time, below `bound`. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * bound);
  };
}
