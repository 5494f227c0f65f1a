import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { empty, numbered, required } from "./columns.ts";

export const pushReasonsMigration: Migration = {
  name: "013-push-reasons",
  async up(db, kind) {
    await numbered(db, kind, "push_unsent")
      .addColumn("server_msg_id", "text", required)
      .addColumn("client_msg_id", "text", required)
      .addColumn("conversation_id", "text", required)
      .addColumn("reason", "text", required)
      .addColumn("provider", "text", empty)
      .addColumn("detail", "text", empty)
      .addColumn("user_ids", "text", required)
      .addColumn("user_count", "integer", required)
      .addColumn("time", "bigint", required)
      .execute();
    for (const column of ["server_msg_id", "client_msg_id"])
      await db.schema
        .createIndex(`push_unsent_by_${column}`)
        .on("push_unsent")
        .column(column)
        .execute();
    // A device that changed hands is found by its token.
    await db.schema
      .createIndex("push_tokens_by_token")
      .on("push_tokens")
      .column("token")
      .execute();
    // Few mute a group, and each message to it asks who does.
    await sql`create index conversations_muted on conversations (conversation_id) where recv_msg_opt <> 0`.execute(
      db,
    );
  },
};
