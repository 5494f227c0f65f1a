import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { UserImportXlsx } from "@parley/protocol/methods/chat/managed-users";

import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { ChatFixtures, password } from "./chat-fixtures.ts";
import type { ChatCodes, ChatRole, ChatRow } from "./chat-roles.ts";
import contract from "./chat-routes.json";
import {
  accountRows,
  admissionRows,
  applicationRows,
  peopleRows,
  settingRows,
} from "./chat-rows.ts";
import { listServedRoutes, webhookPage } from "./served-routes.ts";

// Permissions of every route at the chat service's two ports, for every kind of
// caller.

const rows = [
  ...accountRows,
  ...peopleRows,
  ...admissionRows,
  ...applicationRows,
  ...settingRows,
];
/** Needs no token, like the page about the port. */
const template = `GET ${UserImportXlsx.path}`;

const served = await listServedRoutes();

describe.each(["accounts", "administration"] as const)(
  "the routes of %s",
  (port) => {
    test("are all of the contract", () => {
      expect(
        contract[port].filter((path) => !served[port].includes(path)),
      ).toEqual([]);
    });

    test("all have a row, and every row has a route", () => {
      const withRow = rows
        .filter((row) => row.port === port)
        .map((row) => `POST ${row.path}`);
      const posts = served[port].filter(
        (path) => path.startsWith("POST ") && path !== webhookPage,
      );
      expect([...new Set(withRow)].sort()).toEqual(posts.sort());
    });

    test("are all there is, but for what anybody may see", () => {
      const pages = served[port].filter(
        (path) => !/^(POST |GET \/(docs|$))/.test(path),
      );
      expect(pages).toEqual(port === "administration" ? [template] : []);
    });
  },
);

let server: RunningServer;
let fixtures: ChatFixtures;

beforeAll(async () => {
  server = await startServer({
    environment: {
      PARLEY_ACCOUNTS_LIVE_KIT_KEY: "key",
      PARLEY_ACCOUNTS_LIVE_KIT_SECRET: "secret",
    },
  });
  fixtures = await ChatFixtures.create(server);
});
afterAll(() => server[Symbol.asyncDispose]());

describe("who may call", () => {
  for (const row of rows)
    test(titleOf(row), async () => {
      const answers: Partial<ChatCodes> = {};
      for (const role of Object.keys(row.codes) as ChatRole[])
        answers[role] = await call(row, role);
      expect(answers).toEqual(row.codes);
    });

  test("anybody gets the workbook that shows how to import users", async () => {
    const response = await fetch(`${server.chatAdmin}${UserImportXlsx.path}`);
    expect(response.status).toBe(200);
    expect((await response.bytes()).length).toBeGreaterThan(1_000);
  });
});

function titleOf({ port, path, about }: ChatRow): string {
  return `${port} ${path} ${about}`.trim();
}

/** The code of the answer, which holds nobody's password in any form. */
async function call(row: ChatRow, role: ChatRole): Promise<number> {
  const body = await row.body(fixtures, role);
  const token = fixtures.tokens[role];
  const response = await fetch(
    fixtures.addressOf(row.port) + row.path + row.query,
    {
      method: "POST",
      headers: { operationID: randomUUID(), ...(token && { token }) },
      body: body instanceof FormData ? body : JSON.stringify(body),
    },
  );
  expect(response.status).toBe(200);
  const answer = await response.text();
  expect(answer).not.toContain(password);
  expect(answer).not.toContain("$argon2");
  if (row.endsSessions) await fixtures.renewSelf();
  return (JSON.parse(answer) as { errCode: number }).errCode;
}
