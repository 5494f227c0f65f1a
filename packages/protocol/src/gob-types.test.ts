import { expect, test } from "bun:test";

import { FrameError } from "./envelope.ts";
import { GobType } from "./gob-reader.ts";
import { gobCodec } from "./gob.ts";

// A gob stream written by hand: a client may declare what ours never does.

const uint = (value: number): number[] => {
  if (value < 0x80) return [value];
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  return [256 - bytes.length, ...bytes];
};
const int = (value: number) => uint(value < 0 ? -2 * value - 1 : 2 * value);
const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return [...uint(bytes.length), ...bytes];
};
const message = (...parts: number[][]) => {
  const bytes = parts.flat();
  return [...uint(bytes.length), ...bytes];
};

const common = (id: number) => [1, ...text(""), 1, ...int(id), 0];
const kindOf = { array: 1, slice: 2, struct: 3, map: 4, marshaler: 5 };
const define = (id: number, kind: keyof typeof kindOf, ...rest: number[][]) =>
  message(int(-id), [kindOf[kind], 1, ...common(id), ...rest.flat(), 0, 0]);

const defineStruct = (id: number, fields: [string, number][]) =>
  define(id, "struct", [
    ...[1, ...uint(fields.length)],
    ...fields.flatMap(([name, type]) => [1, ...text(name), 1, ...int(type), 0]),
  ]);

const decode = (...messages: number[][]) =>
  gobCodec.decodeRequest(Uint8Array.from(messages.flat()));

const reqIdentifier = [...int(1003)];
const sendID = text("u1");

test("fields are found by name, in whatever order and under whatever id", () => {
  for (const id of [64, 65, 66, 5000]) {
    const request = decode(
      defineStruct(id, [
        ["SendID", GobType.string],
        ["Data", GobType.bytes],
        ["ReqIdentifier", GobType.int],
      ]),
      message(int(id), [
        1,
        ...sendID,
        1,
        2,
        0xff,
        0xfe,
        1,
        ...reqIdentifier,
        0,
      ]),
    );
    expect(request).toEqual({
      reqIdentifier: 1003,
      token: "",
      sendID: "u1",
      operationID: "",
      msgIncr: "",
      data: Uint8Array.of(0xff, 0xfe),
    });
  }
});

const extras: [string, number, number[]][] = [
  ["bool", GobType.bool, [1]],
  ["int", GobType.int, int(-123_456)],
  [
    "int of 64 bits",
    GobType.int,
    [0xf8, 255, 255, 255, 255, 255, 255, 255, 255],
  ],
  ["uint", GobType.uint, uint(300)],
  ["float", GobType.float, [0xfe, 0xf0, 0x3f]],
  ["bytes", GobType.bytes, text("abc")],
  ["string", GobType.string, text("abc")],
  ["complex", GobType.complex, [0xfe, 0xf0, 0x3f, 0]],
  ["nil interface", GobType.interface, [0]],
  [
    "interface",
    GobType.interface,
    [...text("int"), ...int(2), ...uint(2), 0, 84],
  ],
  ["slice of strings", 70, [2, ...text("a"), ...text("b")]],
  ["array of ints", 71, [3, ...int(1), ...int(2), ...int(3)]],
  ["map of lists", 72, [1, ...text("key"), 1, ...text("x")]],
  ["struct", 73, [1, ...text("inner"), 2, 1, ...text("y"), 0]],
  ["time", 74, text("marshaled")],
];
const definitions = [
  define(70, "slice", [1, ...int(GobType.string)]),
  define(71, "array", [1, ...int(GobType.int), 1, ...int(3)]),
  define(72, "map", [1, ...int(GobType.string), 1, ...int(70)]),
  defineStruct(73, [
    ["A", GobType.string],
    ["B", GobType.bool],
    ["C", 70],
  ]),
  define(74, "marshaler"),
];

test.each(extras)(
  "a %s that nobody asked for is passed over",
  (_, type, value) => {
    const fields: [string, number][] = [
      ["ReqIdentifier", GobType.int],
      ["Extra", type],
      ["SendID", GobType.string],
    ];
    const parts = [1, ...reqIdentifier, 1, ...value, 1, ...sendID, 0];
    for (const order of [definitions, [...definitions].reverse()]) {
      const request = decode(
        defineStruct(80, fields),
        ...order,
        message(int(80), parts),
      );
      expect(request.reqIdentifier).toBe(1003);
      expect(request.sendID).toBe("u1");
    }
  },
);

const envelope: [string, number][] = [
  ["ReqIdentifier", GobType.int],
  ["SendID", GobType.string],
];
const value = message(int(65), [1, ...reqIdentifier, 1, ...sendID, 0]);
const nested = (depth: number) =>
  message(int(65), [1, ...new Array<number>(depth).fill(1), 0]);

test.each<[string, number[][]]>([
  ["no frame at all", []],
  ["an empty message", [[0]]],
  ["a value of an undefined type", [value]],
  ["a value of a basic type", [message(int(GobType.int), [0, 2])]],
  [
    "a value that is no struct",
    [
      define(65, "slice", [1, ...int(GobType.int)]),
      message(int(65), [0, 1, 2]),
    ],
  ],
  ["a definition alone", [defineStruct(65, envelope)]],
  [
    "ReqIdentifier as text",
    [
      defineStruct(65, [["ReqIdentifier", GobType.string]]),
      message(int(65), [1, ...text("1003"), 0]),
    ],
  ],
  [
    "ReqIdentifier as uint",
    [
      defineStruct(65, [["ReqIdentifier", GobType.uint]]),
      message(int(65), [1, 7, 0]),
    ],
  ],
  [
    "SendID as bytes",
    [
      defineStruct(65, [["SendID", GobType.bytes]]),
      message(int(65), [1, ...text("u1"), 0]),
    ],
  ],
  [
    "a ReqIdentifier of 64 bits",
    [
      defineStruct(65, envelope),
      message(int(65), [1, 0xf8, 255, 255, 255, 255, 255, 255, 255, 255, 0]),
    ],
  ],
  [
    "a number of nine bytes",
    [
      defineStruct(65, envelope),
      message(int(65), [1, 0xf7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
    ],
  ],
  [
    "a field that is not defined",
    [defineStruct(65, envelope), message(int(65), [3, ...sendID, 0])],
  ],
  [
    "a text longer than the message",
    [
      defineStruct(65, envelope),
      message(int(65), [2, 0xfc, 0x7f, 255, 255, 255, 0x75]),
    ],
  ],
  [
    "an extra field of an undefined type",
    [defineStruct(65, [["Extra", 99]]), message(int(65), [1, 1, 0])],
  ],
  [
    "a list longer than the message",
    [
      defineStruct(65, [["Extra", 70]]),
      ...definitions,
      message(int(65), [1, 0xfc, 0x7f, 255, 255, 255, 0]),
    ],
  ],
  [
    "a type that holds itself without end",
    [defineStruct(65, [["Extra", 65]]), nested(10_000)],
  ],
  [
    "more fields than an envelope could have",
    [
      defineStruct(
        65,
        Array.from({ length: 300 }, (_, i) => [`F${i}`, GobType.int]),
      ),
      message(int(65), [0]),
    ],
  ],
  [
    "more types than an envelope could need",
    [
      ...Array.from({ length: 100 }, (_, i) => define(70 + i, "marshaler")),
      defineStruct(65, envelope),
      value,
    ],
  ],
  [
    "a type of two kinds",
    [
      message(int(-65), [5, 1, ...common(65), 0, 1, 1, ...common(65), 0, 0]),
      value,
    ],
  ],
  ["a type of a kind of the future", [message(int(-65), [9, 0, 0]), value]],
  [
    "bytes behind a definition",
    [message([...defineStruct(65, envelope).slice(1), 7]), value],
  ],
])("%s is refused", (_, messages) => {
  expect(() => decode(...messages)).toThrow(FrameError);
});

test("what is refused above is read without its fault", () => {
  const request = decode(defineStruct(65, envelope), value);
  expect(request.sendID).toBe("u1");
});

test("structs in structs are passed over while they are few", () => {
  const inner = [1, 1, 0, 0, 0];
  const request = decode(
    defineStruct(65, [["Extra", 65], ...envelope]),
    message(int(65), [1, ...inner, 1, ...reqIdentifier, 1, ...sendID, 0]),
  );
  expect(request.sendID).toBe("u1");
});
