import type { Kysely } from "kysely";

import type { Job } from "../jobs/jobs.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";

/**
 * Remembers the successful sends of backends by operationID for a day
 * (/msg/check_msg_is_send_success).
 */
export interface SendResults {
  sent(operationID: string): Promise<void>;
  wasSent(operationID: string): Promise<boolean>;
  readonly jobs: readonly Job[];
}

const keptMs = 86_400_000;
const maxKept = 100_000;

/** Backends ask within seconds, so memory is enough where one process is asked. */
export function createSendResults(now: () => number): SendResults {
  const sentAt = new Map<string, number>();
  return {
    async sent(operationID) {
      sentAt.delete(operationID);
      sentAt.set(operationID, now());
      for (const [oldest, at] of sentAt) {
        if (sentAt.size <= maxKept && now() - at < keptMs) break;
        sentAt.delete(oldest);
      }
    },
    wasSent: (operationID) =>
      Promise.resolve(now() - (sentAt.get(operationID) ?? -Infinity) < keptMs),
    jobs: [],
  };
}

export interface SharedSendResultsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

/** Keeps results in the database, for all nodes of a cluster. */
export const createSharedSendResults = ({
  db,
  transact,
  now,
}: SharedSendResultsDeps): SendResults => ({
  async sent(operationID) {
    const row = { operation_id: operationID, sent_at: now() };
    try {
      await transact(
        (tx) =>
          tx.db
            .insertInto("send_results")
            .values(row)
            .onConflict((conflict) =>
              conflict
                .column("operation_id")
                .doUpdateSet({ sent_at: row.sent_at }),
            )
            .execute(),
        { about: [`send:${operationID}`] },
      );
    } catch {
      // The message was sent, and that is what its sender has to hear.
    }
  },
  async wasSent(operationID) {
    const row = await db
      .selectFrom("send_results")
      .select("sent_at")
      .where("operation_id", "=", operationID)
      .executeTakeFirst();
    return row !== undefined && now() - row.sent_at < keptMs;
  },
  jobs: [
    {
      name: "results of sends",
      async run() {
        const { numDeletedRows } = await transact((tx) =>
          tx.db
            .deleteFrom("send_results")
            .where("sent_at", "<", now() - keptMs)
            .executeTakeFirst(),
        );
        return Number(numDeletedRows);
      },
    },
  ],
});
