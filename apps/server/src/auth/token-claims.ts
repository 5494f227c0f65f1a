import { randomBytes } from "node:crypto";

import { signClaims, verifyClaims } from "../tokens/jwt.ts";

/** Claims of a token (docs/wire/sign-in.md#tokens). Times are seconds. */
export interface Claims {
  userID: string;
  platformID: number;
  expiresAt: number;
}

/** `now` and the answer's times are seconds. */
export function signToken(
  secret: string,
  { userID, platformID, expiresAt }: Claims,
  now: number,
): string {
  return signClaims(secret, {
    UserID: userID,
    PlatformID: platformID,
    exp: expiresAt,
    // Clocks differ a little between machines.
    iat: now - 5,
    // Two tokens of one second are two tokens (docs/wire/deviations.md).
    jti: randomBytes(9).toString("base64url"),
  });
}

/**
 * Checks form, signature and times, in OpenIM's order (docs/wire/rest.md#roles). Throws
 * 1501, 1503, 1504 or 1505; whether the token still counts is asked later.
 */
export function verifyToken(
  secret: string,
  token: string,
  now: number,
): Claims {
  const { exp, UserID, PlatformID } = verifyClaims(secret, token, now);
  return {
    userID: typeof UserID === "string" ? UserID : "",
    platformID: typeof PlatformID === "number" ? PlatformID : 0,
    expiresAt: typeof exp === "number" ? exp : 0,
  };
}
