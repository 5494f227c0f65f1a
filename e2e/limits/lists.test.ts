import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import {
  fieldPaths,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import type { Method } from "@parley/protocol/method";

import { listServed } from "../rights/served-routes.ts";
import { Edge, ports } from "./edge.ts";

// Every list and map of every route and frame: one more than it may hold is
// 1001 at once, whatever else is wrong with the request.

const served = await listServed();

let edge: Edge;
beforeAll(async () => (edge = await Edge.start()));
afterAll(() => edge[Symbol.asyncDispose]());

const listsOf = ({ descriptor }: Method["request"]): FieldPath[] =>
  [...fieldPaths(descriptor)].filter((path) =>
    ["list", "map"].includes(lastOf(path).shape),
  );

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

/** A request with so many items in this list, and nothing else. */
function requestWith(path: FieldPath, count: number): object {
  const { shape, kind } = lastOf(path);
  const content =
    shape === "list"
      ? Array.from({ length: count }, () => items[kind])
      : Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`k${i}`, items[kind]]),
        );
  return valueAt(path, content);
}

const tooMany = ({ name, maxItems }: Field): string =>
  `${name} has more than ${maxItems} items`;

describe.each(ports)("at the port of %s", (port) => {
  for (const route of served[port].routes)
    for (const path of listsOf(route.method.request))
      test(`${route.method.path} ${pathText(path)} has its bound`, async () => {
        const type = route.method.request;
        const { maxItems } = lastOf(path);
        const most = type.toJSON(requestWith(path, maxItems));
        expect(type.limited.fromJSON(most)).toEqual(type.fromJSON(most));

        const more = requestWith(path, maxItems + 1);
        for (const answer of await edge.askWith(port, route, more)) {
          const { errCode, errDlt } = answer;
          expect(errCode).toBe(1001);
          expect(errDlt).toContain(tooMany(lastOf(path)));
        }
      });
});

describe("a frame", () => {
  for (const [
    reqIdentifier,
    {
      frame: { request },
    },
  ] of served.frames)
    for (const path of listsOf(request))
      test(`${reqIdentifier} ${pathText(path)} has its bound`, async () => {
        const type = request;
        const { maxItems } = lastOf(path);
        const most = type.encode(requestWith(path, maxItems));
        expect(type.limited.decode(most)).toEqual(type.decode(most));

        const more = type.encode(requestWith(path, maxItems + 1));
        expect(() => type.limited.decode(more)).toThrow(tooMany(lastOf(path)));
        expect(await edge.send(reqIdentifier, more)).toBe(1001);
      });
});
