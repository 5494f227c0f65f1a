import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import {
  contain,
  fieldPaths,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetMaxSeqReq } from "@parley/protocol/generated/sdkws";
import { maxKeyLength, maxOperationIDLength } from "@parley/protocol/limits";
import type { Method } from "@parley/protocol/method";

import { listServed } from "../rights/served-routes.ts";
import { Edge, ports } from "./edge.ts";

// Every text of every route and frame, also in lists, as a map's value and as
// its key: one character more than it may have is 1001 at once.

const served = await listServed();

let edge: Edge;
beforeAll(async () => (edge = await Edge.start()));
afterAll(() => edge[Symbol.asyncDispose]());

const textsOf = ({ descriptor }: Method["request"]): FieldPath[] =>
  [...fieldPaths(descriptor)].filter((path) => lastOf(path).kind === "string");

const mapsOf = ({ descriptor }: Method["request"]): FieldPath[] =>
  [...fieldPaths(descriptor)].filter((path) => lastOf(path).shape === "map");

/** Characters of two UTF-16 units count once; bodies are bounded as well. */
const longText = (length: number): string =>
  (length > 70_000 ? "x" : "😀").repeat(length);

const requestWith = (path: FieldPath, length: number): object =>
  valueAt(path, contain(lastOf(path), longText(length)));

const tooLong = ({ name, maxLength }: Field): string =>
  `${name} is longer than ${maxLength} characters`;

describe.each(ports)("at the port of %s", (port) => {
  for (const route of served[port].routes) {
    const { path: name, request } = route.method;
    for (const path of textsOf(request))
      test(`${name} ${pathText(path)} has its limit`, async () => {
        const type = request;
        const { maxLength } = lastOf(path);
        const most = type.toJSON(requestWith(path, maxLength));
        expect(type.limited.fromJSON(most)).toEqual(type.fromJSON(most));

        const more = requestWith(path, maxLength + 1);
        for (const answer of await edge.askWith(port, route, more)) {
          const { errCode, errDlt } = answer;
          expect(errCode).toBe(1001);
          expect(errDlt).toContain(tooLong(lastOf(path)));
        }
      });
    for (const path of mapsOf(request))
      if (lastOf(path).kind !== "json")
        test(`${name} ${pathText(path)} has a limit of its keys`, async () => {
          const key = longText(maxKeyLength + 1);
          const body = JSON.stringify(valueAt(path, { [key]: "x" }));
          const { errCode, errDlt } = await edge.ask(port, name, body);
          expect(errCode).toBe(1001);
          expect(errDlt).toContain("is longer than");
        });
  }
});

describe("a frame", () => {
  for (const [
    reqIdentifier,
    {
      frame: { request },
    },
  ] of served.frames) {
    for (const path of textsOf(request))
      test(`${reqIdentifier} ${pathText(path)} has its limit`, async () => {
        const type = request;
        const { maxLength } = lastOf(path);
        const most = type.encode(requestWith(path, maxLength));
        expect(type.limited.decode(most)).toEqual(type.decode(most));

        const more = type.encode(requestWith(path, maxLength + 1));
        expect(() => type.limited.decode(more)).toThrow(tooLong(lastOf(path)));
        expect(await edge.send(reqIdentifier, more)).toBe(1001);
      });
    for (const path of mapsOf(request))
      test(`${reqIdentifier} ${pathText(path)} has a limit of its keys`, async () => {
        const map = { [longText(maxKeyLength + 1)]: true };
        const data = request.encode(valueAt(path, map));
        expect(await edge.send(reqIdentifier, data)).toBe(1001);
      });
  }
});

test("an operationID, which logs, webhooks and pushes carry, has its limit", async () => {
  const long = "x".repeat(maxOperationIDLength + 1);
  const { errCode } = await edge.ask("im", "/user/get_users_info", "{}", long);
  expect(errCode).toBe(1001);
  const { self } = edge.fixtures;
  const data = GetMaxSeqReq.encode({ userID: self });
  const { getNewestSeq } = ReqIdentifier;
  expect(await edge.send(getNewestSeq, data, long)).toBe(1001);
  expect(await edge.send(getNewestSeq, data, long.slice(1))).toBe(0);
});
