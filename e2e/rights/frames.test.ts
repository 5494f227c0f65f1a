import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { ReqIdentifier } from "@parley/protocol/envelope";

import { Client } from "../client.ts";
import type { RequestError } from "../client.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import { Fixtures, marker } from "./fixtures.ts";
import { frameRows } from "./frame-rows.ts";
import type { FrameRow } from "./frame-rows.ts";
import type { Codes, Role } from "./roles.ts";
import { listServedRoutes } from "./served-routes.ts";

// Permissions of every frame, for every kind of connection.

const served = await listServedRoutes();

let server: RunningServer;
let fixtures: Fixtures;

beforeAll(async () => {
  server = await startServer();
  fixtures = await Fixtures.create(server.api);
});
afterAll(() => server[Symbol.asyncDispose]());

test("every frame has a row, and every row a frame", () => {
  const withRow = new Set(frameRows.map((row) => row.reqIdentifier));
  expect([...withRow].sort()).toEqual(served.frames.toSorted());
});

const titleOf = ({ reqIdentifier, about }: FrameRow): string =>
  `${reqIdentifier} ${about}`.trim();

/** The error code, and whether the answer tells what was said. */
async function ask(
  { reqIdentifier, data }: FrameRow,
  role: Role,
): Promise<{ code: number; isTold: boolean }> {
  const userID = fixtures.userIDs[role];
  const asked = await data(fixtures, { role, userID });
  await using client = await Client.connect(
    server.ws,
    userID,
    fixtures.tokens[role],
    { platformID: role === "imAdmin" ? 10 : 5 },
  );
  return await client.request(reqIdentifier, asked).then(
    (answer) => ({
      code: 0,
      isTold: Buffer.from(answer).toString("latin1").includes(marker),
    }),
    (error: RequestError) => ({ code: error.code, isTold: false }),
  );
}

describe("who may send", () => {
  for (const row of frameRows)
    test(titleOf(row), async () => {
      const answers: Codes = {};
      for (const role of Object.keys(row.codes) as Role[]) {
        const { code, isTold } = await ask(row, role);
        answers[role] = code;
        if (role === "stranger") expect(isTold).toBe(false);
      }
      expect(answers).toEqual(row.codes);
    });
});

const telling = [
  ReqIdentifier.pullMsgByRange,
  ReqIdentifier.pullMsgBySeqList,
  ReqIdentifier.pullConvLastMessage,
];

describe("what was said is told by", () => {
  for (const row of frameRows)
    if (telling.some((each) => each === row.reqIdentifier))
      test(titleOf(row), async () => {
        const role = "member" in row.codes ? "member" : "self";
        expect(await ask(row, role)).toEqual({ code: 0, isTold: true });
      });
});
