import { sql } from "kysely";

import type { Migration } from "./migration.ts";

/** Indexes for lists of a million users and groups of 100,000. */
export const listsMigration: Migration = {
  name: "014-lists",
  async up(db, kind) {
    // Few are not ordinary: everybody less these are the ordinary ones.
    await db.schema
      .createIndex("users_by_level")
      .on("users")
      .column("app_manger_level")
      .execute();
    // Their list, which pages far in only count through.
    await sql`create index users_ordinary on users (id)
      where app_manger_level in (0, 1)`.execute(db);
    // The index covers the ids, so that a full list reads no other page.
    await db.schema.dropIndex("group_members_in_order").execute();
    await db.schema
      .createIndex("group_members_in_order")
      .on("group_members")
      .columns(["group_id", "role_level desc", "id", "user_id"])
      .execute();
    if (kind === "postgres") return;

    // Parts of names and ids, by three characters each. Only where the
    // database runs on our own thread does a scan hold everybody up.
    await sql`create virtual table users_text using fts5(
      user_id, nickname, content = 'users', content_rowid = 'id',
      tokenize = 'trigram', detail = 'none', columnsize = 0)`.execute(db);
    const add = sql`insert into users_text (rowid, user_id, nickname)
      values (new.id, new.user_id, new.nickname);`;
    const remove = sql`insert into users_text (users_text, rowid, user_id, nickname)
      values ('delete', old.id, old.user_id, old.nickname);`;
    await sql`create trigger users_text_insert after insert on users
      begin ${add} end`.execute(db);
    await sql`create trigger users_text_delete after delete on users
      begin ${remove} end`.execute(db);
    await sql`create trigger users_text_update
      after update of id, user_id, nickname on users
      begin ${remove} ${add} end`.execute(db);
    await sql`insert into users_text (users_text) values ('rebuild')`.execute(
      db,
    );
  },
};
