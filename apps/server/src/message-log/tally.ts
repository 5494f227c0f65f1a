import { isNotificationType } from "@parley/protocol/content-types";
import {
  isGroupChatID,
  isSingleChatID,
} from "@parley/protocol/conversation-ids";

import { insertEach, insertion } from "../storage/insert-each.ts";
import type { Transaction } from "../storage/writer.ts";

/** Kinds of rows in message_counts. */
export const CountKind = {
  /** One-to-one messages by sender. */
  single: 1,
  /** Messages in groups by sender. */
  inGroups: 2,
  /** Messages in groups by group. */
  ofGroup: 3,
} as const;

export interface MessageCount {
  kind: number;
  /** The sendTime in hours since 1970. */
  hour: number;
  id: string;
  count: number;
}

export interface Counted {
  sendID: string;
  sendTime: number;
  contentType: number;
}

/**
 * Counts chat messages in memory until they are merged into the table: a
 * message costs two additions, and thousands share a row.
 */
export interface Tally {
  add(conversationID: string, message: Counted, by?: 1 | -1): void;
  /** Returns all counts and resets them. */
  take(): MessageCount[];
  putBack(counts: readonly MessageCount[]): void;
}

export const hourMs = 3_600_000;
/** The last hour whose date is like 9999-12-31. */
export const lastHour = Date.UTC(10_000, 0) / hourMs - 1;

export function createTally(): Tally {
  const kinds = new Map(
    Object.values(CountKind).map((kind) => [
      kind as number,
      new Map<number, Map<string, number>>(),
    ]),
  );

  function add(kind: number, hour: number, id: string, by: number): void {
    const hours = kinds.get(kind)!;
    let counts = hours.get(hour);
    if (!counts) hours.set(hour, (counts = new Map<string, number>()));
    counts.set(id, (counts.get(id) ?? 0) + by);
  }

  return {
    add(conversationID, { sendID, sendTime, contentType }, by = 1) {
      const hour = Math.floor(sendTime / hourMs);
      if (isNotificationType(contentType) || hour < 0 || hour > lastHour)
        return;
      if (isSingleChatID(conversationID))
        add(CountKind.single, hour, sendID, by);
      else if (isGroupChatID(conversationID)) {
        add(CountKind.inGroups, hour, sendID, by);
        add(CountKind.ofGroup, hour, conversationID.slice(3), by);
      }
    },

    take() {
      const taken: MessageCount[] = [];
      for (const [kind, hours] of kinds) {
        for (const [hour, counts] of hours)
          for (const [id, count] of counts)
            if (count !== 0) taken.push({ kind, hour, id, count });
        hours.clear();
      }
      return taken;
    },

    putBack(taken) {
      for (const { kind, hour, id, count } of taken) add(kind, hour, id, count);
    },
  };
}

const counted = insertion({
  into: "message_counts",
  columns: ["kind", "hour", "id", "count"],
  rest: (insert) =>
    insert.onConflict((conflict) =>
      conflict.columns(["kind", "hour", "id"]).doUpdateSet((row) => ({
        count: row("message_counts.count", "+", row.ref("excluded.count")),
      })),
    ),
});

export async function raiseMessageCounts(
  { db }: Transaction,
  counts: readonly MessageCount[],
): Promise<void> {
  await insertEach(db, counted, counts);
}
