import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    conversations: ConversationTable;
    user_seqs: UserSeqTable;
  }
}

export interface ConversationTable {
  id: Generated<number>;
  owner_user_id: string;
  conversation_id: string;
  conversation_type: number;
  user_id: string;
  group_id: string;
  recv_msg_opt: number;
  is_pinned: number;
  attached_info: string;
  is_private_chat: number;
  group_at_type: number;
  ex: string;
  burn_duration: number;
  /** Copies of user_seqs for clients (docs/wire/conversations.md#seqs). */
  min_seq: number;
  max_seq: number;
  /** Seconds. */
  msg_destruct_time: number;
  latest_msg_destruct_time: number;
  is_msg_destruct: number;
  create_time: number;
}

/** Bounds and read position of a user in a conversation. */
export interface UserSeqTable {
  user_id: string;
  conversation_id: string;
  min_seq: number;
  max_seq: number;
  read_seq: number;
}
