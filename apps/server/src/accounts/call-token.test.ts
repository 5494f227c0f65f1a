import { expect, test } from "bun:test";

import { verifyClaims } from "../tokens/jwt.ts";
import { signCallToken } from "./call-token.ts";

const pair = { key: "key", secret: "secret" };
const now = 1_700_000_000;

test("a token for a call has LiveKit's claims and lives an hour", () => {
  const token = signCallToken(pair, { room: "r", identity: "al" }, now);
  expect(verifyClaims(pair.secret, token, now)).toEqual({
    iss: "key",
    sub: "al",
    nbf: now,
    exp: now + 3_600,
    video: { room: "r", roomJoin: true },
  });
});

test("nobody gets a token for no room, or for nobody", () => {
  for (const asked of [
    { room: "", identity: "al" },
    { room: "r", identity: "" },
  ])
    expect(() => signCallToken(pair, asked, now)).toThrow(
      expect.objectContaining({ code: 1001 }),
    );
});
