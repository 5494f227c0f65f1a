import { expect } from "bun:test";

import type { Changes, Version } from "../../src/storage/versions.ts";

/** The answer of an incremental sync, as routes and domains give it. */
export interface SyncAnswer<Item> extends Version {
  full: boolean;
  /** Version of the newest change of order; absent or 0: the order is the same. */
  sortVersion?: number;
  delete?: readonly string[] | null;
  insert?: readonly Item[] | null;
  update?: readonly Item[] | null;
}

/** One list of one owner, as clients can ask for it. */
export interface SyncedList<Item, Answer extends SyncAnswer<Item>> {
  incremental(known: Version): Promise<Answer>;
  /** Everything, afresh and in order. */
  list(): Promise<readonly Item[]>;
  /** The ids in order; where nobody can ask for them, those of `list`. */
  listIDs?(): Promise<readonly string[]>;
  /** Clients sort such a list themselves: only what it holds is compared. */
  isUnordered?: boolean;
  idOf(item: Item): string;
}

/** A client that fetched once and has kept up by increments since. */
export interface Follower<Answer> {
  readonly version: number;
  /** Number of answers after which everything was fetched; the first is one. */
  readonly fullSyncs: number;
  /**
   * Fetches what is new and expects to hold what a fresh client would. Returns
   * the answer.
   */
  agrees(): Promise<Answer>;
}

/** Converts a domain's answer to the format of the wire. */
export const asAnswer = <Item>({
  changes,
  insert,
  update,
}: {
  changes: Changes;
  insert: Item[];
  update: Item[];
}): SyncAnswer<Item> => ({
  ...changes,
  delete: changes.full ? [] : changes.delete,
  insert,
  update,
});

/**
 * Checks that incremental sync gives the same as a full fetch. Call `agrees` after every
 * operation of a test, for each user whom it may concern.
 */
export async function follow<Item, Answer extends SyncAnswer<Item>>(
  source: SyncedList<Item, Answer>,
): Promise<Follower<Answer>> {
  const { idOf } = source;
  const listIDs =
    source.listIDs ?? (async () => (await source.list()).map(idOf));
  let known: Version = { versionID: "", version: 0 };
  let fullSyncs = 0;
  let ids: readonly string[] = [];
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
  async function catchUp(): Promise<Answer> {
    const answer = await source.incremental(known);
    const { versionID, version } = answer;
    if (answer.full) {
      fullSyncs++;
      await fetchAll();
      known = { versionID, version };
      return answer;
    }
    const written = [...(answer.insert ?? []), ...(answer.update ?? [])];
    const gone = answer.delete ?? [];
    // It does not even remember the version then.
    if (written.length + gone.length === 0) return answer;
    for (const item of written) items.set(idOf(item), item);
    for (const id of gone) items.delete(id);
    const before = new Set(ids);
    ids = [
      ...ids.filter((id) => items.has(id)),
      ...[...items.keys()].filter((id) => !before.has(id)),
    ];
    if ((answer.sortVersion ?? 0) > 0) ids = await listIDs();
    known = { versionID, version };
    return answer;
  }

  const inOrder = (wanted: readonly string[]): readonly string[] =>
    source.isUnordered ? wanted.toSorted() : wanted;

  await catchUp();
  return {
    get version() {
      return known.version;
    },
    get fullSyncs() {
      return fullSyncs;
    },
    async agrees() {
      const answer = await catchUp();
      const fresh = await source.list();
      expect(inOrder(ids)).toEqual(inOrder(await listIDs()));
      expect(inOrder(ids).map((id) => items.get(id))).toEqual(
        inOrder(fresh.map(idOf)).map((id) =>
          fresh.find((item) => idOf(item) === id),
        ),
      );
      return answer;
    },
  };
}
