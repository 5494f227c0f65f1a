import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { createRowHooks } from "./conversation-hooks.ts";
import { testWebhooks } from "../../testing/webhooks/webhooks.ts";

forEachEngine("rows of those who enter a group", (open) => {
  // The second part of an invitation began as the first was answered.
  test("each part of an invitation is asked about once", async () => {
    await using storage = await open();
    const { webhooks, heard, answers } = testWebhooks({
      beforeCreateGroupChatConversations: {},
    });
    let count = 0;
    answers.beforeCreateGroupChatConversations = () =>
      JSON.stringify({ ex: `part ${++count}` });
    const { forGroups } = createRowHooks(webhooks, () => undefined);
    const begins = await storage.transact(async (tx) => [
      await forGroups.before(tx, "op", "g", ["ann", "bob"]),
      await forGroups.before(tx, "op", "g", ["cid"]),
    ]);
    expect(begins).toEqual([{ ex: "part 1" }, { ex: "part 2" }]);
    expect(heard.map(({ body }) => body["conversationId"])).toEqual([
      "sg_g",
      "sg_g",
    ]);
  });

  // docs/wire/deviations.md#webhooks: in OpenIM the call fails, and who joined stays a member.
  test("that are refused fail no call", async () => {
    await using storage = await open();
    const { webhooks, answers } = testWebhooks({
      beforeCreateGroupChatConversations: {},
    });
    answers.beforeCreateGroupChatConversations = { nextCode: 1, errCode: 5001 };
    const refused: unknown[] = [];
    const { forGroups } = createRowHooks(webhooks, (e) => refused.push(e));
    const begins = await storage.transact((tx) =>
      forGroups.before(tx, "op", "g", ["ann"]),
    );
    expect(begins).toBeNull();
    expect(refused).toMatchObject([{ code: 5001 }]);
  });
});
