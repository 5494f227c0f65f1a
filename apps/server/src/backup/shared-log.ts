import type { Database } from "bun:sqlite";
import { sql } from "kysely";
import type { Kysely, RawBuilder } from "kysely";

import type { MessageCount } from "../message-log/tally.ts";
import type { Schema } from "../storage/schema.ts";

/**
 * Tables of the embedded database that PostgreSQL does not have, because its log is
 * found by its own keys, and what they hold.
 */
export const sourcesInSharedLog: Readonly<
  Partial<Record<string, RawBuilder<unknown>>>
> = {
  message_index: sql`message_log`,
  message_keys: sql`(
    select resend_key, min(position) as position from message_log
    where resend_key <> 0 group by resend_key
  ) as message_keys`,
};

/** Last seqs that users sent, which only the log knows. */
const sent = sql<{ user_id: string; conversation_id: string; seq: number }>`
  select user_id, conversation_id, seq from (
    select c.owner_user_id as user_id, conversation_id,
      case when starts_with(conversation_id, 'si_' || c.owner_user_id || '_')
        then h.sent_first else h.sent_second end as seq
    from message_heads h join conversations c using (conversation_id)
    where starts_with(conversation_id, 'si_')
    union all
    select s.user_id, h.conversation_id, s.seq
    from message_senders s join message_heads h on h.id = s.head_id
  ) as sent where seq > 0`;

/** Writes into a copy's tables what PostgreSQL keeps elsewhere, as if it was merged. */
export async function mergeSharedLog(
  from: Kysely<Schema>,
  database: Database,
): Promise<void> {
  const { rows: reads } = await sent.execute(from);
  const { rows: parts } = await sql<{ counts: MessageCount[] }>`
    select counts from message_count_parts`.execute(from);
  const raiseRead = database.prepare(
    "insert into user_seqs (user_id, conversation_id, min_seq, max_seq, read_seq) values (?, ?, 0, 0, ?) on conflict (user_id, conversation_id) do update set read_seq = max(read_seq, excluded.read_seq)",
  );
  const addCount = database.prepare(
    "insert into message_counts (kind, hour, id, count) values (?, ?, ?, ?) on conflict (kind, hour, id) do update set count = count + excluded.count",
  );
  database.transaction(() => {
    for (const { user_id, conversation_id, seq } of reads)
      raiseRead.run(user_id, conversation_id, seq);
    for (const { kind, hour, id, count } of parts.flatMap((row) => row.counts))
      addCount.run(kind, hour, id, count);
    database.run("delete from message_senders");
    database.run(
      "insert or replace into meta (key, value) select 'merged_position', coalesce(max(position), 0) from message_log",
    );
  })();
  raiseRead.finalize();
  addCount.finalize();
}
