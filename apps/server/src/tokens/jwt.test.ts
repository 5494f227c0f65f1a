import { createHmac } from "node:crypto";

import { expect, test } from "bun:test";

import { signClaims, verifyClaims } from "./jwt.ts";

const secret = "the secret of a test";
const now = 1_700_000_000;

function refusal(token: string): unknown {
  try {
    verifyClaims(secret, token, now);
    return 0;
  } catch (error) {
    return (error as { code?: number }).code;
  }
}

const encode = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs with the right key, whatever the header says. */
function sign(head: object, claims: object): string {
  const text = `${encode(head)}.${encode(claims)}`;
  const mac = createHmac("sha256", secret).update(text).digest("base64url");
  return `${text}.${mac}`;
}

test("what was signed here is read back", () => {
  const claims = { UserID: "ann", PlatformID: 5, exp: now + 1, iat: now - 5 };
  expect(verifyClaims(secret, signClaims(secret, claims), now)).toEqual(claims);
});

test.each([
  ["nothing", ""],
  ["two parts", "a.b"],
  ["four parts", `${signClaims(secret, {})}.x`],
  ["no JSON", "a.b.c"],
  ["claims that are no object", sign({ alg: "HS256" }, [])],
])("%s is no token: 1503", (_what, token) => {
  expect(refusal(token)).toBe(1503);
});

test.each([
  ["another key", signClaims("another", { exp: now + 1 })],
  ["another key, and expired", signClaims("another", { exp: now - 1 })],
  ["no signature", signClaims(secret, {}).replace(/[^.]*$/, "")],
  ["algorithm none", sign({ alg: "none" }, {})],
  ["an algorithm of public keys", sign({ alg: "RS256" }, {})],
  ["a header changed to what it is not", sign({ alg: "HS512" }, {})],
])("a token with %s is 1505", (_what, token) => {
  expect(refusal(token)).toBe(1505);
});

test("a token lasts until its second of expiry, and not through it", () => {
  expect(refusal(signClaims(secret, { exp: now + 1 }))).toBe(0);
  expect(refusal(signClaims(secret, { exp: now }))).toBe(1501);
});

test("of several times that are wrong the expiry is told, then when it was made", () => {
  const [past, later] = [now - 1, now + 61];
  const codeOf = (claims: object) => refusal(signClaims(secret, { ...claims }));
  expect(codeOf({ exp: past, iat: later, nbf: later })).toBe(1501);
  expect(codeOf({ iat: later, nbf: later })).toBe(1505);
  expect(codeOf({ nbf: later })).toBe(1504);
});

test("a token of a node whose clock is ahead was refused by the others", () => {
  expect(refusal(signClaims(secret, { iat: now + 60 }))).toBe(0);
  expect(refusal(signClaims(secret, { iat: now + 61 }))).toBe(1505);
});
