import { expect } from "bun:test";

import type { Changes, Version } from "../../src/storage/versions.ts";

/** One list of one owner, as clients can ask for it. */
export interface SyncedList<Item> {
  incremental(
    known: Version,
  ): Promise<{ changes: Changes; insert: Item[]; update: Item[] }>;
  /** Everything, afresh and in order. */
  list(): Promise<Item[]>;
  /** The ids in order; where nobody can ask for them, those of `list`. */
  listIDs?(): Promise<string[]>;
  idOf(item: Item): string;
}

/** A client that fetched once and has kept up by increments since. */
export interface Follower {
  readonly version: number;
  /** Fetches what is new and expects to hold what a fresh client would. */
  agrees(): Promise<void>;
}

/**
 * For the promise that sync agrees with itself: after every operation of a
 * test, let those whom it may concern agree.
 */
export async function follow<Item>(
  source: SyncedList<Item>,
): Promise<Follower> {
  const { idOf } = source;
  const listIDs =
    source.listIDs ?? (async () => (await source.list()).map(idOf));
  let known: Version = { versionID: "", version: 0 };
  let ids: string[] = [];
  const items = new Map<string, Item>();

  async function fetchAll(): Promise<void> {
    items.clear();
    for (const item of await source.list()) items.set(idOf(item), item);
    ids = await listIDs();
  }

  /**
   * Applies an answer the way the SDK does
   * (docs/wire/sync.md#what-a-client-does).
   */
  async function catchUp(): Promise<void> {
    const { changes, insert, update } = await source.incremental(known);
    const { versionID, version } = changes;
    if (changes.full) {
      await fetchAll();
      known = { versionID, version };
      return;
    }
    // It does not even remember the version then.
    if (insert.length + update.length + changes.delete.length === 0) return;
    for (const item of [...insert, ...update]) items.set(idOf(item), item);
    for (const id of changes.delete) items.delete(id);
    const before = new Set(ids);
    ids = [
      ...ids.filter((id) => items.has(id)),
      ...[...items.keys()].filter((id) => !before.has(id)),
    ];
    if (changes.sortVersion > 0) ids = await listIDs();
    known = { versionID, version };
  }

  await catchUp();
  return {
    get version() {
      return known.version;
    },
    async agrees() {
      await catchUp();
      expect(ids.map((id) => items.get(id))).toEqual(await source.list());
      expect(ids).toEqual(await listIDs());
    },
  };
}
