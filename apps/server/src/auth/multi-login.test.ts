import { platformClass, platformIDs } from "@parley/protocol/platforms";
import { describe, expect, test } from "bun:test";

import { sessionsKickedBySession, tokensKickedByToken } from "./multi-login.ts";
import type { LoginPolicy } from "./multi-login.ts";

const policies = [0, 1, 4, 5] as const;
const settings = (policy: LoginPolicy["policy"]): LoginPolicy => ({
  policy,
  maxNumOneEnd: 2,
});

const pcs = [3, 4, 7];

/** Platforms that a sign-in on `fresh` ends, as docs/wire/sign-in.md#a-new-connection has it. */
function ended(policy: number, fresh: number): number[] {
  if (policy === 0) return [];
  if (policy === 1) return [fresh];
  if (policy === 4)
    return platformIDs.filter(
      (each) => platformClass(each) === platformClass(fresh),
    );
  if (pcs.includes(fresh)) return [];
  return platformIDs.filter((each) => !pcs.includes(each));
}

test("the classes are those of OpenIM", () => {
  expect(Object.groupBy(platformIDs, (each) => platformClass(each))).toEqual({
    Mobile: [1, 2],
    PC: [3, 4, 7],
    Web: [5],
    MiniWeb: [6],
    Pad: [8, 9],
    Admin: [10],
    HarmonyOS: [11],
  });
});

describe.each([...policies])("policy %i", (policy) => {
  test.each([...platformIDs])("a connection on platform %i", (platformID) => {
    const others = platformIDs.map((each) => ({
      platformID: each,
      token: `old ${each}`,
    }));
    const fresh = { platformID, token: "new" };
    const kicked = sessionsKickedBySession(settings(policy), others, fresh);
    expect(kicked.map((each): number => each.platformID)).toEqual(
      ended(policy, platformID),
    );
    // A reconnect with the same token ends no session.
    const same = others.map((each) => ({ ...each, token: "new" }));
    expect(sessionsKickedBySession(settings(policy), same, fresh)).toEqual([]);
  });
});

describe("a new token", () => {
  /** Two on each platform, in order of age. */
  const tokens = [1, 2].flatMap((age) =>
    platformIDs.map((platformID) => ({ platformID, age })),
  );
  const keptBy = (policy: LoginPolicy["policy"], platformID: number) => {
    const kicked = new Set(
      tokensKickedByToken(settings(policy), tokens, platformID),
    );
    return tokens
      .filter((each) => each.platformID !== 10 && !kicked.has(each))
      .map((each) => `${each.platformID}/${each.age}`);
  };
  const newest = (ids: readonly number[]) => ids.map((each) => `${each}/2`);
  const usual = platformIDs.filter((each) => each !== 10);

  test.each([...usual])(
    "of policy 0 on platform %i leaves as many as may be on each",
    (platformID) =>
      expect(keptBy(0, platformID)).toEqual([
        ...usual.filter((each) => each !== platformID).map((p) => `${p}/1`),
        ...newest(usual),
      ]),
  );

  test.each([...usual])(
    "of policy 1 on platform %i is alone there, and leaves one elsewhere",
    (platformID) =>
      expect(keptBy(1, platformID)).toEqual(
        newest(usual.filter((each) => each !== platformID)),
      ),
  );

  test.each([...usual])(
    "of policy 4 on platform %i is alone in its class, and leaves one in others",
    (platformID) => {
      // The newest token of each class stays.
      const lasts = [2, 5, 6, 7, 9, 11];
      expect(keptBy(4, platformID)).toEqual(
        newest(
          lasts.filter(
            (each) => platformClass(each) !== platformClass(platformID),
          ),
        ),
      );
    },
  );

  test.each([...usual])(
    "of policy 5 on platform %i leaves PCs, and beside a PC one Android",
    (platformID) => {
      const onPCs = pcs.map((each) => `${each}/1`);
      const left = pcs.includes(platformID) ? [2, ...pcs] : pcs;
      expect(keptBy(5, platformID)).toEqual([...onPCs, ...newest(left)]);
    },
  );

  test.each([...policies])(
    "of policy %i ends none of an administrator",
    (policy) => {
      const admins = tokens.filter((each) => each.platformID === 10);
      for (const platformID of usual) {
        const kicked = tokensKickedByToken(
          settings(policy),
          admins,
          platformID,
        );
        expect(kicked).toEqual([]);
      }
    },
  );

  test("of policy 5 on a PC leaves the newest of those without an Android", () => {
    const kicked = tokensKickedByToken(
      settings(5),
      [{ platformID: 1 }, { platformID: 5 }, { platformID: 3 }],
      4,
    );
    expect(kicked).toEqual([{ platformID: 1 }]);
  });
});
