import { maxMessageBytes } from "@parley/protocol/frame-size";
import { expect, test } from "bun:test";

import { noticeContent } from "./size.ts";

const detailOf = (content: Buffer): Record<string, unknown> => {
  const { detail } = JSON.parse(content.toString()) as { detail: string };
  return JSON.parse(detail) as Record<string, unknown>;
};

test("a notice that clients can take says all", () => {
  const detail = `{"group":{"ex":"x","memberCount":2},"groupMemberVersion":18446744073709551615,"groupMemberVersionID":"v"}`;
  expect(detailOf(noticeContent(detail))).toEqual(
    JSON.parse(detail) as Record<string, unknown>,
  );
});

test("what is too much for clients is left out of a notice, so that they fetch it", () => {
  // Escaped twice, one character takes seven.
  const large = "<".repeat(200_000);
  const detail = JSON.stringify({
    group: { groupID: "g", notification: large, introduction: "short" },
    invitedUserList: [
      { userID: "ann", nickname: "Ann", ex: "" },
      { userID: "bob", nickname: "Bob", ex: large },
    ],
    groupMemberVersion: 7,
    groupMemberVersionID: "v",
  });
  const content = noticeContent(detail);
  expect(content.length).toBeLessThan(maxMessageBytes);
  expect(detailOf(content)).toEqual({
    group: { groupID: "g", notification: "", introduction: "short" },
    invitedUserList: [
      { userID: "ann", nickname: "Ann", ex: "" },
      { userID: "bob", nickname: "Bob", ex: "" },
    ],
    groupMemberVersion: 7,
    groupMemberVersionID: "",
  });
});

test("a thousand members with long texts fit into a notice", () => {
  const members = Array.from({ length: 1_000 }, (_, i) => ({
    groupID: "group".padEnd(64, "x"),
    userID: `user${i}`.padEnd(64, "x"),
    roleLevel: 20,
    joinTime: 1_700_000_000_000,
    nickname: "\u{1f642}".repeat(255),
    faceURL: "https://example.com/".padEnd(500, "x"),
    ex: "e".repeat(1_000),
    inviterUserID: "ann".padEnd(64, "x"),
  }));
  const detail = JSON.stringify({ memberList: members });
  const content = noticeContent(detail);
  expect(content.length).toBeLessThan(maxMessageBytes);
  expect(detailOf(content)["memberList"]).toHaveLength(1_000);
});
