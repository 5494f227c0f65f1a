import { expect, test } from "bun:test";

import { createIMServer } from "./im-server.ts";

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "an answer",
    (error: Error & { code?: number }) => `${error.code} ${error.message}`,
  );

const serverThat = (send: (request: Request) => Promise<Response>) =>
  createIMServer({
    address: "http://im",
    secret: "s",
    adminUserID: "imAdmin",
    send,
    limitMs: 20,
    now: () => 1_700_000_000_000,
  });

test("an IM server that never answers is waited for so long, and is 500", async () => {
  const im = serverThat(() => new Promise(() => undefined));
  expect(await messageOf(im.adminToken("op"))).toContain(
    "the IM server at http://im cannot be reached: no answer in 0.02 s",
  );
});

test("one that is gone is not asked every time", async () => {
  let asked = 0;
  const im = serverThat(() => {
    asked++;
    return Promise.reject(new Error("refused"));
  });
  for (let i = 0; i < 25; i++) await messageOf(im.adminToken("op"));
  expect(asked).toBe(20);
  expect(await messageOf(im.adminToken("op"))).toContain(
    "the IM server at http://im is away",
  );
});

test("what it refuses is an answer, and passed on", async () => {
  let asked = 0;
  const im = serverThat(() => {
    asked++;
    return Promise.resolve(
      Response.json({ errCode: 1002, errMsg: "NoPermissionError", errDlt: "" }),
    );
  });
  for (let i = 0; i < 25; i++)
    expect(await messageOf(im.adminToken("op"))).toContain("1002");
  expect(asked).toBe(25);
});
