import { expect, test } from "bun:test";
import { ForceLogoutAll } from "@parley/protocol/methods/auth";

import { createIMClient } from "./im-client.ts";

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "an answer",
    (error: Error & { code?: number }) => `${error.code} ${error.message}`,
  );

const serverThat = (send: (request: Request) => Promise<Response>) =>
  createIMClient({
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

/** OpenIM's server, which answers signing out as `answer` says. */
function openIM(answer: (platformID: number) => Promise<number>) {
  const answered: number[] = [];
  const im = createIMClient({
    address: "http://im",
    secret: "secret",
    adminUserID: "imAdmin",
    async send(request) {
      if (request.url.endsWith(ForceLogoutAll.path))
        return new Response("404 page not found", { status: 404 });
      const body = (await request.json()) as { platformID?: number };
      if (body.platformID === undefined)
        return Response.json({ errCode: 0, data: { token: "token" } });
      const errCode = await answer(body.platformID);
      answered.push(body.platformID);
      return Response.json({ errCode, errMsg: "", errDlt: "" });
    },
    now: () => 0,
  });
  return { im, answered };
}

test("a user is signed out on every platform, though the IM server does not know one", async () => {
  const { im, answered } = openIM(async (platformID) => {
    // The refusal comes first.
    if (platformID === 11) return 1001;
    await new Promise((resolve) => setImmediate(resolve));
    return 0;
  });
  await im.forceLogout("op", "al");
  expect(answered.sort((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test("signing out fails if a platform does, but only once all were asked", async () => {
  const { im, answered } = openIM((platformID) =>
    Promise.resolve(platformID === 3 ? 1002 : 0),
  );
  await expect(im.forceLogout("op", "al")).rejects.toMatchObject({
    code: 1002,
  });
  expect(answered).toHaveLength(11);
});

test("more default friends than one request may hold are all imported", async () => {
  const asked: number[] = [];
  const im = createIMClient({
    address: "http://im",
    secret: "secret",
    adminUserID: "imAdmin",
    async send(request) {
      const { friendUserIDs } = (await request.json()) as {
        friendUserIDs?: string[];
      };
      if (friendUserIDs) asked.push(friendUserIDs.length);
      return Response.json({ errCode: 0, data: { token: "token" } });
    },
    now: () => 0,
  });
  const friends = Array.from({ length: 2_500 }, (_, i) => `f${i}`);
  await im.importFriends("op", "al", friends);
  expect(asked.reduce((sum, count) => sum + count)).toBe(2_500);
  expect(Math.max(...asked)).toBeLessThanOrEqual(1_000);
});
