import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    administrators: AdministratorTable;
    applets: AppletTable;
    application_versions: ApplicationVersionTable;
    application_configs: ApplicationConfigTable;
    blocked_accounts: BlockedAccountTable;
    invitation_codes: InvitationCodeTable;
    ip_rules: IPRuleTable;
    user_ips: UserIPTable;
    default_friends: DefaultFriendTable;
    default_groups: DefaultGroupTable;
    audit_log: AuditTable;
    audit_outcomes: AuditOutcomeTable;
    audit_targets: AuditTargetTable;
    account_deletions: AccountDeletionTable;
  }
}

export interface AdministratorTable {
  id: Generated<number>;
  account: string;
  /** Hash, as in accounts. */
  password: string;
  /** The password is the account's name, as after OpenIM's first start. */
  has_known_password: number;
  face_url: string;
  nickname: string;
  user_id: string;
  /** 100 may change other administrators, 80 may not. */
  level: number;
  create_time: number;
}

export interface AppletTable {
  id: Generated<number>;
  applet_id: string;
  name: string;
  app_id: string;
  icon: string;
  url: string;
  md5: string;
  size: number;
  version: string;
  priority: number;
  status: number;
  create_time: number;
}

export interface ApplicationVersionTable {
  id: Generated<number>;
  /** 24 hex digits that grow. */
  version_id: string;
  platform: string;
  version: string;
  url: string;
  text: string;
  force: number;
  latest: number;
  hot: number;
  create_time: number;
}

/** Settings for clients (/client_config/get). */
export interface ApplicationConfigTable {
  key: string;
  value: string;
}

export interface BlockedAccountTable {
  id: Generated<number>;
  user_id: string;
  reason: string;
  operator_user_id: string;
  create_time: number;
}

export interface InvitationCodeTable {
  id: Generated<number>;
  code: string;
  /** "" until somebody registers with it. */
  used_user_id: string;
  create_time: number;
}

/** Addresses from which nobody may register, or sign in. */
export interface IPRuleTable {
  id: Generated<number>;
  ip: string;
  limit_register: number;
  limit_login: number;
  create_time: number;
}

/** The only addresses from which a user may sign in, if there are any. */
export interface UserIPTable {
  id: Generated<number>;
  user_id: string;
  ip: string;
  create_time: number;
}

export interface DefaultFriendTable {
  id: Generated<number>;
  user_id: string;
  create_time: number;
}

export interface DefaultGroupTable {
  id: Generated<number>;
  group_id: string;
  create_time: number;
}

/** Intentions of administrators. Append-only. */
export interface AuditTable {
  id: Generated<number>;
  time: number;
  operator_user_id: string;
  operator_account: string;
  /** The path of the route. */
  action: string;
  /** A JSON list. */
  targets: string;
  /** JSON. */
  details: string;
  address: string;
  operation_id: string;
}

/** Outcomes of intentions. No row: the server stopped before the outcome. */
export interface AuditOutcomeTable {
  audit_id: number;
  time: number;
  /** 0 = it was done. */
  err_code: number;
}

export interface AuditTargetTable {
  target: string;
  audit_id: number;
}

/** A person who is being deleted, or was. */
export interface AccountDeletionTable {
  user_id: string;
  with_messages: number;
  operator_user_id: string;
  operation_id: string;
  /** Numbers of removed things, as JSON. */
  removed: string;
  start_time: number;
  /** 0 = it is not finished. */
  end_time: number;
}
