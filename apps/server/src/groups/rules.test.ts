import { describe, expect, test } from "bun:test";

import type { GroupInfo } from "@parley/protocol/generated/sdkws";

import { requireMayChange } from "./member-info.ts";
import { marksOf } from "./mentions.ts";
import {
  invitesDirectly,
  isManager,
  outranks,
  requireAlive,
  requireAnswer,
  requireMemberFilter,
  requireUserList,
} from "./rules.ts";
import { mayRevoke, requireMaySpeak } from "./speaking.ts";

const [owner, admin, member] = [100, 60, 20];
const nobody = undefined;

/** The error's code, or 0 when there is none. */
function codeOf(act: () => void): number {
  try {
    act();
    return 0;
  } catch (error) {
    return (error as { code: number }).code;
  }
}

describe("who may mute and remove whom", () => {
  test.each([
    [owner, admin, true],
    [owner, member, true],
    [admin, member, true],
    [admin, admin, false],
    [admin, owner, false],
    [owner, owner, false],
    [member, member, false],
    [member, admin, false],
    [nobody, member, false],
  ])("%p over %p: %p", (by, target, isAllowed) => {
    expect(outranks(by, target)).toBe(isAllowed);
  });

  test("owner and admins manage a group, nobody else does", () => {
    expect([owner, admin, member, nobody].map(isManager)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("whose invitation needs no approval", () => {
  test.each([
    [{ role: owner, isAdmin: false }, 1, true],
    [{ role: admin, isAdmin: false }, 1, true],
    [{ role: member, isAdmin: false }, 1, false],
    [{ role: member, isAdmin: false }, 0, true],
    [{ role: member, isAdmin: false }, 2, true],
    [{ role: nobody, isAdmin: true }, 1, true],
  ])("%p with needVerification %p: %p", (by, needVerification, isDirect) => {
    expect(invitesDirectly(by, needVerification)).toBe(isDirect);
  });
});

describe("who may change a member's name or role", () => {
  const by = (userID: string, role: number | undefined, isAdmin = false) => ({
    userID,
    role,
    isAdmin,
  });
  test.each([
    ["the owner any member", by("a", owner), "b", member, null, 0],
    ["the owner an admin's role", by("a", owner), "b", admin, 20, 0],
    ["the owner the own name", by("a", owner), "a", owner, null, 0],
    ["the owner the own role", by("a", owner), "a", owner, 20, 1001],
    ["an admin an ordinary member", by("b", admin), "c", member, null, 0],
    ["an admin the owner", by("b", admin), "a", owner, null, 1002],
    ["an admin the owner's role", by("b", admin), "a", owner, 20, 1002],
    ["an admin another admin", by("b", admin), "d", admin, null, 1002],
    ["an admin down the own role", by("b", admin), "b", admin, 20, 0],
    ["a member the own name", by("c", member), "c", member, null, 0],
    ["a member the own role up", by("c", member), "c", member, 60, 1002],
    ["a member another", by("c", member), "d", member, null, 1002],
    ["an administrator anyone", by("z", nobody, true), "a", owner, null, 0],
    [
      "an administrator the owner's role",
      by("z", nobody, true),
      "a",
      owner,
      20,
      1001,
    ],
  ])("%s: %p", (_title, who, userID, role, newRole, code) => {
    expect(codeOf(() => requireMayChange(who, { userID, role }, newRole))).toBe(
      code,
    );
  });
});

describe("who may speak", () => {
  const now = 1_000;
  const alive = { status: 0, groupType: 2 };
  const speaks = (roleLevel: number, muteEndTime = 0) => ({
    roleLevel,
    muteEndTime,
  });
  test.each([
    ["nobody without a group", null, null, 101, false, 1004],
    ["a member", alive, speaks(member), 101, false, 0],
    ["no stranger", alive, null, 101, false, 1203],
    ["an administrator who is none", alive, null, 101, true, 0],
    ["a notice", alive, null, 2001, false, 0],
    [
      "no muted member until it ends",
      alive,
      speaks(member, now),
      101,
      false,
      1402,
    ],
    ["a member muted before", alive, speaks(member, now - 1), 101, false, 0],
    ["no muted admin", alive, speaks(admin, now + 1), 101, false, 1402],
    ["a muted owner", alive, speaks(owner, now + 1), 101, false, 0],
    [
      "no member of a muted group",
      { ...alive, status: 3 },
      speaks(member),
      101,
      false,
      1403,
    ],
    [
      "an admin of a muted group",
      { ...alive, status: 3 },
      speaks(admin),
      101,
      false,
      0,
    ],
    [
      "nobody in a dismissed group",
      { ...alive, status: 2 },
      speaks(owner),
      101,
      true,
      1204,
    ],
    [
      "but the notice of its end",
      { ...alive, status: 2 },
      null,
      1511,
      false,
      0,
    ],
    [
      "anyone in a super group",
      { status: 0, groupType: 1 },
      null,
      101,
      false,
      0,
    ],
  ])("%s", (_title, group, who, contentType, isAdmin, code) => {
    const message = { groupID: "g", sendID: "u", contentType };
    expect(
      codeOf(() => requireMaySpeak(message, group, who, isAdmin, now)),
    ).toBe(code);
  });
});

describe("who may revoke", () => {
  test.each([
    [owner, false, admin, true],
    [admin, false, member, true],
    [admin, false, nobody, true],
    [admin, false, admin, false],
    [admin, false, owner, false],
    [member, false, member, false],
    [member, true, member, true],
    [admin, true, admin, true],
  ])("%p, own %p, of %p: %p", (role, isOwn, senderRole, isAllowed) => {
    expect(mayRevoke(role, isOwn, senderRole)).toBe(isAllowed);
  });
});

describe("whom a message names", () => {
  const members = ["ann", "bob", "cyd", "dan"];
  test("those who are listed, but no stranger and not the sender", () => {
    expect(marksOf(["bob", "eve", "ann"], members, "ann")).toEqual([
      { userIDs: ["bob"], groupAtType: 1 },
    ]);
  });
  test("everyone, and some of them twice over", () => {
    expect(marksOf(["AtAllTag", "bob"], members, "ann")).toEqual([
      { userIDs: ["bob"], groupAtType: 3 },
      { userIDs: ["cyd", "dan"], groupAtType: 2 },
    ]);
  });
});

describe("what a request may say", () => {
  test("a group must be there, and not dismissed", () => {
    const group = (status: number) => ({ status }) as GroupInfo;
    expect(codeOf(() => requireAlive(undefined, "g"))).toBe(1004);
    expect(codeOf(() => requireAlive(group(2), "g"))).toBe(1204);
    expect(codeOf(() => requireAlive(group(3), "g"))).toBe(0);
  });
  test("a list of users has different ones, and some", () => {
    const codes = [[], ["a", "a"], ["a", "b"]].map((ids) =>
      codeOf(() => requireUserList("userIDs", ids)),
    );
    expect(codes).toEqual([1001, 1001, 0]);
  });
  test("an application is accepted or refused, nothing else", () => {
    const codes = [1, -1, 0, 2].map((result) =>
      codeOf(() => requireAnswer(result)),
    );
    expect(codes).toEqual([0, 0, 1001, 1001]);
  });
  test("filters of member lists are 0 to 5", () => {
    const codes = [0, 5, 6, -1].map((filter) =>
      codeOf(() => requireMemberFilter(filter)),
    );
    expect(codes).toEqual([0, 0, 1001, 1001]);
  });
});
