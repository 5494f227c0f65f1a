import { expect, test } from "bun:test";

import type { Session } from "../gateway/sessions.ts";
import { createSessions } from "../gateway/sessions.ts";
import type { Auth } from "./auth.ts";
import type { LoginPolicy } from "./multi-login.ts";
import { createForceLogout, createLoginPolicy } from "./sign-ins.ts";

/** Records whether the tokens were still valid when each session was told. */
function setUp(policy: LoginPolicy["policy"]) {
  const heard: [id: string, counted: boolean][] = [];
  let isKicked = false;
  const kickTokens = async () => {
    // Takes as long as a commit.
    await new Promise((resolve) => setImmediate(resolve));
    isKicked = true;
  };
  const auth = {
    kickTokens,
    kickTheseTokens: kickTokens,
  } as unknown as Auth;
  const sessions = createSessions();
  const add = (id: string): Session => {
    const session = {
      id,
      userID: "ann",
      platformID: 1,
      token: id,
      wire: { encode: () => new Uint8Array() },
      isBackground: false,
      send: () => void heard.push([id, !isKicked]),
      close: () => undefined,
    } as unknown as Session;
    sessions.add(session);
    return session;
  };
  const all = { sessions, auth };
  return {
    heard,
    add,
    admitted: createLoginPolicy({
      ...all,
      policy: { policy, maxNumOneEnd: 1 },
    }),
    forceLogout: createForceLogout(all),
  };
}

test.each([1, 4, 5] as const)(
  "who signed in elsewhere hears of it when the token counts no more, policy %d",
  async (policy) => {
    const { add, admitted, heard } = setUp(policy);
    add("old");
    await admitted(add("new"));
    expect(heard).toEqual([["old", false]]);
  },
);

test("who is signed out hears of it when the token counts no more", async () => {
  const { add, forceLogout, heard } = setUp(1);
  add("old");
  await forceLogout("ann", 1);
  expect(heard).toEqual([["old", false]]);
});
