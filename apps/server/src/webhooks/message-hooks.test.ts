import { describe, expect, test } from "bun:test";

import { ContentType, SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Outgoing } from "../message-log/outbox.ts";
import type { Draft } from "../messages/hooks.ts";
import { createMessageHooks, createSavedHook } from "./message-hooks.ts";
import {
  noTransaction,
  testWebhooks,
} from "../../testing/webhooks/webhooks.ts";

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

const message = { conversationID: "sg_g1", sendTime: 1 };

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
    hooks.sent?.(noTransaction, toGroup("g1"), message);
    hooks.sent?.(noTransaction, toGroup("g2"), message);
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
      hooks.sent?.(noTransaction, toGroup("g1", contentType), message);
    expect(heard.map(({ body }) => body["contentType"])).toEqual([
      ContentType.Text,
    ]);
  });
});

describe("what is told of a stored message", () => {
  const entries = { afterMsgSaveDB: { attentionIds: ["bob", "g"] } };

  function setUp() {
    const { webhooks, heard } = testWebhooks(entries);
    const saved = createSavedHook(webhooks);
    const save = (seq: number, changes: Partial<MsgData> = {}) =>
      saved?.(
        noTransaction,
        { conversationID: "si_ann_bob", operationID: "op" } as Outgoing,
        MsgData.encode({ ...draft(changes).view.ids(), seq, ...changes }),
      );
    return { save, bodies: () => heard.map(({ body }) => body) };
  }

  // deviations.md: OpenIM compares the wrong field here and never filters.
  test("afterMsgSaveDB looks at attentionIds", () => {
    const { save, bodies } = setUp();
    save(1, { recvID: "cid" });
    save(2);
    expect(bodies()).toMatchObject([{ seq: 2, operationID: "op" }]);
  });

  // A client may fill in both; only one of them says where the message went.
  test("afterMsgSaveDB names the group or the receiver, never both", () => {
    const { save, bodies } = setUp();
    const both = { recvID: "bob", groupID: "g" };
    const sessionType = SessionType.group;
    save(1, both);
    save(2, { ...both, sessionType });
    save(3, { ...both, recvID: "cid" });
    save(4, { ...both, groupID: "h", sessionType });
    expect(bodies()).toMatchObject([
      { seq: 1, recvID: "bob", groupID: "" },
      { seq: 2, recvID: "", groupID: "g" },
    ]);
    expect(bodies()).toHaveLength(2);
  });
});
