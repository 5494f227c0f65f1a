import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    groups: GroupTable;
    group_members: GroupMemberTable;
    group_requests: GroupRequestTable;
    group_leavers: GroupLeaverTable;
  }
}

export interface GroupTable {
  id: Generated<number>;
  group_id: string;
  group_name: string;
  notification: string;
  introduction: string;
  face_url: string;
  /** Empty once a dismissed group has no members left. */
  owner_user_id: string;
  create_time: number;
  /** Number of rows in group_members. */
  member_count: number;
  ex: string;
  /** 0 as usual, 2 dismissed, 3 muted. */
  status: number;
  creator_user_id: string;
  group_type: number;
  need_verification: number;
  look_member_info: number;
  apply_member_friend: number;
  notification_update_time: number;
  notification_user_id: string;
}

export interface GroupMemberTable {
  id: Generated<number>;
  group_id: string;
  user_id: string;
  role_level: number;
  join_time: number;
  /** The nickname in this group; empty: the user's own. */
  nickname: string;
  /** The picture in this group; empty: the user's own. */
  face_url: string;
  join_source: number;
  operator_user_id: string;
  inviter_user_id: string;
  ex: string;
  mute_end_time: number;
}

/** The newest application of a user to a group. */
export interface GroupRequestTable {
  id: Generated<number>;
  group_id: string;
  user_id: string;
  /** 0 waits, 1 accepted, -1 refused. */
  handle_result: number;
  req_msg: string;
  handle_msg: string;
  req_time: number;
  handle_user_id: string;
  handle_time: number;
  ex: string;
  join_source: number;
  inviter_user_id: string;
}

/** Former members, and the last notice of the group that each may read. */
export interface GroupLeaverTable {
  group_id: string;
  user_id: string;
  notice_seq: number;
}
