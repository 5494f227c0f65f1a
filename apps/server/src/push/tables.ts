import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    push_tokens: PushTokenTable;
    push_badges: PushBadgeTable;
    push_unsent: PushUnsentTable;
  }
}

export interface PushTokenTable {
  user_id: string;
  platform_id: number;
  token: string;
  /** 0 = never. */
  expire_time: number;
}

export interface PushBadgeTable {
  user_id: string;
  count: number;
}

/** The reason why a message was not pushed to some users. */
export interface PushUnsentTable {
  id: Generated<number>;
  server_msg_id: string;
  client_msg_id: string;
  conversation_id: string;
  reason: string;
  provider: string;
  detail: string;
  /** A JSON list, not of all when there are many. */
  user_ids: string;
  user_count: number;
  time: number;
}
