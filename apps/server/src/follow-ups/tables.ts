import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    follow_ups: FollowUpTable;
  }
}

/** Work left to do after a change. */
export interface FollowUpTable {
  id: Generated<number>;
  /** Kind of the follow-up, which names its feature. */
  kind: string;
  /** Rows of one lane are done one after another; "" = in any order. */
  lane: string;
  /** The user whose deletion makes it void; "" = nobody. */
  user_id: string;
  /** The work as JSON, and its number of characters. */
  what: string;
  size: number;
  created_at: number;
  /** Node of the cluster that does it; "" = the one process. */
  node: Generated<string>;
  /** Failed attempts, and the earliest time of the next. */
  tries: number;
  due_at: number;
}
