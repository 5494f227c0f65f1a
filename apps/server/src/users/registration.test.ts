import { describe, expect, test } from "bun:test";

import { checkRegistration } from "./registration.ts";

const named = (...userIDs: string[]) =>
  userIDs.map((userID) => ({ userID, nickname: "x" }));

describe("who can be registered", () => {
  test.each([
    ["ASCII letters, digits and underscores", named("Ann_1")],
    ["letters of any script", named("日本", "ŽÉ", "अआ")],
    ["digits of any script", named("٣")],
    ["several at once", named("ann", "bob")],
  ])("%s", (_what, users) => {
    expect(() => checkRegistration(users)).not.toThrow();
  });

  test.each([
    ["nobody", []],
    ["an empty userID", named("")],
    ["a blank", named("a b")],
    ["a line break at the end", named("ann\n")],
    ["a colon", named("a:b")],
    ["a hyphen", named("a-b")],
    ["a dot", named("a.b")],
    ["an at sign", named("a@b")],
    ["an emoji", named("😀")],
    ["an empty nickname", [{ userID: "ann", nickname: "" }]],
    ["the same userID twice", named("ann", "bob", "ann")],
  ])("not %s", (_what, users) => {
    expect(() => checkRegistration(users)).toThrow(
      expect.objectContaining({ code: 1001 }),
    );
  });
});
