import { expect, test } from "bun:test";

import type { RequestEnvelope, ResponseEnvelope } from "./envelope.ts";
import recorded from "./fixtures/gob-frames.json";
import { gobCodec } from "./gob.ts";

const fromHex = (hex: string) => Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));
const fromBase64 = (text: string | null) => Uint8Array.fromBase64(text ?? "");

const request: RequestEnvelope = {
  reqIdentifier: 1003,
  token: "",
  sendID: "u1",
  operationID: "op1",
  msgIncr: "u1_x",
  data: fromHex("0a027531"),
};
const requestHex =
  "66ff810301010c47656e6572616c577352657101ff82000106010d5265714964656e" +
  "7469666965720104000105546f6b656e010c00010653656e644944010c00010b4f70" +
  "65726174696f6e4944010c0001074d7367496e6372010c00010444617461010a0000" +
  "001cff8201fe07d60202753101036f7031010475315f7801040a02753100";

const refusal: ResponseEnvelope = {
  reqIdentifier: 1003,
  msgIncr: "u1_x",
  operationID: "op1",
  errCode: 1302,
  errMsg: "BlockedByPeer",
  data: new Uint8Array(),
};
const refusalHex =
  "60ff81030101045265737001ff82000106010d5265714964656e7469666965720104" +
  "0001074d7367496e6372010c00010b4f7065726174696f6e4944010c000107457272" +
  "436f646501040001064572724d7367010c00010444617461010a00000025ff8201fe" +
  "07d6010475315f7801036f703101fe0a2c010d426c6f636b6564427950656572" +
  "00";

test("a request is the Go SDK's byte for byte", () => {
  expect(gobCodec.encodeRequest(request).toHex()).toBe(requestHex);
  expect(gobCodec.decodeRequest(fromHex(requestHex))).toEqual(request);
});

test("a refusal is OpenIM's byte for byte", () => {
  expect(gobCodec.encodeResponse(refusal).toHex()).toBe(refusalHex);
  expect(gobCodec.decodeResponse(fromHex(refusalHex))).toEqual(refusal);
});

test.each(recorded.frames.filter(({ request }) => request !== undefined))(
  "a recorded exchange reads and writes: $request.operationID",
  ({ request, requestHex, reply, replyHex }) => {
    const asked = { ...request!, data: fromBase64(request!.data) };
    expect(gobCodec.decodeRequest(fromHex(requestHex!))).toEqual(asked);
    expect(gobCodec.encodeRequest(asked).toHex()).toBe(requestHex!);
    const answered = { ...reply!, data: fromBase64(reply!.data) };
    expect(gobCodec.decodeResponse(fromHex(replyHex!))).toEqual(answered);
    expectValue(gobCodec.encodeResponse(answered), replyHex!);
  },
);

test.each(recorded.frames.filter(({ push }) => push !== undefined))(
  "$title reads and writes",
  ({ push, pushHex }) => {
    const pushed = { ...push!, data: fromBase64(push!.data) };
    expect(gobCodec.decodeResponse(fromHex(pushHex!))).toEqual(pushed);
    expectValue(gobCodec.encodeResponse(pushed), pushHex!);
  },
);

/** Byte for byte, but for the type's id: 64 there, 65 here. */
function expectValue(frame: Uint8Array, recordedHex: string): void {
  const value = frame.subarray(97).toHex().replace("ff82", "ff80");
  expect(value).toBe(recordedHex.slice(2 * 96));
}
