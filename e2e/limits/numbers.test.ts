import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field, Value } from "@parley/protocol/descriptor";
import { fieldPaths, lastOf, pathText } from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import type { Method } from "@parley/protocol/method";
import { SearchMsg } from "@parley/protocol/methods/messages";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import {
  accountRows,
  admissionRows,
  applicationRows,
  peopleRows,
  settingRows,
} from "../rights/chat-rows.ts";
import { conversationRows } from "../rights/conversation-rows.ts";
import { frameRows } from "../rights/frame-rows.ts";
import { friendRows } from "../rights/friend-rows.ts";
import { groupRows } from "../rights/group-rows.ts";
import { messageRows } from "../rights/message-rows.ts";
import { clientRows, objectRows, operatorRows } from "../rights/other-rows.ts";
import { listServed } from "../rights/served-routes.ts";
import { authRows, userRows } from "../rights/user-rows.ts";
import { Edge } from "./edge.ts";
import type { Port } from "./edge.ts";

// Every number of every route and frame at its ends and beyond: it is kept or
// refused, both engines answer alike, and nothing breaks by it. The numbers are
// drawn by a seed; PARLEY_TEST_SEED draws others, PARLEY_TEST_ALL sends all.

const seed = Number(process.env["PARLEY_TEST_SEED"] ?? 1);
const perField = process.env["PARLEY_TEST_ALL"] ? Infinity : 3;

const served = await listServed();
const engines = ["sqlite", "postgres"] as const;

let postgres: EmbeddedPostgres;
const edges: Edge[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const database = await postgres.createDatabase();
  edges.push(await Edge.start());
  edges.push(
    await Edge.start({ environment: { PARLEY_DATABASE_URL: database } }),
  );
});
afterAll(async () => {
  for (const edge of edges) await edge[Symbol.asyncDispose]();
  await postgres.stop();
});

const numeric = [
  "int32",
  "uint32",
  "int64",
  "uint64",
  "hash",
  "float",
  "double",
];
const numbersOf = ({ descriptor }: Method["request"]): FieldPath[] =>
  [...fieldPaths(descriptor)].filter((path) =>
    numeric.includes(lastOf(path).kind),
  );

const ends: Readonly<Record<string, readonly bigint[]>> = {
  int32: [
    -(2n ** 31n),
    2n ** 31n - 1n,
    -(2n ** 31n) - 1n,
    2n ** 31n,
    2n ** 40n,
  ],
  uint32: [2n ** 32n - 1n, 2n ** 32n, -1n],
  int64: [
    -(2n ** 63n),
    2n ** 63n - 1n,
    -(2n ** 53n),
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    -62_135_596_800_001n,
    253_402_300_799_999n,
    253_402_300_800_000n,
    7_730_941_132_800_000n,
    -1n,
    0n,
  ],
};
const endsOf = ({ kind }: Field): readonly bigint[] =>
  kind === "uint64" || kind === "hash"
    ? [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 0n]
    : (ends[kind] ?? []);

/** Other tokens that JSON allows or that look like numbers. */
const otherTokens = ["1.5", "1e3", "1.0", "-0", "1e400", '"1"', "NaN"];

/** The same for the same seed, whatever the order of the tests. */
function drawn<T>(all: readonly T[], name: string, count: number): T[] {
  const keyed = all.map((value, i) => ({
    value,
    key: Bun.hash(`${seed} ${name} ${i}`),
  }));
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, count)
    .map(({ value }) => value);
}

const mark = "the number goes here";

/** Puts the mark into a body; what is on the way is made where it is not. */
function withMark(body: Value, [field, ...rest]: FieldPath): Value {
  const [next, ...others] = rest;
  const { name, shape } = field;
  if (!next) return { ...body, [name]: shape === "list" ? [mark] : mark };
  const before = body[name];
  const inside = (Array.isArray(before) ? before[0] : before) as Value | null;
  const inner = withMark(inside ?? {}, [next, ...others]);
  return { ...body, [name]: shape === "list" ? [inner] : inner };
}

interface Case {
  port: Port;
  path: string;
  body: (edge: Edge) => Promise<object>;
}

const ofUser = { role: "imAdmin", userID: "imAdmin" } as const;
const cases = new Map<string, Case>();
for (const row of [
  ...authRows,
  ...userRows,
  ...friendRows,
  ...groupRows,
  ...conversationRows,
  ...messageRows,
  ...clientRows,
  ...objectRows,
  ...operatorRows,
])
  if (!cases.has(`im ${row.path}`))
    cases.set(`im ${row.path}`, {
      port: "im",
      path: row.path,
      body: async ({ fixtures }) => row.body(fixtures, ofUser),
    });
for (const row of [
  ...accountRows,
  ...peopleRows,
  ...admissionRows,
  ...applicationRows,
  ...settingRows,
])
  if (!cases.has(`${row.port} ${row.path}`))
    cases.set(`${row.port} ${row.path}`, {
      port: row.port,
      path: row.path,
      body: async ({ chat }) => row.body(chat, "superAdministrator"),
    });

describe.each(["im", "accounts", "administration", "agents"] as const)(
  "at the port of %s",
  (port) => {
    for (const { method } of served[port].routes)
      for (const path of numbersOf(method.request)) {
        const route = method.path;
        const name = `${route} ${pathText(path)}`;
        test(`${name} is kept or refused, by both engines alike`, async () => {
          const tokens = drawn(
            [...endsOf(lastOf(path)).map(String), ...otherTokens],
            name,
            perField,
          );
          for (const token of tokens) {
            const codes = await Promise.all(
              edges.map(async (edge) => {
                const made = await cases.get(`${port} ${route}`)?.body(edge);
                const body = JSON.stringify(
                  withMark((made ?? {}) as Value, path),
                ).replaceAll(`"${mark}"`, token);
                return (await edge.ask(port, route, body)).errCode;
              }),
            );
            expect([token, codes[1]]).toEqual([token, codes[0]]);
          }
        });
      }
  },
);

describe("a frame", () => {
  for (const [
    reqIdentifier,
    {
      frame: { request },
    },
  ] of served.frames)
    for (const path of numbersOf(request)) {
      const name = `${reqIdentifier} ${pathText(path)}`;
      const row = frameRows.find(
        (each) => each.reqIdentifier === reqIdentifier,
      );
      test(`${name} is kept or refused, by both engines alike`, async () => {
        const type = request;
        for (const number of drawn(endsOf(lastOf(path)), name, perField)) {
          const codes = await Promise.all(
            edges.map(async (edge) => {
              const { self } = edge.fixtures;
              const caller = { role: "self", userID: self } as const;
              const data = await row?.data(edge.fixtures, caller);
              const asked = type.decode(data ?? new Uint8Array()) as Value;
              return edge.send(
                reqIdentifier,
                encodeWith(type, asked, path, number),
              );
            }),
          );
          expect([number, codes[1]]).toEqual([number, codes[0]]);
        }
      });
    }

  /** Also what no encoder writes for the field: as a field of its own behind. */
  function encodeWith(
    type: Method["request"],
    asked: Value,
    path: FieldPath,
    number: bigint,
  ): Uint8Array {
    const [field, ...rest] = path;
    if (rest.length === 0 && field.shape === "one")
      return new Uint8Array([
        ...type.encode(asked),
        ...varint(BigInt(field.number << 3)),
        ...varint(BigInt.asUintN(64, number)),
      ]);
    const marked = JSON.stringify(withMark(asked, path), (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : value,
    );
    const value = JSON.parse(marked, (_, each: unknown) =>
      each === mark ? number : each,
    ) as object;
    return type.encode(value);
  }
});

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return [...bytes, Number(value)];
}

describe.each(engines)("afterwards, with %s,", (engine) => {
  const edge = () => edges[engines.indexOf(engine)]!;

  test("messages are still searched", async () => {
    const body = '{"pagination":{"pageNumber":1,"showNumber":100}}';
    const { errCode } = await edge().ask("im", SearchMsg, body);
    expect(errCode).toBe(0);
  });

  test("statistics know no date but of four digits", async () => {
    const span = '"start":1,"end":253402300799999';
    const pagination = '"pagination":{"pageNumber":1,"showNumber":10}';
    for (const route of ["user/register", "group/create"]) {
      const answer = await edge().ask(
        "im",
        `/statistics/${route}`,
        `{${span}}`,
      );
      const { count } = answer.data as { count?: object };
      for (const date of Object.keys(count ?? {}))
        expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
    for (const route of ["user/active", "group/active"]) {
      const body = `{${span},${pagination}}`;
      const answer = await edge().ask("im", `/statistics/${route}`, body);
      const { dateCount } = answer.data as { dateCount?: object };
      for (const date of Object.keys(dateCount ?? {}))
        expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  test("nothing went wrong that nobody thought of", () => {
    const failed = edge()
      .logs()
      .split("\n")
      .filter((line) => line.includes("request failed"));
    expect(failed).toEqual([]);
  });
});
