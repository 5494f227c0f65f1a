import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import {
  fieldPaths,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import type { MessageType } from "@parley/protocol/message";
import { message as messageNamed } from "@parley/protocol/message";

import { Client } from "../client.ts";
import type { RequestError } from "../client.ts";
import { ChatFixtures } from "../rights/chat-fixtures.ts";
import { Fixtures } from "../rights/fixtures.ts";
import { listServed } from "../rights/served-routes.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";

// Every list and map of every route and frame: one more than it may hold is
// 1001 at once, whatever else is wrong with the request.

const { frames, ...ports } = await listServed();

let server: RunningServer;
let fixtures: Fixtures;
let chat: ChatFixtures;
let client: Client;

beforeAll(async () => {
  server = await startServer();
  fixtures = await Fixtures.create(server.api);
  chat = await ChatFixtures.create(server);
  client = await Client.connect(
    server.ws,
    fixtures.self,
    fixtures.tokens.self,
    {
      encoding: "gob+gzip",
    },
  );
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const where = {
  im: () => ({ address: server.api, token: fixtures.tokens.imAdmin }),
  accounts: () => ({ address: server.chat, token: chat.tokens.self }),
  administration: () => ({
    address: server.chatAdmin,
    token: chat.tokens.superAdministrator,
  }),
  agents: () => ({
    address: server.agents,
    token: chat.tokens.superAdministrator,
  }),
};

type Requests = Pick<MessageType<unknown>, "name" | "descriptor">;

const listsOf = ({ descriptor }: Requests): FieldPath[] =>
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

describe.each(["im", "accounts", "administration", "agents"] as const)(
  "at the port of %s",
  (port) => {
    for (const { path: route, schema } of ports[port].routes)
      for (const path of listsOf(schema.request))
        test(`${route} ${pathText(path)} has its bound`, async () => {
          const type = messageNamed<object>(schema.request.name);
          const { maxItems } = lastOf(path);
          const most = type.toJSON(requestWith(path, maxItems));
          expect(type.limited.fromJSON(most)).toEqual(type.fromJSON(most));

          const more = type.create(requestWith(path, maxItems + 1));
          const refusal = expect.stringContaining(tooMany(lastOf(path)));
          const { address, token } = where[port]();
          const ask = async (body: string | Uint8Array, kind: string) => {
            const response = await fetch(address + route, {
              method: "POST",
              headers: {
                operationID: randomUUID(),
                token,
                "content-type": kind,
              },
              body: body as string,
            });
            return response.json();
          };
          const wanted = { errCode: 1001, errDlt: refusal as string };
          expect(
            await ask(type.toJSON(more), "application/json"),
          ).toMatchObject(wanted);
          if (schema.takesProtobuf)
            expect(
              await ask(type.encode(more), "application/x-protobuf"),
            ).toMatchObject(wanted);
        });
  },
);

describe("a frame", () => {
  for (const [reqIdentifier, { request }] of frames)
    for (const path of listsOf(request))
      test(`${reqIdentifier} ${pathText(path)} has its bound`, async () => {
        const type = messageNamed<object>(request.name);
        const { maxItems } = lastOf(path);
        const most = type.encode(requestWith(path, maxItems));
        expect(type.limited.decode(most)).toEqual(type.decode(most));

        const more = type.encode(requestWith(path, maxItems + 1));
        expect(() => type.limited.decode(more)).toThrow(tooMany(lastOf(path)));
        const code = await client.request(reqIdentifier, more).then(
          () => 0,
          (error: RequestError) => error.code,
        );
        expect(code).toBe(1001);
      });
});
