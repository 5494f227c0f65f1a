import { expect, test } from "bun:test";

import { JSONError } from "./go-json.ts";
import {
  BatchSendMsgResp,
  SendBusinessNotificationReq,
  SendMsgReq,
  SendMsgResp,
  SingleReturnResult,
} from "./rest-types.ts";

test("content is any object", () => {
  const text = `{"content":{"text":"@x","atUserList":["b"],"size":1.0}}`;
  const { content } = SendMsgReq.fromJSON(text, ["content"]);
  expect(Object.keys(content)).toEqual(["text", "atUserList", "size"]);
  expect(SendMsgReq.fromJSON(`{"content":{}}`, ["content"]).content).toEqual(
    {},
  );
  for (const wrong of [`"text"`, "[]", "1"])
    expect(() => SendMsgReq.fromJSON(`{"content":${wrong}}`)).toThrow(
      JSONError,
    );
});

test("an answer tells only what a webhook changed", () => {
  const ids = { serverMsgID: "s", clientMsgID: "c", sendTime: 1 };
  expect(SendMsgResp.toJSON(ids)).toBe(
    `{"serverMsgID":"s","clientMsgID":"c","sendTime":1}`,
  );
  expect(
    SendMsgResp.toJSON({ ...ids, modify: { ex: "x", content: "c" } }),
  ).toBe(
    `{"serverMsgID":"s","clientMsgID":"c","sendTime":1,"modify":{"content":"c","ex":"x"}}`,
  );
});

test("a batch names each receiver, and nothing is null", () => {
  const result = SingleReturnResult.create({ recvID: "b", sendTime: 1 });
  expect(BatchSendMsgResp.toJSON({ results: [result] })).toBe(
    `{"results":[{"serverMsgID":"","clientMsgID":"","sendTime":1,"recvID":"b"}],"failedUserIDs":null}`,
  );
  expect(BatchSendMsgResp.toJSON({})).toBe(
    `{"results":null,"failedUserIDs":null}`,
  );
});

test("the level of a business notification may be unset", () => {
  const level = (text: string) =>
    SendBusinessNotificationReq.fromJSON(text).reliabilityLevel;
  expect(level("{}")).toBeNull();
  expect(level(`{"reliabilityLevel":null}`)).toBeNull();
  expect(level(`{"reliabilityLevel":0}`)).toBe(0);
  expect(() => level(`{"reliabilityLevel":"2"}`)).toThrow(JSONError);
  expect(() => SendBusinessNotificationReq.fromJSON(`{"data":{}}`)).toThrow(
    JSONError,
  );
});

test("they have no form in protobuf where JSON is free", () => {
  expect(() => SendMsgReq.encode({ content: { a: 1 } })).toThrow(TypeError);
});
