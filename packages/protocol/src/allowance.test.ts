import { describe, expect, test } from "bun:test";

import "./chat/accounts.ts";
import "./chat/agents.ts";
import "./chat/applications.ts";
import "./chat/managed-users.ts";
import { descriptorOf } from "./descriptor.ts";
import { errors } from "./errors.ts";
import { GetSeqMessageReq } from "./generated/msg.ts";
import { GetMaxSeqReq, MsgData } from "./generated/sdkws.ts";
import { GetDesignateUsersReq } from "./generated/user.ts";
import { maxItemsOf, maxValues, named } from "./limits.ts";
import { readMsgData, readSentMsgData } from "./msg-data.ts";
import { SendMsgReq } from "./rest-types.ts";

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
    return 0;
  } catch (error) {
    return (error as { code?: number }).code ?? error;
  }
};
const args = errors.args().code;

/** The same bytes again and again. */
function repeated(bytes: readonly number[], count: number): Uint8Array {
  const all = new Uint8Array(bytes.length * count);
  for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
  return all;
}

test.each(named)("%s, which has a limit of its own, is a field", (name) => {
  const dot = name.lastIndexOf(".");
  const { fields } = descriptorOf(name.slice(0, dot));
  expect(fields.map((each) => each.name)).toContain(name.slice(dot + 1));
});

describe("a request that is beyond its limits", () => {
  const most = maxItemsOf("openim.user.getDesignateUsersReq", "userIDs");

  test("is refused at the first item too many, whatever comes after it", () => {
    const ids = `${'"x",'.repeat(most)}"x"`;
    const text = `{"userIDs":[${ids}, this is no JSON`;
    expect(codeOf(() => GetDesignateUsersReq.limited.fromJSON(text))).toBe(
      args,
    );
    // The last tag is of a type that there is not.
    const bytes = [...repeated([0x0a, 1, 0x61], most + 1), 0x0f];
    const wire = new Uint8Array(bytes);
    expect(codeOf(() => GetDesignateUsersReq.limited.decode(wire))).toBe(args);
  });

  test("cannot hide items in many lists, or in several keys of one name", () => {
    const conversations = Array.from({ length: 101 }, () => ({
      conversationID: "c",
      seqs: Array<number>(100).fill(1),
    }));
    const request = { userID: "u", conversations };
    const { limited } = GetSeqMessageReq;
    const text = GetSeqMessageReq.toJSON(request);
    expect(codeOf(() => limited.fromJSON(text))).toBe(args);
    const bytes = GetSeqMessageReq.encode(request);
    expect(codeOf(() => limited.decode(bytes))).toBe(args);
    conversations.pop();
    expect(limited.decode(GetSeqMessageReq.encode(request))).toEqual(
      GetSeqMessageReq.create(request),
    );

    const half = `"userIDs":[${Array<string>(most / 2 + 1)
      .fill('"x"')
      .join()}]`;
    const twice = `{${half},${half}}`;
    expect(codeOf(() => GetDesignateUsersReq.limited.fromJSON(twice))).toBe(
      args,
    );
  });

  test("is refused for fields that nobody knows or that are there again and again", () => {
    const count = maxValues + 1;
    for (const field of [
      [0x0a, 0],
      [0x78, 1],
    ]) {
      const bytes = repeated(field, count);
      expect(codeOf(() => GetMaxSeqReq.limited.decode(bytes))).toBe(args);
    }
    const members = `{"no":[${"1,".repeat(count)}1]}`;
    expect(codeOf(() => GetMaxSeqReq.limited.fromJSON(members))).toBe(args);
    const content = `{"content":{"a":[${"1,".repeat(count)}1]}}`;
    expect(codeOf(() => SendMsgReq.limited.fromJSON(content))).toBe(args);
  });

  test("is a message with too much in its lists, which is read where it is stored", () => {
    const names = (count: number) =>
      Array.from({ length: count }, (_, i) => `u${i}`);
    const withAt = (count: number) =>
      MsgData.encode({ sendID: "a", atUserIDList: names(count) });
    const withOptions = (count: number) =>
      MsgData.encode({
        options: Object.fromEntries(names(count).map((name) => [name, true])),
      });
    for (const [make, field] of [
      [withAt, "atUserIDList"],
      [withOptions, "options"],
    ] as const) {
      const limit = maxItemsOf("openim.sdkws.MsgData", field);
      expect(codeOf(() => readSentMsgData(make(limit)))).toBe(0);
      expect(codeOf(() => readSentMsgData(make(limit + 1)))).toBe(args);
      expect(codeOf(() => readMsgData(make(limit + 1)))).toBe(0);
    }
    const strange = repeated([0xa0, 0x06, 1], 10_000);
    expect(codeOf(() => readSentMsgData(strange))).toBe(args);
    expect(codeOf(() => readMsgData(strange))).toBe(0);
  });
});
