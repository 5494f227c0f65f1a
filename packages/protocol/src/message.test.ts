import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import protobuf from "protobufjs";

import {
  type Descriptor,
  descriptorOf,
  type Field,
  zeroOf,
} from "./descriptor.ts";
import recorded from "./fixtures/openim-messages.json";
import { Conversation, ConversationReq } from "./generated/conversation.ts";
import {
  GetFullJoinGroupIDsReq,
  GetIncrementalJoinGroupReq,
} from "./generated/group.ts";
import { DoubleValue, FloatValue } from "./generated/protobuf.ts";
import { GetMaxSeqResp, MsgData, UserInfo } from "./generated/sdkws.ts";
import { schema } from "./generated/schema.ts";
import { OnlineStatus } from "./generated/user.ts";
import { message, unknownFields, WireError } from "./message.ts";

const names = Object.keys(schema);

describe("random values survive protobuf and JSON:", () => {
  const reference = referenceRoot();
  test.each(names)("%s", (name) => {
    const type = message<object>(name);
    const foreign = reference.lookupType(name);
    const property = (value: object): void => {
      const bytes = type.encode(value);
      expect(type.decode(bytes)).toEqual(value);
      expect(type.fromJSON(type.toJSON(value))).toEqual(value);
      // Another implementation, made from another source, reads and writes
      // the same.
      const read = foreign.decode(bytes);
      expect(type.decode(foreign.encode(read).finish())).toEqual(value);
      expect(comparable(foreign.toObject(read, plain))).toEqual(
        comparable(referenceValue(descriptorOf(name), value)),
      );
    };
    fc.assert(fc.property(valueOf(descriptorOf(name)), property), {
      numRuns: 10,
    });
  });
});

test("no message holds itself, so only free JSON nests without limit", () => {
  const visit = (descriptor: Descriptor, path: string[]): void => {
    expect(path).not.toContain(descriptor.name);
    for (const { kind, message } of descriptor.fields)
      if (kind === "message") visit(message, [...path, descriptor.name]);
  };
  for (const name of names) visit(descriptorOf(name), []);
});

test("create fills in every default", () => {
  expect(MsgData.create({ sendID: "ann" })).toEqual({
    sendID: "ann",
    recvID: "",
    groupID: "",
    clientMsgID: "",
    serverMsgID: "",
    senderPlatformID: 0,
    senderNickname: "",
    senderFaceURL: "",
    sessionType: 0,
    msgFrom: 0,
    contentType: 0,
    content: new Uint8Array(0),
    seq: 0,
    sendTime: 0,
    createTime: 0,
    status: 0,
    isRead: false,
    options: {},
    offlinePushInfo: null,
    atUserIDList: [],
    attachedInfo: "",
    ex: "",
  });
  expect(ConversationReq.create().ex).toBeNull();
  expect(GetFullJoinGroupIDsReq.create().idHash).toBe(0n);
});

test("values do not share their lists and maps", () => {
  MsgData.create().atUserIDList.push("ann");
  MsgData.create().options["x"] = true;
  expect(MsgData.create().atUserIDList).toEqual([]);
  expect(MsgData.create().options).toEqual({});
});

test("a wrapped scalar is null, zero or more, and the wire tells them apart", () => {
  for (const ex of [null, "", "x"]) {
    const value = ConversationReq.create({ ex });
    expect(ConversationReq.decode(ConversationReq.encode(value)).ex).toBe(ex);
  }
});

describe("fields that nobody knows", () => {
  // Number 100: a varint, text and a group; and sendID (1) as a number.
  const strange = hex("a00601 a2060161 a306 0801 a406 0805");
  const bytes = new Uint8Array([
    ...strange,
    ...MsgData.encode({ recvID: "b" }),
  ]);

  test("are kept, also in a copy and in a new value made of it", () => {
    const value = MsgData.decode(bytes);
    expect(value.sendID).toBe("");
    for (const copy of [value, { ...value }, MsgData.create(value)]) {
      const again = MsgData.encode({ ...copy, recvID: "" });
      expect(again).toEqual(strange);
    }
  });

  test("are not seen in JSON", () => {
    const value = MsgData.decode(bytes);
    expect(unknownFields in value).toBe(true);
    expect(MsgData.toJSON(value)).toBe(MsgData.toJSON({ recvID: "b" }));
  });
});

test("a message that comes in pieces is merged, the last scalar wins", () => {
  const first = MsgData.encode({ sendID: "a", seq: 1, atUserIDList: ["x"] });
  const second = MsgData.encode({ seq: 2, atUserIDList: ["y"] });
  const value = MsgData.decode(new Uint8Array([...first, ...second]));
  expect(value).toEqual(
    MsgData.create({ sendID: "a", seq: 2, atUserIDList: ["x", "y"] }),
  );
});

test.each([DoubleValue, FloatValue])(
  "a -0 keeps its sign, as Go's does",
  (type) => {
    const bytes = type.encode({ value: -0 });
    expect(type.decode(bytes).value).toBe(-0);
    expect(type.fromJSON(type.toJSON({ value: -0 })).value).toBe(-0);
    expect(type.encode({ value: 0 })).toEqual(new Uint8Array(0));
  },
);

test("numbers of a list may come packed or one by one", () => {
  const packed = OnlineStatus.encode({ platformIDs: [1, 2, 300] });
  expect(packed).toEqual(hex("1a 04 01 02 ac02"));
  expect(OnlineStatus.decode(packed).platformIDs).toEqual([1, 2, 300]);
  const single = hex("1801 1802 18ac02");
  expect(OnlineStatus.decode(single).platformIDs).toEqual([1, 2, 300]);
});

test("64-bit integers at their limits", () => {
  const seqs = {
    safe: Number.MAX_SAFE_INTEGER,
    negative: Number.MIN_SAFE_INTEGER,
    one: -1,
    most: 2 ** 63,
    least: -(2 ** 63),
  };
  const bytes = GetMaxSeqResp.encode({ maxSeqs: seqs });
  expect(GetMaxSeqResp.decode(bytes).maxSeqs).toEqual(seqs);
  const idHash = 2n ** 64n - 1n;
  const hash = GetFullJoinGroupIDsReq.encode({ idHash });
  expect(GetFullJoinGroupIDsReq.decode(hash).idHash).toBe(idHash);
  const version = GetIncrementalJoinGroupReq.encode({ version: 2 ** 60 });
  expect(GetIncrementalJoinGroupReq.decode(version).version).toBe(2 ** 60);
});

test.each([
  { seq: 0.5 },
  { seq: NaN },
  { senderPlatformID: 2 ** 31 },
  { senderPlatformID: 0.5 },
])("%p is not written", (wrong) => {
  expect(() => MsgData.encode(wrong)).toThrow(RangeError);
});

test("half a surrogate pair does not make text that others refuse", () => {
  const bytes = UserInfo.encode({ nickname: "a\ud83d" });
  expect(UserInfo.decode(bytes).nickname).toBe("a\ufffd");
});

test("the key __proto__ is a key as any other", () => {
  const json = `{"maxSeqs":{"__proto__":5}}`;
  const value = GetMaxSeqResp.fromJSON(json);
  expect(Object.keys(value.maxSeqs)).toEqual(["__proto__"]);
  const decoded = GetMaxSeqResp.decode(GetMaxSeqResp.encode(value));
  expect(GetMaxSeqResp.toJSON(decoded)).toBe(json);
});

test("bytes of a Buffer come out as plain bytes", () => {
  const bytes = MsgData.encode({ content: hex("0102") });
  const { content } = MsgData.decode(Buffer.from(bytes));
  expect(content.constructor).toBe(Uint8Array);
  expect(content).toEqual(hex("0102"));
});

describe("malformed bytes are refused:", () => {
  test.each([
    ["text cut short", "0a05 6162"],
    ["a length beyond everything", "0affffffff0f"],
    ["a varint without end", "78ffffffffffffffffffffff"],
    ["a varint cut short", "78ff"],
    ["text that is no UTF-8", "0a01 ff"],
    ["field number 0", "0001"],
    ["wire type 7", "0f"],
    ["an end without a group", "a406"],
    ["a group without an end", "a306"],
    ["a message longer than what is around it", "a201 02 0a05"],
    ["a map entry longer than what is around it", "9a01 02 0a7f"],
  ])("%s", (_, bytes) => {
    expect(() => MsgData.decode(hex(bytes))).toThrow(WireError);
  });

  test("groups in groups without end", () => {
    const bytes = new Uint8Array(100_000).fill(0xa3);
    for (let i = 1; i < bytes.length; i += 2) bytes[i] = 0x06;
    expect(() => MsgData.decode(bytes)).toThrow(WireError);
  });

  test("whatever is sent, it is read or a WireError", () => {
    const valid = MsgData.encode(
      MsgData.create({ sendID: "ann", options: { a: true }, seq: 2 ** 40 }),
    );
    const damaged = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, length]) => valid.with(at, byte).subarray(0, length));
    const property = (bytes: Uint8Array): void => {
      try {
        MsgData.decode(bytes);
        Conversation.decode(bytes);
        GetMaxSeqResp.decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    };
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged);
    fc.assert(fc.property(bytes, property), { numRuns: 5000 });
  });

  // Copied again for each of them, they would be 500 GB.
  test("a million unknown fields are read once", () => {
    const bytes = new Uint8Array(3_000_000);
    for (let i = 0; i < bytes.length; i += 3) bytes.set(hex("a00601"), i);
    expect(Bun.hash(MsgData.encode(MsgData.decode(bytes)))).toBe(
      Bun.hash(bytes),
    );
  });
});

function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

/** Values of a message with every field drawn at random. */
function valueOf(descriptor: Descriptor): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      descriptor.fields.map((field) => [field.name, contentOf(field)]),
    ),
    { noNullPrototype: true },
  );
}

function contentOf(field: Field): fc.Arbitrary<unknown> {
  const one = oneOf(field);
  switch (field.shape) {
    case "list":
      return fc.array(one, { maxLength: 3 });
    case "map":
      return fc.dictionary(text, one, { maxKeys: 3, noNullPrototype: true });
    case "optional":
    case "wrapped":
      return fc.option(one);
    case "one":
      return field.kind === "message" ? fc.option(one) : one;
  }
}

const text = fc.string({ unit: "binary", maxLength: 10 });

function oneOf({ kind, message }: Field): fc.Arbitrary<unknown> {
  switch (kind) {
    case "string":
      return text;
    case "bytes":
      return fc.uint8Array({ maxLength: 10 });
    case "bool":
      return fc.boolean();
    case "int32":
      return fc.integer();
    case "uint32":
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case "int64":
      return fc.maxSafeInteger();
    case "uint64":
      return fc.maxSafeNat();
    case "hash":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "float":
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    case "double":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "message":
      return valueOf(message);
    case "json":
      return fc.json();
  }
}

/** The messages as another library knows them, from what was recorded. */
function referenceRoot(): protobuf.Root {
  const top = { nested: {} };
  placeIn(top, "openim.sdkws.PullOrder").values = { Asc: 0, Desc: 1 };
  for (const [namespace, messages] of Object.entries(recorded))
    for (const [name, fields] of Object.entries(messages))
      placeIn(top, `${namespace}.${name}`).fields = Object.fromEntries(
        Object.entries<string>(fields).map(referenceField),
      );
  return protobuf.Root.fromJSON(top);
}

/** The description of what has this name, made if there is none yet. */
function placeIn(top: any, name: string): any {
  let place = top;
  for (const part of name.split("."))
    place = (place.nested ??= {})[part] ??= {};
  return place;
}

function referenceField([name, text]: [string, string]): [string, object] {
  const [, id, rule = "", type = ""] = /^(\d+) (\w+ )?(.*)$/.exec(text) ?? [];
  const map = /^map<string,(.*)>$/.exec(type);
  const described = map ? { keyType: "string", type: map[1] } : { type };
  const repeated = rule.startsWith("repeated") && { rule: "repeated" };
  const optional = rule.startsWith("optional") && {
    options: { features: { field_presence: "EXPLICIT" } },
  };
  return [name, { id: Number(id), ...described, ...repeated, ...optional }];
}

const plain = { longs: String, defaults: true, bytes: String };

/** Our value as the other library shows it. */
function referenceValue(descriptor: Descriptor, value: object): object {
  const one = (field: Field, content: unknown): unknown => {
    if (content === null) return null;
    if (field.kind === "message")
      return referenceValue(field.message, content as object);
    if (content instanceof Uint8Array) return content.toBase64();
    return /64|hash/.test(field.kind) ? `${content as bigint}` : content;
  };
  const entries = descriptor.fields.map((field) => {
    const content = value[field.name as keyof typeof value] as any;
    if (field.shape === "list")
      return [field.name, content.map((item: unknown) => one(field, item))];
    if (field.shape === "map")
      return [
        field.name,
        Object.fromEntries(
          Object.entries(content).map(([key, item]) => [key, one(field, item)]),
        ),
      ];
    if (field.shape === "wrapped" && content !== null)
      return [field.name, { value: one(field, content) }];
    // The other library hides that these are unset.
    if (field.shape === "optional")
      return [field.name, content ?? zeroOf(field.kind)];
    return [field.name, one(field, content)];
  });
  return Object.fromEntries(entries);
}

/** Without what is unset. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item: unknown) => item ?? undefined),
  );
}
