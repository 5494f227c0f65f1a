import { numbered, required } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";

export const favoritesMigration: Migration = {
  name: "026-favorites",
  async up(db, kind) {
    await numbered(db, kind, "favorites")
      .addColumn("user_id", "text", required)
      .addColumn("conversation_id", "text", required)
      .addColumn("seq", "bigint", required)
      .addColumn("create_time", "bigint", required)
      .addUniqueConstraint("favorites_once", [
        "user_id",
        "conversation_id",
        "seq",
      ])
      .execute();
    await db.schema
      .createIndex("favorites_newest")
      .on("favorites")
      .columns(["user_id", "id"])
      .execute();
  },
};
