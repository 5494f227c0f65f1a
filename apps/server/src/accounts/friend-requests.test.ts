import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { friendRequestPages } from "./friend-request-pages.ts";
import { createFriendRequests } from "./friend-requests.ts";

forEachEngine("the IM server's question before a friend request", (open) => {
  test("is answered in its own form, with what the profile says", async () => {
    await using storage = await open();
    await storage.transact(({ db }) =>
      db
        .insertInto("accounts")
        .values([
          { user_id: "open", allow_add_friend: 1 },
          { user_id: "shy", allow_add_friend: 2 },
          { user_id: "shyer", allow_add_friend: -1 },
        ] as never)
        .execute(),
    );
    const [page] = friendRequestPages(createFriendRequests(storage.db));
    const ask = async (body: string) => {
      const request = new Request("http://host/callback", {
        method: "POST",
        headers: { "content-length": String(body.length) },
        body,
      });
      const response = await page?.answer(request, "", async () => ({
        bytes: await request.bytes(),
        done: () => undefined,
      }));
      return (await response?.json()) as { errCode: number; nextCode: number };
    };
    for (const [toUserID, errCode, nextCode] of [
      ["open", 0, 0],
      ["shy", 20013, 1],
      ["shyer", 20013, 1],
      ["nobody", 0, 0],
    ] as const)
      expect(await ask(JSON.stringify({ toUserID }))).toMatchObject({
        actionCode: 0,
        errCode,
        nextCode,
      });
    expect(await ask("no JSON")).toMatchObject({ nextCode: 0 });
  });
});
