import type { Generated } from "kysely";

import type { AccountsSchema } from "./accounts-schema.ts";

/**
 * The tables, one schema for every engine. Booleans are 0 or 1 and times are
 * UTC milliseconds unless a comment says seconds.
 */
export interface Schema extends AccountsSchema {
  users: UserTable;
  user_commands: UserCommandTable;
  client_configs: ClientConfigTable;
  tokens: TokenTable;
  conversations: ConversationTable;
  user_seqs: UserSeqTable;
  versions: VersionTable;
  version_entries: VersionEntryTable;
  message_heads: MessageHeadTable;
  message_log: MessageLogTable;
  message_index: MessageIndexTable;
  message_keys: MessageKeyTable;
  message_revocations: MessageRevocationTable;
  message_deletions: MessageDeletionTable;
  message_reads: MessageReadTable;
  friends: FriendTable;
  friend_requests: FriendRequestTable;
  blacks: BlackTable;
  groups: GroupTable;
  group_members: GroupMemberTable;
  group_requests: GroupRequestTable;
  group_leavers: GroupLeaverTable;
  objects: ObjectTable;
  object_contents: ObjectContentTable;
  object_uploads: ObjectUploadTable;
  object_parts: ObjectPartTable;
  push_tokens: PushTokenTable;
  push_badges: PushBadgeTable;
  push_unsent: PushUnsentTable;
  client_logs: ClientLogTable;
  message_counts: MessageCountTable;
  message_search: MessageSearchTable;
  message_search_buckets: MessageSearchBucketTable;
  meta: MetaTable;
  user_deletions: UserDeletionTable;
  large_changes: LargeChangeTable;
  large_change_places: LargeChangePlaceTable;
}

export interface UserTable {
  id: Generated<number>;
  user_id: string;
  nickname: string;
  face_url: string;
  ex: string;
  create_time: number;
  app_manger_level: number;
  global_recv_msg_opt: number;
}

export interface UserCommandTable {
  id: Generated<number>;
  user_id: string;
  type: number;
  uuid: string;
  value: string;
  ex: string;
  /** Seconds. */
  create_time: number;
}

export interface ClientConfigTable {
  id: Generated<number>;
  /** Empty for the configuration of everybody. */
  user_id: string;
  key: string;
  value: string;
}

export interface TokenTable {
  id: Generated<number>;
  user_id: string;
  platform_id: number;
  token: string;
  /** 0 normal, 2 kicked (docs/wire/sign-in.md#tokens). */
  state: number;
  /** When the token stops counting; 0 while its own expiry decides. */
  grace_until: number;
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

export interface VersionTable {
  kind: string;
  owner_id: string;
  version_id: string;
  version: number;
}

export interface VersionEntryTable {
  kind: string;
  owner_id: string;
  entry_id: string;
  version: number;
  /** 1 insert, 2 delete, 3 update (docs/wire/sync.md#version-logs). */
  state: number;
}

/** One row for each conversation that ever held a message. */
export interface MessageHeadTable {
  id: number;
  conversation_id: string;
  max_seq: number;
  min_seq: number;
  /** sendTime of the newest message. */
  max_seq_time: number;
  /** 1 once a message of it was revoked or deleted. */
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

export interface MessageRevocationTable {
  head_id: number;
  seq: number;
  user_id: string;
  role: number;
  nickname: string;
  time: number;
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

/** A change of which parts are left to be made (large-changes.ts). */
export interface LargeChangeTable {
  id: Generated<number>;
  kind: string;
  /** What is to be done, and where it began, as JSON. */
  what: string;
  at: string;
}

/** Of a change that is under way. */
export interface LargeChangePlaceTable {
  change_id: number;
  /** Where it is to go on, as JSON. */
  at: string;
  /** What it was set aside for; empty: it was not. */
  problem: string;
}

export interface MetaTable {
  key: string;
  value: string;
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
  /** For this group alone; empty: the user's own. */
  nickname: string;
  /** For this group alone; empty: the user's own. */
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

/** A name and the content it stands for; several may share one content. */
export interface ObjectTable {
  id: Generated<number>;
  name: string;
  content_key: string;
  size: number;
  content_type: string;
  /** Purpose of the upload, such as msg-picture; clean-up selects by it. */
  cause: string;
  create_time: number;
}

/**
 * Contents that the object store surely holds: a row follows the sync of its
 * content.
 */
export interface ObjectContentTable {
  key: string;
  size: number;
  /** The content a thumbnail was made of; else empty. */
  made_of: string;
  /** Like "png 60x30"; empty until somebody asked, "none" if it is no picture. */
  image: string;
  create_time: number;
}

export interface ObjectUploadTable {
  id: string;
  /** 1 in parts, 2 in one piece, 3 by a form. */
  kind: number;
  /** Owner of the upload; others may not continue it. */
  user_id: string;
  /** The key of the content once it is complete. */
  content_key: string;
  /** The announced hash; empty for a form. */
  hash: string;
  size: number;
  part_size: number;
  /** The object store's own name of the upload; may be empty. */
  store_id: string;
  /** For a form: what its object will be called. */
  name: string;
  content_type: string;
  cause: string;
  is_complete: number;
  create_time: number;
  expire_time: number;
}

/** Parts that are on the local disk for sure. */
export interface ObjectPartTable {
  upload_id: string;
  part_number: number;
  md5: string;
  size: number;
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

/** Why a message was not pushed to some. */
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

/** A log file that an app uploaded, described. */
export interface ClientLogTable {
  id: Generated<number>;
  log_id: string;
  user_id: string;
  /** A name, such as IOS; may be empty. */
  platform: string;
  url: string;
  filename: string;
  app_framework: string;
  version: string;
  ex: string;
  create_time: number;
}

/** Numbers of chat messages sent; lags behind the log as its index does. */
export interface MessageCountTable {
  /** Meaning of `id`, and which messages count (message-log/tally.ts). */
  kind: number;
  /** Since 1970, of the messages' sendTime. */
  hour: number;
  id: string;
  count: number;
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
