import { expect, test } from "bun:test";

import { FrameError } from "./envelope.ts";
import { answerTextFrame } from "./text-frames.ts";

test.each([
  ['{"type":"ping"}', { type: "pong", body: null }],
  ['{"type":"ping","body":"op1"}', { type: "pong", body: "op1" }],
  ['{"type":"ping","body":null}', { type: "pong", body: null }],
  [
    '{"type":"ping","body":{"a":[1,2.50, "x"]}}',
    { type: "pong", body: { a: [1, 2.5, "x"] } },
  ],
  ['{"type":"ping","body":""}', { type: "pong", body: "" }],
  ['{"type":"ping","extra":1}', { type: "pong", body: null }],
  ['{"Type":"ping","body":"x"}', { type: "pong", body: "x" }],
])("%s is answered", (frame, answer) => {
  expect(JSON.parse(answerTextFrame(frame) ?? "")).toEqual(answer);
});

test("a ping's answer is written without blanks, type first", () => {
  expect(answerTextFrame('{ "body": "x", "type": "ping" }')).toBe(
    '{"type":"pong","body":"x"}',
  );
});

test("a pong is taken in silence", () => {
  expect(answerTextFrame('{"type":"pong","body":""}')).toBeNull();
});

test.each([
  '{"type":"hello"}',
  "not json",
  "{}",
  "",
  "null",
  '"ping"',
  '{"type":"PING"}',
  '{"type":["ping"]}',
  '{"type":"ping"} x',
  `{"type":"ping","body":${"[".repeat(500_000)}${"]".repeat(500_000)}}`,
])("%.40s ends the connection", (frame) => {
  expect(() => answerTextFrame(frame)).toThrow(FrameError);
});
