import { describe, expect, test } from "bun:test";

import { signToken } from "../auth/token-claims.ts";
import { signClaims } from "../tokens/jwt.ts";
import {
  AccountType,
  signAccountToken,
  verifyAccountToken,
} from "./token-claims.ts";

const secret = "chat123";
const now = 1_700_000_000;
const expiresAt = now + 90 * 86_400;
const al = { userID: "al", type: AccountType.user, expiresAt };
const whole = { UserID: "al", UserType: 1, PlatformID: 0, exp: expiresAt };

/** The code of the refusal; fails if there is none. */
function refusal(token: string, at = now): unknown {
  try {
    verifyAccountToken(secret, token, at);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  throw new Error("the token was taken");
}

describe("a token of the chat service", () => {
  test("says who it is for, and whether that is an administrator", () => {
    for (const type of [AccountType.user, AccountType.admin]) {
      const token = signAccountToken(secret, { ...al, type }, now);
      expect(verifyAccountToken(secret, token, now)).toEqual({ ...al, type });
    }
  });

  test("was issued again in its second, good although it had been revoked", () => {
    expect(signAccountToken(secret, al, now)).not.toBe(
      signAccountToken(secret, al, now),
    );
  });

  test("has the claims of docs/wire/accounts.md, section 4, and an id of its own", () => {
    const [, body = ""] = signAccountToken(secret, al, now).split(".");
    expect(JSON.parse(Buffer.from(body, "base64url").toString())).toEqual({
      ...whole,
      nbf: now - 60,
      iat: now,
      jti: expect.any(String) as string,
    });
  });

  test("is refused with 1501 once its time is up", () => {
    const token = signAccountToken(secret, al, now);
    expect(refusal(token, expiresAt + 1)).toBe(1501);
  });

  test("is refused with 1501 if it names a platform", () => {
    expect(refusal(signClaims(secret, { ...whole, PlatformID: 5 }))).toBe(1501);
  });

  test("is refused with 1503 if it is none", () => {
    for (const token of ["abc", "a.b.c", "", "a.b.c.d"])
      expect(refusal(token)).toBe(1503);
  });

  test("is refused with 1504 before its time", () => {
    expect(refusal(signClaims(secret, { ...whole, nbf: now + 60 }))).toBe(1504);
  });

  test("is refused with 1505 if somebody else signed or changed it", () => {
    expect(refusal(signAccountToken("other", al, now))).toBe(1505);
    const [head, , sign] = signAccountToken(secret, al, now).split(".");
    const body = Buffer.from(
      JSON.stringify({ ...whole, UserType: 2 }),
    ).toString("base64url");
    expect(refusal(`${head}.${body}.${sign}`)).toBe(1505);
  });

  test("is not the IM server's, even if both have one secret", () => {
    const im = { userID: "al", platformID: 0, expiresAt };
    expect(refusal(signToken(secret, im, now))).toBe(1505);
  });

  test("is refused with 1505 if it has another type, no user or no end", () => {
    for (const wrong of [
      { UserType: 3 },
      { UserType: "2" },
      { UserID: "" },
      { UserID: 7 },
      { exp: undefined },
    ])
      expect(refusal(signClaims(secret, { ...whole, ...wrong }))).toBe(1505);
  });
});
