import { expect, test } from "bun:test";

import { closeReason, readConnectRequest } from "./connect.ts";

const whole = {
  sendID: "ann",
  token: "t",
  platformID: "5",
  operationID: "op",
  isBackground: "false",
};

const read = (more: Record<string, string>, header: string | null = null) =>
  readConnectRequest(new URLSearchParams({ ...whole, ...more }), header);

const packed = (more: object) =>
  Buffer.from(
    JSON.stringify({
      userID: "ann",
      token: "t",
      platformID: 5,
      operationID: "op",
      ...more,
    }),
  ).toString("base64url");

/** Four letters for every three bytes, and none left over. */
const wholeGroups = ["", "1", "12"]
  .map((x) => packed({ x }))
  .find(({ length }) => length % 4 === 0)!;

function codeOf(work: () => unknown): unknown {
  try {
    work();
    return 0;
  } catch (error) {
    return (error as { code?: number }).code;
  }
}

test.each([
  ["1 t T TRUE true True", true],
  ["0 f F FALSE false False", false],
])("%s are all words for %p", (words, value) => {
  for (const word of words.split(" ")) {
    const request = read({ isBackground: word, isMsgResp: word });
    expect(request.isBackground).toBe(value);
    expect(request.wantsResult).toBe(value);
  }
});

test.each(["yes", "tRUE", "2", " true", ""])(
  "%p says nothing of the background: 500",
  (isBackground) => expect(codeOf(() => read({ isBackground }))).toBe(500),
);

test.each([
  [{ platformID: "five" }, "no number"],
  [{ platformID: "5.0" }, "no whole number"],
  [{ platformID: "" }, "none"],
  [{ platformID: "0" }, "below the first"],
  [{ platformID: "12" }, "beyond the last"],
  [{ isMsgResp: "yes" }, "no bool"],
  [{ operationID: "" }, "none"],
  [{ token: "" }, "none"],
  [{ sendID: "" }, "none"],
  [{ sdkType: "java" }, "unknown"],
])("%p is 1602: %s", (wrong, _why) =>
  expect(codeOf(() => read(wrong))).toBe(1602),
);

test("what is wrong first is told, in OpenIM's order", () => {
  const isBackground = "";
  expect(codeOf(() => read({ isBackground, platformID: "x" }))).toBe(1602);
  expect(codeOf(() => read({ isBackground, isMsgResp: "x" }))).toBe(1602);
  // A platform's number is read before, but looked up behind the token.
  expect(codeOf(() => read({ isBackground, platformID: "12" }))).toBe(500);
  expect(codeOf(() => read({ isBackground, token: "" }))).toBe(500);
});

test("gzip is asked for in exactly that word, by the query or else a header", () => {
  expect(read({ compression: "gzip" }).isGzip).toBe(true);
  expect(read({ compression: "GZIP" }).isGzip).toBe(false);
  expect(read({}, "gzip").isGzip).toBe(true);
  expect(read({ compression: "none" }, "gzip").isGzip).toBe(false);
});

test("v alone counts where there is one, and may leave out the rest", () => {
  const v = packed({ sendResponse: true, compression: "gzip" });
  expect(read({ v, sendID: "bob", isBackground: "" })).toMatchObject({
    userID: "ann",
    isBackground: false,
    wantsResult: true,
    isGzip: true,
  });
  expect(read({ v: packed({ background: true }) }).isBackground).toBe(true);
  expect(read({ v: "" }).userID).toBe("ann");
});

test.each([
  ["padded", `${packed({ x: "" })}=`],
  ["of the other alphabet", packed({ token: "???>>>" }).replaceAll("_", "/")],
  ["a letter too long", `${wholeGroups}A`],
  ["no JSON", Buffer.from("hello").toString("base64url")],
  ["a list", Buffer.from("[1]").toString("base64url")],
  ["with a platform as text", packed({ platformID: "5" })],
  ["with half a platform", packed({ platformID: 5.5 })],
  ["with a bool as text", packed({ background: "true" })],
  ["without a token", packed({ token: "" })],
  ["without a user", packed({ userID: null })],
])("v that is %s is 1602", (_what, v) =>
  expect(codeOf(() => read({ v }))).toBe(1602),
);

test("everything that a query lacks is named at once, with the code of the first", () => {
  const problem = (query: Record<string, string>) => {
    try {
      readConnectRequest(new URLSearchParams(query), null);
      return "none";
    } catch (error) {
      const { code, detail } = error as { code: number; detail: string };
      return `${code} ${detail}`;
    }
  };
  const { isBackground: _isBackground, ...noBackground } = whole;
  const { sendID: _sendID, operationID: _operationID, ...noIDs } = whole;
  expect(problem({})).toBe(
    "1602 missing in the query: sendID, token, platformID, operationID, isBackground",
  );
  expect(problem(noBackground)).toBe("500 missing in the query: isBackground");
  expect(problem(noIDs)).toBe("1602 missing in the query: sendID, operationID");
  expect(problem({ v: packed({ platformID: 0, token: "" }) })).toBe(
    "1602 missing in v: token, platformID",
  );
});

test("a reason to close is at most 123 bytes, and no half of a letter", () => {
  expect(closeReason("ü".repeat(100))).toBe("ü".repeat(61));
  expect(closeReason("short")).toBe("short");
});
