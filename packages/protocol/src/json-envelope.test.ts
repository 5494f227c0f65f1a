import { expect, test } from "bun:test";

import { FrameError } from "./envelope.ts";
import { jsonCodec } from "./json-envelope.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (frame: Uint8Array) => new TextDecoder().decode(frame);

const request = {
  reqIdentifier: 1001,
  token: "",
  sendID: "u1",
  operationID: "op1",
  msgIncr: "m1",
  data: Uint8Array.of(0x0a, 0x02, 0x75, 0x31),
};
const requestText =
  '{"reqIdentifier":1001,"token":"","sendID":"u1","operationID":"op1",' +
  '"msgIncr":"m1","data":"CgJ1MQ=="}';

const response = {
  reqIdentifier: 1001,
  msgIncr: 'm"1',
  operationID: "op中",
  errCode: 0,
  errMsg: "",
  data: Uint8Array.fromBase64("CgwKCHNpX3UxX3UyEAc="),
};
const responseText =
  '{"reqIdentifier":1001,"msgIncr":"m\\"1","operationID":"op中",' +
  '"errCode":0,"errMsg":"","data":"CgwKCHNpX3UxX3UyEAc="}';

test("a request reads and writes as in the contract", () => {
  expect(text(jsonCodec.encodeRequest(request))).toBe(requestText);
  expect(jsonCodec.decodeRequest(bytes(requestText))).toEqual(request);
});

test("a response reads and writes as in the contract", () => {
  expect(text(jsonCodec.encodeResponse(response))).toBe(responseText);
  expect(jsonCodec.decodeResponse(bytes(responseText))).toEqual(response);
});

test("no data is null in a response", () => {
  const empty = { ...response, data: new Uint8Array() };
  expect(text(jsonCodec.encodeResponse(empty))).toEndWith('"data":null}');
  expect(jsonCodec.decodeResponse(jsonCodec.encodeResponse(empty))).toEqual(
    empty,
  );
});

test("the case of keys, unknown keys and blanks do not matter", () => {
  const frame =
    ' {"REQIDENTIFIER":1001,"sendid":"u1","OperationID":"op1","x":{"y":1},' +
    '"msgIncr":"m1","Data":"CgJ1MQ==","token":null} \n';
  expect(jsonCodec.decodeRequest(bytes(frame))).toEqual(request);
});

test("what is missing or null is empty", () => {
  expect(jsonCodec.decodeRequest(bytes('{"data":null}'))).toEqual({
    reqIdentifier: 0,
    token: "",
    sendID: "",
    operationID: "",
    msgIncr: "",
    data: new Uint8Array(),
  });
});

test.each([
  "",
  "null",
  "[]",
  '"text"',
  "{",
  "{} {}",
  '\ufeff{"reqIdentifier":1001}',
  '{"reqIdentifier":"1001"}',
  '{"reqIdentifier":1.5}',
  '{"reqIdentifier":1e300}',
  '{"sendID":7}',
  '{"sendID":{}}',
  '{"operationID":["a"]}',
  '{"data":"***"}',
  '{"data":"CgJ1MQ"}',
  '{"data":"CgJ1MQ==="}',
  '{"data":"Cg_-"}',
  '{"data":7}',
  '{"data":{"0":1}}',
])("%s ends the connection", (frame) => {
  expect(() => jsonCodec.decodeRequest(bytes(frame))).toThrow(FrameError);
});
