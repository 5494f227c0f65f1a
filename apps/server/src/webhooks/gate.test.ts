import { describe, expect, test } from "bun:test";

import { ContentType, SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { ConversationRows } from "../conversations/rows.ts";
import type { NewRow } from "../conversations/store.ts";
import type { Push } from "../delivery/delivery.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { WebhookEntries } from "../config/webhook-names.ts";
import { createRowHooks } from "./conversation-hooks.ts";
import { createGate } from "./gate.ts";
import { createPushHooks } from "./push-hooks.ts";
import { testWebhooks } from "../../testing/webhooks/webhooks.ts";

const refused = { nextCode: 1, errCode: 5001 };

const pushOf = (seq: number, changes: Partial<MsgData> = {}): Push => ({
  conversationID: "si_ann_bob",
  operationID: `op${seq}`,
  userIDs: ["bob", "ann"],
  data: MsgData.encode({
    sendID: "ann",
    recvID: "bob",
    sessionType: SessionType.single,
    contentType: ContentType.Text,
    content: Buffer.from("{}"),
    seq,
    ...changes,
  }),
});

/** A gate before a delivery that only remembers, and rows in memory. */
function setUp(entries: WebhookEntries) {
  const { webhooks, heard, answers } = testWebhooks(entries);
  const delivered: { seq: number; userIDs: readonly string[] }[] = [];
  const made: NewRow[] = [];
  const rows: Pick<ConversationRows, "missingRows" | "toRows" | "make"> = {
    missingRows: () =>
      ["bob", "ann"].filter(
        (owner) => !made.some(({ ownerUserID }) => ownerUserID === owner),
      ),
    toRows: ({ conversationID }, owners) =>
      owners.map((ownerUserID) => ({
        ownerUserID,
        conversationID,
        conversationType: SessionType.single,
        userID: ownerUserID === "ann" ? "bob" : "ann",
        groupID: "",
      })),
    async make(_tx, wanted) {
      made.push(...wanted);
    },
  };
  const transact: Transact = (work) => work({} as Transaction);
  const gate = createGate({
    delivery: {
      deliver: ({ data, userIDs }) =>
        void delivered.push({ seq: readMsgData(data).seq, userIDs }),
    },
    push: createPushHooks(webhooks, () => undefined),
    rows: { hooks: createRowHooks(webhooks, () => undefined), ...rows },
    transact,
    listUsers: async (userIDs) => userIDs.map((userID) => ({ userID })),
    heldBack: () => undefined,
    failed(error) {
      throw error;
    },
  });
  return { gate, heard, answers, delivered, made };
}

const settle = () => Bun.sleep(1);

describe("rows of a first message", () => {
  const beforeRows = { beforeCreateSingleChatConversations: {} };

  // OpenIM never asks again, and the conversation is lost to both.
  test("are asked for again after a refusal", async () => {
    const { gate, answers, delivered, made } = setUp(beforeRows);
    answers.beforeCreateSingleChatConversations = refused;
    gate.deliver(pushOf(1));
    await settle();
    expect(made).toEqual([]);
    expect(delivered).toHaveLength(1);

    answers.beforeCreateSingleChatConversations = { recvMsgOpt: 2 };
    gate.deliver(pushOf(2));
    gate.deliver(pushOf(3));
    await settle();
    expect(made.map(({ ownerUserID }) => ownerUserID)).toEqual(["ann", "bob"]);
    expect(made[1]?.begins).toEqual({ recv_msg_opt: 2 });
    expect(delivered).toHaveLength(3);
  });

  // OpenIM names the sender's row twice.
  test("are named by their owners, the second as the first begins", async () => {
    const { gate, heard, answers } = setUp(beforeRows);
    answers.beforeCreateSingleChatConversations = { isPinned: true };
    gate.deliver(pushOf(1));
    await settle();
    expect(heard.map(({ body }) => body)).toMatchObject([
      { ownerUserId: "ann", userId: "bob", isPinned: false },
      { ownerUserId: "bob", userId: "ann", isPinned: true },
    ]);
  });
});

describe("pushes", () => {
  test("of one conversation keep their order, whoever answers first", async () => {
    const { gate, answers, delivered } = setUp({ beforeOnlinePush: {} });
    let answerFirst: (answer: string) => void = () => undefined;
    const later = [new Promise((resolve) => (answerFirst = resolve))];
    answers.beforeOnlinePush = () => later.pop() ?? "null";
    gate.deliver(pushOf(1));
    gate.deliver(pushOf(2));
    await settle();
    expect(delivered).toEqual([]);
    answerFirst("null");
    await settle();
    expect(delivered.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("of another conversation do not wait", async () => {
    const { gate, answers, delivered } = setUp({ beforeOnlinePush: {} });
    let isFirst = true;
    answers.beforeOnlinePush = () => {
      const answer = isFirst ? new Promise(() => undefined) : "null";
      isFirst = false;
      return answer;
    };
    gate.deliver(pushOf(1));
    gate.deliver({ ...pushOf(2), conversationID: "si_ann_cid" });
    await settle();
    expect(delivered.map(({ seq }) => seq)).toEqual([2]);
  });

  test("that are refused reach nobody; typing is not asked about", async () => {
    const { gate, answers, delivered } = setUp({ beforeOnlinePush: {} });
    answers.beforeOnlinePush = refused;
    gate.deliver(pushOf(1));
    gate.deliver(pushOf(0, { contentType: ContentType.Typing }));
    await settle();
    expect(delivered.map(({ seq }) => seq)).toEqual([0]);
  });

  test("to a group go to those the answer names", async () => {
    const { gate, answers, delivered } = setUp({ beforeGroupOnlinePush: {} });
    const sessionType = SessionType.group;
    gate.deliver(pushOf(1, { sessionType, groupID: "g" }));
    await settle();
    // A stranger and a repetition: the list only narrows (docs/wire/deviations.md#webhooks).
    answers.beforeGroupOnlinePush = { userIDList: ["bob", "eve", "bob"] };
    gate.deliver(pushOf(2, { sessionType, groupID: "g" }));
    await settle();
    expect(delivered).toEqual([
      { seq: 1, userIDs: ["bob", "ann"] },
      { seq: 2, userIDs: ["bob"] },
    ]);
  });
});
