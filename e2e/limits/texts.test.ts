import { expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import {
  contain,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetMaxSeqReq } from "@parley/protocol/generated/sdkws";
import { maxKeyLength, maxOperationIDLength } from "@parley/protocol/limits";
import { GetUsersInfo } from "@parley/protocol/methods/users";

import { pathsWhere, walkLimit } from "./walk.ts";

// Every text of every route and frame, also in lists, as a map's value and as
// its key: one character more than it may have is 1001 at once.

/** Characters of two UTF-16 units count once; bodies are bounded as well. */
const longText = (length: number): string =>
  (length > 70_000 ? "x" : "😀").repeat(length);

const isMap = ({ shape }: Field): boolean => shape === "map";
const longKey = longText(maxKeyLength + 1);

const edge = await walkLimit(
  {
    title: "has its limit",
    holds: ({ kind }) => kind === "string",
    most: ({ maxLength }) => maxLength,
    requestWith: (path, length) =>
      valueAt(path, contain(lastOf(path), longText(length))),
    refusal: ({ name, maxLength }) =>
      `${name} is longer than ${maxLength} characters`,
  },
  {
    route(edge, port, { path: route, request }) {
      for (const path of pathsWhere(request, isMap))
        if (lastOf(path).kind !== "json")
          test(`${route} ${pathText(path)} has a limit of its keys`, async () => {
            const body = JSON.stringify(valueAt(path, { [longKey]: "x" }));
            const { errCode, errDlt } = await edge().ask(port, route, body);
            expect(errCode).toBe(1001);
            expect(errDlt).toContain("is longer than");
          });
    },
    frame(edge, reqIdentifier, request) {
      for (const path of pathsWhere(request, isMap))
        test(`${reqIdentifier} ${pathText(path)} has a limit of its keys`, async () => {
          const value = valueAt(path, { [longKey]: true });
          const data = request.encode(value);
          expect(await edge().send(reqIdentifier, data)).toBe(1001);
        });
    },
  },
);

test("an operationID, which logs, webhooks and pushes carry, has its limit", async () => {
  const long = "x".repeat(maxOperationIDLength + 1);
  const { errCode } = await edge().ask("im", GetUsersInfo, "{}", long);
  expect(errCode).toBe(1001);
  const { self } = edge().fixtures;
  const data = GetMaxSeqReq.encode({ userID: self });
  const { getNewestSeq } = ReqIdentifier;
  expect(await edge().send(getNewestSeq, data, long)).toBe(1001);
  expect(await edge().send(getNewestSeq, data, long.slice(1))).toBe(0);
});
