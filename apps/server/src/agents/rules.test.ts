import { expect, test } from "bun:test";

import { createHistory } from "./history.ts";
import type { History } from "./history.ts";
import { readQuestion } from "./questions.ts";
import { createQuotas } from "./quotas.ts";
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

test("a user asks so often within a minute, and is told once a minute", () => {
  let now = 0;
  const quotas = createQuotas(
    { perMinute: 2, atOnce: 9, atOnceInAll: 9 },
    () => now,
  );
  const ask = (userID: string) => {
    const refusal = quotas.take(userID);
    if (!refusal) quotas.finish(userID);
    return refusal;
  };
  expect([ask("ann"), ask("ann"), ask("ann"), ask("bob")]).toEqual([
    undefined,
    undefined,
    "tooMany",
    undefined,
  ]);
  expect([quotas.mayTell("ann"), quotas.mayTell("ann")]).toEqual([true, false]);
  now = 60_000;
  expect(ask("ann")).toBeUndefined();
  expect(quotas.mayTell("ann")).toBe(true);
});

test("a clock that was set back by an hour kept users waiting for that hour", () => {
  let now = 3_600_000;
  const quotas = createQuotas(
    { perMinute: 1, atOnce: 9, atOnceInAll: 9 },
    () => now,
  );
  expect(quotas.take("ann")).toBeUndefined();
  expect(quotas.take("ann")).toBe("tooMany");
  expect(quotas.mayTell("ann")).toBe(true);
  now = 0;
  expect(quotas.take("ann")).toBeUndefined();
  expect(quotas.mayTell("ann")).toBe(true);
});

test("and so many at once, until they are answered", () => {
  const quotas = createQuotas(
    { perMinute: 99, atOnce: 1, atOnceInAll: 2 },
    () => 0,
  );
  expect(quotas.take("ann")).toBeUndefined();
  expect(quotas.take("ann")).toBe("busy");
  expect(quotas.take("bob")).toBeUndefined();
  expect(quotas.take("cat")).toBe("full");
  quotas.finish("ann");
  expect(quotas.take("ann")).toBeUndefined();
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

const turn = (content: string) => ({ role: "user" as const, content });

/** Adds what is given, and answers what is remembered. */
const remember = (
  history: History,
  agentID: string,
  askerID: string,
  texts: string[] = [],
  groupID = "",
) => {
  const place = { agentID, askerID, groupID };
  const remembered = history.open(place);
  remembered.add(texts.map(turn));
  remembered.close();
  return history.open(place).turns.map(({ content }) => content);
};

test("the last turns of a conversation are remembered, and no others", () => {
  const history = createHistory(2);
  remember(history, "bot_a", "ann", ["1", "2"]);
  remember(history, "bot_a", "ann", ["3"]);
  remember(history, "bot_b", "ann", ["4"]);
  expect(remember(history, "bot_a", "ann")).toEqual(["2", "3"]);
  expect(remember(history, "bot_b", "ann")).toEqual(["4"]);
  expect(remember(history, "bot_b", "bob")).toEqual([]);
  const long = ["x".repeat(19_999), "yy"];
  expect(remember(history, "bot_b", "ann", long)).toEqual(["yy"]);
  expect(remember(createHistory(0), "bot_a", "ann", ["1"])).toEqual([]);
});

test("conversations of many together do not take all the memory", () => {
  const history = createHistory(2);
  for (let i = 0; i < 2_000; i++)
    remember(history, "bot_a", `u${i}`, ["x".repeat(15_000)]);
  expect(remember(history, "bot_a", "u0")).toEqual([]);
  expect(remember(history, "bot_a", "u1999")).toHaveLength(1);
});

test("who is forgotten is forgotten in groups too, and others are not", () => {
  const history = createHistory(4);
  remember(history, "bot_a", "ann", ["secret"]);
  remember(history, "bot_a", "ann", ["hers", "answer"], "g");
  remember(history, "bot_a", "bob", ["his", "answer"], "g");
  history.forgetUser("ann");
  expect(remember(history, "bot_a", "ann")).toEqual([]);
  expect(remember(history, "bot_a", "bob", [], "g")).toEqual(["his", "answer"]);
});

test("what was under way when somebody was forgotten is not remembered", () => {
  const history = createHistory(2);
  const place = { agentID: "bot_a", groupID: "", askerID: "ann" };
  for (const forget of [
    () => history.forgetUser("ann"),
    () => history.forgetAgent("bot_a"),
  ]) {
    const underWay = history.open(place);
    forget();
    underWay.add([turn("secret")]);
    expect(history.open(place).turns).toEqual([]);
  }
});

test("a bot of a deleted bot's id does not know what that one heard", () => {
  const history = createHistory(2);
  remember(history, "bot_a", "ann", ["secret"]);
  remember(history, "bot_b", "ann", ["another"]);
  history.forgetAgent("bot_a");
  expect(remember(history, "bot_a", "ann")).toEqual([]);
  expect(remember(history, "bot_b", "ann")).toEqual(["another"]);
});
