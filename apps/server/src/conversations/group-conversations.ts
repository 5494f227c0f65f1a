import { SessionType } from "@parley/protocol/content-types";
import { groupChatID } from "@parley/protocol/conversation-ids";
import type { Kysely } from "kysely";

import type { Notify } from "../notifications/notify.ts";
import { createCache } from "../storage/cache.ts";
import type { Now } from "../storage/engine.ts";
import type { Schema } from "../storage/schema.ts";
import { VersionState } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Conversations } from "./conversations.ts";
import { renderConversationChanged } from "./notifications.ts";
import type { GroupRowHooks } from "./hooks.ts";
import { deleteRowsOf, listOwnersOf, updateRowsOf } from "./store.ts";
import type { RowChange } from "./store.ts";
import type { UserSeqs } from "./user-seqs.ts";

/** The rows that the members of a group have of its chat. */
export interface GroupConversations {
  /** Members who have no row yet, or deleted it. */
  missing(groupID: string): Now<readonly string[]>;
  /** Makes rows with the message that is about to be stored; tells nobody. */
  make(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    begins?: RowChange,
  ): Promise<void>;
  /**
   * They joined: whoever left before can read on. `minSeq` is the first
   * message for them; absent: all of the history. Answers how to tell them,
   * after what tells them of the group: SDKs that hear of the conversation
   * first fetch its group on their own, and their app never hears of that.
   */
  enter(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    minSeq?: number,
  ): Promise<() => Promise<void>>;
  /** Members came who have no rows yet: the next message makes them. */
  joined(tx: Transaction, groupID: string): void;
  /** They left: they read up to `maxSeq` from now on, if there is anything. */
  bound(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    maxSeq: number,
  ): Promise<void>;
  /** Their rows show it, and they are told. */
  leave(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    maxSeq: number,
  ): Promise<void>;
  /** Sets groupAtType; who has it already is not told again. */
  mark(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    groupAtType: number,
  ): Promise<void>;
  /** The owner removed these rows. */
  deleted(
    tx: Transaction,
    ownerID: string,
    conversationIDs: readonly string[],
  ): void;
}

export interface GroupConversationsDeps {
  db: Kysely<Schema>;
  notify: Notify;
  userSeqs: UserSeqs;
  ensure: Conversations["ensure"];
  rowsChanged: Conversations["rowsChanged"];
  membersOf(groupID: string): Now<readonly string[]>;
  hooks?: GroupRowHooks;
}

const none: readonly string[] = [];

export function createGroupConversations(
  deps: GroupConversationsDeps,
): GroupConversations {
  const { db, notify, userSeqs, ensure, rowsChanged } = deps;

  const missing = createCache<Set<string>>(50_000, async (groupID) => {
    const members = await deps.membersOf(groupID);
    const owners = await listOwnersOf(db, groupChatID(groupID), members);
    return new Set(members).difference(new Set(owners));
  });

  async function makeRows(
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
    tx.afterCommit(() => {
      const now = missing.peek(groupID);
      if (now) userIDs.forEach((userID) => now.delete(userID));
      else missing.invalidate(groupID);
    });
    return made;
  }

  async function tell(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void> {
    for (const userID of userIDs)
      await notify(
        tx,
        renderConversationChanged(userID, [groupChatID(groupID)]),
        operationID,
      );
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
      await makeRows(tx, groupID, wanted, begins);
      if (wanted.length === userIDs.length) return;
      // Members who left in the meantime need no row.
      const known = missing.peek(groupID);
      for (const userID of userIDs) known?.delete(userID);
    },

    async enter(tx, operationID, groupID, userIDs, minSeq) {
      const conversationID = groupChatID(groupID);
      const { hooks } = deps;
      const begins = hooks
        ? await hooks.before(tx, operationID, groupID, userIDs)
        : undefined;
      // Refused: the next message asks again.
      const made = new Set(
        begins === null ? [] : await makeRows(tx, groupID, userIDs, begins),
      );
      if (hooks && begins)
        tx.afterDurable(() => hooks.after(operationID, groupID, begins));
      const back = await updateRowsOf(
        tx,
        conversationID,
        userIDs.filter((userID) => !made.has(userID)),
        { max_seq: 0 },
      );
      await rowsChanged(tx, conversationID, back, VersionState.update);
      await userSeqs.setBounds(tx, conversationID, userIDs, {
        maxSeq: 0,
        ...(minSeq !== undefined && { minSeq }),
      });
      return () => tell(tx, operationID, groupID, userIDs);
    },

    joined: (tx, groupID) => tx.afterCommit(() => missing.invalidate(groupID)),

    async bound(tx, groupID, userIDs, maxSeq) {
      // 0 would be no bound, and there is nothing to read anyway.
      if (maxSeq > 0)
        await userSeqs.setBounds(tx, groupChatID(groupID), userIDs, { maxSeq });
    },

    async leave(tx, operationID, groupID, userIDs, maxSeq) {
      const conversationID = groupChatID(groupID);
      if (maxSeq === 0) {
        const gone = await deleteRowsOf(tx, conversationID, userIDs);
        await rowsChanged(tx, conversationID, gone, VersionState.delete);
      } else {
        const change = { max_seq: maxSeq };
        const kept = await updateRowsOf(tx, conversationID, userIDs, change);
        await rowsChanged(tx, conversationID, kept, VersionState.update);
      }
      await tell(tx, operationID, groupID, userIDs);
    },

    async mark(tx, operationID, groupID, userIDs, groupAtType) {
      const conversationID = groupChatID(groupID);
      const change = { group_at_type: groupAtType };
      const marked = await updateRowsOf(tx, conversationID, userIDs, change);
      await rowsChanged(tx, conversationID, marked, VersionState.update);
      await tell(tx, operationID, groupID, marked);
    },

    deleted(tx, ownerID, conversationIDs) {
      tx.afterCommit(() => {
        for (const id of conversationIDs) {
          if (!id.startsWith(groupChatID(""))) continue;
          const groupID = id.slice(groupChatID("").length);
          const known = missing.peek(groupID);
          if (known) known.add(ownerID);
          else missing.invalidate(groupID);
        }
      });
    },
  };
}
