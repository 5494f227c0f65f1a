import { expect, test } from "bun:test";

import type { Session } from "../gateway/sessions.ts";
import { createSessions } from "../gateway/sessions.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import { createAuth } from "./auth.ts";
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
    takeOver: () => kickTokens().then(() => true),
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

forEachEngine("sign-ins that overlap", (open) => {
  /** Sessions of real tokens, in the order in which they were issued. */
  async function setUp(policy: LoginPolicy["policy"]) {
    const storage = await open();
    const rules = { policy, maxNumOneEnd: 30 };
    const auth = createAuth({
      ...storage,
      secret: "the secret of a test",
      adminUserIDs: ["admin"],
      expireDays: 90,
      policy: rules,
      levelOf: () => Promise.resolve(1),
      adminSignedIn: () => undefined,
      now: () => Date.now(),
    });
    const sessions = createSessions();
    const ended: string[] = [];
    const admitted = createLoginPolicy({ sessions, auth, policy: rules });
    const admin = { userID: "admin", platformID: 10, isAdmin: true };
    return {
      auth,
      ended,
      issue: async (platformID: number) =>
        (await auth.issueUserToken(admin, "ann", platformID)).token,
      connect(name: string, token: string, platformID: number) {
        const session = {
          ...{ id: name, userID: "ann", platformID, token },
          wire: { encode: () => new Uint8Array() },
          isBackground: false,
          send: () => undefined,
          close() {
            if (!ended.includes(name)) ended.push(name);
            sessions.remove(session);
          },
        } as unknown as Session;
        sessions.add(session);
        return admitted(session);
      },
      standing: (tokens: readonly string[]) =>
        Promise.all(
          tokens.map((token) =>
            auth.authenticate(token).then(
              () => "counts",
              (error: { code: number }) => error.code,
            ),
          ),
        ),
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    };
  }

  test.each([1, 4, 5] as const)(
    "of which the earlier one connected last ended the later one, policy %d",
    async (policy) => {
      await using given = await setUp(policy);
      const first = await given.issue(1);
      // Its token was looked up before the next one was issued.
      const second = await given.issue(1);
      await given.connect("second", second, 1);
      await given.connect("first", first, 1);
      expect(given.ended).toEqual(["first"]);
      expect(await given.standing([first, second])).toEqual([1506, "counts"]);
    },
  );

  test.each([1, 4, 5] as const)(
    "ended the token of one that was to connect, policy %d",
    async (policy) => {
      await using given = await setUp(policy);
      const old = await given.issue(1);
      await given.connect("old", old, 1);
      const first = await given.issue(1);
      const second = await given.issue(1);
      await given.connect("first", first, 1);
      expect(await given.standing([second])).toEqual(["counts"]);
      expect(given.ended).toEqual(["old"]);
      await given.connect("second", second, 1);
      expect(given.ended).toEqual(["old", "first"]);
      expect(await given.standing([first, second])).toEqual([1506, "counts"]);
    },
  );

  test.each([1, 4, 5] as const)(
    "left nobody signed in, whatever their order, policy %d",
    async (policy) => {
      await using given = await setUp(policy);
      const old = await given.issue(1);
      await given.connect("old", old, 1);
      const signIn = async (name: string) => {
        const token = await given.issue(1);
        await given.connect(name, token, 1);
        return token;
      };
      const tokens = await Promise.all(
        Array.from({ length: 6 }, (_, n) => signIn(`n${n}`)),
      );
      const standing = await given.standing(tokens);
      const left = tokens.filter((_, n) => standing[n] === "counts");
      expect(left).toHaveLength(1);
      expect(given.ended).toHaveLength(6);
      expect(given.ended).not.toContain(`n${tokens.indexOf(left[0] ?? "")}`);
    },
  );
});
