import { setImmediate } from "node:timers/promises";

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { calendarEnd } from "./growth.ts";

export interface Activity {
  messages: number;
  /** Messages by UTC date; days without any are left out. */
  days: Record<string, number>;
  /** Number of users or groups with any message. */
  active: number;
  /** One page of them, by their messages. */
  ranking: { id: string; count: number }[];
}

export interface ActivityQuery {
  /** Kinds of message_counts that are summed up. */
  kinds: readonly number[];
  /** Milliseconds, `end` not included; widened to whole hours. */
  start: number;
  end: number;
  ascending: boolean;
  page: Page;
}

const hourMs = 3_600_000;

/**
 * Adds up message_counts. A month of a million people is many rows, so they
 * are read in slices: no query holds up the messages of everybody else.
 */
export async function countActivity(
  db: Kysely<Schema>,
  { kinds, start, end, ascending, page }: ActivityQuery,
  slice = 2_000,
): Promise<Activity> {
  const counts = new Map<string, number>();
  const days = new Map<number, number>();
  let messages = 0;
  const from = Math.floor(clamp(start) / hourMs);
  const to = Math.ceil(clamp(end) / hourMs);
  for (const kind of kinds) {
    let after = { hour: from, id: "" };
    for (;;) {
      const rows = await db
        .selectFrom("message_counts")
        .select(["hour", "id", "count"])
        .where("kind", "=", kind)
        .where("hour", "<", to)
        .where(sql<boolean>`(hour, id) > (${after.hour}, ${after.id})`)
        .orderBy("hour")
        .orderBy("id")
        .limit(slice)
        .execute();
      for (const { hour, id, count } of rows) {
        const day = Math.floor(hour / 24);
        counts.set(id, (counts.get(id) ?? 0) + count);
        days.set(day, (days.get(day) ?? 0) + count);
        messages += count;
      }
      const last = rows.at(-1);
      if (!last || rows.length < slice) break;
      after = last;
      await setImmediate();
    }
  }
  return {
    messages,
    days: Object.fromEntries(
      [...days].map(([day, count]) => [dateOf(day), count]),
    ),
    active: counts.size,
    ranking: rank(counts, ascending, page),
  };
}

/** Never more than dates can say. */
const clamp = (time: number): number =>
  Math.min(Math.max(time, 0), calendarEnd);

const dateOf = (day: number): string =>
  new Date(day * 24 * hourMs).toISOString().slice(0, 10);

/**
 * Orders by number of messages and keeps the order of equal numbers. It sorts
 * the distinct numbers, which are few.
 */
export function rank(
  counts: ReadonlyMap<string, number>,
  ascending: boolean,
  { offset, limit }: Page,
): { id: string; count: number }[] {
  const sizes = new Map<number, number>();
  for (const count of counts.values())
    sizes.set(count, (sizes.get(count) ?? 0) + 1);
  /** The place of the next one with this many messages. */
  const places = new Map<number, number>();
  let place = 0;
  for (const count of [...sizes.keys()].sort((a, b) =>
    ascending ? a - b : b - a,
  )) {
    places.set(count, place);
    place += sizes.get(count) ?? 0;
  }
  const page: { id: string; count: number }[] = [];
  for (const [id, count] of counts) {
    const at = places.get(count) ?? 0;
    places.set(count, at + 1);
    if (at >= offset && at < offset + limit) page[at - offset] = { id, count };
  }
  return page;
}
