import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import {
  bumpVersion,
  bumpVersions,
  dropVersion,
  findGroupVersions,
  groupMarker,
  listChanges,
  sortMarker,
  VersionState,
  versionOf,
} from "./versions.ts";

const { insert, update } = VersionState;
const remove = VersionState.delete;

/** One log, as its owner sees it. */
function logOf(storage: TestStorage, ownerID: string) {
  const { db, transact } = storage;
  return {
    bump: (state: VersionState, ...ids: string[]) =>
      transact((tx) => bumpVersion(tx, "groupMembers", ownerID, state, ids)),
    version: async () => (await findGroupVersions(db, [ownerID])).get(ownerID),
    async since(version: number, versionID?: string) {
      const current = await versionOf(storage, "groupMembers", ownerID);
      return listChanges(db, "groupMembers", ownerID, current, {
        versionID: versionID ?? current.versionID,
        version,
      });
    },
  };
}

forEachEngine("a version log", (open) => {
  test("grows by one with every operation, however much it touches", async () => {
    await using storage = await open();
    const log = logOf(storage, "g");
    expect((await log.bump(insert, "ann", "bob")).version).toBe(1);
    expect((await log.bump(update, "bob")).version).toBe(2);
    expect((await log.bump(remove, "ann")).version).toBe(3);
    expect(await log.since(1)).toMatchObject({
      full: false,
      version: 3,
      insert: [],
      update: ["bob"],
      delete: ["ann"],
    });
  });

  test("tells each entry once, as it is now", async () => {
    await using storage = await open();
    const log = logOf(storage, "g");
    await log.bump(insert, "cyd");
    await log.bump(insert, "ann");
    await log.bump(remove, "ann");
    await log.bump(insert, "ann");
    expect(await log.since(1)).toMatchObject({ insert: ["ann"], delete: [] });
  });

  test("shows marks as the version of the newest order, and not as entries", async () => {
    await using storage = await open();
    const log = logOf(storage, "g");
    await log.bump(insert, "ann");
    await log.bump(update, "ann", sortMarker);
    await log.bump(update, groupMarker);
    expect(await log.since(1)).toMatchObject({
      version: 3,
      sortVersion: 2,
      update: ["ann"],
    });
    expect(await log.since(2)).toMatchObject({ sortVersion: 0, update: [] });
    await log.bump(insert, "bob");
    expect(await log.version()).toMatchObject({
      version: 4,
      groupChangedAt: 3,
    });
  });

  test("asks for everything where it cannot say what changed", async () => {
    await using storage = await open();
    const log = logOf(storage, "g");
    for (let i = 0; i < 201; i++) await log.bump(insert, `m${i}`);
    expect((await log.since(0)).full).toBe(true);
    expect((await log.since(202)).full).toBe(true);
    expect((await log.since(5, "another")).full).toBe(true);
    expect((await log.since(1)).full).toBe(false);
    await log.bump(insert, "one more");
    expect((await log.since(1)).full).toBe(true);
    expect(await log.since(202)).toMatchObject({ full: false, insert: [] });
  });

  test("begins anew, under another id, once it was dropped", async () => {
    await using storage = await open();
    const log = logOf(storage, "g");
    const before = await log.bump(insert, "ann");
    await storage.transact((tx) => dropVersion(tx, "groupMembers", "g"));
    expect(await log.version()).toBeUndefined();
    const after = await log.bump(insert, "bob");
    expect(after.version).toBe(1);
    expect(after.versionID).not.toBe(before.versionID);
    expect(await log.since(1, before.versionID)).toMatchObject({ full: true });
  });

  test("of many owners grows with one entry for each of them", async () => {
    await using storage = await open();
    const owners = Array.from({ length: 1_100 }, (_, i) => `u${i}`);
    const bump = (state: VersionState, ownerIDs: string[]) =>
      storage.transact((tx) =>
        bumpVersions(tx, "groupMembers", ownerIDs, state, "g"),
      );
    await bump(insert, owners);
    await bump(remove, owners.slice(1_050));
    expect(await logOf(storage, "u3").version()).toMatchObject({ version: 1 });
    expect(await logOf(storage, "u1099").since(1)).toMatchObject({
      version: 2,
      delete: ["g"],
    });
    await bump(insert, []);
  });
});
