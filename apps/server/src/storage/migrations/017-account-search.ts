import { sql } from "kysely";

import type { Migration } from "./migration.ts";

const columns = ["user_id", "account", "nickname", "phone_number", "email"];

/** Indexes that find people among a million. */
export const accountSearchMigration: Migration = {
  name: "017-account-search",
  async up(db, kind) {
    // Few have another gender, and lists without one leave those out.
    await db.schema
      .createIndex("accounts_by_gender")
      .on("accounts")
      .column("gender")
      .execute();
    await sql`create index accounts_ordinary on accounts (id)
      where gender in (0, 1, 2)`.execute(db);
    await db.schema
      .createIndex("account_tokens_by_expiry")
      .on("account_tokens")
      .column("expire_time")
      .execute();
    if (kind === "postgres") return;

    // Parts of what may be searched, by three characters each: see 014-lists.
    // All of it as one text, since such an index knows no columns.
    const text = (prefix = "") =>
      sql.raw(
        columns.map((column) => prefix + column).join(" || char(10) || "),
      );
    await sql`create view accounts_searched as
      select id, ${text()} as text from accounts`.execute(db);
    await sql`create virtual table accounts_text using fts5(
      text, content = 'accounts_searched', content_rowid = 'id',
      tokenize = 'trigram', detail = 'none', columnsize = 0)`.execute(db);
    const add = sql`insert into accounts_text (rowid, text)
      values (new.id, ${text("new.")});`;
    const remove = sql`insert into accounts_text (accounts_text, rowid, text)
      values ('delete', old.id, ${text("old.")});`;
    await sql`create trigger accounts_text_insert after insert on accounts
      begin ${add} end`.execute(db);
    await sql`create trigger accounts_text_delete after delete on accounts
      begin ${remove} end`.execute(db);
    await sql`create trigger accounts_text_update
      after update of id, ${sql.raw(columns.join(", "))} on accounts
      begin ${remove} ${add} end`.execute(db);
    await sql`insert into accounts_text (accounts_text) values ('rebuild')`.execute(
      db,
    );
  },
};
