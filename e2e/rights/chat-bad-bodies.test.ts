import type { Method } from "@parley/protocol/method";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { ChatFixtures } from "./chat-fixtures.ts";
import { listServed } from "./served-routes.ts";

// Whatever is sent to the chat service, it answers in its envelope, and
// nothing that nobody thought of goes wrong in it.

interface Field {
  anyOf?: Field[];
  items?: Field;
  $ref?: string;
}

interface Description {
  paths: Record<
    string,
    {
      post: {
        requestBody: {
          content: Record<string, { schema: Field & { allOf?: Field[] } }>;
        };
      };
    }
  >;
  components: {
    schemas: Record<string, { properties?: Record<string, Field> }>;
  };
}

const served = await listServed();
const ports = ["accounts", "administration"] as const;

let server: RunningServer;
let fixtures: ChatFixtures;
/** Ways to put a value into a route's body, one for each of its fields. */
const places: Record<
  (typeof ports)[number],
  Map<string, ((value: unknown) => object)[]>
> = { accounts: new Map(), administration: new Map() };

beforeAll(async () => {
  server = await startServer();
  fixtures = await ChatFixtures.create(server);
  for (const port of ports) {
    const address = `${fixtures.addressOf(port)}/docs/openapi.json`;
    const { paths, components } = (await (
      await fetch(address)
    ).json()) as Description;
    for (const [path, { post }] of Object.entries(paths)) {
      const schema = post.requestBody.content["application/json"]?.schema;
      const propertiesOf = (field: Field | undefined) =>
        components.schemas[refOf(field).split("/").at(-1) ?? ""]?.properties ??
        {};
      const body = schema?.allOf?.[0] ?? schema;
      const ways = Object.entries(propertiesOf(body)).flatMap(
        ([name, field]) => [
          (value: unknown) => ({ [name]: value }),
          ...Object.keys(propertiesOf(field)).map(
            (inner) => (value: unknown) => {
              const message = { [inner]: value };
              return { [name]: field.items ? [message] : message };
            },
          ),
        ],
      );
      places[port].set(path, ways);
    }
  }
});
afterAll(() => server[Symbol.asyncDispose]());

/** Token of a new person, who may be renamed and signed out. */
async function tokenFor({ access }: Method): Promise<string> {
  if (access.who === "superAdministrator")
    return fixtures.tokens.superAdministrator;
  const { account } = await fixtures.administrator();
  return (await fixtures.signIn(account)).adminToken;
}

const refOf = (field: Field | undefined): string =>
  field?.$ref ?? field?.anyOf?.[0]?.$ref ?? field?.items?.$ref ?? "";

/** Bodies that no route takes. */
const nonsense = [
  "",
  "x",
  "null",
  "1",
  '"text"',
  "[]",
  "{",
  '{"a":1}{}',
  "[".repeat(100_000),
  '{"__proto__":{"isAdmin":true},"constructor":1}',
  "\u0000\uffff",
];

/** Values for a field, of the right type and of wrong ones. */
const values: unknown[] = [
  null,
  "",
  "x",
  "\u0000",
  "\ud800",
  "'; drop table accounts; --",
  "%",
  ".*",
  "x".repeat(20_000),
  0,
  1,
  -1,
  1.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  1e300,
  true,
  [],
  [null],
  [""],
  ["x", "x"],
  [{}],
  {},
  { x: "" },
  { pageNumber: 2 ** 31 - 1, showNumber: 2 ** 31 - 1 },
  { pageNumber: -1, showNumber: 0 },
];

describe.each(ports)("at the port of %s", (port) => {
  const methods = served[port].routes.map(({ method }) => method);

  test.each(methods)("$path answers to anything", async (method) => {
    const { path } = method;
    const ways = places[port].get(path) ?? [];
    const bodies = [
      ...nonsense,
      ...values.flatMap((value) => {
        const each = ways.map((put) => put(value));
        return [...each, Object.assign({}, ...each) as object];
      }),
    ];
    const token = await tokenFor(method);
    const before = server.logs().length;
    for (const body of bodies) {
      const response = await fetch(fixtures.addressOf(port) + path, {
        method: "POST",
        headers: {
          operationID: "op",
          token,
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      // Callback routes take small bodies.
      if (response.status === 413 && path.startsWith("/callback/")) continue;
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        errCode: expect.any(Number) as number,
        errDlt: expect.not.stringContaining("node_modules") as string,
      });
    }
    expect(server.logs().slice(before)).not.toContain("request failed");
  });
});
