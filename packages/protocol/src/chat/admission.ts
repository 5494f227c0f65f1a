import type { RequestPagination } from "../generated/sdkws.ts";
import { defineMessage, type MessageType } from "../message.ts";
import { UserPublicInfo } from "./shared.ts";

/*
 * Who may register and sign in.
 */

export interface InvitationRegister {
  invitationCode: string;
  createTime: number;
  usedUserID: string;
  usedUser: UserPublicInfo | null;
}
export const InvitationRegister: MessageType<InvitationRegister> =
  defineMessage("chat.InvitationRegister", {
    invitationCode: "string",
    createTime: "int64",
    usedUserID: "string",
    usedUser: UserPublicInfo.name,
  });

export interface IPForbiddenAdd {
  ip: string;
  limitRegister: boolean;
  limitLogin: boolean;
}
export const IPForbiddenAdd: MessageType<IPForbiddenAdd> = defineMessage(
  "chat.IPForbiddenAdd",
  {
    ip: "string",
    limitRegister: "bool",
    limitLogin: "bool",
  },
);

export interface IPForbidden {
  ip: string;
  limitRegister: boolean;
  limitLogin: boolean;
  createTime: number;
}
export const IPForbidden: MessageType<IPForbidden> = defineMessage(
  "chat.IPForbidden",
  {
    ip: "string",
    limitRegister: "bool",
    limitLogin: "bool",
    createTime: "int64",
  },
);

export interface UserIPLimitLogin {
  userID: string;
  ip: string;
}
export const UserIPLimitLogin: MessageType<UserIPLimitLogin> = defineMessage(
  "chat.UserIPLimitLogin",
  {
    userID: "string",
    ip: "string",
  },
);

export interface LimitUserLoginIP {
  userID: string;
  ip: string;
  createTime: number;
  user: UserPublicInfo | null;
}
export const LimitUserLoginIP: MessageType<LimitUserLoginIP> = defineMessage(
  "chat.LimitUserLoginIP",
  {
    userID: "string",
    ip: "string",
    createTime: "int64",
    user: UserPublicInfo.name,
  },
);

/** /invitation_code/add */
export interface InvitationCodeAddReq {
  codes: string[];
}
export const InvitationCodeAddReq: MessageType<InvitationCodeAddReq> =
  defineMessage("chat.InvitationCodeAddReq", {
    codes: "string[]",
  });

/** /invitation_code/gen */
export interface InvitationCodeGenReq {
  len: number;
  num: number;
  chars: string;
}
export const InvitationCodeGenReq: MessageType<InvitationCodeGenReq> =
  defineMessage("chat.InvitationCodeGenReq", {
    len: "int32",
    num: "int32",
    chars: "string",
  });

/** /invitation_code/del */
export interface InvitationCodeDelReq {
  codes: string[];
}
export const InvitationCodeDelReq: MessageType<InvitationCodeDelReq> =
  defineMessage("chat.InvitationCodeDelReq", {
    codes: "string[]",
  });

/** /invitation_code/search */
export interface InvitationCodeSearchReq {
  status: number;
  userIDs: string[];
  codes: string[];
  keyword: string;
  pagination: RequestPagination | null;
}
export const InvitationCodeSearchReq: MessageType<InvitationCodeSearchReq> =
  defineMessage("chat.InvitationCodeSearchReq", {
    status: "int32",
    userIDs: "string[]",
    codes: "string[]",
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface InvitationCodeSearchResp {
  total: number;
  list: InvitationRegister[];
}
export const InvitationCodeSearchResp: MessageType<InvitationCodeSearchResp> =
  defineMessage("chat.InvitationCodeSearchResp", {
    total: "uint32",
    list: `${InvitationRegister.name}[]`,
  });

/** /forbidden/ip/add */
export interface ForbiddenIpAddReq {
  forbiddens: IPForbiddenAdd[];
}
export const ForbiddenIpAddReq: MessageType<ForbiddenIpAddReq> = defineMessage(
  "chat.ForbiddenIpAddReq",
  {
    forbiddens: `${IPForbiddenAdd.name}[]`,
  },
);

/** /forbidden/ip/del */
export interface ForbiddenIpDelReq {
  ips: string[];
}
export const ForbiddenIpDelReq: MessageType<ForbiddenIpDelReq> = defineMessage(
  "chat.ForbiddenIpDelReq",
  {
    ips: "string[]",
  },
);

/** /forbidden/ip/search */
export interface ForbiddenIpSearchReq {
  keyword: string;
  status: number;
  pagination: RequestPagination | null;
}
export const ForbiddenIpSearchReq: MessageType<ForbiddenIpSearchReq> =
  defineMessage("chat.ForbiddenIpSearchReq", {
    keyword: "string",
    status: "int32",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface ForbiddenIpSearchResp {
  total: number;
  forbiddens: IPForbidden[];
}
export const ForbiddenIpSearchResp: MessageType<ForbiddenIpSearchResp> =
  defineMessage("chat.ForbiddenIpSearchResp", {
    total: "uint32",
    forbiddens: `${IPForbidden.name}[]`,
  });

/** /forbidden/user/add */
export interface ForbiddenUserAddReq {
  limits: UserIPLimitLogin[];
}
export const ForbiddenUserAddReq: MessageType<ForbiddenUserAddReq> =
  defineMessage("chat.ForbiddenUserAddReq", {
    limits: `${UserIPLimitLogin.name}[]`,
  });

/** /forbidden/user/del */
export interface ForbiddenUserDelReq {
  limits: UserIPLimitLogin[];
}
export const ForbiddenUserDelReq: MessageType<ForbiddenUserDelReq> =
  defineMessage("chat.ForbiddenUserDelReq", {
    limits: `${UserIPLimitLogin.name}[]`,
  });

/** /forbidden/user/search */
export interface ForbiddenUserSearchReq {
  keyword: string;
  pagination: RequestPagination | null;
}
export const ForbiddenUserSearchReq: MessageType<ForbiddenUserSearchReq> =
  defineMessage("chat.ForbiddenUserSearchReq", {
    keyword: "string",
    pagination: "openim.sdkws.RequestPagination",
  });

export interface ForbiddenUserSearchResp {
  total: number;
  limits: LimitUserLoginIP[];
}
export const ForbiddenUserSearchResp: MessageType<ForbiddenUserSearchResp> =
  defineMessage("chat.ForbiddenUserSearchResp", {
    total: "uint32",
    limits: `${LimitUserLoginIP.name}[]`,
  });
