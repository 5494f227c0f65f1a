import { SessionType } from "@parley/protocol/content-types";
import { groupChatID } from "@parley/protocol/conversation-ids";
import type { Kysely } from "kysely";

import type { Caches } from "../storage/caches.ts";
import type { Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import { listOwnersOf } from "./owners-store.ts";
import type { RowChange } from "./store.ts";
import type { VersionedRows } from "./versioned-rows.ts";

/**
 * Tracks members without a row of the group's chat, and creates their rows.
 * Sends no notices.
 */
export interface GroupRows {
  /** Returns the members without a row, or who deleted it. */
  missing(groupID: string): Now<readonly string[]>;
  /**
   * Creates rows with the message that is about to be stored; sends no notices.
   */
  make(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    begins?: RowChange,
  ): Promise<void>;
  /** Makes rows of members. Returns the owners of the new ones. */
  add(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    begins?: RowChange,
  ): Promise<string[]>;
  /** Notes new members without rows, which the next message creates. */
  joined(tx: Transaction, groupID: string): void;
  /** The owner removed these rows. */
  deleted(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): void;
}

export interface GroupRowsDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  ensure: VersionedRows["ensure"];
  membersOf(groupID: string): Now<readonly string[]>;
}

const none: readonly string[] = [];

export function createGroupRows(deps: GroupRowsDeps): GroupRows {
  const { db, ensure } = deps;

  const missing = deps.caches.open<Set<string>>({
    name: "missing-group-rows",
    size: 50_000,
    async load(groupID) {
      const members = await deps.membersOf(groupID);
      const owners = await listOwnersOf(db, groupChatID(groupID), members);
      return new Set(members).difference(new Set(owners));
    },
    // One too many costs a look at a row that is there, or who left (`make`).
    isSame: (known, loaded) => loaded.isSubsetOf(known),
  });

  async function add(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    begins: RowChange = {},
  ): Promise<string[]> {
    const made = await ensure(
      tx,
      userIDs.map((ownerUserID) => ({
        ownerUserID,
        conversationID: groupChatID(groupID),
        conversationType: SessionType.group,
        userID: "",
        groupID,
        begins,
      })),
    );
    const known = missing.peek(groupID);
    const found = userIDs.filter((userID) => known?.delete(userID));
    tx.onRollback(() => found.forEach((userID) => known?.add(userID)));
    // Sets that were loaded in the meantime lack these users.
    tx.forget(missing, groupID, () => {
      const now = missing.peek(groupID);
      if (now) userIDs.forEach((userID) => now.delete(userID));
      else missing.forget(groupID);
    });
    return made;
  }

  return {
    missing(groupID) {
      const found = missing.get(groupID);
      if (found instanceof Promise) return found.then((set) => [...set]);
      return found.size === 0 ? none : [...found];
    },

    async make(tx, groupID, userIDs, begins) {
      const members = new Set(await deps.membersOf(groupID));
      const wanted = userIDs.filter((userID) => members.has(userID));
      await add(tx, groupID, wanted, begins);
      if (wanted.length === userIDs.length) return;
      // Members who left in the meantime need no row.
      const known = missing.peek(groupID);
      for (const userID of userIDs) known?.delete(userID);
    },

    add,

    joined: (tx, groupID) => tx.forget(missing, groupID),

    deleted(tx, ownerID, conversationIDs) {
      for (const id of conversationIDs) {
        if (!id.startsWith(groupChatID(""))) continue;
        const groupID = id.slice(groupChatID("").length);
        tx.forget(missing, groupID, () => {
          const known = missing.peek(groupID);
          if (known) known.add(ownerID);
          else missing.forget(groupID);
        });
      }
    },
  };
}
