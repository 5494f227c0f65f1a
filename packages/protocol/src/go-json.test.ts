import { describe, expect, test } from "bun:test";
import fc from "fast-check";

import { ProtocolError } from "./errors.ts";
import { GetUserTokenReq } from "./generated/auth.ts";
import { ConversationReq } from "./generated/conversation.ts";
import { GetFullJoinGroupIDsReq } from "./generated/group.ts";
import { FloatValue } from "./generated/protobuf.ts";
import { GetPaginationFriendsReq } from "./generated/relation.ts";
import {
  GetMaxSeqResp,
  GroupInfo,
  MsgData,
  PullMessageBySeqsResp,
  UserInfo,
} from "./generated/sdkws.ts";
import {
  GetDesignateUsersReq,
  UpdateUserInfoReq,
  UserRegisterReq,
} from "./generated/user.ts";
import { goStringify, JSONError, NumberToken, parseJSON } from "./go-json.ts";
import type { MessageType } from "./message.ts";
import { SendMsgReq } from "./rest-types.ts";

describe("as OpenIM answered when it was asked (rules-request.json):", () => {
  const users = GetDesignateUsersReq;
  const token = GetUserTokenReq;
  const friends = GetPaginationFriendsReq;

  test.each<[string, MessageType<any>, string, object]>([
    ["the ordinary case", users, `{"userIDs":["a"]}`, { userIDs: ["a"] }],
    [
      "an unknown key",
      users,
      `{"userIDs":["a"],"unknown":{"a":[1]}}`,
      { userIDs: ["a"] },
    ],
    ["another case", users, `{"USERIDS":["a"]}`, { userIDs: ["a"] }],
    ["null in a list", users, `{"userIDs":[null]}`, { userIDs: [""] }],
    [
      "null for a number",
      token,
      `{"userID":"a","platformID":null}`,
      { userID: "a", platformID: 0 },
    ],
  ])("%s is read", (_, type, text, value) => {
    expect(type.fromJSON(text)).toEqual(value);
  });

  test.each<[string, MessageType<any>, string]>([
    ["cut JSON", users, `{"userIDs":["ann"]`],
    ["no body", users, ""],
    ["a list", users, "[]"],
    ["a string", users, `"x"`],
    ["something after the object", users, `{"userIDs":["ann"]} x`],
    ["a string instead of a list", users, `{"userIDs":"ann"}`],
    ["a number instead of a string", users, `{"userIDs":[1]}`],
    ["a quoted number", token, `{"userID":"ann","platformID":"1"}`],
    ["a fraction", token, `{"userID":"ann","platformID":1.5}`],
    ["1.0", token, `{"userID":"ann","platformID":1.0}`],
    ["1e0", token, `{"userID":"ann","platformID":1e0}`],
    ["beyond int32", token, `{"userID":"ann","platformID":3000000000}`],
    ["a list for an object", friends, `{"userID":"ann","pagination":[]}`],
    [
      "a bool for a number",
      friends,
      `{"userID":"ann","pagination":{"pageNumber":true,"showNumber":1}}`,
    ],
  ])("%s is no request", (_, type, text) => {
    expect(() => type.fromJSON(text)).toThrow(JSONError);
  });

  test.each(["null", "{}", `{"userIDs":null}`])(
    "%s lacks the field",
    (text) => {
      expect(() => GetDesignateUsersReq.fromJSON(text, ["userIDs"])).toThrow(
        new ProtocolError(1001, "userIDs is empty"),
      );
    },
  );
});

describe("keys", () => {
  test("match in their own case first, then in any", () => {
    const text = `{"USERID":"1","userID":"2","userid":"3"}`;
    expect(UserInfo.fromJSON(text).userID).toBe("3");
  });

  test("match with the letters that Go folds to ASCII", () => {
    expect(MsgData.fromJSON(`{"\u017fendID":"ann"}`).sendID).toBe("ann");
    expect(MsgData.fromJSON(`{"is\u212aead":1}`).isRead).toBe(false);
  });

  test("may be written with escapes", () => {
    expect(UserInfo.fromJSON(`{"\\u0065x":"x"}`).ex).toBe("x");
  });

  test("given twice: a scalar is replaced, null leaves it", () => {
    const read = (text: string) => UserInfo.fromJSON(text);
    expect(read(`{"ex":"a","ex":"b"}`).ex).toBe("b");
    expect(read(`{"ex":"a","ex":null}`).ex).toBe("a");
  });

  test("given twice: messages and maps merge, lists are replaced", () => {
    const merged = MsgData.fromJSON(
      `{"options":{"a":true,"b":true},"options":{"a":false},
        "offlinePushInfo":{"title":"t"},"offlinePushInfo":{"desc":"d"},
        "atUserIDList":["a","b"],"atUserIDList":["c"]}`,
    );
    expect(merged.options).toEqual({ a: false, b: true });
    expect(merged.offlinePushInfo).toMatchObject({ title: "t", desc: "d" });
    expect(merged.atUserIDList).toEqual(["c"]);
  });

  test("given twice: null empties messages, maps, lists and bytes", () => {
    const emptied = MsgData.fromJSON(
      `{"options":{"a":true},"options":null,
        "offlinePushInfo":{"title":"t"},"offlinePushInfo":null,
        "content":"AAAA","content":null,
        "atUserIDList":["a"],"atUserIDList":null}`,
    );
    expect(emptied).toEqual(MsgData.create());
  });
});

describe("numbers:", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["9007199254740993", 2 ** 53],
    ["9223372036854775807", 2 ** 63],
    ["-9223372036854775808", -(2 ** 63)],
  ])("int64 %s is %d", (text, value) => {
    expect(UserInfo.fromJSON(`{"createTime":${text}}`).createTime).toBe(value);
  });

  test.each([
    "9223372036854775808",
    "-9223372036854775809",
    "1".repeat(1_000_000),
    "1e5",
    "01",
    "+1",
    "-",
    ".5",
    "1.",
    "0x1",
    "NaN",
    "true",
    `"1"`,
    "[]",
    "{}",
  ])("int64 is not %p", (text) => {
    const json = `{"createTime":${text}}`;
    expect(() => UserInfo.fromJSON(json)).toThrow(JSONError);
  });

  test.each(["-1", "-0", "4294967296"])("uint32 is not %s", (text) => {
    const json = `{"memberCount":${text}}`;
    expect(() => GroupInfo.fromJSON(json)).toThrow(JSONError);
  });

  test("every bit of a hash is kept", () => {
    const json = `{"idHash":18446744073709551615,"userID":""}`;
    const { idHash } = GetFullJoinGroupIDsReq.fromJSON(json);
    expect(idHash).toBe(18446744073709551615n);
    expect(GetFullJoinGroupIDsReq.toJSON({ idHash })).toBe(json);
    expect(() =>
      GetFullJoinGroupIDsReq.fromJSON(`{"idHash":18446744073709551616}`),
    ).toThrow(JSONError);
  });

  test("what a double cannot hold is written within the type", () => {
    expect(UserInfo.toJSON({ createTime: 2 ** 63 })).toContain(
      `"createTime":9223372036854775807`,
    );
    expect(UserInfo.toJSON({ createTime: 1e21 })).not.toContain("e+");
    expect(() => UserInfo.toJSON({ createTime: 0.5 })).toThrow(RangeError);
  });

  test("a float has its own fewest digits and range", () => {
    const { value } = FloatValue.fromJSON(`{"value":0.1}`);
    expect(value).toBe(Math.fround(0.1));
    expect(FloatValue.toJSON({ value })).toBe(`{"value":0.1}`);
    expect(() => FloatValue.fromJSON(`{"value":1e39}`)).toThrow(JSONError);
  });
});

describe("strings:", () => {
  test.each([
    [`"\\"\\\\\\/\\b\\f\\n\\r\\t"`, '"\\/\b\f\n\r\t'],
    [`"\\u00e9\\uD83D\\uDE00"`, "é😀"],
    [`"\\ud83d"`, "\ufffd"],
    [`"\\ude00\\ud83d"`, "\ufffd\ufffd"],
    [`"a\u2028\u007f"`, "a\u2028\u007f"],
  ])("%s is read", (text, value) => {
    expect(UserInfo.fromJSON(`{"ex":${text}}`).ex).toBe(value);
  });

  test.each([
    `"\n"`,
    `"\u0000"`,
    `"a\\\n"`,
    `"\\x41"`,
    `"\\'"`,
    `"\\u12"`,
    `"\\u12g4"`,
    `"`,
    `"\\`,
    `'a'`,
  ])("%p is refused", (text) => {
    expect(() => UserInfo.fromJSON(`{"ex":${text}}`)).toThrow(JSONError);
  });

  test("are written with Go's escapes", () => {
    const ex = `<a href="x">&\u2028\u2029</a>\n\u0001\b\u007f é😀\ud83d`;
    const { ex: written } = JSON.parse(UserInfo.toJSON({ ex }));
    expect(written).toBe(ex.toWellFormed());
    expect(goStringify(ex)).toBe(
      `"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029\\u003c/a\\u003e` +
        `\\n\\u0001\\b\u007f é😀\ufffd"`,
    );
  });
});

describe("bytes:", () => {
  test.each([
    [`"AQID"`, [1, 2, 3]],
    [`"AQ\\r\\nI="`, [1, 2]],
    [`""`, []],
    ["[1,2,null,255]", [1, 2, 0, 255]],
  ])("%s is read", (text, bytes) => {
    const { content } = MsgData.fromJSON(`{"content":${text}}`);
    expect([...content]).toEqual(bytes);
  });

  test.each([`"AQI"`, `"A"`, `"AQ I="`, `"AQ-_"`, `"===="`, "[256]", "1"])(
    "%s is refused",
    (text) => {
      const json = `{"content":${text}}`;
      expect(() => MsgData.fromJSON(json)).toThrow(JSONError);
    },
  );
});

test("wrapped scalars are bare, and null is not zero", () => {
  const read = ConversationReq.fromJSON(`{"ex":"","isPinned":null,"minSeq":5}`);
  expect(read).toMatchObject({
    ex: "",
    isPinned: null,
    minSeq: 5,
    maxSeq: null,
  });
  const text = ConversationReq.toJSON(read);
  expect(text).toContain(`"isPinned":null`);
  expect(text).toContain(`"ex":"",`);
  const object = `{"ex":{"value":"x"}}`;
  expect(() => ConversationReq.fromJSON(object)).toThrow(JSONError);
});

test("a null in a list of messages is an empty message", () => {
  const { users } = UserRegisterReq.fromJSON(`{"users":[null]}`);
  expect(users).toEqual([UserInfo.create()]);
});

describe("what a client sees:", () => {
  test("zeros are printed, lists and messages are null, maps are left out", () => {
    expect(MsgData.toJSON({})).toBe(
      `{"sendID":"","recvID":"","groupID":"","clientMsgID":"",` +
        `"serverMsgID":"","senderPlatformID":0,"senderNickname":"",` +
        `"senderFaceURL":"","sessionType":0,"msgFrom":0,"contentType":0,` +
        `"content":null,"seq":0,"sendTime":0,"createTime":0,"status":0,` +
        `"isRead":false,"offlinePushInfo":null,"atUserIDList":null,` +
        `"attachedInfo":"","ex":""}`,
    );
    expect(PullMessageBySeqsResp.toJSON({})).toBe("{}");
  });

  test("maps are sorted by the bytes of their keys", () => {
    const maxSeqs = { b: 2, a: 1, "\u{1f600}": 4, "\uff5e": 3, 10: 0 };
    expect(GetMaxSeqResp.toJSON({ maxSeqs })).toBe(
      `{"maxSeqs":{"10":0,"a":1,"b":2,"\uff5e":3,"\u{1f600}":4}}`,
    );
  });

  test("what recorded answers say is printed as it was", () => {
    const recorded =
      `{"msgs":{"si_a_b":{"Msgs":[{"sendID":"a","recvID":"b","groupID":"",` +
      `"clientMsgID":"c","serverMsgID":"s","senderPlatformID":2,` +
      `"senderNickname":"Ann","senderFaceURL":"http://x/ann.png",` +
      `"sessionType":1,"msgFrom":200,"contentType":101,` +
      `"content":"eyJjb250ZW50IjoieCJ9","seq":1,"sendTime":1700000000000,` +
      `"createTime":1700000000000,"status":0,"isRead":false,` +
      `"options":{"offlinePush":false,"unreadCount":true},` +
      `"offlinePushInfo":{"title":"t","desc":"d","ex":"",` +
      `"iOSPushSound":"","iOSBadgeCount":false,"signalInfo":""},` +
      `"atUserIDList":["b"],"attachedInfo":"","ex":""}],` +
      `"isEnd":true,"endSeq":0}}}`;
    const value = PullMessageBySeqsResp.fromJSON(recorded);
    expect(PullMessageBySeqsResp.toJSON(value)).toBe(recorded);
  });
});

describe("required fields", () => {
  const missing = (field: string) =>
    new ProtocolError(1001, `${field} is empty`);

  test.each([
    [`{"content":null}`, "content"],
    [`{"content":{}}`, "sendID"],
    [`{"content":{},"sendID":"","contentType":1}`, "sendID"],
    [`{"content":{},"sendID":"a","contentType":0}`, "contentType"],
    [`{"content":{},"sendID":"a","contentType":1}`, "offlinePushInfo"],
    [
      `{"content":{},"sendID":"a","contentType":1,"offlinePushInfo":{}}`,
      "offlinePushInfo.title",
    ],
  ])("%s lacks %s", (text, field) => {
    expect(() =>
      SendMsgReq.fromJSON(text, [
        "content",
        "sendID",
        "contentType",
        "offlinePushInfo",
        "offlinePushInfo.title",
      ]),
    ).toThrow(missing(field));
  });

  test("a list or a map may be empty, but not absent or null", () => {
    const ids = (text: string) =>
      GetDesignateUsersReq.fromJSON(text, ["userIDs"]);
    expect(ids(`{"userIDs":[]}`).userIDs).toEqual([]);
    expect(() => ids(`{"userIDs":[],"userIDs":null}`)).toThrow(
      missing("userIDs"),
    );
    const message = (text: string) => MsgData.fromJSON(text, ["options"]);
    expect(message(`{"options":{}}`).options).toEqual({});
    expect(() => message("{}")).toThrow(missing("options"));
  });

  test("a wrapped scalar may be zero", () => {
    const read = (text: string) => ConversationReq.fromJSON(text, ["ex"]);
    expect(read(`{"ex":""}`).ex).toBe("");
    expect(() => read(`{"ex":null}`)).toThrow(missing("ex"));
  });

  test("false and empty bytes are missing", () => {
    const read = (field: string) =>
      MsgData.fromJSON(`{"isRead":false,"content":""}`, [field]);
    expect(() => read("isRead")).toThrow(missing("isRead"));
    expect(() => read("content")).toThrow(missing("content"));
  });

  test("a dot leads into a message", () => {
    const path = ["userInfo.userID"];
    const read = (text: string) => UpdateUserInfoReq.fromJSON(text, path);
    expect(read(`{"userInfo":{"userID":"a"}}`).userInfo?.userID).toBe("a");
    for (const text of ["{}", `{"userInfo":{}}`])
      expect(() => read(text)).toThrow(missing("userInfo.userID"));
  });

  test("can be asked for later", () => {
    const value = GetDesignateUsersReq.fromJSON("{}");
    expect(() =>
      GetDesignateUsersReq.requireFields(value, ["userIDs"]),
    ).toThrow(missing("userIDs"));
  });
});

describe("free-form JSON", () => {
  test("is printed compact, keys sorted, numbers as they were", () => {
    const text = `{ "z": 1.0, "a": [1, 2, {"z": null, "y": true}],
      "n": 12345678901234567890, "e": 1E3, "m": -0, "h": "<b>", "": false }`;
    expect(goStringify(parseJSON(text), { sortKeys: true })).toBe(
      `{"":false,"a":[1,2,{"y":true,"z":null}],"e":1E3,"h":"\\u003cb\\u003e",` +
        `"m":-0,"n":12345678901234567890,"z":1.0}`,
    );
  });

  test("gives ordinary numbers and tokens that act as such", () => {
    const value = parseJSON(`[1, 1.5, 1.0]`) as [number, number, NumberToken];
    expect(value).toEqual([1, 1.5, new NumberToken("1.0")]);
    expect(Number(value[2])).toBe(1);
  });

  test("is read as others read it", () => {
    const agrees = (text: string): void => {
      expect(JSON.parse(goStringify(parseJSON(text)))).toEqual(
        JSON.parse(text.replaceAll("-0,", "0,")),
      );
    };
    fc.assert(fc.property(fc.json({ noUnicodeString: false }), agrees));
  });

  test.each([
    [undefined, "null"],
    [{ a: undefined, b: null, c: [undefined] }, `{"b":null,"c":[null]}`],
    [123n ** 10n, String(123n ** 10n)],
    [[-0, 1e21, 1e-7, 0.1], "[-0,1e+21,1e-7,0.1]"],
    [new Uint8Array([1, 2, 3]), `"AQID"`],
    [new Uint8Array(0), "null"],
    [{ b: 1, a: 2 }, `{"b":1,"a":2}`],
  ])("goStringify(%p)", (value, text) => {
    expect(goStringify(value)).toBe(text);
  });

  test("has no NaN", () => {
    expect(() => goStringify(NaN)).toThrow(RangeError);
    expect(() => parseJSON("1e999")).toThrow(JSONError);
  });
});

describe("whatever is sent, it is read or a JSONError:", () => {
  const types: MessageType<any>[] = [
    MsgData,
    SendMsgReq,
    ConversationReq,
    PullMessageBySeqsResp,
  ];

  function readAll(text: string): void {
    for (const type of types) {
      try {
        type.fromJSON(text);
      } catch (error) {
        expect(error).toBeInstanceOf(JSONError);
        expect((error as Error).message.length).toBeLessThan(200);
      }
    }
  }

  const valid =
    `{"sendID":"ann","content":"AQID","options":{"a":true,"b":null},` +
    `"offlinePushInfo":{"title":"\\u00e9"},"atUserIDList":["a","b"],"seq":12,` +
    `"unknown":{"a":[1.5e3,{"b":[[],{}]},"\\n",null,true,false]}}`;

  test("random text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), readAll));
    const tokens = fc.constantFrom(...'{}[]:,"\\u0123-+eE.ntf \n', '"seq"');
    const soup = fc.array(tokens).map((parts) => parts.join(""));
    fc.assert(fc.property(soup, readAll), { numRuns: 2000 });
    fc.assert(
      fc.property(
        soup.map((s) => `{"seq":${s}`),
        readAll,
      ),
    );
  });

  test("text cut at every place", () => {
    expect(MsgData.fromJSON(valid).seq).toBe(12);
    for (let end = 0; end < valid.length; end++)
      expect(() => MsgData.fromJSON(valid.slice(0, end))).toThrow(JSONError);
  });

  test("text damaged at every place", () => {
    for (let at = 0; at < valid.length; at++)
      for (const damage of ["", "\u0000", '"', "\\", "{", "]", "1", " "])
        readAll(valid.slice(0, at) + damage + valid.slice(at + 1));
  });

  test.each(["[", `{"a":`, `{"content":`, `{"content":{"a":[`, "[{},"])(
    "a hundred thousand %p",
    (opening) => readAll(opening.repeat(100_000)),
  );

  test.each([
    "plain",
    String.raw`\" \\ \/ \b \n \u0041 \ud83d\ude42`,
    String.raw`half a pair \ud83d, and the other \udc00`,
    String.raw`a wrong \x escape`,
    String.raw`half a \u00 escape`,
    "a line\nbreak",
    "its end is escaped \\\\\\",
  ])("a long text is read as a short one: %s", (text) => {
    const read = (before: string): string => {
      try {
        const { k } = parseJSON(`{"k":"${before}${text}"}`) as { k: string };
        return k.slice(before.length);
      } catch (error) {
        // Where it is wrong is told by its place.
        return String(error).replaceAll(/\d+/g, "N");
      }
    };
    expect(read("x".repeat(1_000))).toBe(read("x"));
  });

  test("nesting is passed over as deep as Go does, and kept less deep", () => {
    const nested = (depth: number) =>
      `{"u":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(UserInfo.fromJSON(nested(10_000))).toEqual(UserInfo.create());
    expect(() => UserInfo.fromJSON(nested(10_001))).toThrow(JSONError);
    const free = (depth: number) => parseJSON(nested(depth));
    expect(goStringify(free(1_000))).toBe(nested(1_000));
    expect(() => free(1_002)).toThrow(JSONError);
  });

  test.each([
    ["digits", `{"createTime":${"9".repeat(10_000_000)}}`],
    ["digits of a hash", `{"idHash":${"9".repeat(10_000_000)}}`],
    ["empty objects", `{"users":[${"{},".repeat(4_000_000)}{}]}`],
    ["nulls", `{"users":[${"null,".repeat(3_000_000)}{}]}`],
    ["backslashes", `{"ex":"${"\\\\".repeat(5_000_000)}`],
    ["blanks", " ".repeat(15_000_000)],
  ])("millions of %s take little time", (_, text) => {
    for (const type of [UserInfo, UserRegisterReq, GetFullJoinGroupIDsReq])
      try {
        type.fromJSON(text);
      } catch (error) {
        expect(error).toBeInstanceOf(JSONError);
      }
  });
});
