import type { RequestPagination } from "../generated/sdkws.ts";
import { UserDeletion } from "../deletion.ts";
import { defineMessage, type MessageType } from "../message.ts";

/*
 * What administrators did, and deleting users: not of OpenIM's chat service.
 */

/** /audit/search; what is empty asks for everything. */
export interface AuditSearchReq {
  operatorUserID: string;
  action: string;
  target: string;
  startTime: number;
  endTime: number;
  pagination: RequestPagination | null;
}
export const AuditSearchReq: MessageType<AuditSearchReq> = defineMessage(
  "parley.audit.SearchReq",
  {
    operatorUserID: "string",
    action: "string",
    target: "string",
    startTime: "int64",
    endTime: "int64",
    pagination: "openim.sdkws.RequestPagination",
  },
);

export interface AuditEntry {
  id: number;
  time: number;
  operatorUserID: string;
  operatorAccount: string;
  action: string;
  targets: string[];
  details: string;
  address: string;
  operationID: string;
  /** done, refused, or unknown: the server stopped before it was known. */
  outcome: string;
  errCode: number;
  endTime: number;
}
export const AuditEntry: MessageType<AuditEntry> = defineMessage(
  "parley.audit.Entry",
  {
    id: "int64",
    time: "int64",
    operatorUserID: "string",
    operatorAccount: "string",
    action: "string",
    targets: "string[]",
    details: "string",
    address: "string",
    operationID: "string",
    outcome: "string",
    errCode: "int32",
    endTime: "int64",
  },
);

export interface AuditSearchResp {
  total: number;
  entries: AuditEntry[];
}
export const AuditSearchResp: MessageType<AuditSearchResp> = defineMessage(
  "parley.audit.SearchResp",
  { total: "int64", entries: "parley.audit.Entry[]" },
);

/** Numbers of entries that the accounts' service deleted. */
export interface AccountRemoved {
  accounts: number;
  credentials: number;
  tokens: number;
  loginRecords: number;
  verifyCodes: number;
  blocks: number;
  userIPs: number;
  defaultFriends: number;
  invitations: number;
}
export const AccountRemoved: MessageType<AccountRemoved> = defineMessage(
  "parley.account.Removed",
  {
    accounts: "int64",
    credentials: "int64",
    tokens: "int64",
    loginRecords: "int64",
    verifyCodes: "int64",
    blocks: "int64",
    userIPs: "int64",
    defaultFriends: "int64",
    invitations: "int64",
  },
);

/** /user/delete, /user/get_deletion */
export interface AccountDeletion {
  userID: string;
  /** running, interrupted (ask again to go on) or done. */
  state: string;
  operatorUserID: string;
  startTime: number;
  endTime: number;
  removed: AccountRemoved | null;
  /** The deletion at the IM server; null: the user is unknown there. */
  im: UserDeletion | null;
}
export const AccountDeletion: MessageType<AccountDeletion> = defineMessage(
  "parley.account.Deletion",
  {
    userID: "string",
    state: "string",
    operatorUserID: "string",
    startTime: "int64",
    endTime: "int64",
    removed: "parley.account.Removed",
    im: UserDeletion.name,
  },
);
