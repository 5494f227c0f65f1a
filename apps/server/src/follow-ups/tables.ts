import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    follow_ups: FollowUpTable;
    leases: LeaseTable;
  }
}

/** What is left to be done after a change. */
export interface FollowUpTable {
  id: Generated<number>;
  /** Which feature does it. */
  kind: string;
  /** Rows of one lane are done one after another; "" = in any order. */
  lane: string;
  /** The user whose deletion makes it void; "" = nobody. */
  user_id: string;
  /** What is to be done, as JSON, and how many characters that has. */
  what: string;
  size: number;
  created_at: number;
  /** Tries that failed, and when the next one may begin. */
  tries: number;
  due_at: number;
}

/** What one process at a time may do. */
export interface LeaseTable {
  name: string;
  node: string;
  /** 0 = as long as the node has the database. */
  until: number;
  /** Grows by one with each holder: what a former one still writes is void. */
  fence: number;
}
