import { describe, expect, test } from "bun:test";
import { isUtf8 } from "node:buffer";
import { resolve } from "node:path";

import fc from "fast-check";
import protobuf from "protobufjs";

import { MsgData as Strict } from "./generated/sdkws.ts";
import {
  contentTypeOf,
  isReceivedBy,
  patchMsgData,
  readMsgData,
  rewriteMsgData,
  sealMsgData,
  withIsRead,
} from "./msg-data.ts";
import type { MsgDataView } from "./msg-data.ts";
import { WireError } from "./protobuf.ts";

/** Another implementation, made from the .proto file itself. */
const root = new protobuf.Root();
root.resolvePath = (_, target) => resolve(import.meta.dir, "../proto", target);
const MsgData = root
  .loadSync("openim/sdkws.proto", { keepCase: true })
  .lookupType("openim.sdkws.MsgData");

type Fields = Record<string, unknown>;
const encode = (fields: Fields): Uint8Array<ArrayBuffer> =>
  new Uint8Array(MsgData.encode(MsgData.fromObject(fields)).finish());
const decode = (bytes: Uint8Array): Fields =>
  MsgData.toObject(MsgData.decode(bytes), { defaults: true, longs: Number });

const int32 = fc.integer();
const int64 = fc.maxSafeInteger();
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const anyMessage = fc.record(
  {
    sendID: text,
    recvID: text,
    groupID: text,
    clientMsgID: text,
    serverMsgID: text,
    senderPlatformID: int32,
    senderNickname: text,
    senderFaceURL: text,
    sessionType: int32,
    msgFrom: int32,
    contentType: int32,
    content: fc.uint8Array({ maxLength: 300 }),
    seq: int64,
    sendTime: int64,
    createTime: int64,
    status: int32,
    isRead: fc.boolean(),
    options: fc.dictionary(text, fc.boolean(), { maxKeys: 6 }),
    offlinePushInfo: fc.record({
      title: text,
      desc: text,
      ex: text,
      iOSPushSound: text,
      iOSBadgeCount: fc.boolean(),
      signalInfo: text,
    }),
    atUserIDList: fc.array(text, { maxLength: 4 }),
    attachedInfo: text,
    ex: text,
  },
  { requiredKeys: [] },
);

/** Returns the view's values in the shape of a decoded message. */
const told = (view: MsgDataView): Fields => ({
  sendID: view.sendID,
  recvID: view.recvID,
  groupID: view.groupID,
  clientMsgID: view.clientMsgID,
  serverMsgID: view.serverMsgID,
  senderPlatformID: view.senderPlatformID,
  senderNickname: view.senderNickname,
  senderFaceURL: view.senderFaceURL,
  sessionType: view.sessionType,
  msgFrom: view.msgFrom,
  contentType: view.contentType,
  content: Buffer.from(view.content),
  seq: view.seq,
  sendTime: view.sendTime,
  createTime: view.createTime,
  status: view.status,
  isRead: view.isRead,
  options: Object.fromEntries(view.options() ?? []),
  atUserIDList: view.atUserIDList,
  attachedInfo: view.attachedInfo,
  ex: view.ex,
});
const { offlinePushInfo: _, ...allDefaults } = decode(new Uint8Array());
const expected = (bytes: Uint8Array): Fields => {
  const { offlinePushInfo: _, ...fields } = decode(bytes);
  return { ...fields, content: Buffer.from(fields["content"] as Uint8Array) };
};

const hello = encode({
  sendID: "u1",
  recvID: "u2",
  clientMsgID: "c1",
  senderPlatformID: 1,
  sessionType: 1,
  msgFrom: 100,
  contentType: 101,
  content: new TextEncoder().encode('{"content":"x"}'),
  createTime: 1_700_000_000_000,
  status: 1,
});

describe("reading", () => {
  test("tells what another decoder does, whatever the message", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encode(message);
        const view = readMsgData(bytes);
        expect(told(view)).toEqual(expected(bytes));
        expect(view.contentLength).toBe(message.content?.length ?? 0);
        expect(view.hasOfflinePushInfo).toBe("offlinePushInfo" in message);
      }),
    );
  });

  test("the contentType alone is the same, whatever the message and however it is written", () => {
    const contentType = fc.oneof(fc.constantFrom(0, 114, 101, 2101), int32);
    fc.assert(
      fc.property(anyMessage, contentType, (message, contentType) => {
        const bytes = encode({ ...message, contentType });
        expect(contentTypeOf(bytes)).toBe(readMsgData(bytes).contentType);
      }),
    );
    for (const odd of [
      "", // none
      "5872", // 114
      "58f200", // with a byte more than need be
      "58f28000",
      "d80072", // the tag as well
      "d8800072",
      "5865" + "5872", // the last counts
      "5872" + "5865",
      "a00601" + "5872" + "a9060102030405060708", // among unknown fields
      "bd0601020304" + "5872",
      "5a025872", // of another type, and looks alike
      "62025872", // in the content
      "58e98780808080808080" + "01",
      "628000" + "5872", // a length with a byte more than need be
    ]) {
      const bytes = concat(hello, Uint8Array.fromHex(odd));
      expect(contentTypeOf(bytes)).toBe(readMsgData(bytes).contentType);
    }
  });

  test("who received it is the same, whatever the message and however it is written", () => {
    const id = fc.oneof(fc.constantFrom("", "ann", "bob"), fc.string());
    const isSame = (bytes: Uint8Array, userID: string) => {
      const { sendID, recvID } = readMsgData(bytes);
      expect(
        isReceivedBy(bytes, userID, new TextEncoder().encode(userID)),
      ).toBe(recvID === userID && sendID !== userID);
    };
    fc.assert(
      fc.property(anyMessage, id, id, id, (message, sendID, recvID, userID) =>
        isSame(encode({ ...message, sendID, recvID }), userID),
      ),
    );
    const long = "x".repeat(200);
    isSame(encode({ sendID: "ann", recvID: long }), long);
    isSame(encode({ sendID: long, recvID: "bob" }), "bob");
    for (const odd of [
      "12" + "03626f62", // to bob
      "0a" + "03626f62" + "12" + "03626f62", // by bob to bob
      "12" + "03626f62" + "0a" + "03616e6e",
      "12" + "8300626f62", // a length with a byte more than need be
      "9200" + "03626f62", // the tag as well
      "12" + "03616e6e" + "12" + "03626f62", // the last counts
      "12" + "03626f62" + "12" + "03616e6e",
      "10" + "03", // of another type, and looks alike
      "6205" + "1203626f62", // in the content
    ])
      isSame(concat(hello, Uint8Array.fromHex(odd)), "bob");
  });

  test("an empty message has every field at its default", () => {
    const view = readMsgData(new Uint8Array());
    expect(told(view)).toEqual({ ...allDefaults, content: Buffer.alloc(0) });
    expect(view.options()).toBeNull();
    expect(view.option("history")).toBeUndefined();
  });

  test("options tell false from absent", () => {
    const options = { history: false, senderSync: true };
    const view = readMsgData(encode({ options }));
    expect(view.option("history")).toBe(false);
    expect(view.option("senderSync")).toBe(true);
    expect(view.option("unreadCount")).toBeUndefined();
  });

  test("the last of repeated fields wins, in any order of fields", () => {
    const view = readMsgData(
      concat(
        encode({ ex: "e1", contentType: 101, options: { a: true } }),
        encode({ sendID: "u1", ex: "e2", options: { a: false, b: true } }),
        encode({ contentType: 102, sendID: "u2", atUserIDList: ["x"] }),
        encode({ atUserIDList: ["y"] }),
      ),
    );
    expect(view.sendID).toBe("u2");
    expect(view.ex).toBe("e2");
    expect(view.contentType).toBe(102);
    expect(view.options()).toEqual(
      new Map([
        ["a", false],
        ["b", true],
      ]),
    );
    expect(view.atUserIDList).toEqual(["x", "y"]);
  });

  test("unknown fields and known ones of another type are passed over", () => {
    const foreign = Uint8Array.fromHex(
      // 100: varint, 101: fixed64, 102: bytes, 103: fixed32, 1: varint, 9: bytes
      "a00601" +
        "a9060102030405060708" +
        "b2060161" +
        "bd0601020304" +
        "0807" +
        "4a0161",
    );
    const view = readMsgData(concat(foreign, hello, foreign));
    expect(view.sendID).toBe("u1");
    expect(view.sessionType).toBe(1);
  });

  test("an int32 is what receivers make of it, however long it is", () => {
    // 2^63 + 1001: as a double it would be 2^63, and its low bits 0.
    const view = readMsgData(Uint8Array.fromHex("58e98780808080808080" + "01"));
    expect(view.contentType).toBe(1001);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const bytes = concat(Uint8Array.of(0x58), varint(value));
        const read = readMsgData(bytes).contentType;
        expect(read).toBe(Number(BigInt.asIntN(32, value)));
      }),
    );
  });

  test("an int64 is exact to 2^53 and the nearest number beyond", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const bytes = concat(Uint8Array.of(0x78), varint(value));
        const read = readMsgData(bytes).sendTime;
        expect(read).toBe(Number(BigInt.asIntN(64, value)));
      }),
    );
  });

  test.each([
    ["a message cut off in a text", "0a0575"],
    ["a tag without a value", "48"],
    ["field 0", "0001"],
    ["a field beyond 2^29", "8080808010" + "00"],
    ["a group", "2b2c"],
    ["wire type 7", "0f00"],
    ["a length of 2^64 - 1", "0affffffffffffffffff01"],
    ["a varint of eleven bytes", "48ffffffffffffffffffff01"],
    ["a varint of over 64 bits", "48ffffffffffffffffff02"],
    ["a text that is not UTF-8", "0a02c328"],
    ["a text with half a character", "0a02e4b8"],
    ["a text with half a surrogate pair", "0a03eda080"],
    ["an at-user that is not UTF-8", "aa0101ff"],
    ["an option whose name is not UTF-8", "9a01030a01ff"],
    ["an option cut off inside", "9a01020a05"],
    ["a push title that is not UTF-8", "a201030a01ff"],
    ["a push info cut off inside", "a201020a05"],
    ["fixed64 cut off", "09010203"],
    ["fixed32 cut off", "0d010203"],
  ])("%s is refused", (_, hex) => {
    expect(() => readMsgData(Uint8Array.fromHex(hex))).toThrow(WireError);
  });

  test("exactly what is UTF-8 is taken for a text", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      // Near the borders of what each lead byte allows.
      fc.tuple(
        fc.constantFrom(0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
        fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0),
        fc.constantFrom(0x7f, 0x80, 0xbf, 0xc0),
        fc.constantFrom(0x61, 0x80, 0xbf),
      ),
      text.map((value) => new TextEncoder().encode(value)),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const length = varint(BigInt(value.length));
        const message = Uint8Array.of(0x0a, ...length, ...value);
        if (isUtf8(Uint8Array.from(value))) readMsgData(message);
        else expect(() => readMsgData(message)).toThrow(WireError);
      }),
      { numRuns: 3_000 },
    );
  });

  test("content need not be UTF-8", () => {
    expect(readMsgData(Uint8Array.fromHex("6202ff00")).contentLength).toBe(2);
  });
});

describe("rewriting", () => {
  const changes = fc.record(
    {
      serverMsgID: text,
      sendTime: int64,
      status: int32,
      isRead: fc.boolean(),
      content: fc.uint8Array({ maxLength: 300 }),
      contentType: int32,
      options: fc.option(fc.dictionary(text, fc.boolean(), { maxKeys: 4 })),
    },
    { requiredKeys: [] },
  );

  test("replaces what is named, leaves the seq out and keeps the rest", () => {
    fc.assert(
      fc.property(anyMessage, changes, (message, { options, ...others }) => {
        const rewritten = rewriteMsgData(readMsgData(encode(message)), {
          ...others,
          ...(options !== undefined && {
            options: options && new Map(Object.entries(options)),
          }),
        });
        const wanted = encode({
          ...message,
          ...others,
          ...(options !== undefined && { options: options ?? {} }),
          seq: 0,
        });
        expect(decode(rewritten)).toEqual(decode(wanted));
        expect(told(readMsgData(rewritten))).toEqual(expected(wanted));
      }),
    );
  });

  test("keeps fields that nobody knows", () => {
    const unknown = Uint8Array.fromHex("a00601" + "b2060161");
    const view = readMsgData(concat(unknown, hello, unknown));
    const rewritten = rewriteMsgData(view, { status: 2 });
    expect(rewritten.toHex()).toStartWith(unknown.toHex());
    expect(rewritten.toHex().split(unknown.toHex())).toHaveLength(3);
  });

  test("leaves every copy of a field out", () => {
    const view = readMsgData(concat(hello, encode({ status: 3, seq: 7 })));
    const rewritten = decode(rewriteMsgData(view, { status: 0 }));
    expect(rewritten["status"]).toBe(0);
    expect(rewritten["seq"]).toBe(0);
  });

  test("sealing adds the seq and nothing else", () => {
    fc.assert(
      fc.property(anyMessage, fc.maxSafeNat(), (message, seq) => {
        const unsealed = encode({ ...message, seq: 0 });
        const sealed = sealMsgData(unsealed, seq);
        expect(decode(sealed)).toEqual(decode(encode({ ...message, seq })));
      }),
    );
    expect(sealMsgData(hello, 0)).toEqual(hello);
    expect(sealMsgData(hello, 300).toHex()).toBe(`${hello.toHex()}70ac02`);
  });

  test("one as read is what a patch of isRead makes of it", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encode(message);
        expect(withIsRead(bytes)).toEqual(
          patchMsgData(bytes, { isRead: true }),
        );
      }),
    );
    const unread = concat(hello, Uint8Array.fromHex("900100"));
    expect(readMsgData(unread).isRead).toBe(false);
    expect(Strict.decode(withIsRead(unread)).isRead).toBe(true);
  });

  test("a patch keeps the seq", () => {
    const sealed = sealMsgData(hello, 7);
    const patched = patchMsgData(sealed, {
      isRead: true,
      status: 4,
      content: new Uint8Array(),
      contentType: 2101,
    });
    expect(decode(patched)).toEqual(
      decode(
        encode({
          ...decode(sealed),
          isRead: true,
          status: 4,
          content: new Uint8Array(),
          contentType: 2101,
        }),
      ),
    );
    expect(patchMsgData(sealed, {})).toEqual(sealed);
  });

  test("neither writes to the message it was given nor shares its bytes", () => {
    const before = hello.slice();
    const rewritten = rewriteMsgData(readMsgData(hello), { status: 2 });
    rewritten.fill(0);
    sealMsgData(hello, 1).fill(0);
    expect(hello).toEqual(before);
  });
});

describe("bytes of any kind", () => {
  const survive = (bytes: Uint8Array): void => {
    try {
      const view = readMsgData(bytes);
      told(view);
      const rewritten = rewriteMsgData(view, { status: 2, serverMsgID: "s" });
      expect(rewritten.length).toBeLessThan(bytes.length + 100);
      // Whatever is accepted is accepted by others, too.
      decode(rewritten);
      Strict.decode(rewritten);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  };

  test("a tag of six bytes is refused, which others do not read either", () => {
    const bytes = Uint8Array.of(0xa0, 0x80, 0x80, 0x80, 0x80, 0, 0);
    expect(() => Strict.decode(bytes)).toThrow(WireError);
    expect(() => readMsgData(bytes)).toThrow(WireError);
  });

  test("random ones are read or refused", () => {
    const anyBytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(fc.property(anyBytes, survive), { numRuns: 2_000 });
  });

  test("messages cut off anywhere are read or refused", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encode(message);
        for (let length = 0; length < bytes.length; length++)
          survive(bytes.subarray(0, length));
      }),
      { numRuns: 30 },
    );
  });

  test("messages with a bit turned are read or refused", () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, at) => {
        const bytes = encode({ ...message, sendID: "u1" });
        bytes[(at >>> 3) % bytes.length]! ^= 1 << (at & 7);
        survive(bytes);
      }),
      { numRuns: 2_000 },
    );
  });
});

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const bits = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, bits]);
    bytes.push(bits | 0x80);
  }
}
