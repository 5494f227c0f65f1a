import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PullMsgBySeq } from "@parley/protocol/methods/messages";
import { GetFavorites } from "@parley/protocol/methods/favorites";
import { GetDesignatedFriends } from "@parley/protocol/methods/friends";
import {
  GetUsersOnlineTokenDetail,
  ProcessUserCommandGet,
} from "@parley/protocol/methods/users";

import { Client } from "../client.ts";
import { startServer, testNodes } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { conversationRows } from "./conversation-rows.ts";
import { Fixtures, markers } from "./fixtures.ts";
import { friendRows } from "./friend-rows.ts";
import { groupRows } from "./group-rows.ts";
import { messageRows } from "./message-rows.ts";
import { clientRows, objectRows, operatorRows } from "./other-rows.ts";
import { codesOf } from "./roles.ts";
import type { Codes, Role, Row } from "./roles.ts";
import contract from "./routes.json";
import { listServedRoutes } from "./served-routes.ts";
import { authRows, userRows } from "./user-rows.ts";

// Permissions of every route, for every kind of caller.

const rows = [
  ...authRows,
  ...userRows,
  ...friendRows,
  ...groupRows,
  ...conversationRows,
  ...messageRows,
  ...clientRows,
  ...objectRows,
  ...operatorRows,
];

const served = await listServedRoutes();

describe("the routes", () => {
  test("are all of the contract", () => {
    const paths = new Set([
      ...served.routes,
      ...served.pages.map((page) => page.replace(/^\S+ /, "")),
    ]);
    expect(contract.filter((path) => !paths.has(path))).toEqual([]);
  });

  test("all have a row, and every row has a route", () => {
    const withRow = new Set(rows.map(({ path }) => path));
    expect([...withRow].sort()).toEqual([...served.routes].sort());
  });

  test("let in whom their descriptions let in, and nobody else", () => {
    const refusals = [1001, 1002, 1004];
    const isLetIn = (code: number | undefined) =>
      code !== undefined && !refusals.includes(code);
    for (const [path, ofPath] of Map.groupBy(rows, (row) => row.path)) {
      const [{ who }] = ofPath as [Row];
      const agree = ofPath.filter(({ codes }) =>
        Object.entries(codes).every(
          ([role, code]) =>
            !(role in codesOf[who]) ||
            isLetIn(code) === isLetIn(codesOf[who][role as Role]),
        ),
      );
      expect([path, agree.length > 0]).toEqual([path, true]);
    }
  });

  // Nodes of a cluster have no files of their own, and no such page.
  test.skipIf(testNodes() > 0)(
    "and the one page that takes a POST needs a signed address",
    async () => {
      const posts = served.pages.filter((page) => page.startsWith("POST "));
      expect(posts).toEqual(["POST /object_data/form/*id"]);
      const { status } = await fetch(`${server.api}/object_data/form/x`, {
        method: "POST",
        headers: { token: fixtures.tokens.imAdmin },
      });
      expect(status).toBe(403);
    },
  );
});

let server: RunningServer;
let fixtures: Fixtures;
let client: Client;

beforeAll(async () => {
  server = await startServer();
  fixtures = await Fixtures.create(server.api);
  // Somebody whose token there is to be seen.
  const { self } = fixtures;
  client = await Client.connect(server.ws, self, fixtures.tokens.self);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe("who may call", () => {
  for (const row of rows)
    test(titleOf(row), async () => {
      const answers: Codes = {};
      for (const role of Object.keys(row.codes) as Role[])
        answers[role] = await call(row, role);
      expect(answers).toEqual(row.codes);
    });

  test.each([
    [PullMsgBySeq.path, "self"],
    [GetDesignatedFriends.path, "self"],
    [GetFavorites.path, "self"],
    [ProcessUserCommandGet.path, "self"],
    [GetUsersOnlineTokenDetail.path, "imAdmin"],
  ] as const)("what is private in %s is seen by %s", async (path, role) => {
    const row = rows.find((each) => each.path === path);
    const answer = row && (await ask(row, role));
    const secrets = [...markers, fixtures.tokens.self];
    expect(secrets.some((secret) => answer?.includes(secret))).toBe(true);
  });
});

function titleOf({ path, about }: Row): string {
  return about === "" ? path : `${path} ${about}`;
}

/** The code of the answer; throws when it tells a stranger what is private. */
async function call(row: Row, role: Role): Promise<number> {
  const answer = await ask(row, role);
  if (role === "nobody" || role === "stranger")
    for (const secret of [...markers, fixtures.tokens.self])
      expect(answer).not.toContain(secret);
  return (JSON.parse(answer) as { errCode: number }).errCode;
}

async function ask(row: Row, role: Role): Promise<string> {
  const userID = fixtures.userIDs[role];
  const body = await row.body(fixtures, { role, userID });
  const query = row.query?.(fixtures);
  const token = fixtures.tokens[role];
  const response = await fetch(
    server.api + row.path + (query ? `?${query}` : ""),
    {
      method: "POST",
      headers: {
        operationID: randomUUID(),
        "content-type": "application/json",
        ...(token && { token }),
      },
      body: JSON.stringify(body),
    },
  );
  return response.text();
}
