import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { countActivity } from "./activity.ts";
import type { Activity } from "./activity.ts";
import { countGrowth } from "./growth.ts";
import type { Growth } from "./growth.ts";

/** Statistics over a span of time, from `start` to before `end`. */
export interface Statistics {
  growth(table: "users" | "groups", span: TimeSpan): Promise<Growth>;
  /** Counts by sender: single messages, and group messages if `withGroups`. */
  users(query: ActiveQuery & { withGroups: boolean }): Promise<Activity>;
  groups(query: ActiveQuery): Promise<Activity>;
}

export interface TimeSpan {
  start: number;
  end: number;
}

export interface ActiveQuery extends TimeSpan {
  /** The least active first. */
  ascending: boolean;
  page: Page;
}

export interface StatisticsDeps {
  db: Kysely<Schema>;
  /** Kinds of message_counts. */
  kinds: { single: number; inGroups: number; ofGroup: number };
  /** Brings message_counts up to date. */
  countNewMessages(): Promise<void>;
}

export function createStatistics({
  db,
  kinds,
  countNewMessages,
}: StatisticsDeps): Statistics {
  return {
    growth: (table, span) => countGrowth(db, table, span),

    async users({ withGroups, ...query }) {
      await countNewMessages();
      const counted = withGroups
        ? [kinds.single, kinds.inGroups]
        : [kinds.single];
      return countActivity(db, { ...query, kinds: counted });
    },

    async groups(query) {
      await countNewMessages();
      return countActivity(db, { ...query, kinds: [kinds.ofGroup] });
    },
  };
}
