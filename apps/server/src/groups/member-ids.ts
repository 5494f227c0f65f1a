import type { Caches } from "../storage/caches.ts";
import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";

/**
 * Cached member ids of groups, for delivery. Joining and leaving update the
 * lists in place, so that a group of 100,000 is read once and not with each
 * message or member.
 */
export interface MemberIDs {
  /** Lists are never changed once they were handed out. */
  get(groupID: string): Now<readonly string[]>;
  /** Adds ids and returns the new list. */
  add(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
  /** Removes ids; returns the list from before. */
  remove(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
  /**
   * Invalidates the list; it is reloaded after the commit on the next access.
   */
  forget(tx: Transaction, groupID: string): void;
}

export interface MemberIDsDeps {
  load(groupID: string): Promise<readonly string[]>;
  caches: Pick<Caches, "register">;
  /** Upper bound of the cached ids of all groups together. */
  capacity?: number;
}

interface Entry {
  /** Replaced by a new one with every change. */
  list: readonly string[];
  /** The same as a set, once a change needed it. */
  set: Set<string> | undefined;
}

export function createMemberIDs({
  load,
  caches,
  capacity = 1_000_000,
}: MemberIDsDeps): MemberIDs {
  /** The one used least lately comes first. */
  const known = new Map<string, Entry>();
  const loading = new Map<string, Promise<readonly string[]>>();
  let size = 0;

  function makeRoom(): void {
    for (const [groupID, { list }] of known) {
      // The newest stays, however large it is.
      if (size <= capacity || known.size === 1) return;
      size -= list.length;
      known.delete(groupID);
    }
  }

  function get(groupID: string): Now<readonly string[]> {
    const entry = known.get(groupID);
    if (entry) {
      known.delete(groupID);
      known.set(groupID, entry);
      return entry.list;
    }
    const underWay = loading.get(groupID);
    if (underWay) return underWay;
    const promise = load(groupID).then(
      (list) => {
        // Otherwise it changed meanwhile: right for who asked before, only.
        if (loading.get(groupID) !== promise) return list;
        loading.delete(groupID);
        known.set(groupID, { list, set: undefined });
        size += list.length;
        makeRoom();
        return list;
      },
      (error: unknown) => {
        if (loading.get(groupID) === promise) loading.delete(groupID);
        throw error;
      },
    );
    loading.set(groupID, promise);
    return promise;
  }

  function apply(
    groupID: string,
    userIDs: readonly string[],
    how: "add" | "remove",
  ): void {
    loading.delete(groupID);
    const entry = known.get(groupID);
    if (!entry) return;
    const set = (entry.set ??= new Set(entry.list));
    const isAdded = how === "add";
    const changed = userIDs.filter((userID) => set.has(userID) !== isAdded);
    if (changed.length === 0) return;
    size -= entry.list.length;
    for (const userID of changed)
      if (isAdded) set.add(userID);
      else set.delete(userID);
    entry.list = isAdded
      ? [...entry.list, ...changed]
      : entry.list.filter((userID) => set.has(userID));
    size += entry.list.length;
    makeRoom();
  }

  /**
   * A change shows at once, so that the next change of the same batch sees it,
   * and is taken back with its transaction. What was loaded in between does
   * not have it: it is made once more after the commit.
   */
  function change(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    how: "add" | "remove",
  ): void {
    apply(groupID, userIDs, how);
    tx.onRollback(() =>
      apply(groupID, userIDs, how === "add" ? "remove" : "add"),
    );
    tx.forget(memory, groupID, () => apply(groupID, userIDs, how));
  }

  function drop(groupID: string): void {
    loading.delete(groupID);
    size -= known.get(groupID)?.list.length ?? 0;
    known.delete(groupID);
  }

  const memory = caches.register({
    name: "member-ids",
    forget: drop,
    forgetAll() {
      known.clear();
      loading.clear();
      size = 0;
    },
    keys: () => known.keys(),
    recall: get,
    async isTrue(groupID: string) {
      const before = known.get(groupID)?.list;
      if (!before) return true;
      const loaded = await load(groupID);
      return (
        known.get(groupID)?.list !== before ||
        (loaded.length === before.length &&
          new Set(loaded).isSubsetOf(new Set(before)))
      );
    },
  });

  return {
    get,
    async add(tx, groupID, userIDs) {
      const before = await get(groupID);
      change(tx, groupID, userIDs, "add");
      return known.get(groupID)?.list ?? [...before, ...userIDs];
    },
    async remove(tx, groupID, userIDs) {
      const before = await get(groupID);
      change(tx, groupID, userIDs, "remove");
      return before;
    },
    forget: (tx, groupID) => tx.forget(memory, groupID, () => drop(groupID)),
  };
}
