declare module "../storage/schema.ts" {
  interface Schema {
    message_heads: MessageHeadTable;
    message_log: MessageLogTable;
    message_index: MessageIndexTable;
    message_keys: MessageKeyTable;
    message_counts: MessageCountTable;
    message_senders: MessageSenderTable;
  }
}

/** One row for each conversation that ever held a message. */
export interface MessageHeadTable {
  id: number;
  conversation_id: string;
  max_seq: number;
  min_seq: number;
  /** sendTime of the newest message. */
  max_seq_time: number;
  /** Bits of the kinds of marks that messages of it have (mark-bits.ts). */
  altered: number;
}

/** Every stored message in order of arrival; rows are only ever blanked. */
export interface MessageLogTable {
  position: number;
  head_id: number;
  seq: number;
  /**
   * Hash of (conversation, sendID, clientMsgID) that recognises a resend; 0:
   * none.
   */
  resend_key: number;
  /** 1 when deleted for everyone; data is then only what a resend needs. */
  deleted: number;
  /** The sdkws.MsgData bytes that are pulled and pushed. */
  data: Uint8Array;
}

/** Positions of messages; lags behind the log and is written in bulk. */
export interface MessageIndexTable {
  head_id: number;
  seq: number;
  position: number;
}

export interface MessageKeyTable {
  resend_key: number;
  position: number;
}

/** Numbers of chat messages sent; lags behind the log as its index does. */
export interface MessageCountTable {
  /** Meaning of `id`, and which messages count (message-log/tally.ts). */
  kind: number;
  /** The messages' sendTime in hours since 1970. */
  hour: number;
  id: string;
  count: number;
}

/** Last seqs that members sent to groups; only where the log is shared. */
export interface MessageSenderTable {
  head_id: number;
  user_id: string;
  seq: number;
}
