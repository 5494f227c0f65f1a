import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { empty, key, numbered, required, zero } from "./columns.ts";

export const objectsMigration: Migration = {
  name: "005-objects",
  async up(db, kind) {
    /** Tables read by their key only need no second tree. */
    const clustered = kind === "sqlite" ? sql`without rowid` : sql``;

    await numbered(db, kind, "objects")
      .addColumn("name", "text", (c) => c.notNull().unique())
      .addColumn("content_key", "text", required)
      .addColumn("size", "bigint", required)
      .addColumn("content_type", "text", empty)
      .addColumn("cause", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .execute();
    await db.schema
      .createIndex("objects_by_content")
      .on("objects")
      .column("content_key")
      .execute();
    await db.schema
      .createIndex("objects_by_cause")
      .on("objects")
      .columns(["cause", "create_time"])
      .execute();

    await db.schema
      .createTable("object_contents")
      .addColumn("key", "text", key)
      .addColumn("size", "bigint", required)
      .addColumn("made_of", "text", empty)
      .addColumn("image", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createIndex("object_contents_by_origin")
      .on("object_contents")
      .column("made_of")
      .execute();

    await db.schema
      .createTable("object_uploads")
      .addColumn("id", "text", key)
      .addColumn("kind", "integer", required)
      .addColumn("user_id", "text", required)
      .addColumn("content_key", "text", required)
      .addColumn("hash", "text", empty)
      .addColumn("size", "bigint", required)
      .addColumn("part_size", "bigint", required)
      .addColumn("store_id", "text", empty)
      .addColumn("name", "text", empty)
      .addColumn("content_type", "text", empty)
      .addColumn("cause", "text", empty)
      .addColumn("is_complete", "integer", zero)
      .addColumn("create_time", "bigint", zero)
      .addColumn("expire_time", "bigint", zero)
      .modifyEnd(clustered)
      .execute();
    await db.schema
      .createIndex("object_uploads_by_age")
      .on("object_uploads")
      .column("create_time")
      .execute();

    await db.schema
      .createTable("object_parts")
      .addColumn("upload_id", "text", required)
      .addColumn("part_number", "integer", required)
      .addColumn("md5", "text", required)
      .addColumn("size", "bigint", required)
      .addPrimaryKeyConstraint("object_parts_key", ["upload_id", "part_number"])
      .modifyEnd(clustered)
      .execute();
  },
};
