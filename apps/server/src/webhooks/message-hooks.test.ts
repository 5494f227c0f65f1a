import { describe, expect, test } from "bun:test";

import { ContentType, SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Draft } from "../messages/hooks.ts";
import { createMessageHooks } from "./message-hooks.ts";
import { testWebhooks } from "./test-webhooks.ts";

const draft = (changes: Partial<MsgData> = {}): Draft => ({
  view: readMsgData(
    MsgData.encode({
      sendID: "ann",
      recvID: "bob",
      clientMsgID: "c1",
      sessionType: SessionType.single,
      contentType: ContentType.Text,
      content: Buffer.from('{"content":"hi"}'),
      ...changes,
    }),
  ),
  serverMsgID: "s1",
  operationID: "op",
});

const toGroup = (groupID: string, contentType: number = ContentType.Text) =>
  draft({ recvID: "", groupID, sessionType: SessionType.group, contentType });

describe("changing a message", () => {
  test("an answer that names nothing changes nothing", async () => {
    const { webhooks } = testWebhooks({ beforeMsgModify: {} });
    const hooks = createMessageHooks(webhooks, () => 1);
    expect(await hooks.modify?.(draft())).toBeUndefined();
  });

  // OpenIM crashes on it.
  test("sets offlinePushInfo where the message has none", async () => {
    const { webhooks, answers } = testWebhooks({ beforeMsgModify: {} });
    const hooks = createMessageHooks(webhooks, () => 1);
    answers.beforeMsgModify = { offlinePushInfo: { title: "T" } };
    const modified = await hooks.modify?.(draft());
    expect(modified?.message.offlinePushInfo).toMatchObject({ title: "T" });
  });

  test.each(['"text"', "[1]", "not json", "null"])(
    "content %p is refused with 1001",
    (content) => {
      const { webhooks, answers } = testWebhooks({ beforeMsgModify: {} });
      const hooks = createMessageHooks(webhooks, () => 1);
      answers.beforeMsgModify = { content };
      expect(hooks.modify?.(draft())).rejects.toMatchObject({ code: 1001 });
    },
  );
});

describe("the filter", () => {
  // docs/wire/deviations.md#webhooks: OpenIM compares recvID, which a group's messages have not.
  test("attentionIds names groups, too", () => {
    const { webhooks, heard } = testWebhooks({
      afterSendGroupMsg: { attentionIds: ["g1"] },
    });
    const hooks = createMessageHooks(webhooks, () => 1);
    hooks.sent?.(toGroup("g1"), 1);
    hooks.sent?.(toGroup("g2"), 1);
    expect(heard.map(({ body }) => body["groupID"])).toEqual(["g1"]);
  });

  test("notifications, typing and denied types are never told", () => {
    const { webhooks, heard } = testWebhooks({
      afterSendGroupMsg: { deniedTypes: [ContentType.Custom] },
    });
    const hooks = createMessageHooks(webhooks, () => 1);
    for (const contentType of [
      ContentType.Custom,
      ContentType.Typing,
      ContentType.HasReadReceipt,
      ContentType.Text,
    ])
      hooks.sent?.(toGroup("g1", contentType), 1);
    expect(heard.map(({ body }) => body["contentType"])).toEqual([
      ContentType.Text,
    ]);
  });
});
