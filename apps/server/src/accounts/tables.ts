import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    accounts: AccountTable;
    account_arrivals: AccountArrivalTable;
    credentials: CredentialTable;
    account_tokens: AccountTokenTable;
    login_records: LoginRecordTable;
    password_tries: PasswordTryTable;
    sign_in_places: SignInPlaceTable;
    verify_codes: VerifyCodeTable;
  }
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

/** An account whose user the node is just announcing to the IM server. */
export interface AccountArrivalTable {
  user_id: string;
  node: string;
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

/** A password that is, or was, tried at a node of a cluster. */
export interface PasswordTryTable {
  id: Generated<number>;
  /** The account or network that was tried. */
  key: string;
  time: number;
  /** 0: it is being checked. */
  is_wrong: number;
  node: string;
}

export interface SignInPlaceTable {
  /** A userID, or `administrator` and a name. */
  account: string;
  /** `address` or `device`, and which. */
  place: string;
  /** The day on which the right password was last given there. */
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
