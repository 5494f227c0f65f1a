// Made from proto/openim/auth.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";

export interface GetAdminTokenReq {
  secret: string;
  userID: string;
}
export const GetAdminTokenReq: MessageType<GetAdminTokenReq> = message(
  "openim.auth.getAdminTokenReq",
);

export interface GetAdminTokenResp {
  token: string;
  expireTimeSeconds: number;
}
export const GetAdminTokenResp: MessageType<GetAdminTokenResp> = message(
  "openim.auth.getAdminTokenResp",
);

export interface ForceLogoutReq {
  platformID: number;
  userID: string;
}
export const ForceLogoutReq: MessageType<ForceLogoutReq> = message(
  "openim.auth.forceLogoutReq",
);

export type ForceLogoutResp = Record<string, never>;
export const ForceLogoutResp: MessageType<ForceLogoutResp> = message(
  "openim.auth.forceLogoutResp",
);

export interface ParseTokenReq {
  token: string;
}
export const ParseTokenReq: MessageType<ParseTokenReq> = message(
  "openim.auth.parseTokenReq",
);

export interface ParseTokenResp {
  userID: string;
  platformID: number;
  expireTimeSeconds: number;
}
export const ParseTokenResp: MessageType<ParseTokenResp> = message(
  "openim.auth.parseTokenResp",
);

export interface GetUserTokenReq {
  platformID: number;
  userID: string;
}
export const GetUserTokenReq: MessageType<GetUserTokenReq> = message(
  "openim.auth.getUserTokenReq",
);

export interface GetUserTokenResp {
  token: string;
  expireTimeSeconds: number;
}
export const GetUserTokenResp: MessageType<GetUserTokenResp> = message(
  "openim.auth.getUserTokenResp",
);

export interface InvalidateTokenReq {
  preservedToken: string;
  userID: string;
  platformID: number;
}
export const InvalidateTokenReq: MessageType<InvalidateTokenReq> = message(
  "openim.auth.invalidateTokenReq",
);

export type InvalidateTokenResp = Record<string, never>;
export const InvalidateTokenResp: MessageType<InvalidateTokenResp> = message(
  "openim.auth.invalidateTokenResp",
);

export interface KickTokensReq {
  tokens: string[];
}
export const KickTokensReq: MessageType<KickTokensReq> = message(
  "openim.auth.kickTokensReq",
);

export type KickTokensResp = Record<string, never>;
export const KickTokensResp: MessageType<KickTokensResp> = message(
  "openim.auth.kickTokensResp",
);

export interface GetExistingTokenReq {
  userID: string;
  platformID: number;
}
export const GetExistingTokenReq: MessageType<GetExistingTokenReq> = message(
  "openim.auth.GetExistingTokenReq",
);

export interface GetExistingTokenResp {
  tokenStates: Record<string, number>;
}
export const GetExistingTokenResp: MessageType<GetExistingTokenResp> = message(
  "openim.auth.getExistingTokenResp",
);
