import { describe, expect, test } from "bun:test";
import { messageProblem, titleProblem } from "./commit-title.mjs";

const accepted: [title: string, branch: string][] = [
  ["feat: add group read receipts", "main"],
  ["fix(gateway): answer pings while draining", "main"],
  ["fix(gateway)!: refuse frames over one megabyte", "main"],
  ["refactor!: rename the configuration keys", "main"],
  ["docs(apps/server): say what a seq is", "main"],
  ["fix(release-v1.4): answer pings while draining", "main"],
  ["fix(release-v1.4): answer pings while draining", "release-v1.4"],
  ["fix(release-v1.4)!: drop the old frame", "release-v1.4"],
  ["fix: 修复断线重连后的未读数", "main"],
  ["ci: run x1", "main"],
  [`feat: ${"x".repeat(144)}`, "main"],
  ["fix(gateway): answer pings", "release-candidates"],
];

const refused: [title: string, branch: string, why: string][] = [
  ["", "main", "10 to 150"],
  ["ci: run x", "main", "10 to 150"],
  [`feat: ${"x".repeat(145)}`, "main", "10 to 150"],
  ["add group read receipts", "main", "type(scope)"],
  ["feature: add group read receipts", "main", "type(scope)"],
  ["Feat: add group read receipts", "main", "type(scope)"],
  ["feat:add group read receipts", "main", "type(scope)"],
  ["feat:  add group read receipts", "main", "type(scope)"],
  ["feat : add group read receipts", "main", "type(scope)"],
  ["feat (groups): add read receipts", "main", "type(scope)"],
  ["feat(): add group read receipts", "main", "type(scope)"],
  ["feat(two words): add read receipts", "main", "type(scope)"],
  ["feat!(groups): add read receipts", "main", "type(scope)"],
  ["feat(groups)", "main", "type(scope)"],
  ["feat(conversations):", "main", "type(scope)"],
  ["feat: add group read receipts.", "main", "period"],
  ["Merge branch 'main' into topic", "main", "type(scope)"],
  ['Revert "feat: add group read receipts"', "main", "type(scope)"],
  ["fixup! feat: add group read receipts", "main", "type(scope)"],
  ["fix: answer pings while draining", "release-v1.4", "release-v1.4"],
  ["fix(gateway): answer pings", "release-v1.4", "release-v1.4"],
  ["fix(release-v1.3): answer pings", "release-v1.4", "release-v1.4"],
];

describe("a commit title", () => {
  test.each(accepted)("%p is accepted on %p", (title, branch) => {
    expect(titleProblem(title, branch)).toBeUndefined();
  });

  test.each(refused)("%p is refused on %p", (title, branch, why) => {
    expect(titleProblem(title, branch)).toContain(why);
  });
});

describe("a commit message", () => {
  const title = "fix(groups): refuse to mute the owner";

  test("may start with the comments that git adds", () => {
    expect(messageProblem(`# On branch x\n\n${title}\n`)).toBeUndefined();
  });

  test("may carry the sign-offs of two people", () => {
    const body = "Signed-off-by: Ann <a@x>\nSigned-off-by: Bob <b@x>\n";
    expect(messageProblem(`${title}\n\n${body}`)).toBeUndefined();
  });

  test("is refused with the same sign-off twice", () => {
    const body = "Signed-off-by: Ann <a@x>\nSigned-off-by: Ann <a@x>\n";
    expect(messageProblem(`${title}\n\n${body}`)).toContain("twice");
  });
});
