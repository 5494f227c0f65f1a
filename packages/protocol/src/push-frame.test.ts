import { expect, test } from "bun:test";
import { resolve } from "node:path";

import fc from "fast-check";
import protobuf from "protobufjs";

import recorded from "./fixtures/gob-frames.json";
import {
  encodeAck,
  encodeLastMessages,
  encodePullResponse,
  encodePush,
  frameMessages,
} from "./push-frame.ts";

const root = new protobuf.Root();
root.resolvePath = (_, target) => resolve(import.meta.dir, "../proto", target);
root.loadSync(["openim/sdkws.proto", "openim/msg.proto"], { keepCase: true });

const decode = (name: string, bytes: Uint8Array) => {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: Number });
};
const MsgData = root.lookupType("openim.sdkws.MsgData");

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const message = fc.record({
  sendID: text,
  seq: fc.maxSafeNat().filter((seq) => seq > 0),
  content: fc
    .uint8Array({ minLength: 1, maxLength: 300 })
    .map((bytes) => Buffer.from(bytes)),
});
type Message = { sendID: string; seq: number; content: Buffer };
const encode = (fields: Message): Uint8Array =>
  new Uint8Array(MsgData.encode(MsgData.fromObject(fields)).finish());
const entry = fc.record({
  conversationID: text.map((id) => `si_${id}`),
  notification: fc.boolean(),
  msgs: fc.array(message, { maxLength: 5 }),
  isEnd: fc.boolean(),
  endSeq: fc.maxSafeInteger(),
});
const entries = fc.uniqueArray(entry, {
  maxLength: 5,
  selector: ({ conversationID }) => conversationID,
});

/** Empty lists and zeros are not on the wire. */
const shown = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== "" && value !== 0 && value !== false && value.length !== 0,
    ),
  );

test.each(["sdkws.PullMessageBySeqsResp", "msg.GetSeqMessageResp"])(
  "another decoder reads a %s",
  (name) => {
    fc.assert(
      fc.property(entries, (list) => {
        const bytes = encodePullResponse(
          list.map((each) => ({
            ...each,
            framed: frameMessages(
              each.msgs.map((msg) => ({ data: encode(msg) })),
            ),
          })),
        );
        const found = decode(`openim.${name}`, bytes);
        for (const kind of ["msgs", "notificationMsgs"]) {
          const wanted = list
            .filter((each) => each.notification === (kind !== "msgs"))
            .map(({ conversationID, msgs, isEnd, endSeq }) => [
              conversationID,
              shown({ Msgs: msgs.map(shown), isEnd, endSeq }),
            ]);
          expect(found[kind] ?? {}).toEqual(Object.fromEntries(wanted));
        }
      }),
    );
  },
);

test("another decoder reads a msg.GetLastMessageResp", () => {
  fc.assert(
    fc.property(fc.dictionary(text, message), (last) => {
      const bytes = encodeLastMessages(
        Object.entries(last).map(([conversationID, fields]) => ({
          conversationID,
          msg: encode(fields),
        })),
      );
      const { msgs } = decode("openim.msg.GetLastMessageResp", bytes);
      const wanted = Object.entries(last).map(([id, each]) => [
        id,
        shown(each),
      ]);
      expect(msgs ?? {}).toEqual(Object.fromEntries(wanted));
    }),
  );
});

test("a push names one conversation under msgs or notificationMsgs", () => {
  const data = { sendID: "u1", seq: 7, content: Buffer.from("x") };
  const push = (kind: "msgs" | "notificationMsgs") =>
    decode(
      "openim.sdkws.PushMessages",
      encodePush("si_u1_u2", [encode(data)], kind),
    );
  const entries = { si_u1_u2: { Msgs: [data] } };
  expect(push("msgs")).toEqual({ msgs: entries });
  expect(push("notificationMsgs")).toEqual({ notificationMsgs: entries });
});

test("a push is OpenIM's byte for byte", () => {
  const push = recorded.frames.find((frame) => frame.push?.data)?.push?.data;
  const bytes = Uint8Array.fromBase64(push ?? "");
  const idEnd = bytes.indexOf(0x12, 5);
  const id = new TextDecoder().decode(bytes.subarray(5, idEnd));
  const msg = bytes.subarray(-0x81);
  expect(encodePush(id, [msg], "msgs").toHex()).toBe(bytes.toHex());
});

test("nothing found is an empty message", () => {
  expect(encodePullResponse([])).toEqual(new Uint8Array());
  expect(encodeLastMessages([])).toEqual(new Uint8Array());
});

test("another decoder reads a msg.SendMsgResp", () => {
  const ack = fc.record({
    serverMsgID: text,
    clientMsgID: text,
    sendTime: fc.maxSafeInteger(),
  });
  fc.assert(
    fc.property(ack, (each) => {
      expect(decode("openim.msg.SendMsgResp", encodeAck(each))).toEqual(
        shown(each),
      );
    }),
  );
});
