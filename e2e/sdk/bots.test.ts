import {
  beginStream,
  delta,
  done,
  startTestEndpoint,
} from "@parley/server/testing/agents/endpoint.ts";
import type { TestEndpoint } from "@parley/server/testing/agents/endpoint.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";

import { createBot } from "../agents/bots.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
let endpoint: TestEndpoint;
beforeAll(async () => {
  [stage, endpoint] = await Promise.all([openStage(), startTestEndpoint()]);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await endpoint.close();
});

test("a user sees a bot typing, and then its answer", async () => {
  const bot = await createBot(stage.server, { url: endpoint.url });
  const [ann] = await stage.arrive("ann");
  const { promise: seen, resolve: answerIt } = Promise.withResolvers<void>();
  endpoint.behaviour = (response) => {
    beginStream(response, delta("# Because\n"));
    void seen.then(() => response.end(delta("**so**") + done));
  };
  await ann.say(bot, "Why?");
  const typing = await ann.event("OnConversationUserInputStatusChanged");
  expect(typing).toMatchObject({
    conversationID: ann.with(bot),
    userID: bot,
  });
  expect(typing.platformIDs).toHaveLength(1);
  answerIt();
  const [answer] = await ann.event("OnRecvNewMessages");
  expect(answer).toMatchObject({
    sendID: bot,
    senderNickname: "Bot",
    contentType: 101,
    textElem: { content: "# Because\n**so**" },
    seq: 2,
  });
  const over = await ann.event("OnConversationUserInputStatusChanged");
  expect(over.platformIDs ?? []).toEqual([]);
});
