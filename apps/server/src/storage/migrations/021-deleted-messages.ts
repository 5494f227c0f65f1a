import { sql } from "kysely";

import type { Migration } from "./migration.ts";

/** Few messages are deleted, and unread counts ask how many of a range are. */
export const deletedMessagesMigration: Migration = {
  name: "021-deleted-messages",
  async up(db) {
    await sql`create index message_log_deleted on message_log (head_id, seq) where deleted = 1`.execute(
      db,
    );
  },
};
