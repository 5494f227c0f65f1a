import type { ProtocolError } from "@parley/protocol/errors";
import { beforeEach, expect, test } from "bun:test";

import { AgentKey } from "./agent-key.ts";
import { createCallbacks } from "./callbacks.ts";
import type { HeardMessage } from "./hearing.ts";

const heard: HeardMessage[] = [];
beforeEach(() => {
  heard.length = 0;
});

const agent = {
  userID: "bot_a",
  nickname: "",
  faceURL: "",
  url: "",
  key: new AgentKey(""),
  identity: "",
  model: "",
  prompts: "",
  createTime: 0,
};

const callbacks = createCallbacks({
  agents: { find: (userID) => (userID === "bot_a" ? agent : undefined) },
  addresses: ["192.0.2.1"],
  async hear(each) {
    heard.push(each);
  },
});

const keyOf = (ids: object) =>
  Buffer.from(JSON.stringify(ids)).toString("base64");

const single = {
  sendID: "ann",
  recvID: "bot_a",
  groupID: "",
  serverMsgID: "1",
  operationID: "op",
  contentType: 101,
  content: '{"content":"Why?"}',
};
const singleKey = keyOf({ sendID: "ann", recvID: "bot_a", groupID: "" });

const group = {
  ...single,
  recvID: "",
  groupID: "g",
  contentType: 106,
  content: '{"text":"Why?","atUserList":["bot_a"]}',
};
const groupKey = keyOf({ sendID: "ann", recvID: "", groupID: "g" });

/** 0 = it is taken. */
async function codeOf(call: () => Promise<void>): Promise<number> {
  try {
    await call();
    return 0;
  } catch (error) {
    return (error as ProtocolError).code;
  }
}

test("a message to an agent, or one that names it, is heard", async () => {
  await callbacks.single(single, "192.0.2.1", singleKey);
  await callbacks.group(group, "192.0.2.1", groupKey);
  expect(heard).toEqual([single, group]);
});

test("only of servers that may tell", async () => {
  expect(await codeOf(() => callbacks.single(single, "::1", singleKey))).toBe(
    1002,
  );
  expect(heard).toEqual([]);
});

test("what is for nobody is answered with success, without a key", async () => {
  for (const other of [
    { ...single, recvID: "bob" },
    { ...single, contentType: 102 },
    { ...single, contentType: 106 },
  ])
    await callbacks.single(other, "192.0.2.1", null);
  for (const other of [
    { ...group, contentType: 101 },
    { ...group, content: '{"text":"Why?","atUserList":["bob"]}' },
  ])
    await callbacks.group(other, "192.0.2.1", null);
  expect(heard).toEqual([]);
});

test("a key is needed, and it has to be the message's own", async () => {
  for (const key of [
    null,
    "",
    "%%%",
    Buffer.from("no JSON").toString("base64"),
    keyOf({ sendID: "bob", recvID: "bot_a" }),
    keyOf({ sendID: "ann", recvID: "bob" }),
    keyOf({ sendID: "ann", recvID: "bot_a", groupID: "g" }),
  ])
    expect(await codeOf(() => callbacks.single(single, "192.0.2.1", key))).toBe(
      1001,
    );
  for (const key of [singleKey, keyOf({ sendID: "ann", groupID: "h" })])
    expect(await codeOf(() => callbacks.group(group, "192.0.2.1", key))).toBe(
      1001,
    );
  expect(heard).toEqual([]);
});

test("an unknown agent is refused, and so is a group without an id", async () => {
  const unknown = { ...single, recvID: "bot_b" };
  const key = keyOf({ sendID: "ann", recvID: "bot_b" });
  expect(await codeOf(() => callbacks.single(unknown, "192.0.2.1", key))).toBe(
    1001,
  );
  expect(
    await codeOf(() =>
      callbacks.group({ ...group, groupID: "" }, "192.0.2.1", groupKey),
    ),
  ).toBe(1001);
});
