import type { Generated } from "kysely";

/**
 * The tables of accounts and their administration (docs/from-openim.md), which may lie
 * in a database of their own. Booleans are 0 or 1 and times UTC milliseconds.
 */
export interface AccountsSchema {
  accounts: AccountTable;
  agents: AgentTable;
  credentials: CredentialTable;
  account_tokens: AccountTokenTable;
  login_records: LoginRecordTable;
  sign_in_places: SignInPlaceTable;
  verify_codes: VerifyCodeTable;
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

/** A person: profile, password and how they registered. */
export interface AccountTable {
  id: Generated<number>;
  user_id: string;
  /** argon2id of what the client sent; "" = none is right. */
  password: string;
  nickname: string;
  face_url: string;
  gender: number;
  birth: number;
  level: number;
  allow_add_friend: number;
  allow_beep: number;
  allow_vibration: number;
  global_recv_msg_opt: number;
  /** 0 account, 1 e-mail, 2 phone. */
  register_type: number;
  account: string;
  /** Includes the "+". */
  area_code: string;
  phone_number: string;
  email: string;
  /** Network address and device of the registration. */
  register_ip: string;
  register_device_id: string;
  register_platform: string;
  create_time: number;
  change_time: number;
}

/** Credentials; at most one of each type per user. */
export interface CredentialTable {
  /** An account name, an e-mail address, or like "+86 13800000000". */
  credential: string;
  user_id: string;
  /** 0 account, 1 phone, 2 e-mail. */
  type: number;
}

export interface AccountTokenTable {
  token: string;
  user_id: string;
  expire_time: number;
}

export interface LoginRecordTable {
  id: Generated<number>;
  user_id: string;
  login_time: number;
  ip: string;
  device_id: string;
  platform: string;
}

export interface SignInPlaceTable {
  /** A userID, or `administrator` and a name. */
  account: string;
  /** `address` or `device`, and which. */
  place: string;
  /** When the right password was last given there, to a day. */
  time: number;
}

/** A verification code that was sent. */
export interface VerifyCodeTable {
  id: Generated<number>;
  /** Credential that the code was sent to. */
  target: string;
  code: string;
  platform: string;
  /** Network address that requested the code. */
  ip: string;
  /** Number of wrong attempts. */
  attempts: number;
  used: number;
  create_time: number;
  expire_time: number;
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

/** An account that answers by a language model. */
export interface AgentTable {
  id: Generated<number>;
  user_id: string;
  nickname: string;
  face_url: string;
  /** Endpoint of an OpenAI-style API. */
  url: string;
  /** Key for the endpoint. */
  api_key: string;
  identity: string;
  model: string;
  prompts: string;
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
