import { expect, test } from "bun:test";

import { readQuestion } from "./questions.ts";
import { splitText } from "./split.ts";

const said = {
  sendID: "ann",
  recvID: "bot_a",
  groupID: "",
  contentType: 101,
  content: JSON.stringify({ content: "Why?" }),
};

const named = (text: string, ...atUserList: unknown[]) => ({
  ...said,
  recvID: "",
  groupID: "g",
  contentType: 106,
  content: JSON.stringify({ text, atUserList }),
});

test("a text to an agent is a question", () => {
  expect(readQuestion(said)).toEqual({ agentIDs: ["bot_a"], text: "Why?" });
});

test("a text in a group that names agents is one, without their names", () => {
  expect(readQuestion(named("@bot_a Why?", "bot_a", "bob"))).toEqual({
    agentIDs: ["bot_a"],
    text: "Why?",
  });
  expect(
    readQuestion(named("@bot_ab @bot_a Why @bob?", "bot_a", "bot_ab", "bot_a")),
  ).toEqual({ agentIDs: ["bot_a", "bot_ab"], text: "Why @bob?" });
  expect(readQuestion(named("@bot_a", "bot_a"))?.text).toBe("@bot_a");
});

test("people in it are called by their nicknames, as clients show them", () => {
  const atUsersInfo = [
    { atUserID: "bot_a", groupNickname: "Guide" },
    { atUserID: "5318", groupNickname: "Bob (x" },
    { atUserID: "53181", groupNickname: "Eve" },
    { atUserID: "", groupNickname: "" },
    null,
  ];
  const asked = (text: string) =>
    readQuestion({
      ...said,
      recvID: "",
      groupID: "g",
      contentType: 106,
      content: JSON.stringify({ text, atUserList: ["bot_a"], atUsersInfo }),
    })?.text;
  expect(asked("@Guide did @5318 or @53181 say so?")).toBe(
    "did @Bob (x or @Eve say so?",
  );
  expect(asked("@bot_a Why?")).toBe("Why?");
});

test("nothing else is one: not to people, no picture, no notice, no garbage", () => {
  for (const other of [
    { ...said, recvID: "bob" },
    { ...said, contentType: 102 },
    { ...said, contentType: 1400 },
    { ...said, contentType: 113, content: '{"msgTips":"yes"}' },
    { ...said, content: '{"content":" "}' },
    { ...said, content: '{"content":5}' },
    { ...said, content: "{" },
    { ...said, content: "null" },
    { ...said, groupID: "g" },
    named("Why?", "bob", "AtAllTag"),
    named("Why?", 5, null),
    { ...named("Why?", "bot_a"), contentType: 101 },
    { ...named("Why?"), content: '{"text":"Why?","atUserList":"bot_a"}' },
  ])
    expect(readQuestion(other)).toBeUndefined();
});

test("agents ask nobody, not each other and not themselves", () => {
  for (const sendID of ["bot_a", "bot_b"]) {
    expect(readQuestion({ ...said, sendID })).toBeUndefined();
    expect(readQuestion({ ...named("Why?", "bot_a"), sendID })).toBeUndefined();
  }
});

test("a long text is cut where a paragraph, a line or a word ends", () => {
  expect(splitText("aaaa bbbb cccc", 9)).toEqual(["aaaa bbbb", "cccc"]);
  expect(splitText("aaaa b\n\ncc dd", 10)).toEqual(["aaaa b", "cc dd"]);
  expect(splitText("aaaaaa", 4)).toEqual(["aaaa", "aa"]);
  expect(splitText("a👋👋", 4)).toEqual(["a👋", "👋"]);
  expect(splitText("  \n ", 4)).toEqual([]);
  const long = Array.from({ length: 999 }, (_, i) => `word${i}`).join(" ");
  const parts = splitText(long, 100);
  expect(parts.join(" ")).toBe(long);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(101);
});
