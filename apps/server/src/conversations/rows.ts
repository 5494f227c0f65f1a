import { isNotificationID } from "@parley/protocol/conversation-ids";
import { SessionType } from "@parley/protocol/content-types";

import type { Head } from "../messages/log.ts";
import type { Outgoing } from "../messages/outbox.ts";
import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";
import type { RowGlance } from "./conversations.ts";
import type { NewRow } from "./store.ts";

/** Who lacks the row of a conversation that a message is about to enter. */
export interface ConversationRows {
  missingRows(message: Outgoing, head: Head): Now<readonly string[]>;
  makeRows(
    tx: Transaction,
    message: Outgoing,
    owners: readonly string[],
  ): Promise<void>;
}

export interface ConversationRowsDeps {
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  ensure(tx: Transaction, rows: readonly NewRow[]): Promise<unknown>;
  /** Members of the group who have no row of it. */
  missingInGroup(groupID: string): Now<readonly string[]>;
  makeGroupRows(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void>;
}

const none: readonly string[] = [];

/**
 * The first message of a conversation makes its rows, and so does the next one
 * after a user deleted the conversation (messages.md §6.7, deviations.md).
 */
export function createConversationRows({
  glance,
  ensure,
  missingInGroup,
  makeGroupRows,
}: ConversationRowsDeps): ConversationRows {
  return {
    missingRows(message) {
      const { conversationID } = message;
      if (isNotificationID(conversationID)) return none;
      if (message.sessionType === SessionType.group)
        return missingInGroup(message.groupID);
      const owners = ownersOf(message);
      const found = owners.map((owner) => glance(owner, conversationID));
      const missing = (rows: readonly (RowGlance | null)[]) =>
        rows.every((row) => row !== null)
          ? none
          : owners.filter((_, i) => rows[i] === null);
      return found.some((row) => row instanceof Promise)
        ? Promise.all(found.map(async (row) => row)).then(missing)
        : missing(found as (RowGlance | null)[]);
    },

    async makeRows(tx, message, owners) {
      if (message.sessionType === SessionType.group)
        return makeGroupRows(tx, message.groupID, owners);
      await ensure(
        tx,
        owners.map((ownerUserID) => ({
          ownerUserID,
          conversationID: message.conversationID,
          conversationType: message.sessionType,
          userID:
            ownerUserID === message.sendID ? message.recvID : message.sendID,
          groupID: "",
        })),
      );
    },
  };
}

/** Only the receiver has a row of an official account's chat. */
function ownersOf({ sessionType, sendID, recvID }: Outgoing): string[] {
  if (sessionType === SessionType.notification) return [recvID];
  if (sessionType !== SessionType.single) return [];
  return sendID === recvID ? [sendID] : [recvID, sendID];
}
