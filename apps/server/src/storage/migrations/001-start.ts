import { sql } from "kysely";

import { empty, key, numbered, required, zero } from "./columns.ts";
import type { Migration } from "./migration.ts";

/** Users, sign-ins, conversations, version logs and messages. */
export const startMigration: Migration = {
  name: "001-start",
  async up(db, kind) {
    const blob = kind === "sqlite" ? "blob" : "bytea";
    /** Tables read by their key only need no second tree. */
    const clustered = kind === "sqlite" ? sql`without rowid` : sql``;

    await numbered(db, kind, "users")
      .addColumn("user_id", "text", (c) => c.notNull().unique())
      .addColumn("nickname", "text", empty)
      .addColumn("face_url", "text", empty)
      .addColumn("ex", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .addColumn("app_manger_level", "integer", zero)
      .addColumn("global_recv_msg_opt", "integer", zero)
      .execute();

    await numbered(db, kind, "user_commands")
      .addColumn("user_id", "text", required)
      .addColumn("type", "integer", required)
      .addColumn("uuid", "text", required)
      .addColumn("value", "text", empty)
      .addColumn("ex", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .execute();
    await db.schema
      .createIndex("user_commands_by_user")
      .on("user_commands")
      .columns(["user_id", "type", "uuid"])
      .execute();

    await numbered(db, kind, "client_configs")
      .addColumn("user_id", "text", required)
      .addColumn("key", "text", required)
      .addColumn("value", "text", empty)
      .addUniqueConstraint("client_configs_key", ["user_id", "key"])
      .execute();

    await numbered(db, kind, "tokens")
      .addColumn("user_id", "text", required)
      .addColumn("platform_id", "integer", required)
      .addColumn("token", "text", (c) => c.notNull().unique())
      .addColumn("state", "integer", zero)
      .addColumn("grace_until", "bigint", zero)
      .execute();
    await db.schema
      .createIndex("tokens_by_user")
      .on("tokens")
      .column("user_id")
      .execute();

    await numbered(db, kind, "conversations")
      .addColumn("owner_user_id", "text", required)
      .addColumn("conversation_id", "text", required)
      .addColumn("conversation_type", "integer", required)
      .addColumn("user_id", "text", empty)
      .addColumn("group_id", "text", empty)
      .addColumn("recv_msg_opt", "integer", zero)
      .addColumn("is_pinned", "integer", zero)
      .addColumn("attached_info", "text", empty)
      .addColumn("is_private_chat", "integer", zero)
      .addColumn("group_at_type", "integer", zero)
      .addColumn("ex", "text", empty)
      .addColumn("burn_duration", "integer", zero)
      .addColumn("min_seq", "bigint", zero)
      .addColumn("max_seq", "bigint", zero)
      .addColumn("msg_destruct_time", "bigint", zero)
      .addColumn("latest_msg_destruct_time", "bigint", zero)
      .addColumn("is_msg_destruct", "integer", zero)
      .addColumn("create_time", "bigint", zero)
      .addUniqueConstraint("conversations_key", [
        "owner_user_id",
        "conversation_id",
      ])
      .execute();
    await db.schema
      .createIndex("conversations_by_peer")
      .on("conversations")
      .columns(["user_id", "conversation_type"])
      .execute();

    await db.schema
      .createTable("user_seqs")
      .addColumn("user_id", "text", required)
      .addColumn("conversation_id", "text", required)
      .addColumn("min_seq", "bigint", zero)
      .addColumn("max_seq", "bigint", zero)
      .addColumn("read_seq", "bigint", zero)
      .addPrimaryKeyConstraint("user_seqs_key", ["user_id", "conversation_id"])
      .modifyEnd(clustered)
      .execute();

    await db.schema
      .createTable("versions")
      .addColumn("kind", "text", required)
      .addColumn("owner_id", "text", required)
      .addColumn("version_id", "text", required)
      .addColumn("version", "bigint", required)
      .addPrimaryKeyConstraint("versions_key", ["kind", "owner_id"])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("version_entries")
      .addColumn("kind", "text", required)
      .addColumn("owner_id", "text", required)
      .addColumn("entry_id", "text", required)
      .addColumn("version", "bigint", required)
      .addColumn("state", "integer", required)
      .addPrimaryKeyConstraint("version_entries_key", [
        "kind",
        "owner_id",
        "entry_id",
      ])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createIndex("version_entries_by_version")
      .on("version_entries")
      .columns(["kind", "owner_id", "version"])
      .execute();

    await db.schema
      .createTable("message_heads")
      .addColumn("id", "bigint", key)
      .addColumn("conversation_id", "text", (c) => c.notNull().unique())
      .addColumn("max_seq", "bigint", zero)
      .addColumn("min_seq", "bigint", zero)
      .addColumn("max_seq_time", "bigint", zero)
      .addColumn("altered", "integer", zero)
      .execute();
    await db.schema
      .createTable("message_log")
      // In SQLite an integer key is the row's own number: rows lie in order.
      .addColumn("position", kind === "sqlite" ? "integer" : "bigint", key)
      .addColumn("head_id", "bigint", required)
      .addColumn("seq", "bigint", required)
      .addColumn("resend_key", "bigint", zero)
      .addColumn("deleted", "integer", zero)
      .addColumn("data", sql.raw(blob), required)
      .execute();
    await db.schema
      .createTable("message_index")
      .addColumn("head_id", "bigint", required)
      .addColumn("seq", "bigint", required)
      .addColumn("position", "bigint", required)
      .addPrimaryKeyConstraint("message_index_key", ["head_id", "seq"])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("message_keys")
      .addColumn("resend_key", kind === "sqlite" ? "integer" : "bigint", key)
      .addColumn("position", "bigint", required)
      .execute();

    await db.schema
      .createTable("message_revocations")
      .addColumn("head_id", "bigint", required)
      .addColumn("seq", "bigint", required)
      .addColumn("user_id", "text", required)
      .addColumn("role", "integer", required)
      .addColumn("nickname", "text", required)
      .addColumn("time", "bigint", required)
      .addPrimaryKeyConstraint("message_revocations_key", ["head_id", "seq"])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("message_deletions")
      .addColumn("head_id", "bigint", required)
      .addColumn("seq", "bigint", required)
      .addColumn("user_id", "text", required)
      .addPrimaryKeyConstraint("message_deletions_key", [
        "head_id",
        "user_id",
        "seq",
      ])
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createTable("message_reads")
      .addColumn("head_id", "bigint", required)
      .addColumn("user_id", "text", required)
      .addColumn("from_seq", "bigint", required)
      .addColumn("to_seq", "bigint", required)
      .addPrimaryKeyConstraint("message_reads_key", [
        "head_id",
        "user_id",
        "from_seq",
      ])
      .modifyEnd(clustered)
      .execute();
  },
};
