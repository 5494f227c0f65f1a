import { isNotificationID } from "@parley/protocol/conversation-ids";
import { SessionType } from "@parley/protocol/content-types";

import type { Outgoing } from "../message-log/outbox.ts";
import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";
import type { NewRow, RowChange } from "./store.ts";
import type { RowGlance } from "./versioned-rows.ts";

/**
 * Finds the users without a row of a conversation that is about to get a
 * message.
 */
export interface ConversationRows {
  missingRows(message: Addressed): Now<readonly string[]>;
  makeRows(
    tx: Transaction,
    missing: readonly { message: Addressed; owners: readonly string[] }[],
  ): Promise<void>;
  /** The rows that these owners lack, for `make`. */
  toRows(message: Addressed, owners: readonly string[]): NewRow[];
  /** Makes rows of one group, which begin alike, or of pairs. */
  make(tx: Transaction, rows: readonly NewRow[]): Promise<void>;
}

/** Sender and receiver of a message. */
export type Addressed = Pick<
  Outgoing,
  "conversationID" | "sessionType" | "sendID" | "recvID" | "groupID"
>;

export interface ConversationRowsDeps {
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  ensure(tx: Transaction, rows: readonly NewRow[]): Promise<unknown>;
  /** Returns the group's members without a row. */
  missingInGroup(groupID: string): Now<readonly string[]>;
  makeGroupRows(
    tx: Transaction,
    groupID: string,
    userIDs: readonly string[],
    begins?: RowChange,
  ): Promise<void>;
}

const none: readonly string[] = [];

/**
 * The first message of a conversation makes its rows, and so does the next one
 * after a user deleted the conversation (docs/wire/conversations.md#rows, docs/wire/deviations.md).
 */
export function createConversationRows({
  glance,
  ensure,
  missingInGroup,
  makeGroupRows,
}: ConversationRowsDeps): ConversationRows {
  function toRows(message: Addressed, owners: readonly string[]): NewRow[] {
    const { conversationID, sessionType, sendID, recvID, groupID } = message;
    const isGroup = sessionType === SessionType.group;
    return owners.map((ownerUserID) => ({
      ownerUserID,
      conversationID,
      conversationType: sessionType,
      userID: isGroup ? "" : ownerUserID === sendID ? recvID : sendID,
      groupID: isGroup ? groupID : "",
    }));
  }

  async function make(tx: Transaction, rows: readonly NewRow[]): Promise<void> {
    const [first] = rows;
    if (first?.conversationType !== SessionType.group) {
      await ensure(tx, rows);
      return;
    }
    const owners = rows.map(({ ownerUserID }) => ownerUserID);
    await makeGroupRows(tx, first.groupID, owners, first.begins);
  }

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

    makeRows: (tx, missing) =>
      make(
        tx,
        missing.flatMap(({ message, owners }) => toRows(message, owners)),
      ),
    toRows,
    make,
  };
}

/** Only the receiver has a row of an official account's chat. */
function ownersOf({ sessionType, sendID, recvID }: Addressed): string[] {
  if (sessionType === SessionType.notification) return [recvID];
  if (sessionType !== SessionType.single) return [];
  return sendID === recvID ? [sendID] : [recvID, sendID];
}
