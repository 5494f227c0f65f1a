declare module "../storage/schema.ts" {
  interface Schema {
    message_revocations: MessageRevocationTable;
    message_deletions: MessageDeletionTable;
    message_reads: MessageReadTable;
    message_search: MessageSearchTable;
    message_search_buckets: MessageSearchBucketTable;
    send_results: SendResultTable;
  }
}

export interface MessageRevocationTable {
  head_id: number;
  seq: number;
  user_id: string;
  role: number;
  nickname: string;
  time: number;
}

/** Results of sends by backends. PostgreSQL only. */
export interface SendResultTable {
  operation_id: string;
  sent_at: number;
}

export interface MessageDeletionTable {
  head_id: number;
  seq: number;
  user_id: string;
}

/** Ranges of seqs a user marked as read, both ends included. */
export interface MessageReadTable {
  head_id: number;
  user_id: string;
  from_seq: number;
  to_seq: number;
}

/** Search index of chat messages for administrators. */
export interface MessageSearchTable {
  /** Bucket of neighbouring messages in the log (messages/search-index.ts). */
  bucket: number;
  /** A number for a sender, a receiver or a contentType. */
  term: number;
  position: number;
}

/** Summaries of the chat messages in a bucket. */
export interface MessageSearchBucketTable {
  bucket: number;
  min_time: number;
  max_time: number;
}
