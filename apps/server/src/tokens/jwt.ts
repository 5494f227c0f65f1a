import { createHmac, timingSafeEqual } from "node:crypto";

import { errors } from "@parley/protocol/errors";

/** Claims as they were signed; nobody has looked at their types yet. */
export type SignedClaims = Readonly<Record<string, unknown>>;

const header = encode({ alg: "HS256", typ: "JWT" });

/** A JWT with HS256, the only algorithm that OpenIM and LiveKit use. */
export function signClaims(secret: string, claims: SignedClaims): string {
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${signature(secret, signed)}`;
}

/** The clock of the node that signed may be ahead by so many seconds. */
const mostAhead = 60;

/**
 * Checks form, signature and times, in OpenIM's order (docs/wire/sign-in.md#tokens). Throws
 * 1501, 1503, 1504 or 1505. `now` is in seconds.
 */
export function verifyClaims(
  secret: string,
  token: string,
  now: number,
): SignedClaims {
  const [head = "", body = "", sign = "", ...more] = token.split(".");
  // Nearly all are our own, whose header is known.
  const algorithm = head === header ? "HS256" : decode(head)?.["alg"];
  const claims = decode(body);
  if (algorithm === undefined || !claims || more.length > 0)
    throw errors.tokenMalformed();
  if (algorithm === "none")
    throw unknown("'none' signature type is not allowed");
  if (
    algorithm !== "HS256" ||
    !isSame(sign, signature(secret, `${head}.${body}`))
  )
    throw unknown("signature is invalid");
  const { exp, iat, nbf } = claims;
  if (typeof exp === "number" && exp <= now) throw errors.tokenExpired();
  if (typeof iat === "number" && iat > now + mostAhead)
    throw unknown("Token used before issued");
  if (typeof nbf === "number" && nbf > now) throw errors.tokenNotValidYet();
  return claims;
}

const unknown = (errMsg: string) => errors.tokenUnknown("", { errMsg });

function signature(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(
      Buffer.from(part, "base64url").toString(),
    );
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
