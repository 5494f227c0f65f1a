declare module "../storage/schema.ts" {
  interface Schema {
    user_deletions: UserDeletionTable;
  }
}

/** A user who is being deleted, or was. */
export interface UserDeletionTable {
  user_id: string;
  with_messages: number;
  operator_user_id: string;
  operation_id: string;
  /** The part that is being removed. */
  part: string;
  /** Numbers of removed things, as JSON. */
  removed: string;
  start_time: number;
  /** 0 = it is not finished. */
  end_time: number;
}
