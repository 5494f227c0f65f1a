import { expect, test } from "bun:test";

import { longestTurn } from "../../testing/pace/longest-turn.ts";
import { describeBody } from "./audit-details.ts";
import { describeLongBody } from "./audit-long-body.ts";

const users = Array.from({ length: 10_000 }, (_, i) => ({
  userID: `person${i}`,
  nickname: `Person ${i} `.padEnd(250, "é"),
  faceURL: `https://example.com/${i}/`.padEnd(1_000, "x"),
}));
const body = new TextEncoder().encode(JSON.stringify({ users }));

test("a body of 15 MB was looked at by the audit in one turn, inside its transaction", async () => {
  let least = Infinity;
  for (let tries = 0; tries < 6 && least > 50; tries++) {
    const describing = describeLongBody(body);
    least = Math.min(least, await longestTurn(describing));
    expect(await describing).toEqual(
      describeBody(new TextDecoder().decode(body)),
    );
  }
  expect(least).toBeLessThanOrEqual(50);
});
