import { randomBytes } from "node:crypto";

import { errors, ProtocolError } from "@parley/protocol/errors";

import { signClaims, verifyClaims } from "../tokens/jwt.ts";

/** Values of `UserType` in a token (docs/wire/accounts.md#tokens). */
export const AccountType = { user: 1, admin: 2 } as const;
export type AccountType = (typeof AccountType)[keyof typeof AccountType];

/** Claims of a chat token. Times are seconds. */
export interface AccountClaims {
  readonly userID: string;
  readonly type: AccountType;
  readonly expiresAt: number;
}

/** `now` is in seconds. */
export function signAccountToken(
  secret: string,
  { userID, type, expiresAt }: AccountClaims,
  now: number,
): string {
  return signClaims(secret, {
    UserID: userID,
    UserType: type,
    PlatformID: 0,
    exp: expiresAt,
    nbf: now - 60,
    iat: now,
    // Without it a token that was revoked is issued again within its second.
    jti: randomBytes(9).toString("base64url"),
  });
}

/**
 * Throws 1501, 1503, 1504 or 1505 in the order of docs/wire/accounts.md#tokens; whether the
 * token still counts is asked of the store later.
 */
export function verifyAccountToken(
  secret: string,
  token: string,
  now: number,
): AccountClaims {
  const { UserID, UserType, PlatformID, exp } = verifyNamed(secret, token, now);
  if (PlatformID !== undefined && PlatformID !== 0) throw errors.tokenExpired();
  // A token of the IM server has no UserType. Should both services be given
  // the same secret, it must not open an account here.
  if (
    typeof UserID !== "string" ||
    UserID === "" ||
    (UserType !== AccountType.user && UserType !== AccountType.admin) ||
    typeof exp !== "number"
  )
    throw errors.tokenUnknown("not a token of the chat service");
  return { userID: UserID, type: UserType, expiresAt: exp };
}

/**
 * Unlike the IM server, this service tells the code's own name
 * (docs/wire/accounts.md#requests).
 */
function verifyNamed(secret: string, token: string, now: number) {
  try {
    return verifyClaims(secret, token, now);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 1505)
      throw errors.tokenUnknown(error.errMsg);
    throw error;
  }
}
