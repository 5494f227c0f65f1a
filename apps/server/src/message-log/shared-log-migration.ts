import {
  isNotificationID,
  isSingleChatID,
} from "@parley/protocol/conversation-ids";
import { readMsgData } from "@parley/protocol/msg-data";
import { sql } from "kysely";
import type { Kysely } from "kysely";

import { required } from "../storage/migrations/columns.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import type { Schema } from "../storage/schema.ts";
import { isFirstOf } from "./pair-slots.ts";
import { createTally } from "./tally.ts";

/**
 * Lets several processes append to the log in PostgreSQL: unique indexes on the log find
 * a message by conversation and seq, or by its resend key, and replace the tables that were
 * merged later. It runs in one transaction, so after a kill it begins anew.
 */
export const sharedLogMigration: Migration = {
  name: "027-shared-log",
  async up(db, kind) {
    await db.schema
      .createTable("message_senders")
      .addColumn("head_id", "bigint", required)
      .addColumn("user_id", "text", required)
      .addColumn("seq", "bigint", required)
      .addPrimaryKeyConstraint("message_senders_key", ["head_id", "user_id"])
      .execute();
    if (kind !== "postgres") return;
    const run = (text: string) => sql.raw(text).execute(db);

    await run(`
      alter table message_heads
        add column stamped bigint not null default 0,
        add column sent_first bigint not null default 0,
        add column sent_second bigint not null default 0,
        alter column max_seq set default 0, alter column min_seq set default 0,
        alter column max_seq_time set default 0, alter column altered set default 0`);
    await run("create sequence message_heads_id owned by message_heads.id");
    await run(
      "alter table message_heads alter column id set default nextval('message_heads_id')",
    );
    await run(
      "create sequence message_log_position owned by message_log.position",
    );
    await run(`
      alter table message_log
        alter column position set default nextval('message_log_position'),
        alter column deleted set default 0`);
    await run(`
      create table message_count_parts (
        id bigint generated always as identity primary key, counts jsonb not null)`);
    await takeOverLog(db);
    await run("drop table message_index");
    await run("drop table message_keys");
  },
};

/** Drops the unique indexes, before rows of an old log, which may break them, are copied. */
export async function beginTakingOver(db: Kysely<Schema>): Promise<void> {
  await sql`drop index message_log_by_seq, message_log_by_key`.execute(db);
  await sql`delete from message_count_parts`.execute(db);
}

/**
 * Merges the rest of the old log into heads, counts and numbers, and adds its unique
 * indexes.
 */
export async function takeOverLog(db: Kysely<Schema>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`
    select setval('message_heads_id',
      coalesce((select max(id) from message_heads), 0) + 1, false)`);
  // Positions in meta may be past the end of the log if its newest messages were removed.
  await run(`
    select setval('message_log_position', 1 + greatest(0,
      (select max(position) from message_log),
      (select max(value::bigint) from meta
        where key in ('merged_position', 'searchable_position'))), false)`);
  await takeInUnmerged(db);
  // Rows with equal keys are hash collisions, as resends were never stored. The oldest
  // row keeps the key, as in a shared log.
  await run(`
    update message_log l set resend_key = 0
    from (
      select position, row_number()
        over (partition by resend_key, head_id order by position) as n
      from message_log where resend_key <> 0
    ) twice
    where twice.position = l.position and twice.n > 1`);
  await run(
    "create unique index message_log_by_seq on message_log (head_id, seq)",
  );
  await run(
    "create unique index message_log_by_key on message_log (resend_key, head_id) where resend_key <> 0",
  );
  await run("delete from meta where key = 'merged_position'");
}

/** Merges messages that a killed process had appended, but not merged. */
async function takeInUnmerged(db: Kysely<Schema>): Promise<void> {
  const mark = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", "merged_position")
    .executeTakeFirst();
  const tally = createTally();
  for (let after = Number(mark?.value ?? 0); ;) {
    const rows = await db
      .selectFrom("message_log as l")
      .innerJoin("message_heads as h", "h.id", "l.head_id")
      .select(["l.position", "l.head_id", "l.seq", "l.data"])
      .select("h.conversation_id")
      .where("l.position", ">", after)
      .orderBy("l.position")
      .limit(1_000)
      .execute();
    for (const { position, head_id, seq, data, conversation_id: id } of rows) {
      after = position;
      const view = readMsgData(data);
      const slot = isFirstOf(id, view.sendID) ? "sent_first" : "sent_second";
      tally.add(id, view);
      await sql`
        update message_heads
        set max_seq = ${seq}, max_seq_time = ${view.sendTime}
        where id = ${head_id} and max_seq < ${seq}`.execute(db);
      if (isSingleChatID(id))
        await sql`
          update message_heads set ${sql.ref(slot)} = ${seq} where id = ${head_id}
        `.execute(db);
      else if (!isNotificationID(id))
        await sql`
          insert into message_senders (head_id, user_id, seq)
          values (${head_id}, ${view.sendID}, ${seq})
          on conflict (head_id, user_id) do update set seq = excluded.seq
        `.execute(db);
    }
    if (rows.length < 1_000) break;
  }
  const counts = tally.take();
  if (counts.length > 0)
    await sql`
      insert into message_count_parts (counts)
      values (${JSON.stringify(counts)}::text::jsonb)
    `.execute(db);
}
