import type { Migration } from "./migration.ts";
import { empty, numbered, required, zero } from "./columns.ts";

export const friendsMigration: Migration = {
  name: "002-friends",
  async up(db, kind) {
    await numbered(db, kind, "friends")
      .addColumn("owner_user_id", "text", required)
      .addColumn("friend_user_id", "text", required)
      .addColumn("remark", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .addColumn("add_source", "integer", zero)
      .addColumn("operator_user_id", "text", empty)
      .addColumn("ex", "text", empty)
      .addColumn("is_pinned", "integer", zero)
      .addUniqueConstraint("friends_key", ["owner_user_id", "friend_user_id"])
      .execute();
    // The order of every list of friends: pinned ones, then by age.
    await db.schema
      .createIndex("friends_in_order")
      .on("friends")
      .columns(["owner_user_id", "is_pinned desc", "id"])
      .execute();
    await db.schema
      .createIndex("friends_by_friend")
      .on("friends")
      .column("friend_user_id")
      .execute();

    await numbered(db, kind, "friend_requests")
      .addColumn("from_user_id", "text", required)
      .addColumn("to_user_id", "text", required)
      .addColumn("handle_result", "integer", zero)
      .addColumn("req_msg", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .addColumn("handler_user_id", "text", empty)
      .addColumn("handle_msg", "text", empty)
      .addColumn("handle_time", "bigint", zero)
      .addColumn("ex", "text", empty)
      .addUniqueConstraint("friend_requests_key", [
        "from_user_id",
        "to_user_id",
      ])
      .execute();
    await db.schema
      .createIndex("friend_requests_sent")
      .on("friend_requests")
      .columns(["from_user_id", "create_time"])
      .execute();
    await db.schema
      .createIndex("friend_requests_received")
      .on("friend_requests")
      .columns(["to_user_id", "create_time"])
      .execute();

    await numbered(db, kind, "blacks")
      .addColumn("owner_user_id", "text", required)
      .addColumn("black_user_id", "text", required)
      .addColumn("create_time", "bigint", zero)
      .addColumn("add_source", "integer", zero)
      .addColumn("operator_user_id", "text", empty)
      .addColumn("ex", "text", empty)
      .addUniqueConstraint("blacks_key", ["owner_user_id", "black_user_id"])
      .execute();
    await db.schema
      .createIndex("blacks_by_black")
      .on("blacks")
      .column("black_user_id")
      .execute();
  },
};
