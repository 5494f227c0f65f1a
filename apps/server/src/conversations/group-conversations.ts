import { groupChatID } from "@parley/protocol/conversation-ids";

import type { Notify } from "../notifications/notify.ts";
import { VersionState } from "../storage/versions.ts";
import type { Transaction } from "../storage/writer.ts";
import { renderConversationChanged } from "./notifications.ts";
import type { GroupRowHooks } from "./hooks.ts";
import type { GroupRows } from "./group-rows.ts";
import { deleteRowsOf, updateRowsOf } from "./owners-store.ts";
import type { UserSeqs } from "./user-seqs.ts";
import type { VersionedRows } from "./versioned-rows.ts";

/** The rows that the members of a group have of its chat. */
export interface GroupConversations extends GroupRows {
  /**
   * Opens the conversation for users who joined; users who had left can read
   * again. `minSeq` is their first message; absent: all of the history. Returns
   * how to notify them, after the group's own notice: an SDK that sees the
   * conversation first fetches the group by itself, and its app is not told of
   * the group.
   */
  enter(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    minSeq?: number,
  ): Promise<() => Promise<void>>;
  /** They left: they read up to `maxSeq` from now on, if there is anything. */
  bound(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    maxSeq: number,
  ): Promise<void>;
  /** Updates the rows of users who left, and notifies them. */
  leave(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    maxSeq: number,
  ): Promise<void>;
  /** Sets groupAtType; users who have it already are not notified again. */
  mark(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
    groupAtType: number,
  ): Promise<void>;
}

export interface GroupConversationsDeps {
  notify: Notify;
  userSeqs: UserSeqs;
  rows: GroupRows;
  rowsChanged: VersionedRows["rowsChanged"];
  hooks?: GroupRowHooks;
}

export function createGroupConversations(
  deps: GroupConversationsDeps,
): GroupConversations {
  const { rows, notify, userSeqs, rowsChanged } = deps;

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
    ...rows,

    async enter(tx, operationID, groupID, userIDs, minSeq) {
      const conversationID = groupChatID(groupID);
      const { hooks } = deps;
      const begins = hooks
        ? await hooks.before(tx, operationID, groupID, userIDs)
        : undefined;
      // Refused: the next message asks again.
      if (begins === null) rows.joined(tx, groupID);
      const made = new Set(
        begins === null ? [] : await rows.add(tx, groupID, userIDs, begins),
      );
      if (hooks && begins) hooks.after(tx, operationID, groupID, begins);
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
  };
}
