import { expect, test } from "bun:test";

import { Disagreement, marksOf, requireAgreement } from "./agreement.ts";

const terms = (version: string, settings: Record<string, unknown> = {}) => ({
  ...{ name: "host 7", version },
  settings: marksOf(settings, "database"),
});

const refusal = (
  mine: ReturnType<typeof terms>,
  other: ReturnType<typeof terms>,
): string | undefined => {
  try {
    requireAgreement(mine, [terms(mine.version), other]);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Disagreement);
    return (error as Error).message;
  }
};

test("nodes of neighbouring minor versions work together, and no others", () => {
  const cases: [one: string, other: string, isGood: boolean][] = [
    ["1.4.0", "1.4.7", true],
    ["1.4.0", "1.5.0", true],
    ["1.5.0-rc.1", "1.4.9", true],
    ["1.4.0", "1.6.0", false],
    ["1.6.0", "1.4.0", false],
    ["2.0.0", "1.0.0", false],
    ["0.1.0-dev", "0.1.0", true],
    ["own build", "1.0.0", true],
  ];
  for (const [one, other, isGood] of cases) {
    const reason = refusal(terms(one), terms(other));
    expect([one, other, reason === undefined]).toEqual([one, other, isGood]);
    if (reason !== undefined) {
      expect(reason).toContain(one);
      expect(reason).toContain(other);
    }
  }
});

test("a node with another secret is told which setting differs, and nobody is told the secret", () => {
  const mine = { secret: "ours is long", adminUserIDs: ["a"] };
  const same = terms("1.0.0", mine);
  expect(refusal(same, terms("1.0.0", { ...mine }))).toBeUndefined();
  const other = terms("1.0.0", { secret: "theirs", adminUserIDs: ["a", "b"] });
  const reason = refusal(same, other);
  expect(reason).toStartWith("secret, adminUserIDs are not what the node");
  for (const text of [reason, JSON.stringify([same, other])])
    expect(text).not.toMatch(/ours is long|theirs/);
});

test("a setting that an older node does not know is no difference", () => {
  const old = terms("1.0.0", { secret: "s" });
  expect(refusal(terms("1.1.0", { secret: "s", more: 1 }), old)).toBe(
    undefined,
  );
});

test("marks of two databases cannot be compared", () => {
  expect(marksOf({ secret: "s" }, "one")).not.toEqual(
    marksOf({ secret: "s" }, "other"),
  );
});
