import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createBadges } from "./badges.ts";
import { pushRoutes } from "./routes.ts";
import { createPushTokens } from "./tokens.ts";

function pushOver({ db, transact }: TestStorage) {
  const clock = { now: 1_700_000_000_000 };
  const tokens = createPushTokens({ db, transact, now: () => clock.now });
  return { clock, tokens, badges: createBadges({ db, transact }) };
}

const ios = { userID: "ann", platformID: 1, token: "ios" };
const android = { userID: "ann", platformID: 2, token: "android" };

forEachEngine("push tokens", (open) => {
  test("a platform has one token, the last", async () => {
    await using storage = await open();
    const { tokens } = pushOver(storage);
    await tokens.set(android, 0);
    await tokens.set({ ...ios, token: "old" }, 0);
    await tokens.set(ios, 0);
    await tokens.set({ ...ios, userID: "bob", token: "bob's" }, 0);

    expect(await tokens.list(["ann"])).toEqual([ios, android]);
    expect(await tokens.list(["bob", "ann", "bob"])).toHaveLength(3);
    expect(await tokens.list([])).toEqual([]);
  });

  test("a device is the last one's who signed in on it", async () => {
    await using storage = await open();
    const { tokens } = pushOver(storage);
    await tokens.set(ios, 0);
    await tokens.set({ ...ios, userID: "bob" }, 0);

    expect(await tokens.list(["ann", "bob"])).toEqual([
      { ...ios, userID: "bob" },
    ]);
  });

  test("a token that was replaced meanwhile is not forgotten", async () => {
    await using storage = await open();
    const { tokens } = pushOver(storage);
    await tokens.set(ios, 0);
    await tokens.forget({ ...ios, token: "older" });
    expect(await tokens.list(["ann"])).toEqual([ios]);
    await tokens.forget(ios);
    expect(await tokens.list(["ann"])).toEqual([]);
  });

  test("a token counts until it expires", async () => {
    await using storage = await open();
    const { clock, tokens } = pushOver(storage);
    await tokens.set(ios, 60);
    await tokens.set(android, Number.MAX_SAFE_INTEGER);

    clock.now += 59_999;
    expect(await tokens.list(["ann"])).toEqual([ios, android]);
    clock.now += 1;
    expect(await tokens.list(["ann"])).toEqual([android]);
  });

  test("a deleted token is gone, those of other platforms stay", async () => {
    await using storage = await open();
    const { tokens } = pushOver(storage);
    await tokens.set(ios, 0);
    await tokens.set(android, 0);

    await tokens.delete("ann", 1);
    await tokens.delete("ann", 5);
    expect(await tokens.list(["ann"])).toEqual([android]);
  });

  test("the badge is the number last said", async () => {
    await using storage = await open();
    const { badges } = pushOver(storage);
    await badges.set("ann", 3);
    await badges.set("ann", -1);
    await badges.set("bob", 7);

    expect(await badges.list(["ann", "bob", "nobody"])).toEqual(
      new Map([
        ["ann", -1],
        ["bob", 7],
      ]),
    );
  });

  test("pushes raise the badge from what it was, or from nothing", async () => {
    await using storage = await open();
    const { badges } = pushOver(storage);
    await badges.set("ann", 3);

    expect(await badges.raise(["ann", "bob", "ann"])).toEqual(
      new Map([
        ["ann", 4],
        ["bob", 1],
      ]),
    );
    expect(await badges.raise(["bob"])).toEqual(new Map([["bob", 2]]));
  });

  test("nobody sets another's token, an administrator may", async () => {
    await using storage = await open();
    const { tokens, badges } = pushOver(storage);
    const explain = () => Promise.reject(new Error("nobody asked why"));
    const [update] = pushRoutes({ tokens, badges, explain, webPushKey: "" });
    const as = (userID: string) =>
      update!.answer(
        {
          cause: {
            actor: { userID, platformID: 1, isAdmin: userID === "admin" },
            operationID: "op",
          },
          address: "",
          headers: new Headers(),
          query: new URLSearchParams(),
        },
        '{"account":"ann","platformID":1,"fcmToken":"ios"}',
      );

    expect(as("bob")).rejects.toMatchObject({ code: 1002 });
    expect(await tokens.list(["ann"])).toEqual([]);
    await as("admin");
    expect(await tokens.list(["ann"])).toEqual([ios]);
  });
});
