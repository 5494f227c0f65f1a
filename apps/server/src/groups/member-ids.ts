import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";

/**
 * Who is in a group, for delivery: a bounded memory of lists that joining and
 * leaving bring up to date, so that a group of 100,000 is read from the
 * database once and not with every message or member.
 */
export interface MemberIDs {
  /** Lists are never changed once they were handed out. */
  get(groupID: string): Now<readonly string[]>;
  /** Answers the list with them. */
  add(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
  /** Answers the list as it was, still with them. */
  remove(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<readonly string[]>;
}

export interface MemberIDsDeps {
  load(groupID: string): Promise<readonly string[]>;
  /** So many ids of all groups together are remembered. */
  capacity?: number;
}

type List = readonly string[];

export function createMemberIDs({
  load,
  capacity = 2_000_000,
}: MemberIDsDeps): MemberIDs {
  /** The one used least lately comes first. */
  const known = new Map<string, List>();
  const loading = new Map<string, Promise<List>>();
  let size = 0;

  function forget(groupID: string): void {
    size -= known.get(groupID)?.length ?? 0;
    known.delete(groupID);
  }

  function keep(groupID: string, list: List): void {
    forget(groupID);
    known.set(groupID, list);
    size += list.length;
    for (const oldest of known.keys()) {
      if (size <= capacity || oldest === groupID) return;
      forget(oldest);
    }
  }

  function get(groupID: string): Now<List> {
    const list = known.get(groupID);
    if (list) {
      known.delete(groupID);
      known.set(groupID, list);
      return list;
    }
    const underWay = loading.get(groupID);
    if (underWay) return underWay;
    const promise = load(groupID).then(
      (loaded) => {
        // Otherwise it changed meanwhile: right for who asked before, only.
        if (loading.get(groupID) === promise) {
          loading.delete(groupID);
          keep(groupID, loaded);
        }
        return loaded;
      },
      (error: unknown) => {
        if (loading.get(groupID) === promise) loading.delete(groupID);
        throw error;
      },
    );
    loading.set(groupID, promise);
    return promise;
  }

  /**
   * A change shows at once, so that the next change of the same batch sees it,
   * and is taken back with its transaction. What was loaded in between does
   * not have it: it is made once more after the commit.
   */
  function change(
    tx: Transaction,
    groupID: string,
    make: (list: List) => List,
    undo: (list: List) => List,
  ): void {
    const apply = (how: (list: List) => List) => {
      const list = known.get(groupID);
      if (list) keep(groupID, how(list));
      loading.delete(groupID);
    };
    apply(make);
    tx.onRollback(() => apply(undo));
    tx.afterCommit(() => apply(make));
  }

  return {
    get,
    async add(tx, groupID, userIDs) {
      const before = await get(groupID);
      const list = withAll(before, userIDs);
      change(
        tx,
        groupID,
        (now) => withAll(now, userIDs),
        (now) => without(now, userIDs),
      );
      return list;
    },
    async remove(tx, groupID, userIDs) {
      const before = await get(groupID);
      change(
        tx,
        groupID,
        (now) => without(now, userIDs),
        (now) => withAll(now, userIDs),
      );
      return before;
    },
  };
}

function withAll(list: List, userIDs: List): List {
  const there = new Set(list);
  const added = userIDs.filter((userID) => !there.has(userID));
  return added.length === 0 ? list : [...list, ...added];
}

function without(list: List, userIDs: List): List {
  const gone = new Set(userIDs);
  return list.some((userID) => gone.has(userID))
    ? list.filter((userID) => !gone.has(userID))
    : list;
}
