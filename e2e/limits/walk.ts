import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import { fieldPaths, lastOf, pathText } from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import type { Method } from "@parley/protocol/method";

import { listServed } from "../rights/served-routes.ts";
import { Edge, ports } from "./edge.ts";
import type { Port } from "./edge.ts";

/** A limit of one field of a request; tests walk over all of them. */
export interface Limit {
  /** Title of the test. */
  title: string;
  holds(field: Field): boolean;
  most(field: Field): number;
  /** A request with so much in this field, and nothing else. */
  requestWith(path: FieldPath, amount: number): object;
  refusal(field: Field): string;
}

/** Further tests of a route or frame, where a limit has more than that. */
export interface More {
  route?(edge: () => Edge, port: Port, method: Method): void;
  frame?(
    edge: () => Edge,
    reqIdentifier: number,
    request: Method["request"],
  ): void;
}

export const pathsWhere = (
  { descriptor }: Method["request"],
  holds: (field: Field) => boolean,
): FieldPath[] =>
  [...fieldPaths(descriptor)].filter((path) => holds(lastOf(path)));

/**
 * Defines tests that at the limit a request is read as without it, and that one
 * more is 1001, at every port in each encoding and in frames. Answers the server.
 */
export async function walkLimit(
  limit: Limit,
  more: More = {},
): Promise<() => Edge> {
  const served = await listServed();
  let started: Edge | undefined;
  const edge = (): Edge => started!;
  beforeAll(async () => (started = await Edge.start()));
  afterAll(() => started?.[Symbol.asyncDispose]());

  const isBeyond = (path: FieldPath): object =>
    limit.requestWith(path, limit.most(lastOf(path)) + 1);

  describe.each(ports)("at the port of %s", (port) => {
    for (const route of served[port].routes) {
      const { path: name, request } = route.method;
      for (const path of pathsWhere(request, limit.holds))
        test(`${name} ${pathText(path)} ${limit.title}`, async () => {
          const field = lastOf(path);
          const most = request.toJSON(
            limit.requestWith(path, limit.most(field)),
          );
          expect(request.limited.fromJSON(most)).toEqual(
            request.fromJSON(most),
          );

          const answers = await edge().askWith(port, route, isBeyond(path));
          for (const { errCode, errDlt } of answers) {
            expect(errCode).toBe(1001);
            expect(errDlt).toContain(limit.refusal(field));
          }
        });
      more.route?.(edge, port, route.method);
    }
  });

  describe("a frame", () => {
    for (const [reqIdentifier, { frame }] of served.frames) {
      const { request } = frame;
      for (const path of pathsWhere(request, limit.holds))
        test(`${reqIdentifier} ${pathText(path)} ${limit.title}`, async () => {
          const field = lastOf(path);
          const most = request.encode(
            limit.requestWith(path, limit.most(field)),
          );
          expect(request.limited.decode(most)).toEqual(request.decode(most));

          const beyond = request.encode(isBeyond(path));
          expect(() => request.limited.decode(beyond)).toThrow(
            limit.refusal(field),
          );
          expect(await edge().send(reqIdentifier, beyond)).toBe(1001);
        });
      more.frame?.(edge, reqIdentifier, request);
    }
  });
  return edge;
}
