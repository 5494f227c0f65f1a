import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";

export interface Growth {
  total: number;
  /** Made before the span; without those that bear no time. */
  before: number;
  /** Made within it, by UTC date; days without any are left out. */
  count: Record<string, number>;
}

/** Later times have no date like 2026-01-31; old data may have some. */
export const calendarEnd = Date.UTC(10_000, 0);

/** Users or groups by the time they were made; `end` is not included. */
export async function countGrowth(
  db: Kysely<Schema>,
  table: "users" | "groups",
  { start, end }: { start: number; end: number },
): Promise<Growth> {
  const name = sql.table(table);
  const until = Math.min(end, calendarEnd);
  // The index of times alone answers all three.
  const { rows: sums } = await sql<{ total: number; before: number }>`
    select (select count(*) from ${name}) as total,
      (select count(*) from ${name}
        where create_time >= 0 and create_time < ${start}) as before
  `.execute(db);
  const { rows: days } = await sql<{ day: number; count: number }>`
    select create_time / 86400000 as day, count(*) as count from ${name}
    where create_time >= ${start} and create_time < ${until}
    group by create_time / 86400000
  `.execute(db);
  return {
    total: Number(sums[0]?.total ?? 0),
    before: Number(sums[0]?.before ?? 0),
    count: Object.fromEntries(
      days.map(({ day, count }) => [
        new Date(Number(day) * 86_400_000).toISOString().slice(0, 10),
        Number(count),
      ]),
    ),
  };
}
