import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { empty, numbered, required, zero } from "./columns.ts";

export const groupsMigration: Migration = {
  name: "003-groups",
  async up(db, kind) {
    /** Tables read by their key only need no second tree. */
    const clustered = kind === "sqlite" ? sql`without rowid` : sql``;

    await numbered(db, kind, "groups")
      .addColumn("group_id", "text", (c) => c.notNull().unique())
      .addColumn("group_name", "text", empty)
      .addColumn("notification", "text", empty)
      .addColumn("introduction", "text", empty)
      .addColumn("face_url", "text", empty)
      .addColumn("owner_user_id", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .addColumn("member_count", "integer", zero)
      .addColumn("ex", "text", empty)
      .addColumn("status", "integer", zero)
      .addColumn("creator_user_id", "text", empty)
      .addColumn("group_type", "integer", zero)
      .addColumn("need_verification", "integer", zero)
      .addColumn("look_member_info", "integer", zero)
      .addColumn("apply_member_friend", "integer", zero)
      .addColumn("notification_update_time", "bigint", zero)
      .addColumn("notification_user_id", "text", empty)
      .execute();
    await db.schema
      .createIndex("groups_by_time")
      .on("groups")
      .column("create_time")
      .execute();

    await numbered(db, kind, "group_members")
      .addColumn("group_id", "text", required)
      .addColumn("user_id", "text", required)
      .addColumn("role_level", "integer", required)
      .addColumn("join_time", "bigint", zero)
      .addColumn("nickname", "text", empty)
      .addColumn("face_url", "text", empty)
      .addColumn("join_source", "integer", zero)
      .addColumn("operator_user_id", "text", empty)
      .addColumn("inviter_user_id", "text", empty)
      .addColumn("ex", "text", empty)
      .addColumn("mute_end_time", "bigint", zero)
      .addUniqueConstraint("group_members_key", ["group_id", "user_id"])
      .execute();
    // The order of every list of members: by rank, then by joining.
    await db.schema
      .createIndex("group_members_in_order")
      .on("group_members")
      .columns(["group_id", "role_level desc", "id"])
      .execute();
    await db.schema
      .createIndex("group_members_by_user")
      .on("group_members")
      .columns(["user_id", "group_id"])
      .execute();

    await numbered(db, kind, "group_requests")
      .addColumn("group_id", "text", required)
      .addColumn("user_id", "text", required)
      .addColumn("handle_result", "integer", zero)
      .addColumn("req_msg", "text", empty)
      .addColumn("handle_msg", "text", empty)
      .addColumn("req_time", "bigint", zero)
      .addColumn("handle_user_id", "text", empty)
      .addColumn("handle_time", "bigint", zero)
      .addColumn("ex", "text", empty)
      .addColumn("join_source", "integer", zero)
      .addColumn("inviter_user_id", "text", empty)
      .addUniqueConstraint("group_requests_key", ["group_id", "user_id"])
      .execute();
    await db.schema
      .createIndex("group_requests_by_time")
      .on("group_requests")
      .columns(["group_id", "req_time"])
      .execute();
    await db.schema
      .createIndex("group_requests_by_user")
      .on("group_requests")
      .columns(["user_id", "req_time"])
      .execute();

    await db.schema
      .createTable("group_leavers")
      .addColumn("group_id", "text", required)
      .addColumn("user_id", "text", required)
      .addColumn("notice_seq", "bigint", required)
      .addPrimaryKeyConstraint("group_leavers_key", ["group_id", "user_id"])
      .modifyEnd(clustered)
      .execute();
  },
};
