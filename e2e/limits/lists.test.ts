import type { Field } from "@parley/protocol/descriptor";
import { lastOf, valueAt } from "@parley/protocol/field-paths";

import { walkLimit } from "./walk.ts";

// Every list and map of every route and frame: one more than it may hold is
// 1001 at once, whatever else is wrong with the request.

const items: Readonly<Record<Field["kind"], unknown>> = {
  string: "x",
  bytes: new Uint8Array([1]),
  bool: true,
  int32: 1,
  uint32: 1,
  int64: 1,
  uint64: 1,
  hash: 1n,
  float: 1,
  double: 1,
  json: 1,
  message: {},
};

await walkLimit({
  title: "has its bound",
  holds: ({ shape }) => ["list", "map"].includes(shape),
  most: ({ maxItems }) => maxItems,
  requestWith(path, count) {
    const { shape, kind } = lastOf(path);
    const content =
      shape === "list"
        ? Array.from({ length: count }, () => items[kind])
        : Object.fromEntries(
            Array.from({ length: count }, (_, i) => [`k${i}`, items[kind]]),
          );
    return valueAt(path, content);
  },
  refusal: ({ name, maxItems }) => `${name} has more than ${maxItems} items`,
});
