import { expect, test } from "bun:test";

import { createGetui } from "./getui.ts";
import { startTestProvider } from "../../../testing/push/providers/provider.ts";
import type {
  Heard,
  StubAnswer,
} from "../../../testing/push/providers/provider.ts";
import { open, text } from "../../../testing/push/providers/texts.ts";

// What its requests look like is in e2e/push/recorded.test.ts.

function getuiOver(answer: (request: Heard) => StubAnswer | undefined) {
  const clock = { now: 1_700_000_000_000 };
  const provider = startTestProvider((request) => {
    if (request.path === "/push/list/message")
      return { json: { code: 0, data: { taskid: "T" } } };
    return answer(request) ?? { json: { code: 0, data: { token: "TOK" } } };
  });
  const getui = createGetui({
    settings: {
      pushUrl: provider.url,
      masterSecret: "MS",
      appKey: "AK",
      channelID: "",
      channelName: "",
    },
    guard: open,
    fetch,
    now: () => clock.now,
  });
  const paths = () => provider.heard.splice(0).map(({ path }) => path);
  return { getui, provider, clock, paths };
}

test("a token is used for 23 hours", async () => {
  const { getui, provider, clock, paths } = getuiOver(() => undefined);
  await using stub = provider;
  await getui.pushToUsers(text, ["bob"]);
  clock.now += 23 * 3_600_000 - 1;
  await getui.pushToUsers(text, ["bob"]);
  expect(paths()).toEqual([
    "/auth",
    "/push/single/alias",
    "/push/single/alias",
  ]);
  clock.now += 1;
  await getui.pushToUsers(text, ["bob"]);
  expect(paths()).toEqual(["/auth", "/push/single/alias"]);
  expect(stub.heard).toEqual([]);
});

test("many users are one message in parts of 999, each sent once", async () => {
  const parts: string[][] = [];
  const { getui, provider, paths } = getuiOver(({ path, body }) => {
    if (path !== "/push/list/alias") return undefined;
    parts.push((body as { audience: { alias: string[] } }).audience.alias);
    return parts.length === 2
      ? { status: 400, json: { code: 20_001, msg: "no such alias" } }
      : { json: { code: 0 } };
  });
  await using stub = provider;
  const userIDs = Array.from({ length: 2_500 }, (_, i) => `u${i}`);
  const unsent = await getui.pushToUsers(text, userIDs);
  expect(parts.map(({ length }) => length)).toEqual([999, 999, 502]);
  expect(parts.flat()).toEqual(userIDs);
  // One part that fails keeps the others from nothing.
  expect(unsent).toEqual([
    { userIDs: userIDs.slice(999, 1_998), detail: "code 20001 no such alias" },
  ]);
  expect(paths().filter((path) => path === "/push/list/message")).toHaveLength(
    1,
  );
  expect(stub.heard).toEqual([]);
});

test("a wrong secret is not tried again with each message", async () => {
  const { getui, provider, clock, paths } = getuiOver(({ path }) =>
    path === "/auth"
      ? { json: { code: 10_002, msg: "sign error" } }
      : undefined,
  );
  await using stub = provider;
  for (let i = 0; i < 3; i++)
    expect(getui.pushToUsers(text, ["bob"])).rejects.toThrow("sign error");
  await stub.take(1);
  clock.now += 10_000;
  expect(getui.pushToUsers(text, ["bob"])).rejects.toThrow("sign error");
  await stub.take(1);
  expect(paths()).toEqual([]);
});

test("an answer that is not Getui's is a reason", async () => {
  const { getui, provider } = getuiOver(({ path }) =>
    path === "/auth" ? undefined : { status: 404, json: "not found" },
  );
  await using stub = provider;
  expect(getui.pushToUsers(text, ["bob"])).rejects.toThrow(
    'HTTP 404 "not found"',
  );
  await stub.take(2);
});
