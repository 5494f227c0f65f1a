import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    friends: FriendTable;
    friend_requests: FriendRequestTable;
    blacks: BlackTable;
  }
}

/** The friend in the owner's list; the other way round is another row. */
export interface FriendTable {
  id: Generated<number>;
  owner_user_id: string;
  friend_user_id: string;
  remark: string;
  create_time: number;
  /** 1 imported, 2 applied. */
  add_source: number;
  operator_user_id: string;
  ex: string;
  is_pinned: number;
}

/** The newest application of one user to another. */
export interface FriendRequestTable {
  id: Generated<number>;
  from_user_id: string;
  to_user_id: string;
  /** 0 waits, 1 accepted, -1 refused. */
  handle_result: number;
  req_msg: string;
  create_time: number;
  handler_user_id: string;
  handle_msg: string;
  handle_time: number;
  ex: string;
}

/** The owner wants no messages of the other. */
export interface BlackTable {
  id: Generated<number>;
  owner_user_id: string;
  black_user_id: string;
  create_time: number;
  add_source: number;
  operator_user_id: string;
  ex: string;
}
